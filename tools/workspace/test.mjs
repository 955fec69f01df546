// What `npm test` does: install what is missing, build, lint, check formatting and types, run every test.
// The last line is `N passed, N failed`; each step before the tests counts as one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, build, ensureInstalled, quietly, run } from './command.mjs'

let passed = 0
let failed = 0

function finish() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 ? 0 : 1)
}

function step(name, code) {
  if (code === 0) {
    passed++
    console.log(`ok      ${name}`)
  } else {
    failed++
    console.log(`FAILED  ${name}`)
  }
  return code === 0
}

if (!step('install', ensureInstalled())) finish()
if (!step('build', build())) finish()

// Two at a time. What asks nx for something stands in one row, because two nx at once wait for one another; the
// module-boundary rule reads nx's project graph, which the build has just written.
const node = process.execPath
// The short form of `npm run test:web`; the tests below run on the native runtime where it loads.
const onWeb = ['autograd/test/gradients', 'autograd/test/errors', 'trainer/test/private-engine']
const rows = [
  [
    ['lint', bin('eslint'), ['.', '--max-warnings=0']],
    ['boundaries', node, ['tools/workspace/check-boundaries.mjs']],
    ['format', bin('biome'), ['format', '.']],
    ['types', bin('nx'), ['run-many', '-t', 'typecheck', '--outputStyle=static', '--parallel=2']],
    ['a plugin scaffolded outside', node, ['tools/workspace/check-scaffold.mjs']],
  ],
  [
    [
      'onnxruntime-web',
      bin('vitest'),
      ['run', ...onWeb.map(file => `packages/${file}.test.ts`)],
      { ATTESTRY_RUNTIME: 'web' },
    ],
    ['error pages', node, ['tools/workspace/error-pages.mjs', '--check']],
    ['claims', node, ['tools/workspace/check-claims.mjs']],
    ['samples', node, ['tools/workspace/check-samples.mjs']],
    ['verdicts', node, ['tools/workspace/check-verdicts.mjs']],
    ['public types', node, ['tools/workspace/check-types.mjs']],
    ['example card-disputes', node, ['examples/card-disputes/run.mjs']],
    ['example mail-triage', node, ['examples/mail-triage/run.mjs', '--short']],
    ['example pay-bands', node, ['examples/pay-bands/run.mjs']],
    ['example patient-notes', node, ['examples/patient-notes/run.mjs']],
  ],
]
await Promise.all(
  rows.map(async row => {
    for (const [name, command, args, variables] of row) {
      const { code, output } = await quietly(command, args, variables)
      if (code !== 0) console.log(output)
      step(name, code)
    }
  }),
)

const folder = mkdtempSync(join(tmpdir(), 'attestry-test-'))
const results = join(folder, 'results.json')
const code = run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`])
try {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(results, 'utf8'),
  )
  passed += numPassedTests
  failed += numFailedTests
  // A file that fails to load has no tests to count: it is a failure all the same.
  failed += testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  if (code !== 0 && numFailedTests === 0 && numFailedTestSuites === 0) failed++
  if (numPendingTests > 0) console.log(`${numPendingTests} skipped, each with its reason in its name`)
} catch {
  failed++
  console.log('the tests left no results')
}
rmSync(folder, { recursive: true, force: true })
finish()
