// Card disputes under PCI DSS, SOX and SOC 2: what is refused before it is read, what people decide, what is proved after.
// Everything goes through the attestry command, as a person would type it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { searchFor, writeDisputes } from './disputes.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const work = join(here, '.attestry-demo')
const attestry = createRequire(import.meta.url)
  .resolve('@attestry/cli/package.json')
  .replace('package.json', 'dist/bin.js')

let printed = ''

/** Shows a command, runs it, insists on its exit code, and gives what it printed. */
function step(words, expected = 0) {
  console.log(`\n$ attestry ${words.map(word => (/[\s"]/.test(word) ? JSON.stringify(word) : word)).join(' ')}`)
  const { status, stdout, stderr } = spawnSync(process.execPath, [attestry, ...words], { cwd: work, encoding: 'utf8' })
  const said = `${stdout}${stderr}`
  printed += said
  console.log(said.trimEnd())
  if (status === expected) return said
  console.error(`expected exit code ${expected}, got ${status}`)
  process.exit(1)
}
const insist = (isTrue, what) => {
  if (isTrue) return
  console.error(`expected: ${what}`)
  process.exit(1)
}
const tell = text => console.log(`\n— ${text}`)

rmSync(work, { recursive: true, force: true })
mkdirSync(work, { recursive: true })
const cardNumbers = writeDisputes(work)
const holdsCardNumber = searchFor(cardNumbers)
console.log(
  `card-disputes: 1,600 made-up disputes to train on, 400 later ones, ${cardNumbers.length} test card numbers`,
)

const shared = JSON.parse(readFileSync(join(here, 'attestry.config.json'), 'utf8'))
const [pci, ...others] = shared.plugins
const write = (file, source, ...plugins) =>
  writeFileSync(
    join(work, file),
    JSON.stringify({ ...shared, plugins: [...plugins, ...others], data: { ...shared.data, source } }, null, 2),
  )
write('careless.config.json', 'careless-export.jsonl', pci)
write('undeclared.config.json', 'disputes.jsonl', { use: pci.use })
write('attestry.config.json', 'disputes.jsonl', pci)

for (const [name, role] of [
  ['ada', 'author'],
  ['dana', 'approver,security-officer'],
  ['emil', 'approver,change-manager'],
  ['frida', 'owner'],
])
  step(['keys', 'create', name, '--role', role, '--quiet'])

tell('Whoever has no role may do nothing, and nobody gives one to themselves.')
insist(
  step(['access', 'grant', 'emil', '--role', 'admin', '--as', 'emil'], 1).includes('error[GOV-E405]'),
  'no own grant',
)
step(['access', 'grant', 'frida', '--role', 'admin', '--as', 'emil'])
for (const [name, role] of [
  ['ada', 'engineer'],
  ['dana', 'approver'],
  ['emil', 'approver'],
])
  step(['access', 'grant', name, '--role', role, '--as', 'frida'])

tell('SOX keeps training data for seven years, SOC 2 disposes of it after two: nothing is read until somebody decides.')
insist(step(['run'], 4).includes('CORE-E030'), 'the conflict is named')
const basis = 'Schedule R-7: records of a control over financial reporting, sealed and kept apart'
step(['policy', '--resolve', 'retain:training-data', '--keep', 'P7Y', '--legal-basis', basis, '--as', 'emil'])

tell('An export with the codes from the back of cards in it is refused at its first rows. No option lets it through.')
insist(step(['run', 'careless.config.json'], 1).includes('error[PCI-E001]'), 'codes are refused')

tell('Card numbers are refused as well, unless somebody declares that this machine may meet them.')
insist(step(['run', 'undeclared.config.json'], 1).includes('error[PCI-E002]'), 'card numbers are refused')

tell('Declared, they are taken out before anything is learned. The gate then waits for people.')
step(['run'], 4)

tell('The author approves the author: it does not count.')
step(['approve', '--as', 'ada', '--reason', 'looks fine to me', '--quiet'])
insist(step(['resume'], 4).includes('ada: the author cannot approve'), 'the approval is void')

tell('What only people can say, and two approvals by others over the exact digests.')
for (const [kind, title, who] of [
  ['pci-scope', 'Scope 2026: the training host is inside', 'dana'],
  ['component-inventory', 'Inventory 31', 'dana'],
  ['change-impact', 'Impact of CHG-1042 on this dataset', 'emil'],
  ['back-out-plan', 'The model before is put back by its digest', 'emil'],
])
  step(['attest', '--kind', kind, '--as', who, '--title', title])
step(['approve', '--as', 'dana', '--reason', 'error rates per channel reviewed', '--quiet'])
step(['approve', '--as', 'emil', '--reason', 'change window agreed', '--quiet'])
step(['resume'])

tell('What is done and what is open, and the proof for outsiders.')
step(['checklist'])
step(['verify'])
const runs = join(work, '.attestry/runs')
const report = join(runs, readdirSync(runs).sort().at(-1), 'report')
for (const name of ['report.html', 'model-card.md', 'assessment-results.json', 'ml-bom.cdx.json'])
  insist(existsSync(join(report, name)), `${name} is written`)

tell('The run tried to refute its own epsilon, by guessing which letters it was not trained on.')
const { evaluation } = JSON.parse(readFileSync(join(report, 'model-card.json'), 'utf8'))
const audit = evaluation.membershipInference.find(({ metric }) => metric === 'one-run-epsilon-lower-bound')
const { guesses, correct, highestBound, claimedEpsilon } = audit.detail
console.log(
  `${correct} of ${guesses} guesses were right: epsilon is at least ${audit.value.toFixed(2)}, ${claimedEpsilon.toFixed(2)} is claimed, ${highestBound.toFixed(2)} could have been found`,
)
insist(
  audit.value < claimedEpsilon && claimedEpsilon < highestBound,
  'a bound below the claim, by an audit that could have refuted it',
)

insist(holdsCardNumber(readFileSync(join(work, 'disputes.jsonl'), 'latin1')), 'the search finds what is there')
const files = readdirSync(join(work, '.attestry'), { recursive: true, withFileTypes: true }).filter(one => one.isFile())
const holding = files.filter(file => holdsCardNumber(readFileSync(join(file.parentPath, file.name), 'latin1')))
insist(holding.length === 0 && !holdsCardNumber(printed), 'no card number in anything that was kept or printed')
console.log(`\nNone of ${cardNumbers.length} card numbers stands in any of the ${files.length} files of the workspace.`)
