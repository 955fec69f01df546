import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import * as audit from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'

it('the example of the README does what it says', async () => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  const sample = readme.split('\n\n').filter(block => block.startsWith('    '))
  const folder = await temporaryFolder()
  const [imports, first, last] = sample as [string, string, string]
  const code = `${first}\n${last}\nreturn { ok, problems, uncovered }`
    .replaceAll("'keys/", `'${folder}/keys/`)
    .replaceAll("'run/", `'${folder}/run/`)
    .replaceAll("'run',", `'${folder}/run',`)
  const names = /\{(.*)\}/
    .exec(imports)![1]!
    .split(',')
    .map(name => name.trim())
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...args: unknown[]) => unknown
  const run = new AsyncFunction(...names, code)
  expect(await run(...names.map(name => audit[name as keyof typeof audit]))).toEqual({
    ok: true,
    problems: [],
    uncovered: [],
  })
})
