import * as crypto from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as library from '../src/index.js'

describe('the example of the README', () => {
  it('trains within the epsilon it asks for and writes the files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attestry-readme-'))
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const body = /```js\n([\s\S]*?)```/
      .exec(readme)![1]!
      .replace(/import (\{[^}]*\}) from '@attestry\/trainer'/, 'const $1 = library')
      .replace(/import (\{[^}]*\}) from 'node:crypto'/, 'const $1 = crypto')
      .replace("export('model')", 'export(folder)')
    const printed: number[] = []
    const run = new Function('library', 'crypto', 'folder', 'console', `return (async () => {${body}})()`)
    await run(library, crypto, folder, { log: (value: number) => printed.push(value) })
    expect(printed[0]).toBeLessThanOrEqual(3)
    expect(printed[0]).toBeGreaterThan(2.9)
    expect((await readdir(folder)).sort()).toEqual(['inference.onnx', 'model.json', 'weights.safetensors'])
    await rm(folder, { recursive: true })
  })
})
