import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime, systemClock, type ConsentRegistry, type ConsentState } from '@attestry/core'
import {
  consentRegistry,
  openSubjectHandles,
  readConsentFile,
  recordConsent,
  type ConsentEvent,
} from '@attestry/governance'
import { actAs, needed, subjectOf } from '../acting.js'
import { exit, text, type Command, type Given } from '../command.js'
import { consentFile } from '../governance-options.js'
import { count, table, type Terminal } from '../terminal.js'
import { runVerb } from '../verbs.js'
import { workspaceOf } from '../workspace.js'

export const consent: Command = {
  summary: 'record what a person said about a purpose, or show how many may be used for what',
  usage:
    'consent [state|record] [--subject <id or ->] [--purpose <id>] [--state <state>] [--notice <id>] [--as <name>]',
  options: {
    subject: { type: 'string' },
    purpose: { type: 'string' },
    state: { type: 'string' },
    notice: { type: 'string' },
    at: { type: 'string' },
    expires: { type: 'string' },
    source: { type: 'string' },
    method: { type: 'string' },
    file: { type: 'string' },
    as: { type: 'string' },
  },
  about: {
    subject: 'the person as the data names them; - reads it from the standard input',
    purpose: 'id of the purpose, such as support',
    state: 'given, withdrawn, refused, opted-out, restricted or released',
    notice: 'id or version of the notice that they saw',
    at: 'when they said it, ISO 8601 (default: now)',
    expires: 'until when a given consent counts, ISO 8601',
    source: 'where it came from, such as form or GPC',
    method: 'how it was said, such as written, click or spoken',
    file: "the file of consent events (default: the config's, or consent.jsonl)",
    as: 'the principal who records it',
  },
  examples: [
    'consent',
    'consent record --subject - --purpose support --state withdrawn --notice v3 --as dana < person.txt',
  ],
  run: (given, terminal) => runVerb(given, terminal, summary, { state: stateOfPerson, record }),
}

/** What the events say, with people under their own identifiers: nothing of it is kept. */
function registryOf(file: string): { readonly events: readonly ConsentEvent[]; readonly registry: ConsentRegistry } {
  const events = existsSync(file) ? readConsentFile(file) : []
  const handles = { handleOf: (identifier: string) => identifier, flush: () => Promise.resolve() }
  return { events, registry: consentRegistry(events, handles, systemClock) }
}

/** Counts only: nobody is named. */
async function summary(given: Given, terminal: Terminal): Promise<number> {
  const file = await consentFile(given)
  const { events, registry } = registryOf(file)
  const people = [...new Set(events.map(({ subject }) => subject))]
  const purposes = [...new Set(events.filter(hasPurpose).map(({ purpose }) => purpose))].sort().map(purpose => {
    const states = people.map(person => registry.state(person, purpose))
    return { purpose, states: shown.map(state => states.filter(one => one === state).length) }
  })
  const restricted = people.filter(person => registry.isRestricted(person)).length
  terminal.json({
    file,
    events: events.length,
    people: people.length,
    restricted,
    purposes: purposes.map(({ purpose, states }) => ({
      purpose,
      ...Object.fromEntries(shown.map((state, i) => [state, states[i]])),
    })),
  })
  if (events.length === 0) terminal.print('nothing has been recorded yet: attestry consent record --help')
  else {
    terminal.print(
      `${count(events.length)} events of ${count(people.length)} people, ${count(restricted)} of them restricted`,
    )
    terminal.print(
      table([['purpose', ...shown], ...purposes.map(({ purpose, states }) => [purpose, ...states.map(count)])]),
    )
  }
  return exit.done
}

const shown: readonly ConsentState[] = ['given', 'withdrawn', 'refused', 'expired', 'other-purpose', 'unknown']
const hasPurpose = ({ state }: ConsentEvent): boolean => state !== 'restricted' && state !== 'released'

async function stateOfPerson(given: Given, terminal: Terminal): Promise<number> {
  const purpose = needed(given, 'purpose', consent.usage)
  const subject = await subjectOf(given, consent.usage)
  const file = await consentFile(given)
  const { registry } = registryOf(file)
  const result = { purpose, state: registry.state(subject, purpose), isRestricted: registry.isRestricted(subject) }
  terminal.json(result)
  terminal.print(`${result.state}${result.isRestricted ? ', restricted: not used for anything' : ''}`)
  return exit.done
}

async function record(given: Given, terminal: Terminal): Promise<number> {
  const need = (name: string): string => needed(given, name, consent.usage)
  const [purpose, state, notice] = [need('purpose'), need('state'), need('notice')]
  const subject = await subjectOf(given, consent.usage)
  const optional = ['expires', 'source', 'method'].flatMap(name => {
    const value = text(given, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const event: ConsentEvent = {
    subject,
    purpose,
    // What is none of the states is refused with the list of them.
    state: state as ConsentEvent['state'],
    at: text(given, 'at') ?? isoTime(systemClock),
    notice,
    ...Object.fromEntries(optional),
  }
  const file = await consentFile(given)
  const recorded = await actAs(given, workspaceOf(given), consent.usage, acting =>
    recordConsent(file, event, { ...acting, handles: openSubjectHandles(join(acting.workspace, 'keys')) }),
  )
  const { isNew, case: opened } = recorded
  terminal.json({ file, isNew, case: opened })
  terminal.print(isNew ? `recorded: ${state} for ${purpose}` : 'recorded already: nothing was changed')
  if (opened)
    terminal.print(
      `  case ${opened.id}: erasure, due ${opened.due.map(({ by, control }) => `${by.slice(0, 10)} (${control})`).join(', ')}`,
    )
  return exit.done
}
