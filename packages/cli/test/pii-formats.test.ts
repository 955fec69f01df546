import { describe, expect, it } from 'vitest'
import { formatFindings, type FoundPlace } from '../src/pii-formats.js'

const places: readonly FoundPlace[] = [
  { file: 'a "b".txt', line: 1, type: 'EMAIL', rule: 'email', score: 0.95 },
  { file: 'in/c.jsonl', line: 7, type: 'PERSON', rule: 'model/per', score: 0.5, opinion: 'only-model' },
]

describe('places for other programs', () => {
  it('are a line of JSON each', () =>
    expect(
      formatFindings('jsonl', places)
        .split('\n')
        .map(line => JSON.parse(line) as object),
    ).toEqual(places))

  it('are a table with quotes where they are needed', () =>
    expect(formatFindings('csv', places)).toBe(
      'file,line,type,rule,score,opinion\n"a ""b"".txt",1,EMAIL,email,0.95,\nin/c.jsonl,7,PERSON,model/per,0.5,only-model',
    ))

  it('are results of SARIF, with a rule for each type', () => {
    const { version, runs } = JSON.parse(formatFindings('sarif', places)) as {
      version: string
      runs: { tool: { driver: { rules: { id: string }[] } }; results: object[] }[]
    }
    expect([version, runs.length, runs[0]!.tool.driver.rules.map(({ id }) => id)]).toEqual([
      '2.1.0',
      1,
      ['EMAIL', 'PERSON'],
    ])
    const at = (uri: string, startLine: number) => [
      { physicalLocation: { artifactLocation: { uri }, region: { startLine } } },
    ]
    expect(runs[0]!.results).toEqual([
      {
        ruleId: 'EMAIL',
        level: 'warning',
        message: { text: 'EMAIL was found by email, score 0.95' },
        locations: at('a%20%22b%22.txt', 1),
      },
      {
        ruleId: 'PERSON',
        level: 'warning',
        message: { text: 'PERSON was found by model/per, score 0.5, only-model' },
        locations: at('in/c.jsonl', 7),
      },
    ])
  })

  it('hold nothing of the value, whatever a place was made of', () => {
    const place = { ...places[0]!, value: 'jo@example.org' } as FoundPlace
    for (const format of ['jsonl', 'csv', 'sarif'] as const)
      expect(formatFindings(format, [place])).not.toContain('jo@')
  })

  it('are nothing, a head or an empty result where nothing was found', () => {
    expect([formatFindings('jsonl', []), formatFindings('csv', [])]).toEqual(['', 'file,line,type,rule,score,opinion'])
    expect(formatFindings('sarif', [])).toContain('"results": []')
  })
})
