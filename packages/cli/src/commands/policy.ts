import { join } from 'node:path'
import {
  AttestryError,
  addDuration,
  combinePolicy,
  conflictDigest,
  type Conflict,
  type Decision,
  type Duration,
  type EffectivePolicy,
  type InForce,
} from '@attestry/core'
import { openProject, type Project } from '@attestry/sdk'
import { dateOf, inOneYear } from '../dates.js'
import { exit, text, type Command, type Given } from '../command.js'
import { signAs } from '../sign.js'
import { missingArgument, unknownWord } from '../errors.js'
import { table, type Terminal } from '../terminal.js'
import { configOf } from '../workspace.js'

export const policy: Command = {
  summary: 'show the policy in force and who asked for what, or resolve a conflict',
  usage:
    'policy [config] [--resolve <conflict> (--keep <duration> | --connect allow|refuse | --first hold|erasure) --legal-basis <text> --as <name>]',
  options: {
    resolve: { type: 'string' },
    keep: { type: 'string' },
    connect: { type: 'string' },
    first: { type: 'string' },
    'legal-basis': { type: 'string' },
    scope: { type: 'string' },
    expires: { type: 'string' },
    as: { type: 'string' },
  },
  about: {
    resolve: 'sign a resolution of this conflict',
    keep: 'for retention: the period that is kept to, such as P7Y',
    connect: 'for a host that local processing forbids: allow or refuse',
    first: 'for erasure against a hold: hold or erasure',
    'legal-basis': 'why this duty prevails',
    scope: 'what the resolution covers (default: the data of this purpose)',
    expires: 'ISO date after which it no longer counts (default: in one year)',
    as: 'the principal who signs; not the author of the run',
  },
  examples: ['policy', 'policy --resolve retain:training-data --keep P7Y --legal-basis "17 CFR 210.2-06" --as dana'],
  async run(given, terminal) {
    const project = await openProject(configOf(given.words[0]))
    const combined = combinePolicy(project.plugins)
    const wanted = text(given, 'resolve')
    if (wanted !== undefined) return resolveConflict(project, find(combined, wanted), given, terminal)
    terminal.json(combined)
    print(combined, terminal)
    return exit.done
  },
}

function find({ conflicts }: EffectivePolicy, id: string): Conflict {
  const found = conflicts.find(conflict => conflict.id === id)
  if (found) return found
  throw new AttestryError({
    code: 'CLI-E005',
    message: `there is no conflict '${id}'`,
    notes: [`conflicts: ${conflicts.map(conflict => conflict.id).join(', ') || 'none'}`],
    help: 'name one of the conflicts above',
  })
}

async function resolveConflict(
  { workspace, config }: Project,
  conflict: Conflict,
  given: Given,
  terminal: Terminal,
): Promise<number> {
  const usage = resolveUsage(conflict)
  const need = (name: string): string => {
    const value = text(given, name)
    if (value === undefined) throw missingArgument(`--${name}`, usage)
    return value
  }
  const signer = need('as')
  const expires = text(given, 'expires') ?? inOneYear()
  // What is no decision or date is refused: a signature over it would resolve nothing.
  dateOf(expires)
  const decision = decisionOn(conflict, need)
  const file = join(
    workspace,
    'register',
    `resolution-${conflict.id.replaceAll(/[^a-z0-9-]/gi, '-')}-${signer}.dsse.json`,
  )
  await signAs(
    workspace,
    signer,
    {
      type: 'resolution',
      subjects: [{ name: 'conflict', digest: conflictDigest(conflict) }],
      predicate: {
        conflict: conflict.id,
        decision,
        legalBasis: need('legal-basis'),
        scope: text(given, 'scope') ?? `data of the purpose ${config.purpose}`,
        expires,
      },
    },
    file,
  )
  terminal.json({ resolved: conflict.id, signer, file })
  terminal.print(`${conflict.id} resolved by ${signer}: ${Object.entries(decision).flat().join(' ')}\n  ${file}`)
  return exit.done
}

const answers = { retain: 'keep', 'connect-to': 'connect', hold: 'first' } as const

/** Which option answers a conflict. */
const answerOf = ({ kind }: Conflict): 'keep' | 'connect' | 'first' => answers[kind as keyof typeof answers]

const resolveUsage = (conflict: Conflict): string => {
  const example = { keep: 'P7Y', connect: 'allow', first: 'hold' }[answerOf(conflict)]
  return `attestry policy --resolve ${conflict.id} --${answerOf(conflict)} ${example} --legal-basis "…" --as <name>`
}

function decisionOn(conflict: Conflict, need: (name: string) => string): Decision {
  const option = answerOf(conflict)
  const value = need(option)
  if (option === 'keep') {
    addDuration(new Date(0), value as Duration)
    return { keep: value as Duration }
  }
  const decision = { [option]: value } as Decision
  const known = option === 'connect' ? ['allow', 'refuse'] : ['hold', 'erasure']
  if (known.includes(value)) return decision
  throw unknownWord(`--${option}`, value, known.join(' or '))
}

function print(found: EffectivePolicy, { print: write, color }: Terminal): void {
  const rows: [string, string, string][] = []
  const add = <T>(name: string, entry: InForce<T> | null, text: (value: T) => string): void => {
    if (entry) rows.push([name, text(entry.value), entry.sources.map(({ control }) => control).join(', ')])
  }
  for (const entry of found.identifiers) add('remove', entry, ({ type, operator }) => `${type} (${operator})`)
  add('privacy', found.epsilon, ({ epsilon, delta }) => `epsilon at most ${epsilon} at delta ${delta}`)
  for (const entry of found.metrics) add('metric', entry, ({ metric, max }) => `${metric} at most ${max}`)
  add('approvals', found.approvals, value => `at least ${value}`)
  add('encryption', found.encryption, ({ keyBits }) => `at least ${keyBits} bits at rest`)
  add('records', found.auditEverySteps, value => `at least every ${value} training steps`)
  for (const entry of found.documents) add('document', entry, value => value)
  add('network', found.network.localOnly, () => 'nothing but this machine is reached')
  for (const entry of found.network.hosts) add('network', entry, host => `connects to ${host}`)
  for (const entry of found.erasure) add('erasure', entry, dataClass => `${dataClass} of a person, on request`)
  for (const entry of found.holds) add('hold', entry, ({ dataClass, id }) => `${dataClass} is not destroyed (${id})`)
  for (const entry of found.retention)
    add('retention', entry, ({ dataClass, min, max, trigger }) => {
      const bounds = [min && `at least ${min}`, max && `at most ${max}`].filter(Boolean).join(', ')
      return `${dataClass}: ${bounds} from ${trigger}`
    })
  write(color.bold('policy in force'))
  write(rows.length > 0 ? table(rows) : '  nobody asks for anything')
  for (const conflict of found.conflicts) {
    const { id, demands } = conflict
    write(`\n${color.yellow(`conflict ${id}`)}: a person must resolve it before any data is read`)
    write(table(demands.map(({ control, demand, plugin }) => [control, demand, plugin])))
    write(`  ${resolveUsage(conflict)}`)
  }
}
