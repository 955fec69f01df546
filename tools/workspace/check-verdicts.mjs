// No verdict is a constant: the tests of each regulation show every requirement that it calls enforced met and violated.
//
// What a plugin judges itself must have passed in one run of its tests, and in another have failed, held a deployment up,
// stopped the run or taken rows out. What a mechanism judges must be asked for in the requirement's name, or be evidence that
// is about every requirement which names its type; whether that passes and fails is for the tests of the mechanism.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { combinePolicy } from '../../packages/core/dist/index.js'
import { regulationPlugin, regulations } from '../../packages/sdk/dist/index.js'
import { bin, root } from './command.mjs'

/** Evidence of mechanisms that names the requirements which the policy names. */
const byPolicy = {
  'pii-removal': ({ identifiers }) => identifiers,
  'encryption-at-rest': ({ encryption }) => [encryption],
  'retention-schedule': ({ retention }) => retention,
  'retention-state': ({ retention }) => retention,
  approvals: ({ approvals }) => [approvals],
  attestation: ({ documents }) => documents,
}
/** Evidence of the kernel and of mechanisms that is about every requirement which names its type. */
const forAll = [
  'access-control',
  'audit-log',
  'consent-state',
  'data-intake',
  'explanation',
  'local-processing',
  'model-digest',
  'scheduled-checks',
  'subject-requests',
]

const folder = mkdtempSync(join(tmpdir(), 'attestry-verdicts-'))
const file = join(folder, 'runs.jsonl')
const tests = spawnSync(bin('vitest'), ['run', '--config', 'tools/workspace/verdicts/vitest.config.mjs'], {
  cwd: root,
  env: { ...process.env, ATTESTRY_VERDICTS: file },
  encoding: 'utf8',
})
if (tests.status !== 0) {
  console.log(tests.stdout + tests.stderr)
  process.exit(1)
}
const runs = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line))
rmSync(folder, { recursive: true, force: true })

const problems = []
let judged = 0
for (const { name } of regulations) {
  const plugin = regulationPlugin(name)
  const policy = combinePolicy([plugin])
  const its = runs.filter(one => one.plugin === plugin.name)
  for (const { id, class: classes, evidence } of plugin.controls) {
    if (!classes.includes('enforced')) continue
    judged++
    if (evidence.length === 0) problems.push(`${id} is called enforced, and no evidence supports it`)
    for (const type of evidence)
      problems.push(...(isOfMechanism(type) ? unasked(id, type, policy) : unseen(id, type, its)))
  }
}
for (const problem of problems) console.log(problem)
console.log(`${judged} enforced requirements, ${runs.length} runs of regulations, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)

function isOfMechanism(type) {
  return forAll.includes(type) || type in byPolicy
}

function unasked(id, type, policy) {
  if (forAll.includes(type)) return []
  const isAsked = byPolicy[type](policy).some(one => one?.sources.some(({ control }) => control === id))
  return isAsked ? [] : [`${id}: no obligation asks for '${type}' in its name`]
}

function unseen(id, type, its) {
  const about = ({ evidence }) => evidence.filter(one => one.type === type && one.controls.includes(id))
  // A finding about several requirements gives its reasons in the name of the first.
  const together = new Set([id, ...its.flatMap(about).flatMap(({ controls }) => controls)])
  const isMet = its.some(one => about(one).some(({ outcome }) => outcome !== 'fail'))
  const isViolated = its.some(one => {
    const found = about(one)
    const isHeldUp = found.length === 0 && one.open.some(control => together.has(control))
    return isHeldUp || one.stopped === id || found.some(({ outcome, acted }) => outcome === 'fail' || acted)
  })
  return [
    ...(isMet ? [] : [`${id}: no test shows '${type}' met`]),
    ...(isViolated ? [] : [`${id}: no test shows '${type}' violated`]),
  ]
}
