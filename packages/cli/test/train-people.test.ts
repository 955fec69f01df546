import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openLedger, privacySpendingOfPeople } from '@attestry/dp'
import { openSubjectHandles } from '@attestry/governance'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attestryBin, openSite, type Result, type Site } from './command-line.js'
import { configOfLora, signalled, writeByteModel } from './small-training.js'

let site: Site
beforeEach(async () => {
  site = openSite()
  await writeByteModel(join(site.folder, 'model'))
  site.write('chat.jsonl', rowsOf([...ada(3), ...everybody(21)]))
  site.write('lora.yaml', yaml)
})
afterEach(() => site.remove())

const yaml = configOfLora().replace('val_set_size: 0.25', 'val_set_size: 0')
const ada = (rows: number): string[] => Array.from({ length: rows }, () => 'ada@example.org')
const everybody = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `user-${from + i}@example.org`)
const rowsOf = (people: readonly string[]): string =>
  people.map((user, i) => JSON.stringify({ prompt: `colour ${i % 4}?`, completion: 'red', meta: { user } })).join('\n')

const words = ['train', 'lora.yaml', '--epsilon', '2', '--delta', '1e-9', '--subject-field', 'meta.user'] as const
const budget = (epsilon: number): string[] => [
  ...['--subject-budget-epsilon', `${epsilon}`, '--subject-budget-delta', '1e-3'],
]

const workspace = (): string => join(site.folder, '.attestry')
const ledgerPath = (): string => join(workspace(), 'privacy-ledger.jsonl')
const lines = (): readonly string[] => readFileSync(ledgerPath(), 'utf8').trim().split('\n')
const chargedEpsilon = (line = 0): number =>
  (JSON.parse(lines()[line]!) as { charge: { epsilon: number } }).charge.epsilon
const spentOn = async (identifier: string): Promise<number> => {
  const handle = openSubjectHandles(join(workspace(), 'keys')).handleOf(identifier)
  return (await openLedger({ file: ledgerPath() }).spentOnPeople([handle])).person.epsilon
}
const codeIn = ({ err }: Result | { err: string }): string | undefined => /error\[([A-Z]+-E\d+)\]/.exec(err)?.[1]

interface PeopleFacts {
  readonly people: number
  readonly mostRows: number
  readonly after: { readonly person: { readonly epsilon: number }; readonly record: { readonly epsilon: number } }
}

describe('attestry train on rows of people who are named', () => {
  it('tells with --dry-run what each would bear, and writes nothing', () => {
    const dry = site.attestry(...words, ...budget(7), '--dry-run')
    expect(dry.out).toMatch(/people\s+22, with at most 3 rows each; every one of them is charged/)
    expect(dry.out).toMatch(/about a person\s+epsilon 6 at delta 6\.299e-8 at most .*, of epsilon 7 at delta 0\.001/)
    expect(dry.out).toMatch(/privacy\s+epsilon [\d.]+ at delta 1e-9 for any one example/)
    const { people } = site.attestry(...words, '--dry-run', '--json').json() as { people: PeopleFacts }
    expect(people).toMatchObject({ people: 22, mostRows: 3, after: { record: { epsilon: 2 }, budget: null } })
    expect(existsSync(workspace())).toBe(false)
  })

  it('charges each of them, a person with k rows as a group of k, and says so in record and statement', async () => {
    const result = site.attestry(...words, ...budget(7))
    expect([result.code, codeIn(result)]).toEqual([0, undefined])
    expect(await spentOn('ada@example.org')).toBeCloseTo(3 * chargedEpsilon(), 12)
    expect(await spentOn('user-0@example.org')).toBeCloseTo(chargedEpsilon(), 12)
    expect(await spentOn('somebody-else@example.org')).toBe(0)
    expect(await privacySpendingOfPeople(ledgerPath())).toMatchObject({ people: 22, budget: { epsilon: 7 } })
    const { privacy } = JSON.parse(readFileSync(join(site.folder, 'out/training_record.json'), 'utf8')) as {
      privacy: { people: PeopleFacts['after']; statement: string; unit: string }
    }
    expect(privacy.people).toMatchObject({ person: { epsilon: 3 * chargedEpsilon() }, budget: { epsilon: 7 } })
    expect(privacy.unit).toBe('record')
    expect(privacy.statement).toMatch(
      /A person with several records is covered for one of them only\. This training was charged to every person .*about all of their records together, of a budget of \(7, 0\.001\)/,
    )
    expect(site.attestry('privacy', 'ledger').out).toMatch(/^22 people are named by these charges; epsilon [12]/m)
    const kept = readdirSync(workspace(), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    const texts = kept.map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    expect(texts.length).toBeGreaterThan(3)
    for (const text of [...texts, result.out, result.err]) expect(text).not.toContain('example.org')
  })

  it('refuses people without budget before a row is tokenised, whatever file they stand in now', () => {
    site.write('lora.yaml', `${yaml.replace('chat.jsonl', 'chat.jsonl\n    field_subject: meta.user')}`)
    const named = words.slice(0, 6)
    expect(site.attestry(...named).code).toBe(0)
    const before = lines()
    // The tokenizer has no template for messages: rows of this file cannot become tokens.
    const messages = (people: readonly string[]): string =>
      people
        .map(user => JSON.stringify({ messages: [{ role: 'user', content: 'colour?' }], meta: { user } }))
        .join('\n')
    site.write('chat.jsonl', messages([...everybody(9, 15), 'newcomer@example.org']))
    const refused = site.attestry(...named, '--out', 'second')
    expect(codeIn(refused)).toBe('DP-E022')
    expect(refused.err).toMatch(/for 6 of 10 people of this data/)
    expect(codeIn(site.attestry(...named, '--out', 'second', '--dry-run'))).toBe('DP-E022')
    site.write('chat.jsonl', messages(everybody(9, 30)))
    expect(codeIn(site.attestry(...named, '--out', 'second'))).toMatch(/^LM-E/)
    expect(refused.err).not.toContain('example.org')
    expect([lines(), existsSync(join(site.folder, 'second'))]).toEqual([before, false])
  })

  it('charges only for rows that are trained on', () => {
    site.write('lora.yaml', yaml.replace('val_set_size: 0', 'val_set_size: 0.5'))
    site.write('chat.jsonl', rowsOf(ada(24)))
    const { people } = site.attestry(...words, '--dry-run', '--json').json() as { people: PeopleFacts }
    expect(people).toMatchObject({ people: 1, mostRows: 12 })
  })

  it('charges a person of several files for all rows in the run, in each of the files', async () => {
    site.write('more.jsonl', rowsOf([...ada(1), ...everybody(9, 15)]))
    site.write('lora.yaml', yaml.replace('  - path: chat.jsonl', '  - path: chat.jsonl\n  - path: more.jsonl'))
    expect(site.attestry(...words, '--budget-epsilon', '4', '--budget-delta', '1e-8').code).toBe(0)
    const [first, second] = [chargedEpsilon(0), chargedEpsilon(1)]
    expect(await spentOn('ada@example.org')).toBeCloseTo(4 * (first + second), 9)
    expect(await spentOn('user-0@example.org')).toBeCloseTo(first, 9)
    expect(await spentOn('user-15@example.org')).toBeCloseTo(2 * (first + second), 9)
    expect(await spentOn('user-23@example.org')).toBeCloseTo(second, 9)
  })

  it.each<[string, readonly string[], string, string]>([
    ['a row without a person', [], rowsOf(['a', 'b', ' ', 'c']), 'LM-E044'],
    ['a field that is not there', ['--subject-field', 'who'], rowsOf(['a']), 'LM-E044'],
    ['a budget of people with half of it', ['--subject-budget-epsilon', '3'], rowsOf(['a']), 'CLI-E002'],
    ['a budget of people that is none', budget(0), rowsOf(['a']), 'CLI-E010'],
  ])('refuses %s', (_name, more, rows, code) => {
    site.write('chat.jsonl', rows)
    expect(codeIn(site.attestry(...words, ...more))).toBe(code)
    expect(existsSync(ledgerPath())).toBe(false)
  })

  it('refuses people who are named without privacy, a budget without people, and names in a part of the data', () => {
    expect(codeIn(site.attestry('train', 'lora.yaml', '--subject-field', 'meta.user'))).toBe('CLI-E002')
    expect(codeIn(site.attestry(...words.slice(0, 6), ...budget(7)))).toBe('CLI-E002')
    const parts = '  - path: chat.jsonl\n    field_subject: meta.user\n  - path: chat.jsonl'
    site.write('lora.yaml', yaml.replace('  - path: chat.jsonl', parts))
    expect(codeIn(site.attestry(...words.slice(0, 6)))).toBe('LM-E064')
    expect(site.attestry('train', 'lora.yaml', '--dry-run').err).toContain(
      'Nobody is charged, because the run keeps no privacy',
    )
  })

  it('refuses where handles cannot be kept, and charges nobody', () => {
    mkdirSync(workspace())
    site.write('.attestry/keys', 'a file, and no folder')
    expect(codeIn(site.attestry(...words))).toBe('CLI-E020')
    expect(existsSync(ledgerPath())).toBe(false)
    rmSync(join(workspace(), 'keys'))
    expect(site.attestry(...words).code).toBe(0)
  })

  it('lets a killed run go on within a budget for one, and not as a run of other people', async () => {
    site.write('lora.yaml', yaml.replace('num_epochs: 2', 'num_epochs: 24\nsave_steps: 20'))
    const once = [...words, ...budget(6)]
    await signalled(site.folder, 'SIGKILL', 'out/checkpoint-20/checkpoint.json', ...once)
    const others = once.map(word => (word === 'meta.user' ? 'completion' : word))
    expect(codeIn(site.attestry(...others, ...budget(600), '--resume'))).toBe('DP-E015')
    const wide = ['--budget-epsilon', '9', '--budget-delta', '1e-6']
    expect(codeIn(site.attestry(...once, ...wide, '--out', 'second'))).toBe('DP-E022')
    const resumed = site.attestry(...once, '--resume')
    expect([resumed.code, lines().length]).toEqual([0, 1])
    expect(resumed.err).toContain('going on after step')
  })

  it('never overspends a person in runs at the same time', async () => {
    site.write('other.jsonl', rowsOf([...ada(3), ...everybody(21, 40)]))
    site.write('other.yaml', yaml.replace('chat.jsonl', 'other.jsonl').replace('./out', './other'))
    const started = ['lora.yaml', 'other.yaml'].map(
      config =>
        new Promise<{ code: number | null; err: string }>(done => {
          const args = [attestryBin, 'train', config, ...words.slice(2), ...budget(9)]
          const more = ['--budget-epsilon', '9', '--budget-delta', '1e-6']
          const child = spawn(process.execPath, [...args, ...more], { cwd: site.folder })
          let err = ''
          child.stderr.on('data', chunk => (err += String(chunk)))
          child.on('close', code => done({ code, err }))
        }),
    )
    const ends = await Promise.all(started)
    expect(ends.map(({ code }) => code).sort()).toEqual([0, 1])
    // Too late for her budget, or for her handle: either way one run alone was charged.
    expect(codeIn(ends.find(({ code }) => code === 1)!)).toMatch(/^(DP-E022|GOV-E011)$/)
    expect([lines().length, (await spentOn('ada@example.org')) <= 9]).toEqual([1, true])
  })
})
