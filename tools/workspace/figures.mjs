// Writes the figures of the mail example into README.md: the same data and rules with and without differential privacy.
//   node tools/workspace/figures.mjs            trains four variants and rewrites the table
//   node tools/workspace/figures.mjs --print    prints it only
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeMail } from '../../examples/mail-triage/mail.mjs'
import { quietly, root } from './command.mjs'

const work = mkdtempSync(join(tmpdir(), 'attestry-figures-'))
const config = JSON.parse(readFileSync(join(root, 'examples/mail-triage/attestry.config.json'), 'utf8'))
mkdirSync(work, { recursive: true })
writeMail(work)

const variants = [
  ['no differential privacy', undefined],
  ['epsilon 8', 8],
  ['epsilon 3', 3],
  ['epsilon 1', 1],
]
const rows = []
for (const [name, epsilon] of variants) {
  const { privacy, ...training } = config.training
  const file = join(work, `${name.replaceAll(' ', '-')}.json`)
  writeFileSync(
    file,
    JSON.stringify({
      ...config,
      // One regulation is enough here: with both the run would wait for a resolution before it trains.
      plugins: config.plugins.filter(({ use }) => use === 'GDPR'),
      training: { ...training, ...(epsilon && { privacy: { ...privacy, epsilon } }) },
      monitoring: undefined,
    }),
  )
  const { code, output } = await quietly(process.execPath, [
    join(root, 'packages/cli/dist/bin.js'),
    'run',
    file,
    '--json',
    '--workspace',
    join(work, name.replaceAll(' ', '-')),
  ])
  if (code !== 4) throw new Error(`expected the run to wait for documents, got exit code ${code}\n${output}`)
  const run = JSON.parse(output.slice(output.indexOf('{')))
  const value = metric => run.assessments.find(one => one.metric === metric && !one.slice && !one.attribute)
  const show = ({ value: v, interval }) =>
    `${v.toFixed(3)}${interval ? ` [${interval.map(x => x.toFixed(3)).join(', ')}]` : ''}`
  rows.push([
    name,
    run.epsilon === null ? '–' : run.epsilon.toFixed(2),
    show(value('accuracy')),
    show(value('false-positive-rate')),
    show(value('false-negative-rate')),
    show(value('membership-inference-auc')),
    `${run.training.medianStepMs.toFixed(1)} ms`,
  ])
  console.error(rows.at(-1).join('  '))
}
rmSync(work, { recursive: true, force: true })

const head = [
  'training',
  'epsilon spent',
  'accuracy',
  'false positives',
  'false negatives',
  'membership inference, AUC',
  'time per step',
]
const line = cells => `| ${cells.join(' | ')} |`
const table = [
  line(head),
  line(head.map(() => '---')),
  ...rows.map(line),
  '',
  `Test mail of the example with 95 % intervals; delta 1e-5, Poisson sampling, one message as the unit of privacy. Always answering`,
  `"ham" scores 0.62. Times on ${cpus().length} shared cores at load ${loadavg()[0].toFixed(1)}: read their ratio. Written by \`node tools/workspace/figures.mjs\`.`,
].join('\n')
if (process.argv.includes('--print')) console.log(table)
else {
  const readme = join(root, 'README.md')
  const text = readFileSync(readme, 'utf8')
  const [before, rest] = text.split('<!-- figures:start -->')
  const after = rest.split('<!-- figures:end -->')[1]
  writeFileSync(readme, `${before}<!-- figures:start -->\n${table}\n<!-- figures:end -->${after}`)
}
