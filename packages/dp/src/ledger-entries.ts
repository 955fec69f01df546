import {
  canonicalJson,
  sha256,
  type Adjacency,
  type Digest,
  type PrivacyCharge,
  type PrivacySpent,
} from '@attestry/core'
import { brokenLedger } from './errors.js'
import { isAdjacency } from './events.js'

/** A charge with the time at which it was written, in ISO 8601. */
export interface DatedCharge extends PrivacyCharge {
  readonly at: string
  /** Digest of the list of people who bear it, where the data names them. */
  readonly members?: Digest
  /** What could be spent on a person as a whole then. */
  readonly personLimit?: { readonly epsilon: number; readonly delta: number }
}

/** What the ledger's lines add up to. */
export interface LedgerState {
  /** Charges in force, by id. */
  readonly charges: ReadonlyMap<string, DatedCharge>
  /** Digest of the newest line in force; the next line must name it. */
  readonly head: Digest
}

/** What the first line names as its predecessor. */
export const genesis: Digest = sha256('attestry privacy ledger 1')

/** One line, without its end: the charge, when it was made, and the line that it follows. */
export const entryLine = (
  charge: PrivacyCharge & Pick<DatedCharge, 'members' | 'personLimit'>,
  previous: Digest,
  at: string,
): string => canonicalJson({ at, charge: { ...charge }, previous })

/** What was spent on a dataset. @see spentBy */
export const spentOn = (state: LedgerState, dataset: string): PrivacySpent =>
  spentBy([...state.charges.values()].filter(charge => charge.dataset === dataset))

/**
 * The total of charges by basic composition: epsilons add up, and so do deltas, under one neighbouring relation.
 *
 * Once a charge holds for exchanged records only, so does the total. What holds for a record more or less then counts as what
 * it costs for two of them, since to exchange a record is to remove one and to add one; there is no way back.
 */
export function spentBy(charges: readonly PrivacySpent[]): PrivacySpent {
  const adjacency = charges.some(charge => charge.adjacency === 'replace-one') ? 'replace-one' : 'add-or-remove-one'
  const costs = charges.map(charge => costUnder(adjacency, charge))
  return {
    epsilon: costs.reduce((sum, { epsilon }) => sum + epsilon, 0),
    delta: costs.reduce((sum, { delta }) => sum + delta, 0),
    adjacency,
  }
}

/**
 * For two units that are added or removed, (e, d) becomes (2 e, d (1 + exp(e))), with a delta of at most 1.
 *
 * @see Vadhan 2017, "The Complexity of Differential Privacy", lemma 2.2 with groups of two
 */
function costUnder(adjacency: Adjacency, { epsilon, delta, adjacency: own }: PrivacySpent): PrivacySpent {
  if (own === adjacency) return { epsilon, delta, adjacency }
  return { epsilon: 2 * epsilon, delta: delta === 0 ? 0 : Math.min(1, delta * (1 + Math.exp(epsilon))), adjacency }
}

/** Closes a line that a crash cut short, so that the next entry starts on a line of its own. */
export const cutMark = ' #cut'

/**
 * Reads the ledger from its text.
 *
 * A line is in force when it names the newest line in force as its predecessor. Two others are passed over, because they
 * were never acknowledged: a line that a crash cut short (the last one without an end of line, or one closed by
 * the cut mark), and a line that lost a race (it names an older line, since another writer's got in between). Anything
 * else means that a line was changed or removed: a changed line has another digest, so the line after it names one that
 * does not exist. The newest line has nothing after it that would show a change.
 *
 * @throws DP-E012 with the line that does not fit
 */
export function readLedger(text: string): LedgerState {
  const charges = new Map<string, DatedCharge>()
  const known = new Set<Digest>([genesis])
  let head = genesis
  for (const [i, line] of text.split('\n').slice(0, -1).entries()) {
    if (line.endsWith(cutMark)) continue
    const entry = parse(line)
    if (!entry) throw brokenLedger(i + 1, 'it is not an entry')
    if (entry.previous !== head) {
      if (known.has(entry.previous)) continue
      throw brokenLedger(i + 1, 'it follows a line that is not there')
    }
    if (charges.has(entry.charge.id)) throw brokenLedger(i + 1, 'its id is charged twice')
    head = sha256(line)
    known.add(head)
    charges.set(entry.charge.id, entry.charge)
  }
  return { charges, head }
}

const isDigest = (value: unknown): boolean => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)

/** Whether an epsilon can hold for so many records together. */
export const isRecordsPerUnit = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1

function isLimit(value: unknown): boolean {
  const { epsilon, delta } = (value ?? {}) as Record<string, unknown>
  return typeof epsilon === 'number' && typeof delta === 'number' && epsilon > 0 && delta >= 0
}

function parse(line: string): { readonly previous: Digest; readonly charge: DatedCharge } | undefined {
  try {
    const { at, previous, charge } = JSON.parse(line) as {
      at?: unknown
      previous?: unknown
      charge?: Partial<Record<keyof PrivacyCharge | 'members' | 'personLimit', unknown>>
    }
    const isEntry =
      typeof at === 'string' &&
      typeof previous === 'string' &&
      typeof charge?.epsilon === 'number' &&
      typeof charge.delta === 'number' &&
      charge.epsilon >= 0 &&
      charge.delta >= 0 &&
      isAdjacency(charge.adjacency) &&
      (charge.personLimit === undefined || isLimit(charge.personLimit)) &&
      (charge.recordsPerUnit === undefined || isRecordsPerUnit(charge.recordsPerUnit)) &&
      typeof charge.id === 'string' &&
      typeof charge.dataset === 'string' &&
      (charge.members === undefined || isDigest(charge.members))
    return isEntry ? { previous: previous as Digest, charge: { ...(charge as PrivacyCharge), at } } : undefined
  } catch {
    return undefined
  }
}
