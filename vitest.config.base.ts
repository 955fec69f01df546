import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The one test set-up of every package. */
export const tests = (overrides: ViteUserConfig['test'] = {}): ViteUserConfig =>
  defineConfig({ test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, ...overrides } })
