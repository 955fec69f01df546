import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as dp from '../src/index.js'

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')

describe('the README', () => {
  it('shows an example that prints what it says', () => {
    const code = /```ts\n([\s\S]*?)```/.exec(readme)![1]!
    const printed: string[] = []
    const expected = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(match => match[1])
    const body = code.replace(/import \{(.*)\} from '@attestry\/dp'/, 'const {$1} = dp')
    new Function('dp', 'console', body)(dp, { log: (value: unknown) => printed.push(String(value)) })
    expect(printed).toEqual(expected)
    expect(printed).toHaveLength(2)
  })

  it('names only functions that exist', () => {
    const named = [...readme.matchAll(/^\| `(.*?)`(?:, `(.*?)`)? *\|/gm)].flatMap(match => [match[1], match[2]])
    const functions = named.filter(name => name !== undefined).map(name => name.replace('()', ''))
    expect(functions.length).toBeGreaterThan(8)
    for (const name of functions) expect(dp, name).toHaveProperty(name)
  })
})
