import type { Progress } from '@attestry/core'
import { count, duration, type Terminal } from './terminal.js'

const width = 24

/** What is shown: a stage of a run, or another piece of work by name. */
export type Shown = Omit<Progress, 'stage' | 'unit'> & { readonly stage: string; readonly unit: string }

/** One line that is redrawn: stage, bar, amount, rate, time left. Without a terminal, one line per stage. */
export function progressLine(
  terminal: Terminal,
  now: () => number,
): {
  show(progress: Shown): void
  end(): void
} {
  let stage = ''
  let stageStarted = 0
  let doneBefore = 0
  let drawn = 0
  return {
    show({ stage: current, done, total, unit, note }) {
      if (current !== stage) {
        if (stage && terminal.isInteractive) terminal.say('')
        stage = current
        stageStarted = now()
        doneBefore = done
        if (!terminal.isInteractive) terminal.say(`${stage} …`)
      }
      const elapsed = now() - stageStarted
      const isLast = total !== null && done >= total
      // Ten redraws a second are enough to read and cost nothing.
      if (!isLast && now() - drawn < 100) return
      drawn = now()
      const rate = elapsed > 0 ? ((done - doneBefore) / elapsed) * 1_000 : 0
      const parts = [
        stage.padEnd(10),
        total === null ? '' : bar(done / total),
        unit === 'bytes'
          ? `${mebibytes(done)} of ${mebibytes(total ?? done)} MiB`
          : `${count(done)}${total === null ? '' : ` of ${count(total)}`} ${unit}`,
        elapsed > 500 ? `${unit === 'bytes' ? `${mebibytes(rate)} MiB` : `${count(Math.round(rate))} ${unit}`}/s` : '',
        total !== null && elapsed > 2_000 && !isLast ? `${duration(((total - done) / rate) * 1_000)} left` : '',
        note ?? '',
      ]
      terminal.redraw(parts.filter(Boolean).join('  '))
    },
    end() {
      if (stage && terminal.isInteractive) terminal.say('')
      stage = ''
    },
  }
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, share) * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}
