import { defineConfig } from 'vitest/config'
import { root } from '../command.mjs'

/** The tests of all regulations at once, with what their verdicts were written down beside. */
export default defineConfig({
  root,
  test: {
    include: ['packages/plugin-*/test/**/*.test.ts'],
    exclude: ['**/controls.test.ts', '**/errors.test.ts', '**/node_modules/**'],
    setupFiles: ['tools/workspace/verdicts/record.mjs'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
})
