import { AttestryError, isAttestryError, type Where } from './errors.js'
import { orderHandlers, type OrderedHandler } from './order.js'
import { hooks, type HookContext, type HookInput, type HookName, type HooksOfKind, type Stop } from './hooks.js'
import type { Plugin } from './plugin.js'
import type { Reason, Verdict, Vote } from './contracts/assessment.js'

/** One runner per kind of hook point: using the wrong one does not compile. */
export interface Dispatcher {
  /** Pipes the input through all handlers; `observe` sees what went in and came out of each plugin. */
  pipe<H extends HooksOfKind<'waterfall'>>(
    hook: H,
    input: HookInput<H>,
    observe?: (plugin: string, before: HookInput<H>, after: HookInput<H>) => void,
  ): Promise<HookInput<H>>
  /** Tells all handlers; gives the first stop in order, if any. */
  tell<H extends HooksOfKind<'seriesWithStop'>>(
    hook: H,
    input: HookInput<H>,
  ): Promise<(Stop & { readonly plugin: string }) | null>
  /** All answers in order, each with its plugin. */
  gather<H extends HooksOfKind<'collect' | 'parallel'>>(
    hook: H,
    input: HookInput<H>,
  ): Promise<readonly { readonly plugin: string; readonly answer: Answer<H> }[]>
  /** Asks all handlers; one deny denies, a throw or a timeout denies, no permit denies. */
  judge<H extends HooksOfKind<'veto'>>(hook: H, input: HookInput<H>): Promise<Verdict>
}

type Answer<H extends HooksOfKind<'collect' | 'parallel'>> = H extends 'evaluate'
  ? import('./contracts/assessment.js').Assessment
  : import('./contracts/assessment.js').Alert

/** @param contextOf the context of a plugin, made once per run */
export function createDispatcher(plugins: readonly Plugin[], contextOf: (plugin: Plugin) => HookContext): Dispatcher {
  const contexts = new Map(plugins.map(plugin => [plugin.name, contextOf(plugin)]))
  const ordered = Object.fromEntries(
    (Object.keys(hooks) as HookName[]).map(hook => [hook, orderHandlers(plugins, hook)]),
  ) as { readonly [H in HookName]: readonly OrderedHandler<H>[] }

  /** Runs one handler, and is the only place where a plugin's failure becomes ours. */
  const call = <H extends HookName>(
    hook: H,
    { plugin, handler, timeoutMs }: OrderedHandler<H>,
    input: HookInput<H>,
  ) => {
    const where: Where = { plugin: plugin.name, hook, stage: hooks[hook].stage }
    try {
      const answer = handler(input, contexts.get(plugin.name)!)
      if (!(answer instanceof Promise)) return answer
      return withTimeout(answer, timeoutMs, where).catch((failure: unknown) => {
        throw attributed(failure, where)
      })
    } catch (failure) {
      throw attributed(failure, where)
    }
  }

  return {
    async pipe(hook, input, observe) {
      let value = input
      for (const entry of ordered[hook]) {
        const after = (await call(hook, entry, value)) as typeof input
        observe?.(entry.plugin.name, value, after)
        value = after
      }
      return value
    },

    async tell(hook, input) {
      let first: (Stop & { readonly plugin: string }) | null = null
      for (const entry of ordered[hook]) {
        const answer = call(hook, entry, input)
        // Most observers answer at once: awaiting them would cost a turn of the loop per plugin and step.
        const stop = answer instanceof Promise ? await answer : answer
        if (stop && !first) first = { ...stop, plugin: entry.plugin.name }
      }
      return first
    },

    async gather<H extends HooksOfKind<'collect' | 'parallel'>>(hook: H, input: HookInput<H>) {
      const answers: { plugin: string; answer: Answer<H> }[] = []
      const collect = (plugin: string, found: unknown): void => {
        for (const answer of found as readonly Answer<H>[]) answers.push({ plugin, answer })
      }
      const entries = ordered[hook] as readonly OrderedHandler<H>[]
      if (hooks[hook].kind === 'collect')
        for (const entry of entries) collect(entry.plugin.name, await call(hook, entry, input))
      else {
        const found = await Promise.all(entries.map(async entry => call(hook, entry, input)))
        entries.forEach((entry, i) => collect(entry.plugin.name, found[i]))
      }
      return answers
    },

    async judge(hook, input) {
      const votes = await Promise.all(
        ordered[hook].map(async entry => {
          const plugin = entry.plugin.name
          try {
            return { plugin, vote: checkedVote(await call(hook, entry, input), plugin) }
          } catch (failure) {
            return { plugin, vote: deniedByFailure(failure) }
          }
        }),
      )
      return combineVotes(votes)
    },
  }
}

/** Deny overrides, independent of order: reasons are sorted by plugin and code. */
export function combineVotes(votes: readonly { readonly plugin: string; readonly vote: Vote }[]): Verdict {
  const reasonsOf = (decision: 'permit' | 'deny'): Reason[] =>
    votes
      .flatMap(({ plugin, vote }) =>
        vote.decision === decision ? (vote.reasons ?? []).map(reason => ({ plugin, ...reason })) : [],
      )
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : sortKey(a) > sortKey(b) ? 1 : 0))
  const denials = reasonsOf('deny')
  if (votes.some(({ vote }) => vote.decision === 'deny'))
    return { decision: 'deny', reasons: [...denials, ...reasonsOf('permit')] }
  if (votes.some(({ vote }) => vote.decision === 'permit')) return { decision: 'permit', reasons: reasonsOf('permit') }
  return { decision: 'deny', reasons: [{ code: 'CORE-E020', note: 'no plugin permitted', kind: 'refused' }] }
}

const sortKey = ({ plugin = '', code, note }: Reason): string => `${plugin} ${code} ${note}`

/** A vote that is not one of the three counts as a failure of the plugin, hence as a deny. */
function checkedVote(vote: unknown, plugin: string): Vote {
  const decision = (vote as Vote | undefined)?.decision
  if (decision === 'permit' || decision === 'abstain') return vote as Vote
  if (decision === 'deny' && (vote as Vote & { reasons?: unknown[] }).reasons?.length) return vote as Vote
  throw new AttestryError({
    code: 'CORE-E015',
    message: `${plugin} gave no vote: expected permit, abstain, or deny with reasons`,
    where: { plugin, hook: 'deploy' },
    help: "return { decision: 'abstain' } when the handler has nothing to say",
  })
}

const deniedByFailure = (failure: unknown): Vote => {
  const { code, message, where, help } = failure as AttestryError
  return {
    decision: 'deny',
    reasons: [
      {
        code,
        note: message,
        kind: 'refused',
        ...(where.control && { control: where.control }),
        ...(help && { help }),
      },
    ],
  }
}

/** A coded error keeps its code and gains its place; anything else becomes CORE-E012 with the cause kept. */
function attributed(failure: unknown, where: Where): AttestryError {
  if (isAttestryError(failure)) return failure.at(where)
  return new AttestryError({
    code: 'CORE-E012',
    // A foreign message may quote data: its class says enough here, and the cause is kept for --debug.
    message: `${where.plugin} failed in '${where.hook}' (${failure instanceof Error ? failure.name : typeof failure})`,
    where,
    cause: failure,
    help: `run again with --debug for the stack, and report it to the author of ${where.plugin}`,
  })
}

async function withTimeout<T>(answer: Promise<T>, timeoutMs: number, where: Where): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new AttestryError({
            code: 'CORE-E013',
            message: `${where.plugin} did not settle '${where.hook}' within ${timeoutMs / 1000} s`,
            where,
            help: 'look for a promise that is never resolved, or give the handler a longer timeoutMs',
          }),
        ),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([answer, expired])
  } finally {
    clearTimeout(timer)
  }
}
