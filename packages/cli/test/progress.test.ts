import { describe, expect, it } from 'vitest'
import { progressLine } from '../src/progress.js'
import type { Terminal } from '../src/terminal.js'

const recording = (isInteractive: boolean) => {
  const drawn: string[] = []
  const said: string[] = []
  const terminal = {
    isInteractive,
    redraw: (t: string) => drawn.push(t),
    say: (t: string) => said.push(t),
  } as unknown as Terminal
  return { drawn, said, terminal }
}

describe('the progress line', () => {
  it('shows amount, rate and the time that is left', () => {
    const { drawn, terminal } = recording(true)
    let now = 0
    const line = progressLine(terminal, () => now)
    line.show({ stage: 'train', done: 0, total: 200, unit: 'steps' })
    now = 10_000
    line.show({ stage: 'train', done: 50, total: 200, unit: 'steps', note: 'loss 0.500' })
    expect(drawn.at(-1)).toBe('train       ██████░░░░░░░░░░░░░░░░░░  50 of 200 steps  5 steps/s  30 s left  loss 0.500')
  })

  it('counts bytes in MiB', () => {
    const { drawn, terminal } = recording(true)
    let now = 0
    const line = progressLine(terminal, () => now)
    line.show({ stage: 'preprocess', done: 0, total: 2 ** 24, unit: 'bytes' })
    now = 4_000
    line.show({ stage: 'preprocess', done: 2 ** 23, total: 2 ** 24, unit: 'bytes', note: '9,000 rows' })
    expect(drawn.at(-1)).toContain('8.0 of 16.0 MiB  2.0 MiB/s  4 s left  9,000 rows')
  })

  it('is one line per stage without a terminal', () => {
    const { said, terminal } = recording(false)
    const line = progressLine(terminal, () => 0)
    for (const done of [1, 2, 3]) line.show({ stage: 'train', done, total: 3, unit: 'steps' })
    line.show({ stage: 'evaluate', done: 1, total: 1, unit: 'rows' })
    expect(said).toEqual(['train …', 'evaluate …'])
  })
})
