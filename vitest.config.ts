import { defineConfig } from 'vitest/config'

/** Every package's tests in one run, so that the last line can count them all. */
export default defineConfig({
  test: { projects: ['{packages,tools,examples}/*/vitest.config.ts'], maxWorkers: 2 },
})
