import { defineConfig, type Options } from 'tsup'

/** The one build of every package: ESM with types. A package adds entries, never another way to build. */
export const library = (overrides: Options = {}): ReturnType<typeof defineConfig> =>
  defineConfig({
    entry: ['src/index.ts'],
    format: ['esm'],
    dts: true,
    clean: true,
    sourcemap: true,
    target: 'node20',
    // Bare names of Node's modules can be taken for files; `node:` cannot.
    removeNodeProtocol: false,
    ...overrides,
  })
