import { coreVersion } from '@attestry/core'
import { chooseRuntime } from '@attestry/autograd'
import { regulations } from '@attestry/sdk'
import { exit, type Command } from '../command.js'
import { table } from '../terminal.js'

export const doctor: Command = {
  summary: 'print versions, the engine chosen and why, and what is missing',
  usage: 'doctor',
  options: {},
  about: {},
  examples: ['doctor', 'doctor --json'],
  async run(_, terminal) {
    const runtime = chooseRuntime()
    const facts = {
      attestry: coreVersion,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      runtime: runtime.name,
      because: runtime.because,
      regulations: regulations.map(({ name }) => name),
    }
    terminal.json(facts)
    terminal.print(table(Object.entries(facts).map(([name, value]) => [name, String(value)])))
    return exit.done
  },
}
