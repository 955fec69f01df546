import { join } from 'node:path'
import { canonicalJson, systemClock, type Clock } from '@attestry/core'
import { openStateFile } from '../state/state-file.js'
import { freshAlert, isMeasured, observed, type AlertState, type Observation } from './alert-state.js'
import { alertsDamaged, tooManyAlerts } from './errors.js'
import { checkRules, type AlertRule, type FullRule } from './rule.js'
import {
  alertsSchema,
  mostAlerts,
  mostEvents,
  type AlertEvent,
  type RuleState,
  type StoredAlerts,
} from './stored-alerts.js'

/** Alerts that are raised, cleared, and do not flap, across processes and restarts. */
export interface AlertRules {
  /**
   * Judges the values of windows, in the order given, and returns what changed. Each change is on disk, among those that
   * nobody was told of, before it is returned.
   */
  observe(observations: readonly Observation[]): Promise<readonly AlertEvent[]>
  /** Raises an alert for every rule for which nothing was measured for longer than its `silentAfterMs`. */
  checkSilence(): Promise<readonly AlertEvent[]>
  /** Changes that nobody was told of, oldest first. After a crash they are still here. */
  untold(): Promise<readonly AlertEvent[]>
  /** Notes that people were told of these. */
  told(ids: readonly string[]): Promise<void>
  /** Every alert that was ever observed, raised ones first. */
  list(): Promise<readonly AlertState[]>
  /** Rules for which nothing is measured at the moment, as far as `checkSilence` found. */
  silent(): Promise<readonly string[]>
}

/**
 * Opens the alerts of a folder, kept in `alerts.json`.
 *
 * @throws MONITOR-E301 when a rule is not valid; from every method MONITOR-E302 when the file is damaged
 */
export function openAlertRules(
  directory: string,
  rules: readonly AlertRule[],
  { clock = systemClock }: { readonly clock?: Clock } = {},
): AlertRules {
  const full = checkRules(rules)
  const file = openStateFile<StoredAlerts>({
    path: join(directory, 'alerts.json'),
    schema: alertsSchema,
    empty: { version: 1, rules: {}, alerts: [], untold: [] },
    damaged: alertsDamaged,
  })
  const now = (): string => new Date(clock.now()).toISOString()

  const change = (action: (state: Draft) => void): Promise<readonly AlertEvent[]> =>
    file.change(stored => {
      const draft = new Draft(stored, now())
      for (const rule of full) draft.begin(rule)
      action(draft)
      return { state: draft.stored(), value: draft.events }
    })

  return {
    observe: observations =>
      change(draft => {
        for (const observation of observations)
          for (const rule of full) if (rule.metric === observation.metric) draft.observe(rule, timely(observation))
      }),
    checkSilence: () =>
      change(draft => {
        for (const rule of full) draft.checkSilence(rule)
      }),
    untold: async () => (await file.read()).untold,
    told: ids =>
      file.change(state => {
        const untold = state.untold.filter(({ id }) => !ids.includes(id))
        return { state: untold.length === state.untold.length ? state : { ...state, untold }, value: undefined }
      }),
    async list() {
      const { alerts } = await file.read()
      return [...alerts].sort((a, b) => Number(b.status === 'raised') - Number(a.status === 'raised'))
    },
    async silent() {
      const states = Object.entries((await file.read()).rules)
      return states.filter(([, { silentSince }]) => silentSince !== null).map(([name]) => name)
    },
  }
}

/** Times are compared as text, so they have one form. */
const timely = (observation: Observation): Observation => ({
  ...observation,
  time: new Date(observation.time).toISOString(),
})

const keyOf = (rule: string, slice: AlertState['slice']): string => canonicalJson({ rule, slice })

/** The stored alerts while they are changed. */
class Draft {
  readonly events: AlertEvent[] = []
  readonly #before: StoredAlerts
  readonly #now: string
  readonly #rules: Map<string, RuleState>
  readonly #alerts: Map<string, AlertState>
  #isChanged = false

  constructor(before: StoredAlerts, now: string) {
    this.#before = before
    this.#now = now
    this.#rules = new Map(Object.entries(before.rules))
    this.#alerts = new Map(before.alerts.map(alert => [keyOf(alert.rule, alert.slice), alert]))
  }

  /** A rule that is new is silent from now on, not from ever. */
  begin({ name }: FullRule): void {
    if (!this.#rules.has(name)) this.#setRule(name, { measuredAt: this.#now, silentSince: null, silences: 0 })
  }

  observe(rule: FullRule, observation: Observation): void {
    const { slice = {} } = observation
    const key = keyOf(rule.name, slice)
    const before = this.#alerts.get(key) ?? freshAlert(rule, slice)
    const after = observed(rule, before, observation)
    if (after === before) return
    this.#alerts.set(key, after)
    this.#isChanged = true
    if (this.#alerts.size > mostAlerts) throw tooManyAlerts(mostAlerts)
    if (isMeasured(rule, observation)) this.#heard(rule, observation.time)
    if (after.status === before.status) return
    this.events.push(this.#event(rule, after.status === 'raised' ? 'alert-raised' : 'alert-cleared', after))
  }

  checkSilence(rule: FullRule): void {
    const state = this.#rules.get(rule.name)!
    const silentMs = Date.parse(this.#now) - Date.parse(state.measuredAt)
    if (rule.silentAfterMs === null || state.silentSince !== null || silentMs <= rule.silentAfterMs) return
    this.#setRule(rule.name, { ...state, silentSince: this.#now, silences: state.silences + 1 })
    this.events.push(this.#event(rule, 'data-missing'))
  }

  /** Something was measured: with the clock of this machine, since a replayed window is no sign of life. */
  #heard(rule: FullRule, time: string): void {
    const state = this.#rules.get(rule.name)!
    const measuredAt = [state.measuredAt, time < this.#now ? time : this.#now].sort()[1]!
    const isBack = state.silentSince !== null && measuredAt > state.measuredAt
    if (isBack) this.events.push(this.#event(rule, 'data-back'))
    this.#setRule(rule.name, { ...state, measuredAt, ...(isBack && { silentSince: null }) })
  }

  #setRule(name: string, state: RuleState): void {
    this.#rules.set(name, state)
    this.#isChanged = true
  }

  #event(rule: FullRule, kind: AlertEvent['kind'], alert?: AlertState): AlertEvent {
    const { slice = {}, value = null } = alert ?? {}
    const episode = alert ? alert.episode : this.#rules.get(rule.name)!.silences
    const id = `${kind} ${episode} ${keyOf(rule.name, slice)}`
    const { name, metric, severity, raiseAt, clearAt } = rule
    const time = alert ? alert.lastSeen : this.#now
    return { id, kind, rule: name, metric, severity, slice, value, raiseAt, clearAt, episode, time }
  }

  /** What was there before, when nothing was changed. */
  stored(): StoredAlerts {
    if (!this.#isChanged) return this.#before
    return {
      version: 1,
      rules: Object.fromEntries(this.#rules),
      alerts: [...this.#alerts.values()],
      untold: [...this.#before.untold, ...this.events].slice(-mostEvents),
    }
  }
}
