// Writes down what each run of a plugin in its own tests came to: the evidence, also that of runs that were stopped, the
// reasons against deployment, and what stopped it. One JSON line a run.
import { appendFileSync } from 'node:fs'
import { vi } from 'vitest'

const file = process.env.ATTESTRY_VERDICTS

vi.mock('@attestry/plugin-kit', async importOriginal => {
  const kit = await importOriginal()
  return { ...kit, runPlugin: (plugin, input) => recorded(kit, plugin, input) }
})

async function recorded(kit, plugin, input) {
  const evidence = []
  const write = rest => appendFileSync(file, `${JSON.stringify({ plugin: plugin.name, evidence, ...rest })}\n`)
  try {
    const done = await kit.runPlugin(listening(plugin, evidence), input)
    const open = (done.verdict?.reasons ?? [])
      .filter(({ kind }) => kind !== 'met')
      .flatMap(({ control }) => control ?? [])
    write({ open: [...open, ...done.alerts.flatMap(({ control }) => control ?? [])], stopped: null })
    return done
  } catch (failure) {
    write({ open: [], stopped: failure?.where?.control ?? null })
    throw failure
  }
}

/** The plugin, with each piece of its evidence noted before it is recorded. */
function listening(plugin, evidence) {
  const listen = handler => (value, context) =>
    handler(value, {
      ...context,
      evidence: one => {
        const { type, controls, outcome, facts } = one
        evidence.push({ type, controls, outcome, acted: Number(facts.dropped) > 0 || facts.removed?.length > 0 })
        return context.evidence(one)
      },
    })
  const hooks = Object.entries(plugin.hooks ?? {}).map(([name, entry]) => [
    name,
    typeof entry === 'function' ? listen(entry) : { ...entry, handler: listen(entry.handler) },
  ])
  return { ...plugin, hooks: Object.fromEntries(hooks) }
}
