import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import * as autograd from '../src/index.js'

describe('the example of the README', () => {
  it('runs and prints the norms that it states', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const code = /```js\n([\s\S]*?)```/.exec(readme)![1]!
    const body = code.replace(/import (\{[^}]*\}) from '@attestry\/autograd'/, 'const $1 = autograd')
    const printed: unknown[][] = []
    const run = new Function('autograd', 'console', `return (async () => {${body}})()`)
    await run(autograd, { log: (...values: unknown[]) => printed.push(values) })
    const norms = Array.from(printed[0]![1] as Float32Array, norm => norm.toFixed(3))
    expect(code).toContain(`${norms[0]}, ${norms[1]} and, for padding, ${norms[2]}`)
    expect((printed[1]![0] as Float32Array).every(weight => weight !== 0)).toBe(true)
  })
})
