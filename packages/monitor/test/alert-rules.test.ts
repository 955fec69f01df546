import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  noticeOfEvent,
  observationsOf,
  openAlertRules,
  openDelivery,
  rulesOf,
  tellUntold,
  type AlertRule,
  type AlertRules,
  type Finding,
  type Message,
  type Observation,
} from '../src/index.js'

const hour = 3_600_000
const start = Date.UTC(2026, 2, 1)
const clock = { time: start, now: () => clock.time }
const psi: AlertRule = { name: 'psi', metric: 'score-psi', raiseAt: 0.2, clearAt: 0.1, raiseAfter: 2, clearAfter: 2 }

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attestry-alerts-'))
  clock.time = start
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const opened = (...rules: AlertRule[]): AlertRules => openAlertRules(directory, rules, { clock })
const at = (hours: number): string => new Date(start + hours * hour).toISOString()
const seen = (hours: number, value: number | null, more: Partial<Observation> = {}): Observation => ({
  metric: 'score-psi',
  value,
  rows: 500,
  time: at(hours),
  ...more,
})

/** What changes when these values come hour by hour. */
async function kinds(rules: AlertRules, values: readonly (number | null)[], more: Partial<Observation> = {}) {
  const events: string[] = []
  for (const [i, value] of values.entries())
    for (const { kind } of await rules.observe([seen(i + 1, value, more)])) events.push(`${i + 1} ${kind}`)
  return events
}

describe('an alert', () => {
  it('is raised after bad windows in a row, and cleared after good ones in a row', async () => {
    const values = [0.3, 0.05, 0.2, 0.3, 0.4, 0.05, 0.3, 0.05, 0.05, 0.05]
    expect(await kinds(opened(psi), values)).toEqual(['4 alert-raised', '9 alert-cleared'])
  })

  it('is not moved by values between its limits, which break both rows', async () => {
    expect(await kinds(opened(psi), [0.3, 0.15, 0.3, 0.15, 0.3])).toEqual([])
    const raised = [0.3, 0.3]
    expect(await kinds(opened({ ...psi, name: 'other' }), [...raised, 0.05, 0.15, 0.05, 0.1, 0.05])).toEqual([
      '2 alert-raised',
    ])
  })

  it('is neither raised nor cleared by what was not measured, which breaks no row', async () => {
    const values = [0.3, null, 0.3, 0.05, null, Number.NaN, 0.05]
    expect(await kinds(opened(psi), values)).toEqual(['3 alert-raised', '7 alert-cleared'])
    expect(await kinds(opened({ ...psi, leastRows: 501, name: 'large' }), [0.3, 0.3, 0.3])).toEqual([])
  })

  it('is not raised by what chance explains', async () => {
    expect(await kinds(opened(psi), [0.3, 0.3, 0.3], { isCertain: false })).toEqual([])
  })

  it('of a value that should be high is raised below its limit', async () => {
    const rule: AlertRule = { ...psi, bad: 'below', raiseAt: 0.8, clearAt: 0.85 }
    expect(await kinds(opened(rule), [0.9, 0.8, 0.7, 0.82, 0.86, 0.85, 0.86, 0.86])).toEqual([
      '3 alert-raised',
      '8 alert-cleared',
    ])
  })

  it('rests after a raise, and is raised at the end of the rest when it is still bad', async () => {
    const rule: AlertRule = { ...psi, raiseAfter: 1, clearAfter: 1, coolDownMs: 5 * hour }
    expect(await kinds(opened(rule), [0.3, 0.05, 0.3, 0.3, 0.3, 0.3])).toEqual([
      '1 alert-raised',
      '2 alert-cleared',
      '6 alert-raised',
    ])
  })

  it('stands for each slice on its own', async () => {
    const rules = opened({ ...psi, raiseAfter: 1 })
    const slices = [{ region: 'a' }, { region: 'b' }, undefined]
    await rules.observe(slices.map((slice, i) => seen(1, i === 1 ? 0.05 : 0.3, slice && { slice })))
    expect((await rules.list()).map(({ status, slice }) => [status, slice])).toEqual([
      ['raised', { region: 'a' }],
      ['raised', {}],
      ['clear', { region: 'b' }],
    ])
  })

  it('takes each window once, in order', async () => {
    const rules = opened(psi)
    await rules.observe([seen(2, 0.3)])
    expect(await rules.observe([seen(2, 0.3), seen(1, 0.3)])).toEqual([])
    // The same instant in other words.
    expect(await rules.observe([{ ...seen(2, 0.3), time: '2026-03-01T02:00:00Z' }])).toEqual([])
    expect(await rules.observe([seen(3, 0.3)])).toHaveLength(1)
  })

  it('tells value, limits and which time it is', async () => {
    const rules = opened({ ...psi, raiseAfter: 1, clearAfter: 1, severity: 'critical' })
    await kinds(rules, [0.3, 0.05])
    const [event] = await rules.observe([seen(5, 0.4123456)])
    expect(event).toEqual({
      id: 'alert-raised 2 {"rule":"psi","slice":{}}',
      kind: 'alert-raised',
      rule: 'psi',
      metric: 'score-psi',
      severity: 'critical',
      slice: {},
      value: 0.4123456,
      raiseAt: 0.2,
      clearAt: 0.1,
      episode: 2,
      time: at(5),
    })
    expect(noticeOfEvent({ ...event!, slice: { region: 'a' } }).text).toBe(
      `critical: score-psi [region=a] 0.4123, limit 0.2 (rule psi, ${at(5)})`,
    )
  })
})

describe('silence', () => {
  const rule: AlertRule = { ...psi, silentAfterMs: 3 * hour }
  const look = async (rules: AlertRules, hours: number): Promise<string[]> => {
    clock.time = start + hours * hour
    return (await rules.checkSilence()).map(({ kind }) => kind)
  }

  it('is an alert once, and ends with the next measured window', async () => {
    const rules = opened(rule, { ...psi, name: 'never-silent' })
    expect(await look(rules, 0)).toEqual([])
    expect(await look(rules, 3)).toEqual([])
    expect(await look(rules, 3.5)).toEqual(['data-missing'])
    expect(await look(rules, 9)).toEqual([])
    expect(await rules.silent()).toEqual(['psi'])
    expect((await rules.observe([seen(8.5, 0.05)])).map(({ kind }) => kind)).toEqual(['data-back'])
    expect(await rules.silent()).toEqual([])
    expect(await look(rules, 11)).toEqual([])
    expect(await look(rules, 12)).toEqual(['data-missing'])
  })

  it('does not end with a window that was not measured, nor with an old one', async () => {
    const rules = opened(rule)
    await look(rules, 0)
    expect(await look(rules, 4)).toEqual(['data-missing'])
    expect(await rules.observe([seen(3.9, null), seen(-1, 0.05, { slice: { region: 'a' } })])).toEqual([])
    expect(await rules.silent()).toEqual(['psi'])
  })
})

describe('restarts', () => {
  it('change nothing, wherever they fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(0.05, 0.15, 0.3, null), fc.boolean()), { maxLength: 20 }),
        async values => {
          const [here, there] = [await mkdtemp(join(directory, 'a-')), await mkdtemp(join(directory, 'b-'))]
          const whole = openAlertRules(here, [psi], { clock })
          let broken = openAlertRules(there, [psi], { clock })
          for (const [i, [value, restarts]] of values.entries()) {
            if (restarts) broken = openAlertRules(there, [psi], { clock })
            expect(await broken.observe([seen(i + 1, value)])).toEqual(await whole.observe([seen(i + 1, value)]))
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('forget no change that nobody was told of, and tell it under the same id', async () => {
    await kinds(opened(psi), [0.3, 0.3])
    const got: Message[] = []
    await opened(psi).observe([seen(2.5, 0.3)])
    const delivery = openDelivery(directory, new Map([['email', async (one: Message) => void got.push(one)]]), clock)
    expect(await opened(psi).untold()).toHaveLength(1)
    expect(await tellUntold(opened(psi), delivery, undefined, clock)).toEqual([
      { channel: 'email', outcome: 'delivered' },
    ])
    expect(got.map(({ type, text }) => `${type} ${text}`)).toEqual([
      `attestry.monitor.alert-raised warning: score-psi 0.3, limit 0.2 (rule psi, ${at(2)})`,
    ])
    expect(await opened(psi).untold()).toEqual([])
    expect(await tellUntold(opened(psi), delivery)).toEqual([])
  })

  it('keep every change in its order', async () => {
    for (const time of [1, 2, 3, 4]) await opened(psi).observe([seen(time, time < 3 ? 0.3 : 0.05)])
    const untold = await opened(psi).untold()
    expect(untold.map(({ kind }) => kind)).toEqual(['alert-raised', 'alert-cleared'])
    await opened(psi).told([untold[0]!.id])
    expect(await opened(psi).untold()).toEqual([untold[1]])
  })

  it('leave a change untold that no channel has and that could not be kept', async () => {
    const rules = opened(psi)
    await kinds(rules, [0.3, 0.3])
    const lost = { channel: 'email', outcome: 'lost' as const }
    await tellUntold(rules, { ...openDelivery(directory, new Map()), deliver: async () => [lost] })
    expect(await rules.untold()).toHaveLength(1)
  })

  it.each(['', '{}', '{"version":1,"rules":{},"alerts":[{}],"untold":[]}'])('refuse a file such as %j', async text => {
    await writeFile(join(directory, 'alerts.json'), text)
    await expect(opened(psi).observe([seen(1, 0.3)])).rejects.toMatchObject({ code: 'MONITOR-E302' })
    expect(await readFile(join(directory, 'alerts.json'), 'utf8')).toBe(text)
  })
})

it('raises and clears alternate, each after its row, and noise within the limits does nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.double({ min: 0, max: 0.4, noNaN: true }), fc.constant(null)), { maxLength: 25 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      async (values, raiseAfter, clearAfter) => {
        const rules = openAlertRules(await mkdtemp(join(directory, 'p-')), [{ ...psi, raiseAfter, clearAfter }], {
          clock,
        })
        const events: { at: number; kind: string }[] = []
        for (const [i, value] of values.entries())
          for (const { kind } of await rules.observe([seen(i + 1, value)])) events.push({ at: i, kind })
        events.forEach(({ at: place, kind }, i) => {
          const isRaise = i % 2 === 0
          expect(kind).toBe(isRaise ? 'alert-raised' : 'alert-cleared')
          const measured = values.slice(0, place + 1).filter(value => value !== null)
          const row = measured.slice(isRaise ? -raiseAfter : -clearAfter)
          expect(row).toHaveLength(isRaise ? raiseAfter : clearAfter)
          expect(row.every(value => (isRaise ? value >= 0.2 : value < 0.1))).toBe(true)
        })
        // Crossing one limit to and fro, however often, never both raises and clears.
        if (values.every(value => value === null || value >= 0.1)) expect(events.length).toBeLessThanOrEqual(1)
        if (values.every(value => value === null || value < 0.2)) expect(events).toEqual([])
      },
    ),
    { numRuns: 40 },
  )
})

describe('rules', () => {
  it.each([
    [[{ ...psi, clearAt: 0.3 }], '0.clearAt: on the good side of raiseAt'],
    [[{ ...psi, bad: 'below' as const }], '0.clearAt'],
    [[psi, psi], "two rules are called 'psi'"],
    [[{ ...psi, name: 'PSI' }], '0.name'],
    [[{ ...psi, raiseAfter: 0 }], '0.raiseAfter'],
    [[{ ...psi, raiseAt: Number.NaN }], '0.raiseAt'],
    [[{ ...psi, cooldown: 3 }], 'cooldown'],
  ])('refuse %j', (rules, problem) => {
    expect(() => opened(...rules)).toThrow(
      expect.objectContaining({ code: 'MONITOR-E301', message: expect.stringContaining(problem) }),
    )
  })

  it('are made from findings, and take findings', async () => {
    const finding: Finding = { metric: 'score-psi', state: 'alert', value: 0.3, threshold: 0.2, p: 0.001, rows: 500 }
    const findings: Finding[] = [
      finding,
      { ...finding, metric: 'prediction-psi', state: 'calm', p: 0.4 },
      { ...finding, metric: 'group-psi', attribute: 'region' },
      { ...finding, metric: 'accuracy-drop', state: 'not-assessed', value: null, p: null, slice: { region: 'a' } },
      { ...finding, metric: 'invalid-score-share', threshold: 0, value: 0.01, p: null },
    ]
    expect(observationsOf(findings, at(1)).map(({ value }) => value)).toEqual([0.3, 0.3, 0.3, null, 0.01])
    const rules = opened(...rulesOf(findings, { raiseAfter: 1 }))
    const events = await rules.observe(observationsOf(findings, at(1)))
    expect(events.map(({ metric, slice }) => [metric, slice])).toEqual([
      ['score-psi', {}],
      ['group-psi', { attribute: 'region' }],
      ['invalid-score-share', {}],
    ])
    const calm = findings.map((one): Finding => ({ ...one, state: 'calm', value: 0 }))
    await rules.observe(observationsOf(calm, at(2)))
    expect(await rules.observe(observationsOf(calm, at(3)))).toHaveLength(3)
  })
})
