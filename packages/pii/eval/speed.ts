import { apply, createDetector, identifierTypes } from '../src/index.js'
import { readLabelled } from './data.js'
import type { Figure } from './figures.js'

const rounds = 5

/** Megabytes per second of detection and redaction, one thread, documents in turn, once the engine has compiled it: the median of five. */
export function measureSpeed(
  folder: string,
  { warmUpMs = 6000, measureMs = 6000 }: { warmUpMs?: number; measureMs?: number } = {},
): readonly Figure[] {
  const detector = createDetector()
  const rules = identifierTypes.map(type => ({ type, operator: 'redact' as const }))
  const throughput = (texts: readonly string[], sizes: readonly number[], durationMs: number): number => {
    const started = performance.now()
    let bytes = 0
    for (let i = 0; performance.now() - started < durationMs; i = (i + 1) % texts.length) {
      apply(texts[i]!, detector.detect(texts[i]!), rules)
      bytes += sizes[i]!
    }
    return bytes / 1e6 / ((performance.now() - started) / 1000)
  }
  return (
    [
      ['presidio-synth', 'presidio-synth.jsonl', '>= 1.5'],
      ['tab', 'tab.jsonl', '>= 2'],
      ['meddocan', 'meddocan.jsonl', '>= 2'],
    ] as const
  ).map(([corpus, file, goal]) => {
    const { documents, digest } = readLabelled(folder, file)
    const texts = documents.map(({ text }) => text)
    const sizes = texts.map(text => Buffer.byteLength(text))
    throughput(texts, sizes, warmUpMs)
    const measured = Array.from({ length: rounds }, () => throughput(texts, sizes, measureMs / rounds)).sort(
      (a, b) => a - b,
    )
    return { corpus, digest, policy: 'default', figure: 'MB/s, one thread', value: measured[2]!, goal }
  })
}
