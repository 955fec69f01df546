// Notes of made-up patients under HIPAA and GDPR: consent, removal of identifiers, documents, deployment, a withdrawal.
// Everything goes through the attestry command, as a person would type it.
import { spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { said, writeNotes } from './notes.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const work = join(here, '.attestry-demo')
const attestry = createRequire(import.meta.url)
  .resolve('@attestry/cli/package.json')
  .replace('package.json', 'dist/bin.js')

/** Runs a command, insists on its exit code, and gives what it printed. */
function run(words, expected = 0) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [attestry, ...words], { cwd: work, encoding: 'utf8' })
  if (status === expected) return stdout
  console.error(`attestry ${words.join(' ')}: expected exit code ${expected}, got ${status}\n${stdout}${stderr}`)
  process.exit(1)
}
const step = (words, expected = 0) => {
  console.log(`\n$ attestry ${words.map(word => (/[\s"]/.test(word) ? JSON.stringify(word) : word)).join(' ')}`)
  console.log(run(words, expected).trimEnd())
}
const rowsUsed = () =>
  JSON.parse(run(['lineage', '--json'])).nodes.findLast(({ name }) => name === 'preprocess').rowsOut
const insist = (isTrue, what) => {
  if (isTrue) return
  console.error(`expected: ${what}`)
  process.exit(1)
}

rmSync(work, { recursive: true, force: true })
mkdirSync(work, { recursive: true })
const patients = writeNotes(work)
copyFileSync(join(here, 'attestry.config.json'), join(work, 'attestry.config.json'))
console.log(`patient-notes: 3,000 made-up notes about ${patients.length} made-up patients`)

for (const [name, role] of [
  ['ada', 'author'],
  ['dana', 'dpo,privacy-officer'],
])
  run(['keys', 'create', name, '--role', role])

console.log('\n— Trained on consent, identifiers taken out. The gate waits for what only people can say.')
step(['run'], 4)
for (const [kind, title] of [
  ['dpia', 'DPIA 2026-3, follow-up triage'],
  ['gdpr-role', 'Joint controllers with the practice, arrangement 4'],
  ['baa', 'Business associate contract 12'],
  ['risk-assessment', 'Analysis of risk 2026, follow-up triage'],
  ['no-actual-knowledge', 'Statement of the data owner on what is left in the notes'],
])
  run(['attest', '--kind', kind, '--as', 'dana', '--title', title])

console.log('\n— Five documents later it is deployed, and later notes are watched.')
step(['resume'])

console.log('\n— The run tried to refute its own epsilon, by guessing which notes it was trained on.')
const [runId] = readdirSync(join(work, '.attestry/runs'))
const card = JSON.parse(readFileSync(join(work, '.attestry/runs', runId, 'report/model-card.json'), 'utf8'))
const audit = card.evaluation.membershipInference.find(({ metric }) => metric === 'one-run-epsilon-lower-bound')
const { guesses, correct, highestBound, claimedEpsilon } = audit.detail
console.log(
  `${correct} of ${guesses} guesses about ${audit.n} notes were right: epsilon is at least ${audit.value.toFixed(2)} (confidence ${audit.confidence}), ${claimedEpsilon.toFixed(2)} is claimed, ${highestBound.toFixed(2)} could have been found`,
)
insist(
  audit.value < claimedEpsilon && claimedEpsilon < highestBound,
  'a bound below the claim, by an audit that could have refuted it',
)

console.log('\n— What is done and what is open, and the proof for outsiders.')
step(['checklist'])
step(['verify'])

const { id } = patients[7]
console.log(`\n— ${id} takes the consent back. Training on the next quarter leaves the notes about this patient out.`)
appendFileSync(join(work, 'consent.jsonl'), `${said(id, 'withdrawn', '2026-06-01')}\n`)
const config = JSON.parse(readFileSync(join(work, 'attestry.config.json'), 'utf8'))
config.data.source = 'next-quarter.jsonl'
writeFileSync(join(work, 'next-quarter.config.json'), JSON.stringify(config))
const notes = readFileSync(join(work, 'next-quarter.jsonl'), 'utf8').trim().split('\n')
const about = notes.filter(line => JSON.parse(line).patient === id).length
run(['run', 'next-quarter.config.json'], 4)
console.log(`${notes.length} notes, ${about} about this patient, ${rowsUsed()} used`)
insist(about > 0 && rowsUsed() === notes.length - about, 'every note but those of the patient')

console.log(
  '\n— Two quarters have spent the budget of these patients: training on the first notes once more is refused.',
)
run(['run'], 1)
