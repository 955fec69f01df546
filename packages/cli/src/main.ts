import { parseArgs } from 'node:util'
import { AttestryError, isAttestryError, nearest } from '@attestry/core'
import { commonAbout, commonOptions, exit, type Command, type Given } from './command.js'
import { commands } from './commands/index.js'
import { unknownWord } from './errors.js'
import { renderError } from './render-error.js'
import { openTerminal, table, type Terminal } from './terminal.js'
import { named } from './verbs.js'

/**
 * Runs one command line.
 *
 * @param argv the words after `attestry`
 * @returns the exit code: 0 done, 1 failure, 2 usage, 3 vetoed, 4 waiting for people, 6 integrity broken
 */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = openTerminal({
    json: argv.includes('--json'),
    quiet: argv.includes('--quiet'),
    color: !argv.includes('--no-color'),
  })
  try {
    const [name, ...rest] = argv
    if (name === undefined || name === '--help' || name === 'help') return await printHelp(terminal)
    const command = await named('command', name, commands)()
    if (rest.includes('--help')) return printCommandHelp(command, terminal)
    return await command.run(parse(command, rest), terminal)
  } catch (failure) {
    return report(failure, terminal, argv.includes('--debug'))
  }
}

function parse(command: Command, args: readonly string[]): Given {
  const options = { ...commonOptions, ...command.options }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    return { words: positionals, flags: values as Given['flags'] }
  } catch (cause) {
    const unknown = args.find(arg => arg.startsWith('--') && !(arg.slice(2).split('=')[0]! in options))
    if (unknown !== undefined) {
      const word = unknown.slice(2).split('=')[0]!
      throw unknownWord('option', `--${word}`, `--${nearest(word, Object.keys(options))}`)
    }
    throw new AttestryError({
      code: 'CLI-E002',
      message: cause instanceof Error ? cause.message.split('\n')[0]! : 'the options cannot be read',
      help: `attestry ${command.usage}`,
    })
  }
}

function report(failure: unknown, terminal: Terminal, isDebug: boolean): number {
  const error = isAttestryError(failure)
    ? failure
    : new AttestryError({
        code: 'CORE-E014',
        message: 'the command failed in a way that has no code',
        cause: failure,
        help: 'run again with --debug',
      })
  if (terminal.isJson) terminal.json({ error: error.toJSON() })
  else process.stderr.write(`${renderError(error, terminal)}\n`)
  if (isDebug) process.stderr.write(`\n${stackOf(error)}\n`)
  return exitCodeOf(error)
}

const stackOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack}${error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`}`
    : String(error)

/** A request that cannot be carried out as written is usage; a broken record is integrity; the rest failed. */
export function exitCodeOf({ code }: AttestryError): number {
  const [area, kind] = code.split('-E')
  const number = Number(kind)
  if (area === 'CLI' || area === 'SDK') return exit.usage
  if (area === 'CORE' && (number < 12 || number === 22 || number === 23)) return exit.usage
  // A data file that is not there was named wrongly, as a config or an option would be.
  if (code === 'DATA-E001') return exit.usage
  return exit.failure
}

async function printHelp(terminal: Terminal): Promise<number> {
  const all = await Promise.all(Object.entries(commands).map(async ([name, load]) => ({ name, ...(await load()) })))
  terminal.print('attestry: fine-tune models under regulation, with evidence\n')
  terminal.print(table(all.map(({ name, summary }) => [name, summary])))
  terminal.print(
    '\nattestry <command> --help tells more. Exit codes: 0 done, 1 failure, 2 usage, 3 vetoed, 4 waiting, 6 broken.\n',
  )
  terminal.print('  attestry run\n  attestry verify')
  terminal.json(Object.fromEntries(all.map(({ name, summary, usage }) => [name, { summary, usage }])))
  return exit.done
}

function printCommandHelp({ summary, usage, options, about, examples }: Command, terminal: Terminal): number {
  terminal.print(`${summary}\n\n  attestry ${usage}\n`)
  const all = { ...about, ...commonAbout }
  terminal.print(table(Object.keys({ ...options, ...commonOptions }).map(name => [`--${name}`, all[name] ?? ''])))
  terminal.print(`\n${examples.map(example => `  attestry ${example}`).join('\n')}`)
  terminal.json({ summary, usage, options: Object.keys(options), examples })
  return exit.done
}
