import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from '../src/ask.js'
import { attestryBin } from './command-line.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attestry-init-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const attestry = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [attestryBin, ...words], { cwd: folder })
  return { code: status, out: stdout.toString(), err: stderr.toString() }
}
const configOf = async (): Promise<Record<string, never>> =>
  ((await import(join(folder, 'attestry.config.mjs'))) as { default: Record<string, never> }).default

describe('attestry init', () => {
  it('writes a config with comments that runs at once, without being told anything', () => {
    expect(attestry('init').code).toBe(0)
    const text = readFileSync(join(folder, 'attestry.config.mjs'), 'utf8')
    expect(text.match(/\/\/ [A-Z]/g)!.length).toBeGreaterThan(8)
    const { code, out } = attestry('run')
    expect(out).toContain('waits for people')
    expect(code).toBe(4)
    expect(attestry('policy').out).toContain('GDPR-35')
  })

  it("takes data of one's own, reads its columns, and says which facts it read off", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${20 + (i % 40)},${i % 2 ? 'a' : 'b'},${i % 3 ? 'yes' : 'no'}`)
    writeFileSync(join(folder, "o'hara.csv"), `age,region,label\n${rows.join('\n')}\n`)
    const { out } = attestry(
      'init',
      '.',
      '--data',
      "o'hara.csv",
      '--regulations',
      'GDPR, SOX',
      '--groups',
      'region',
      '--author',
      'ada',
    )
    expect(out).toContain("bounds of 'age'")
    const config = await configOf()
    expect(config).toMatchObject({
      author: 'ada',
      plugins: [{ use: 'GDPR' }, { use: 'SOX' }],
      data: {
        source: "o'hara.csv",
        features: { age: { min: 20, max: 59 } },
        groups: ['region'],
        classes: ['no', 'yes'],
      },
      model: { architecture: 'mlp' },
      network: { localOnly: true, allow: [] },
    })
    expect(attestry('run').out).toContain('retain:training-data')
  })

  it('refuses what is not known, and never writes over a config', () => {
    expect(attestry('init', '--regulations', 'GDRP').err).toContain("the nearest is 'GDPR'")
    expect(existsSync(join(folder, 'attestry.config.mjs'))).toBe(false)
    expect(attestry('init', '--model', 'mlp').err).toContain('error[CLI-E009]')
    expect(attestry('init', '--model', 'bert').err).toContain('error[CLI-E001]')
    expect(attestry('init', '--data', 'none.csv').code).not.toBe(0)
    expect(attestry('init', '--hosts', 'mail.example.org:587,none').code).toBe(0)
    expect(readFileSync(join(folder, 'attestry.config.mjs'), 'utf8')).toContain("allow: ['mail.example.org:587']")
    expect(attestry('init').err).toContain('error[CLI-E006]')
  })

  it('takes either architecture for text', async () => {
    expect(attestry('init', '--model', 'text-convolution').code).toBe(0)
    expect((await configOf()).model).toMatchObject({ architecture: 'text-convolution', widths: [2, 3, 4] })
  })
})

describe('questions', () => {
  const questions = [
    { text: 'What data?', otherwise: '' },
    { text: 'Which regulations?', otherwise: 'GDPR' },
  ]

  it('are asked on a terminal, each with what an empty line means', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const answers = ask(questions, { input, output, isInteractive: true })
    let shown = ''
    output.on('data', (chunk: Buffer) => {
      shown += chunk.toString()
      if (shown.endsWith('What data? ')) input.write('mine.csv\n')
      if (shown.endsWith('Which regulations? [GDPR] ')) input.write('\n')
    })
    expect(await answers).toEqual(['mine.csv', 'GDPR'])
  })

  it('are not asked without one', async () => {
    const streams = { input: new PassThrough(), output: new PassThrough(), isInteractive: false }
    expect(await ask(questions, streams)).toEqual(['', 'GDPR'])
  })
})
