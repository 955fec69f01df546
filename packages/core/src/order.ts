import { AttestryError } from './errors.js'
import { findCycle } from './graph.js'
import { hooks, type Handler, type HookEntry, type HookName, type PlacedHandler } from './hooks.js'
import type { Plugin } from './plugin.js'

export interface OrderedHandler<H extends HookName> {
  readonly plugin: Plugin
  readonly handler: Handler<H>
  readonly timeoutMs: number
}

const detailOf = <H extends HookName>(entry: HookEntry<H>): PlacedHandler<H> =>
  typeof entry === 'function' ? { handler: entry } : entry

interface Slot {
  readonly tier: 0 | 1 | 2
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/**
 * The handlers of one hook point in the order in which they run: `pre`, normal, `post`; within these, before/after named
 * plugins; then by plugin name. The order in which plugins were registered has no influence.
 *
 * @throws CORE-E011 when before/after contradict each other, with the cycle
 */
export function orderHandlers<H extends HookName>(plugins: readonly Plugin[], hook: H): readonly OrderedHandler<H>[] {
  const slots = new Map<string, Slot & OrderedHandler<H>>()
  for (const plugin of plugins) {
    const entry = plugin.hooks?.[hook] as HookEntry<H> | undefined
    if (!entry) continue
    const detail = detailOf(entry)
    slots.set(plugin.name, {
      plugin,
      handler: detail.handler,
      timeoutMs: detail.timeoutMs ?? hooks[hook].timeoutMs,
      tier: detail.order === 'pre' ? 0 : detail.order === 'post' ? 2 : 1,
      before: detail.before ?? [],
      after: detail.after ?? [],
    })
  }
  const names = [...slots.keys()].sort((a, b) => slots.get(a)!.tier - slots.get(b)!.tier || (a < b ? -1 : 1))
  const isSameTier = (a: string, b: string): boolean => slots.get(a)?.tier === slots.get(b)?.tier
  const earlier = (name: string): string[] => [
    ...slots.get(name)!.after.filter(other => slots.has(other) && isSameTier(other, name)),
    ...names.filter(other => slots.get(other)!.before.includes(name) && isSameTier(other, name)),
  ]
  const cycle = findCycle(names, earlier)
  if (cycle)
    throw new AttestryError({
      code: 'CORE-E011',
      message: `the order of '${hook}' handlers contradicts itself: ${cycle.reverse().join(' -> ')}`,
      help: "remove one 'before' or 'after'",
    })

  const ordered: string[] = []
  const place = (name: string): void => {
    if (ordered.includes(name)) return
    for (const other of earlier(name).sort()) place(other)
    ordered.push(name)
  }
  names.forEach(place)
  return ordered.map(name => slots.get(name)!)
}
