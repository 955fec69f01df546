import { writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openTrainingConfig, parseTrainingYaml } from '../../src/index.js'
import { axolotl, code, configFolder, llamaFactory } from './config-samples.js'

const folder = configFolder()

describe('a config file', () => {
  it('is refused when it is not one plain YAML mapping', () => {
    const wrong = [
      '',
      '7',
      '- a',
      'a: [',
      'a: 1\na: 2',
      'a: *b',
      '--- {}\n--- {}',
      'a: !!binary aGk=',
      'a: !thing 7',
      '? [1]\n: 2',
      'a: 2020-01-01',
    ]
    for (const text of wrong) expect(() => parseTrainingYaml(text, 'c.yaml'), text).toThrow(code('LM-E045'))
  })

  it('is refused when it is larger, deeper or repeats more than allowed', () => {
    const bomb = Array.from(
      { length: 20 },
      (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`,
    ).join('\n')
    for (const text of [
      `a: ${'x'.repeat(2 ** 20)}`,
      `a: ${'['.repeat(30)}${']'.repeat(30)}`,
      `a: ${'['.repeat(100_000)}`,
      `a:\n${'- '.repeat(50_000)}x`,
      `a: ${'&a '.repeat(50_000)}x`,
      `a: ${'!a '.repeat(50_000)}x`,
      `${'? '.repeat(50_000)}x`,
      Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      bomb,
      'a: &a [*a]',
      `a: [${'1,'.repeat(30_000)}]`,
    ])
      expect(() => parseTrainingYaml(text, 'c.yaml'), text.slice(0, 40)).toThrow(code('LM-E045'))
  })

  it('is refused when it is missing or not UTF-8', async () => {
    await expect(openTrainingConfig(folder.path('none.yaml'))).rejects.toThrow(code('LM-E045'))
    await writeFile(folder.path('latin.yaml'), Buffer.from('a: \xff', 'latin1'))
    await expect(openTrainingConfig(folder.path('latin.yaml'))).rejects.toThrow(code('LM-E045'))
  })

  it('is read as YAML 1.1, in which yes and on are truth values, and may use aliases', () => {
    expect(parseTrainingYaml('a: yes\nb: off\nc: &x { d: 1 }\ne: *x\nf: { <<: *x, g: 2 }', 'c.yaml')).toEqual({
      a: true,
      b: false,
      c: { d: 1 },
      e: { d: 1 },
      f: { d: 1, g: 2 },
    })
  })

  it('never fails in another way than with a code', async () => {
    const lines = [...axolotl.split('\n'), ...llamaFactory.split('\n')].filter(line => /^\w/.test(line))
    const key = fc.constantFrom(...lines.map(line => line.split(':')[0]!))
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(0, 1, 0.5, true, 'lora', 'plain', 'd.jsonl', [{ path: 'x' }]),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('base_model', 'model_name_or_path'),
        fc.array(fc.tuple(key, value), { maxLength: 8 }),
        async (model, entries) => {
          const config = {
            [model]: 'm',
            ...(model === 'base_model' ? { datasets: [{ path: 'd' }], learning_rate: 1 } : { dataset: 'plain' }),
            ...Object.fromEntries(entries),
          }
          await folder
            .open(JSON.stringify(config))
            .catch(error =>
              expect(error).toEqual(expect.objectContaining({ code: expect.stringMatching(/^LM-E04[5-9]$/) })),
            )
        },
      ),
      { numRuns: 500 },
    )
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&x',
      '*x',
      '!!set',
      '"',
      "'",
      '|',
      '>',
      '#',
      '<<',
      '?',
      '---',
      '\t',
      '%YAML 1.2',
      'base_model',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        try {
          expect(typeof parseTrainingYaml(pieces.join(''), 'c.yaml')).toBe('object')
        } catch (error) {
          expect(error).toEqual(code('LM-E045'))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
