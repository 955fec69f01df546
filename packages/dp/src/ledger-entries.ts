import { canonicalJson, sha256, type Digest, type PrivacyCharge } from '@attestry/core'
import { brokenLedger } from './errors.js'

/** A charge with the time at which it was written, in ISO 8601. */
export interface DatedCharge extends PrivacyCharge {
  readonly at: string
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
export const entryLine = (charge: PrivacyCharge, previous: Digest, at: string): string =>
  canonicalJson({ at, charge: { ...charge }, previous })

/** The total spent on a dataset by basic composition: epsilons add up, and so do deltas. */
export function spentOn(
  state: LedgerState,
  dataset: string,
): { readonly epsilon: number; readonly delta: number; readonly charges: number } {
  const own = [...state.charges.values()].filter(charge => charge.dataset === dataset)
  return {
    epsilon: own.reduce((sum, charge) => sum + charge.epsilon, 0),
    delta: own.reduce((sum, charge) => sum + charge.delta, 0),
    charges: own.length,
  }
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

function parse(line: string): { readonly previous: Digest; readonly charge: DatedCharge } | undefined {
  try {
    const { at, previous, charge } = JSON.parse(line) as {
      at?: unknown
      previous?: unknown
      charge?: Partial<Record<keyof PrivacyCharge, unknown>>
    }
    const isEntry =
      typeof at === 'string' &&
      typeof previous === 'string' &&
      typeof charge?.epsilon === 'number' &&
      typeof charge.delta === 'number' &&
      charge.epsilon >= 0 &&
      charge.delta >= 0 &&
      typeof charge.id === 'string' &&
      typeof charge.dataset === 'string'
    return isEntry ? { previous: previous as Digest, charge: { ...(charge as PrivacyCharge), at } } : undefined
  } catch {
    return undefined
  }
}
