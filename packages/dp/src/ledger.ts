import {
  isoTime,
  sha256,
  systemClock,
  type Clock,
  type PeopleSpent,
  type PrivacyCharge,
  type PrivacyLedger,
  type PrivacyLimit,
} from '@attestry/core'
import { chargeIdReused, invalidCharge, invalidDelta, invalidEpsilon, ledgerFailed, overBudget } from './errors.js'
import { isAdjacency } from './events.js'
import {
  cutMark,
  entryLine,
  isRecordsPerUnit,
  readLedger,
  spentBy,
  spentOn,
  type DatedCharge,
  type LedgerState,
} from './ledger-entries.js'
import { ledgerFile, type LedgerFile } from './ledger-file.js'
import {
  encodeMembers,
  everybodyIn,
  holds,
  listsOf,
  membersBeside,
  membersOf,
  type MemberFiles,
  type Members,
} from './members.js'
import { isWithin, mostSpentOn, refuseOverForPeople } from './people-spending.js'

export interface LedgerOptions {
  /** Path of the ledger, or where its bytes are kept. */
  readonly file: string | LedgerFile
  /** Where lists of people are kept; a folder `privacy-members` beside a ledger with a path. */
  readonly members?: MemberFiles
  /** Dates the entries; the machine's clock by default. */
  readonly clock?: Clock
}

/** A charge that may be made, and on whom. */
export interface ProposedCharge {
  readonly charge: PrivacyCharge
  /** Handles, once for each record as in `charge`. */
  readonly people?: Iterable<string>
}

/** A ledger that can be asked before it is charged. */
export interface BudgetLedger extends PrivacyLedger {
  /**
   * Rejects as charging one after the other would, and writes nothing. Charges that were made before change nothing here either.
   *
   * @returns the most that any of these people would bear; null where nobody is named
   */
  check(proposed: readonly ProposedCharge[], limit: PrivacyLimit): Promise<PeopleSpent | null>
}

const mostRaces = 100

/**
 * A budget ledger that outlives the process: one line per charge, appended and flushed before `charge` resolves.
 *
 * Charges on one dataset add up by basic composition (epsilons add, deltas add), which holds whatever the mechanisms were.
 * Charges under different neighbouring relations are brought under one first, at the cost that it has.
 * Writers may run at the same time: of two charges that each fit but together do not, one is refused. Charging an id again
 * changes nothing, so that a resumed run pays once. Each line carries the digest of the one before, so that an edit or a
 * removal is noticed in all but the newest line. It is not signed: whoever may write the file could write all of it anew.
 *
 * A charge that names people is held to the limit for each of them too, whatever dataset they were charged in before: a file with
 * one more row is another dataset, and the same people. Their handles go into a list of its own, and its digest into the line.
 *
 * Rejects with DP-E011 over the budget of the dataset, DP-E022 over that of people, DP-E023 when a list of people is missing, DP-E012 when the file does not add up, DP-E013 when the disk fails, DP-E014 and DP-E015
 * for charges that cannot be meant, or for an id that was charged to other people.
 *
 * @example
 *   const ledger = openLedger({ file: '.attestry/privacy-ledger.jsonl' })
 *   await ledger.charge({ dataset, id: runId, epsilon: 2.97, delta: 1e-5, adjacency, mechanism }, { epsilon: 3, delta: 1e-5 })
 */
export function openLedger({ file, clock = systemClock, members: given }: LedgerOptions): BudgetLedger {
  const disk = typeof file === 'string' ? ledgerFile(file) : file
  const files = given ?? (typeof file === 'string' ? membersBeside(file) : undefined)
  let queue: Promise<unknown> = Promise.resolve()

  const chargeOnce = async (charge: PrivacyCharge, limit: PrivacyLimit, people: Members | undefined): Promise<void> => {
    for (let race = 0; race < mostRaces; race++) {
      const { state, isCut } = await load(disk)
      const known = state.charges.get(charge.id)
      if (known) {
        const isCovered = known.epsilon >= charge.epsilon && known.delta >= charge.delta
        const isSame = known.dataset === charge.dataset && known.adjacency === charge.adjacency
        if (!isSame || !isCovered || known.recordsPerUnit !== charge.recordsPerUnit)
          throw chargeIdReused(`epsilon ${known.epsilon} recorded, ${charge.epsilon} asked`)
        if (people && !(await names(known, people)))
          throw chargeIdReused('it does not name all of these people with their records')
        // Found, but perhaps written by a process that died before it was flushed.
        return await attempt('flushed', () => disk.sync())
      }
      const charges = [...state.charges.values()]
      refuseOver(charges, charge, limit)
      if (people) refuseOverForPeople(charges, await listsOf(charges, files!), { charge, people, limit })
      const members = people && (await attempt('written', () => files!.write(encodeMembers(people))))
      const { person: personLimit } = limit
      const line = entryLine(
        { ...charge, ...(members && { members }), ...(members && personLimit && { personLimit }) },
        state.head,
        isoTime(clock),
      )
      await attempt('written', () => disk.append(`${isCut ? `${cutMark}\n` : ''}${line}\n`))
      const after = await load(disk)
      if (after.state.charges.has(charge.id)) return
    }
    throw ledgerFailed('written', new Error(`${mostRaces} other writers came first`))
  }

  const names = async (charge: DatedCharge, people: Members): Promise<boolean> =>
    charge.members !== undefined && holds((await listsOf([charge], files!)).get(charge.members)!, people)

  const peopleOf = (handles: Iterable<string> | undefined, limit: PrivacyLimit): Members | undefined => {
    if (limit.person && !handles) throw invalidCharge('a limit for a person is set, and nobody is named')
    if (handles && !files) throw invalidCharge('it names people, and the ledger has no place for their list')
    return handles && membersOf(handles)
  }

  return {
    async charge(charge, limit, handles) {
      const checked = checkCharge(charge)
      checkLimit(limit)
      const people = peopleOf(handles, limit)
      const turn = queue.then(() => chargeOnce(checked, limit, people))
      queue = turn.catch(() => {})
      await turn
    },
    async check(proposed, limit) {
      checkLimit(limit)
      const { state } = await load(disk)
      const charges = [...state.charges.values()]
      const lists = new Map(files && (await listsOf(charges, files)))
      const named: Members[] = []
      for (const { charge, people: handles } of proposed) {
        const checked = checkCharge(charge)
        const people = peopleOf(handles, limit)
        if (people) named.push(people)
        if (state.charges.has(checked.id)) continue
        refuseOver(charges, checked, limit)
        if (people) refuseOverForPeople(charges, lists, { charge: checked, people, limit })
        const members = people && sha256(encodeMembers(people))
        if (members) lists.set(members, people)
        charges.push({ ...checked, at: isoTime(clock), ...(members && { members }) })
      }
      return named.length === 0 ? null : mostSpentOn(everybodyIn(named), charges, lists)
    },
    async spent(dataset) {
      return spentOn((await load(disk)).state, dataset)
    },
    async spentOnPeople(handles) {
      if (!files) throw invalidCharge('it names people, and the ledger has no place for their list')
      const charges = [...(await load(disk)).state.charges.values()]
      return mostSpentOn(membersOf(handles), charges, await listsOf(charges, files))
    },
  }
}

async function load(disk: LedgerFile): Promise<{ readonly state: LedgerState; readonly isCut: boolean }> {
  const text = await attempt('read', () => disk.read())
  return { state: readLedger(text), isCut: text !== '' && !text.endsWith('\n') }
}

async function attempt<T>(action: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (failure) {
    throw ledgerFailed(action, failure)
  }
}

function refuseOver(charges: readonly DatedCharge[], charge: PrivacyCharge, limit: PrivacyLimit): void {
  const own = charges.filter(({ dataset }) => dataset === charge.dataset)
  const spent = spentBy(own)
  const after = spentBy([...own, charge])
  for (const what of ['epsilon', 'delta'] as const)
    if (!isWithin(after[what], limit[what]))
      throw overBudget(what, { spent, after, asked: charge, limit: limit[what], dataset: charge.dataset })
}

function checkCharge({
  dataset,
  epsilon,
  delta,
  adjacency,
  recordsPerUnit,
  mechanism,
  id,
}: PrivacyCharge): PrivacyCharge {
  if (!isAdjacency(adjacency)) throw invalidCharge('its neighbouring relation is not one of the two')
  if (!(typeof epsilon === 'number' && epsilon >= 0 && Number.isFinite(epsilon)))
    throw invalidCharge('epsilon is not a finite number of at least 0')
  if (!(typeof delta === 'number' && delta >= 0 && delta < 1)) throw invalidCharge('delta is not in [0, 1)')
  if (recordsPerUnit !== undefined && !isRecordsPerUnit(recordsPerUnit))
    throw invalidCharge('recordsPerUnit is not a whole number of at least 1')
  for (const [name, text, most] of [
    ['dataset', dataset, 200],
    ['id', id, 200],
    ['mechanism', mechanism, 2000],
  ] as const)
    if (typeof text !== 'string' || text === '' || text.length > most)
      throw invalidCharge(`${name} is not a text of 1 to ${most} characters`)
  return { dataset, epsilon, delta, adjacency, mechanism, id, ...(recordsPerUnit !== undefined && { recordsPerUnit }) }
}

function checkLimit({ epsilon, delta, person }: PrivacyLimit): void {
  if (!(epsilon > 0 && Number.isFinite(epsilon))) throw invalidEpsilon(epsilon)
  if (!(delta >= 0 && delta < 1)) throw invalidDelta(delta, '[0, 1)')
  if (person) checkLimit(person)
}
