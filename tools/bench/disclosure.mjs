// Adult to k = 10 with both algorithms, with what each loses; and all measures of the release. Beside them, where
// ATTESTRY_PYTHON names a python that has them: anonypy (Mondrian), anjana (levels per column) and pycanon (measures).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { textValues } from '@attestry/core'
import { batchOf, enforceDisclosure, hierarchyFromCsv, intervals, measureDisclosure } from '@attestry/disclosure'

const k = 10
const bar = ' (bar: 5 s)'
const suppressionLimit = 0.05
const folder = dirname(fileURLToPath(import.meta.url))
const root = join(folder, '..', '..')
const file = [process.env.ATTESTRY_SHARED, join(root, 'shared'), join(root, '..', 'shared')]
  .map(shared => shared && join(shared, 'data/fairness/adult/adult.data.gz'))
  .find(path => path && existsSync(path))
if (file === undefined) {
  console.log('skipped: Adult is not at hand (set ATTESTRY_SHARED to the folder that holds data/fairness/adult)')
  process.exit(0)
}

const places = { age: 0, work: 1, education: 3, marital: 5, occupation: 6, race: 8, sex: 9, country: 13, income: 14 }
const rows = gunzipSync(readFileSync(file))
  .toString('utf8')
  .split('\n')
  .map(line => line.split(', '))
  .filter(cells => cells.length === 15 && !cells.includes('?'))
const columns = Object.fromEntries(
  Object.entries(places).map(([name, place]) => [
    name,
    rows.map(cells => (name === 'age' ? Number(cells[place]) : cells[place])),
  ]),
)
const batch = batchOf(columns)
const quasi = Object.keys(places).filter(name => name !== 'income')
const text = quasi.filter(name => name !== 'age')

/** Neighbours in the order of their names, 2, 4, 8 … at a time: nobody's taxonomy, and the same for everybody here. */
const lines = Object.fromEntries(
  text.map(name => {
    const values = [...new Set(columns[name])].sort()
    const widths = []
    for (let width = 2; width < values.length; width *= 2) widths.push(width)
    return [
      name,
      values.map((value, place) => [
        value,
        ...widths.map(width => `${name} ${Math.floor(place / width)} of ${width}`),
        '*',
      ]),
    ]
  }),
)
const ages = [5, 10, 20, 40]
const hierarchies = {
  age: intervals({ from: 0, to: 120, widths: ages }),
  ...Object.fromEntries(text.map(name => [name, hierarchyFromCsv(lines[name].map(line => line.join(';')).join('\n'))])),
}

const median = values => [...values].sort((a, b) => a - b)[values.length >> 1]
function timed(runs, act) {
  const taken = []
  let result
  for (let run = 0; run < runs; run++) {
    const started = performance.now()
    result = act()
    taken.push(performance.now() - started)
  }
  return { ms: median(taken), worst: Math.max(...taken), result }
}
const seconds = value => `${(value / 1000).toFixed(2)} s`
const share = value => value.toFixed(4)
const print = (name, { ms, worst, result: { loss, lattice } }, bar = '') =>
  console.log(
    `${name.padEnd(32)} median ${seconds(ms)}, worst ${seconds(worst)}${bar}; certainty ${share(loss.certainty)}, ` +
      `generalisation ${share(loss.generalisation)}, entropy ${share(loss.entropy)}, discernibility ${loss.discernibility}, ` +
      `class size / k ${loss.averageClassSize.toFixed(2)}, suppressed ${loss.suppressedRows}` +
      (lattice ? `; ${lattice.looked} of ${lattice.nodes} nodes looked at` : ''),
  )

console.log(`${rows.length} rows without missing values, ${quasi.length} quasi-identifiers, k = ${k}`)
const ordered = Object.fromEntries(quasi.map(name => [name, 'ordered']))
const mondrian = timed(5, () => enforceDisclosure(batch, { algorithm: 'mondrian', quasiIdentifiers: ordered, k }))
print('mondrian, ordered', mondrian, bar)
print(
  'mondrian, hierarchies',
  timed(5, () => enforceDisclosure(batch, { algorithm: 'mondrian', quasiIdentifiers: hierarchies, k })),
  bar,
)
const lattice = {}
for (const loss of ['certainty', 'generalisation', 'discernibility']) {
  const options = { algorithm: 'lattice', quasiIdentifiers: hierarchies, k, suppressionLimit, loss }
  lattice[loss] = timed(3, () => enforceDisclosure(batch, options))
  print(`lattice, least ${loss}`, lattice[loss], bar)
}
const diversity = [{ column: 'income', kind: 'entropy', l: 1.3 }]
const closeness = [{ column: 'income', distance: 'equal', t: 0.3 }]
for (const [name, demands] of Object.entries({
  'entropy diversity 1.3': { diversity },
  'closeness 0.3': { closeness },
})) {
  const options = { k, ...demands }
  print(
    `mondrian, ${name}`,
    timed(3, () => enforceDisclosure(batch, { algorithm: 'mondrian', quasiIdentifiers: ordered, ...options })),
  )
  print(
    `lattice, ${name}`,
    timed(1, () =>
      enforceDisclosure(batch, { algorithm: 'lattice', quasiIdentifiers: hierarchies, suppressionLimit, ...options }),
    ),
  )
}

const release = lattice.certainty.result.batch
const measured = timed(5, () => measureDisclosure(release, { quasiIdentifiers: quasi, sensitive: { income: 'equal' } }))
console.log(`all measures of a release`.padEnd(32), `median ${measured.ms.toFixed(1)} ms`)

const python = process.env.ATTESTRY_PYTHON
if (python === undefined) {
  console.log('anonypy, anjana, pycanon: skipped, ATTESTRY_PYTHON names no python that has them')
  process.exit(0)
}
const work = mkdtempSync(join(tmpdir(), 'attestry-bench-'))
const levels = {
  ...lines,
  age: [...new Set(columns.age)].map(age => [
    age,
    ...ages.map(width => `[${Math.floor(age / width) * width}, ${(Math.floor(age / width) + 1) * width})`),
    '*',
  ]),
}
const released = Object.fromEntries([...quasi, 'income'].map(name => [name, textValues(release, name)]))
writeFileSync(join(work, 'input.json'), JSON.stringify({ columns, quasi, levels, released, k, suppressionLimit }))
const { stdout, stderr, status } = spawnSync(python, ['-W', 'ignore', join(folder, 'disclosure/peers.py'), work], {
  encoding: 'utf8',
  timeout: 900_000,
})
rmSync(work, { recursive: true, force: true })
if (status !== 0) throw new Error(`the peers failed: ${stderr.trim().split('\n').at(-1)}`)
for (const line of stdout.trim().split('\n')) {
  const peer = JSON.parse(line)
  if (peer.skipped) console.log(`${peer.name}: skipped, ${peer.skipped}`)
  else if (peer.name === 'pycanon') {
    const { k: theirs, distinct, closeness: t } = peer
    const [ours] = measured.result.sensitive
    if (theirs !== measured.result.k || distinct !== ours.distinct || Math.abs(t - ours.closeness) > 1e-9)
      throw new Error(
        `pycanon measures k ${theirs}, l ${distinct}, t ${t}: ours are ${measured.result.k}, ${ours.distinct}, ${ours.closeness}`,
      )
    console.log(
      `pycanon, k, l and t of the same release: ${(peer.seconds * 1000).toFixed(0)} ms, the same values; ` +
        `ratio: ours with risks takes ${(measured.ms / 1000 / peer.seconds).toFixed(4)} x`,
    )
  } else {
    const ours = peer.name === 'anonypy' ? mondrian : lattice.certainty
    console.log(
      `${peer.name}: ${peer.seconds.toFixed(2)} s, certainty ${share(peer.certainty)}, suppressed ${peer.suppressed}; ratio: ours takes ` +
        `${(ours.ms / 1000 / peer.seconds).toFixed(4)} x and loses ${(ours.result.loss.certainty / peer.certainty).toFixed(3)} x`,
    )
  }
}
