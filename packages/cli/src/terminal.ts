import pc from 'picocolors'

/** Where a command writes: data to stdout, talk to stderr. */
export interface Terminal {
  readonly isJson: boolean
  readonly isQuiet: boolean
  readonly isInteractive: boolean
  readonly color: ReturnType<typeof pc.createColors>
  /** The command's result, for people; nothing with --json. */
  print(text?: string): void
  /** The command's result as data; nothing without --json. */
  json(value: unknown): void
  /** The command's result as bytes, as they are. Resolves when they are handed on. */
  write(bytes: Uint8Array): Promise<void>
  /** Remarks on the way. */
  say(text: string): void
  /** Columns that fit beside one another, and lines below one another. */
  size(): { readonly columns: number; readonly rows: number }
  /** Redraws the lines that were drawn last, one or several; nothing without a terminal. */
  redraw(text: string): void
}

export function openTerminal(flags: { json: boolean; quiet: boolean; color: boolean }): Terminal {
  const { env, stdout, stderr } = process
  const isDrawing = stderr.isTTY === true && !flags.quiet && !flags.json
  const size = () => ({ columns: stderr.columns ?? 80, rows: stderr.rows ?? 24 })
  let drawn = 1
  const hasColor = flags.color && !env.NO_COLOR && (stdout.isTTY === true || env.FORCE_COLOR !== undefined)
  return {
    isJson: flags.json,
    isQuiet: flags.quiet,
    isInteractive: isDrawing,
    color: pc.createColors(hasColor),
    print: (text = '') => void (flags.json || stdout.write(`${text}\n`)),
    write: bytes =>
      new Promise((resolve, reject) =>
        stdout.write(bytes, failure => (failure && !isReaderGone(failure) ? reject(failure) : resolve())),
      ),
    json: value => void (flags.json && stdout.write(`${JSON.stringify(value, null, 2)}\n`)),
    say(text) {
      drawn = 1
      if (!flags.quiet && !flags.json) stderr.write(`${text}\n`)
    },
    size,
    redraw(text) {
      if (!isDrawing) return
      // A line that wraps would be two, and the next drawing would begin too low.
      const lines = text.split('\n').map(line => line.slice(0, size().columns - 1))
      const up = drawn > 1 ? `\u001b[${drawn - 1}A` : ''
      drawn = lines.length
      stderr.write(`\r${up}\u001b[J${lines.join('\n')}`)
    },
  }
}

/** Whether who reads the output has seen enough, as `head` has. */
export const isReaderGone = (failure: NodeJS.ErrnoException): boolean => failure.code === 'EPIPE'

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map(row => visible(row[i] ?? '').length))) ?? []
  return rows
    .map(
      row =>
        indent +
        row
          .map((cell, i) => cell + ' '.repeat(widths[i]! - visible(cell).length))
          .join('  ')
          .trimEnd(),
    )
    .join('\n')
}

// biome-ignore lint: the escape character is what is looked for
const visible = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, '')

export const count = (value: number): string => value.toLocaleString('en-GB')

/** Such as `1 m 42 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`
}

/** Three significant digits. */
export const number = (value: number): string => String(Number(value.toPrecision(3)))
