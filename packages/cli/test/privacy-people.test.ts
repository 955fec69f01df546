import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSite, type Site } from './command-line.js'

let site: Site
beforeAll(() => {
  site = openSite(config => {
    config.plugins = [{ use: '@attestry/dp' }, { use: '@attestry/governance' }]
    Object.assign(config.data, { subject: 'who' })
    config.training.privacy = { epsilon: 3, delta: 1e-5, clippingNorm: 1 }
  })
  const [head, ...lines] = readFileSync(join(site.folder, 'tickets.csv'), 'utf8').trim().split('\n')
  const named = lines.map((line, i) => `${line},person-${i}@example.org`)
  site.write('tickets.csv', `${head},who\n${named.join('\n')}\n`)
})
afterAll(() => site.remove())

interface Ledger {
  readonly datasets: readonly { readonly epsilon: number }[]
  readonly people: {
    readonly people: number
    readonly peopleAtMost: number
    readonly most: { readonly epsilon: number }
  }
}
const ledger = (): Ledger => site.attestry('privacy', 'ledger', '--json').json()

it('a budget belongs to the people of a file, so that one more row does not renew it', () => {
  site.attestry('run')
  const first = ledger()
  expect(first.people).toMatchObject({ most: { epsilon: first.datasets[0]!.epsilon } })
  expect(first.people.people).toBeGreaterThan(150)
  expect(first.people.people).toBeLessThan(300)
  expect(first.people.peopleAtMost).toBe(first.people.people)
  expect(site.attestry('privacy', 'ledger').out).toMatch(
    /\d+ people are named by these charges; epsilon (2\.9\d*|3) at delta 0\.00001 is the most that one bears/,
  )

  const before = readFileSync(join(site.folder, 'tickets.csv'), 'utf8')
  site.write('tickets.csv', `${before}1,2,north,yes,newcomer@example.org\n`)
  const { code, err } = site.attestry('run')
  expect([code, err]).toEqual([1, expect.stringMatching(/error\[DP-E022\].* for \d+ of \d+ people of this data/)])
  expect(err).not.toContain('@example.org')
  expect(ledger()).toEqual(first)
}, 60_000)
