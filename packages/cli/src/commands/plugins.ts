import { hooks, orderHandlers, type HookName } from '@attestry/core'
import { openProject } from '@attestry/sdk'
import { exit, type Command } from '../command.js'
import { table } from '../terminal.js'
import { configOf } from '../workspace.js'

export const plugins: Command = {
  summary: 'list the plugins of a config, what they speak for, and the order of their handlers',
  usage: 'plugins [config]',
  options: {},
  about: {},
  examples: ['plugins', 'plugins --json'],
  async run({ words }, terminal) {
    const { plugins: loaded } = await openProject(configOf(words[0]))
    const order = (Object.keys(hooks) as HookName[]).map(hook => ({
      hook,
      kind: hooks[hook].kind,
      plugins: orderHandlers(loaded, hook).map(({ plugin }) => plugin.name),
    }))
    const rows = loaded.map(({ name, version, regulation, controls = [], obligations = [] }) => ({
      name,
      version,
      regulation: regulation?.edition ?? null,
      controls: controls.length,
      obligations: obligations.length,
    }))
    terminal.json({ plugins: rows, order })
    terminal.print(
      table([
        ['plugin', 'version', 'controls', 'obligations', 'speaks for'],
        ...rows.map(row => [row.name, row.version, `${row.controls}`, `${row.obligations}`, row.regulation ?? '']),
      ]),
    )
    terminal.print('\norder of handlers')
    terminal.print(table(order.map(({ hook, kind, plugins: names }) => [hook, kind, names.join(' > ') || 'nobody'])))
    return exit.done
  },
}
