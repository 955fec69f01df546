import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSite, rows, type Site } from './command-line.js'

let site: Site
const named = (who: (row: number) => string): string => {
  const [head, ...lines] = rows().trim().split('\n')
  return `${head},who\n${lines.map((line, i) => `${line},${who(i)}`).join('\n')}\n`
}
beforeAll(() => {
  site = openSite(config => {
    config.plugins = [{ use: '@attestry/dp' }, { use: '@attestry/governance' }]
    Object.assign(config.data, { subject: 'who' })
    config.training = {
      ...config.training,
      privacy: { epsilon: 1, delta: 1e-9, clippingNorm: 1, subjectBudget: { epsilon: 1.5, delta: 1e-3 } },
    }
  })
  // Two files that share everybody but one person; one of those they share has several rows in both.
  site.write(
    'tickets.csv',
    named(i => (i < 6 ? 'ada@example.org' : `march-${i}@example.org`)),
  )
  site.write(
    'april.csv',
    named(i => (i < 6 ? 'ada@example.org' : i === 299 ? 'newcomer@example.org' : `march-${i}@example.org`)),
  )
})
afterAll(() => site.remove())

const budget = (epsilon: number): void =>
  site.configure(config => {
    Object.assign(config.training.privacy as object, { subjectBudget: { epsilon, delta: 1e-3 } })
  })

interface People {
  readonly people: number
  readonly most: { readonly epsilon: number }
  readonly mostOfPerson: { readonly epsilon: number; readonly delta: number }
  readonly budget: { readonly epsilon: number; readonly delta: number } | null
  readonly exhausted: number | null
}
const people = (): People => (site.attestry('privacy', 'ledger', '--json').json() as { people: People }).people

// One story in order: each step builds on the one before.
it('a person with several rows in two files is charged for all of them, and never named', () => {
  const refused = site.attestry('run')
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('error[DP-E022]')])
  expect(refused.err).toMatch(/ > budget 1\.5 of a person as a whole for 1 of \d+ people of this data/)
  expect(refused.err).toMatch(/ask for at most epsilon 0\.[\d]+, train without the rows/)
  expect(refused.err).not.toContain('@example.org')
  expect(people()).toBeNull()

  budget(10)
  const first = site.attestry('run')
  const spent = people()
  const records = spent.mostOfPerson.epsilon / spent.most.epsilon
  expect(records).toBeCloseTo(Math.round(records), 9)
  // Of her six rows some are held out.
  expect([first.code, records > 1.5, records < 6.5]).toEqual([expect.any(Number), true, true])
  expect(spent).toMatchObject({ budget: { epsilon: 10, delta: 1e-3 }, exhausted: 0 })
  expect(site.attestry('privacy', 'ledger').out).toMatch(
    /with all records of a person together: epsilon [\d.]+ at delta [\d.e-]+ at most, of 10 at delta 0\.001; 0 people have none left/,
  )
  const runs = join(site.folder, '.attestry/runs')
  const card = readFileSync(join(runs, readdirSync(runs).sort().at(-1)!, 'report/model-card.md'), 'utf8')
  expect(card).toMatch(/about all of their records together, of a budget of \(10, 0\.001\)/)

  site.configure(config => {
    config.data.source = 'april.csv'
  })
  const { code, err } = site.attestry('run')
  expect([code, err]).toEqual([1, expect.stringContaining('error[DP-E022]')])
  expect(err).toMatch(/ for \d+ of \d+ people of this data/)
  expect(err).not.toContain('@example.org')
  expect(people()).toEqual(spent)

  // What is forged beside the ledger stops everything.
  const lists = join(site.folder, '.attestry/privacy-members')
  const list = join(lists, readdirSync(lists)[0]!)
  writeFileSync(list, readFileSync(list).subarray(0, -20))
  expect(site.attestry('run').err).toContain('error[DP-E023]')
}, 60_000)
