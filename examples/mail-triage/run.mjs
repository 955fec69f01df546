// The whole way of a model: stopped by a conflict, resolved, trained, refused, approved, deployed, watched, verified.
// Everything goes through the attestry command, as a person would type it.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { writeMail } from './mail.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const work = join(here, '.attestry-demo')
const attestry = createRequire(import.meta.url)
  .resolve('@attestry/cli/package.json')
  .replace('package.json', 'dist/bin.js')
const started = Date.now()

/** Shows a command, runs it, and insists on its exit code. */
function step(words, expected = 0) {
  console.log(`\n$ attestry ${words.map(word => (/[\s"]/.test(word) ? JSON.stringify(word) : word)).join(' ')}`)
  const { status } = spawnSync(process.execPath, [attestry, ...words], { cwd: work, stdio: 'inherit' })
  if (expected !== 0) console.log(`(exit code ${status})`)
  if (status === expected) return
  console.error(`expected exit code ${expected}, got ${status}`)
  process.exit(1)
}

const tell = text => console.log(`\n— ${text}`)

rmSync(work, { recursive: true, force: true })
mkdirSync(work, { recursive: true })
// `--short` cuts the messages, for a check of the way and not of the model.
const { earlier, later } = writeMail(work, process.argv.includes('--short') ? 800 : undefined)
copyFileSync(join(here, 'attestry.config.json'), join(work, 'attestry.config.json'))
console.log(
  `mail-triage: ${earlier.toLocaleString('en-GB')} messages to train on, ${later.toLocaleString('en-GB')} later ones to watch`,
)

tell('Three people: ada trains, dana is the data protection officer, emil owns the process.')
for (const [name, role] of [
  ['ada', 'author'],
  ['dana', 'dpo,approver'],
  ['emil', 'process-owner,approver'],
])
  step(['keys', 'create', name, '--role', role, '--quiet'])

tell('GDPR and SOX disagree about how long training data is kept: the run stops before it reads any.')
step(['run'], 4)

tell(
  'dana decides, on the record, and the run goes on. It trains, and is refused: documents and approvals are missing.',
)
step([
  'policy',
  '--resolve',
  'retain:training-data',
  '--keep',
  'P7Y',
  '--legal-basis',
  'GDPR Art. 17(3)(b) and 6(1)(c): records of a control over financial reporting, kept restricted and pseudonymised',
  '--as',
  'dana',
])
step(['resume'], 4)

tell(
  'People do what only people can: an impact assessment, a legal basis, their role, two approvals over the exact digests.',
)
step(['attest', '--kind', 'dpia', '--as', 'dana', '--title', 'DPIA 2026-14, spam filtering'])
step(['attest', '--kind', 'legal-basis', '--as', 'dana', '--title', 'Legitimate interests assessment 7'])
step(['attest', '--kind', 'gdpr-role', '--as', 'dana', '--title', 'Controller, decided on 2026-10-12'])
step(['approve', '--as', 'dana', '--reason', 'error rates per sender group reviewed'])
step(['approve', '--as', 'emil', '--reason', 'change window agreed'])

tell('The gate permits. The model is deployed and later mail is watched.')
step(['resume'])

tell('Anyone with the folder and the public key can check it, without network.')
step(['verify'])

const runs = join(work, '.attestry/runs')
const folder = join(runs, readdirSync(runs).sort().at(-1), 'report')
const report = join(folder, 'report.html')
if (!existsSync(report)) process.exit(1)

tell('The run tried to refute its own epsilon, by guessing which messages it was not trained on.')
const { evaluation } = JSON.parse(readFileSync(join(folder, 'model-card.json'), 'utf8'))
const audit = evaluation.membershipInference.find(({ metric }) => metric === 'one-run-epsilon-lower-bound')
const { guesses, correct, highestBound, claimedEpsilon } = audit.detail
console.log(
  `${correct} of ${guesses} guesses were right: epsilon is at least ${audit.value.toFixed(2)}, ${claimedEpsilon.toFixed(2)} is claimed, ${highestBound.toFixed(2)} could have been found`,
)
if (!(audit.value < claimedEpsilon && claimedEpsilon < highestBound)) {
  console.error('expected a bound below the claim, by an audit that could have refuted it')
  process.exit(1)
}
console.log(
  `\nfinished in ${Math.round((Date.now() - started) / 1000)} s; the report: ${relative(process.cwd(), report)}`,
)
console.log(`open ${pathToFileURL(report).href}`)
