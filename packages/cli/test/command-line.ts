import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The built command. */
export const attestryBin: string = join(import.meta.dirname, '../dist/bin.js')

export interface Result {
  readonly code: number
  readonly signal: string | null
  readonly out: string
  readonly err: string
  json(): never
}

/** A folder with a config and data, and the built command to run in it. */
export interface Site {
  readonly folder: string
  attestry(...words: string[]): Result
  /** With text on the standard input. */
  attestryWith(input: string, ...words: string[]): Result
  /** Changes the config. */
  configure(change: (config: Config) => void): void
  write(name: string, content: string): void
  remove(): void
}

export interface Config {
  plugins: { use: string; options?: Record<string, unknown> }[]
  data: {
    source: string
    label: string
    classes: string[]
    groups: string[]
    features: Record<string, { min: number; max: number }>
  }
  training: Record<string, unknown>
  evaluation: Record<string, unknown>
}

const baseConfig = (): Config & Record<string, unknown> => ({
  name: 'triage',
  purpose: 'ticket-triage',
  author: 'ada',
  plugins: [],
  data: {
    source: 'tickets.csv',
    label: 'label',
    classes: ['no', 'yes'],
    features: { x: { min: -10, max: 10 }, y: { min: -10, max: 10 } },
    groups: ['region'],
  },
  model: { architecture: 'mlp', hidden: [8] },
  training: { epochs: 3, batchSize: 64, learningRate: 0.05, optimizer: 'adam', seed: 1 },
  evaluation: { testFraction: 0.3 },
})

/** A dataset that a line separates, with some noise; 300 rows. */
export function rows(count = 300): string {
  let state = 5
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 32
  }
  const lines = Array.from({ length: count }, () => {
    const [x, y] = [next() * 20 - 10, next() * 20 - 10]
    return `${x.toFixed(3)},${y.toFixed(3)},${next() < 0.5 ? 'north' : 'south'},${x + y > 0 ? 'yes' : 'no'}`
  })
  return `x,y,region,label\n${lines.join('\n')}\n`
}

export function openSite(change: (config: Config) => void = () => undefined): Site {
  const folder = mkdtempSync(join(tmpdir(), 'attestry-cli-'))
  const config = join(folder, 'attestry.config.json')
  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content)
  const site: Site = {
    folder,
    write,
    configure(apply) {
      const current = JSON.parse(readFileSync(config, 'utf8')) as Config
      apply(current)
      write('attestry.config.json', JSON.stringify(current))
    },
    attestry: (...words) => site.attestryWith('', ...words),
    attestryWith(input, ...words) {
      const { status, signal, stdout, stderr } = spawnSync(process.execPath, [attestryBin, ...words], {
        cwd: folder,
        encoding: 'utf8',
        input,
        env: { ...process.env, NO_COLOR: '1' },
      })
      return { code: status ?? -1, signal, out: stdout, err: stderr, json: () => JSON.parse(stdout) as never }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  write('tickets.csv', rows())
  write('attestry.config.json', JSON.stringify(baseConfig()))
  site.configure(change)
  return site
}
