// Trains a wage classifier three times: as the data is, reweighed, and with privacy. The gate decides on measured gaps, and
// says so either way; each model is audited for what it shows of its rows.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeWages } from './wages.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const work = join(here, '.attestry-demo')
const attestry = createRequire(import.meta.url)
  .resolve('@attestry/cli/package.json')
  .replace('package.json', 'dist/bin.js')
const run = words => spawnSync(process.execPath, [attestry, ...words], { cwd: work, encoding: 'utf8' })

rmSync(work, { recursive: true, force: true })
mkdirSync(work, { recursive: true })
console.log(`pay-bands: ${writeWages(work)} people, ${'sex and race are reported on, never features'}`)

const config = JSON.parse(readFileSync(join(here, 'attestry.config.json'), 'utf8'))
const limit = config.evaluation.limits['demographic-parity-difference']
// Weights come from the counts of all rows, which nobody accounts for: what is reweighed claims no privacy.
const variants = [
  ['as the data is', { privacy: undefined }],
  ['reweighed by gender', { privacy: undefined, reweigh: 'gender' }],
  ['with privacy', {}],
]

const permitted = []
for (const [name, change] of variants) {
  const file = join(work, `${name.replaceAll(' ', '-')}.json`)
  writeFileSync(file, JSON.stringify({ ...config, training: { ...config.training, ...change } }, null, 2))
  const { status, stdout, stderr } = run(['run', file, '--json'])
  if (status !== 0 && status !== 3) {
    console.error(stderr || stdout)
    process.exit(1)
  }
  const result = JSON.parse(stdout)
  const value = (metric, attribute) =>
    result.assessments.find(one => one.metric === metric && one.attribute === attribute && !one.slice)
  const show = found =>
    found?.value == null
      ? 'not assessed'
      : `${found.value.toFixed(3)} [${found.interval?.map(x => x.toFixed(3)).join(', ')}]`
  console.log(`\n${name}: ${status === 0 ? 'permitted' : 'vetoed'}`)
  console.log(`  accuracy                        ${show(value('accuracy', undefined))}`)
  for (const attribute of ['gender', 'race'])
    console.log(
      `  demographic parity over ${attribute.padEnd(8)}${show(value('demographic-parity-difference', attribute))}, limit ${limit}`,
    )
  const audit = value('one-run-epsilon-lower-bound', undefined)
  const { guesses, correct, highestBound, claimedEpsilon } = audit.detail
  console.log(
    `  audit of this run               epsilon at least ${audit.value.toFixed(2)}, ${claimedEpsilon?.toFixed(2) ?? 'none'} claimed, ${highestBound.toFixed(2)} could have been found; ${correct} of ${guesses} guesses right`,
  )
  if ((claimedEpsilon === null) !== (name !== 'with privacy') || claimedEpsilon >= highestBound) {
    console.error('expected an epsilon that the audit could refute, claimed by the private model alone')
    process.exit(1)
  }
  if (claimedEpsilon !== null && audit.value > claimedEpsilon) {
    console.error('expected a bound below the claim')
    process.exit(1)
  }
  for (const { kind, note } of result.verdict.reasons) if (kind === 'refused') console.log(`  refused: ${note}`)
  console.log(`  ${result.directory}`)
  permitted.push(status === 0)
}
const [before, after] = permitted
const endings = {
  'false true': 'Reweighing brought the gap under the limit.',
  'false false': 'Reweighing did not bring every gap under the limit: this model must not be deployed under it.',
  'true true':
    'Both are under the limit this time: batches are drawn anew in every run, and so few people make it a close call.',
  'true false':
    'The model was under the limit as the data is, and reweighing took it over: more care is not always better.',
}
console.log(`\n${endings[`${before} ${after}`]} Read the intervals beside the gaps: they are wide.`)
