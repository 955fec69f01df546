import { AttestryError, type ErrorCatalogue, type ErrorCode, nearest } from '@attestry/core'
import { errorCatalogue as lmErrors } from '@attestry/lm'
import { allErrors, layersEngine } from '@attestry/sdk'
import { exit, type Command } from '../command.js'
import { errorCatalogue, missingArgument } from '../errors.js'

export const explain: Command = {
  summary: 'explain an error code',
  usage: 'explain <CODE>',
  options: {},
  about: {},
  examples: ['explain CORE-E030', 'explain GDPR-E001 --json'],
  async run({ words }, terminal) {
    const [word] = words
    if (word === undefined) throw missingArgument('the code', 'attestry explain <CODE>')
    const catalogue = { ...allErrors, ...(await layersErrors()), ...lmErrors, ...errorCatalogue }
    const code = word.toUpperCase() as ErrorCode
    const found = catalogue[code]
    if (!found)
      throw new AttestryError({
        code: 'CLI-E003',
        message: `no error has the code ${word}; the nearest is ${nearest(code, Object.keys(catalogue))}`,
        help: 'all codes are listed in docs/errors',
      })
    terminal.json({ code, ...found })
    terminal.print(
      `${terminal.color.bold(`${code}: ${found.title}`)}\n\n${wrap(found.explanation)}\n\nexample\n  ${found.example}`,
    )
    return exit.done
  },
}

/** Codes of the package of layers models, where it is installed. */
const layersErrors = async (): Promise<ErrorCatalogue> =>
  layersEngine().then(
    ({ errorCatalogue: codes }) => codes,
    () => ({}),
  )

/** Lines of at most 100 columns. */
const wrap = (text: string): string => text.replace(/(?![^\n]{1,100}$)([^\n]{1,100})\s/g, '$1\n')
