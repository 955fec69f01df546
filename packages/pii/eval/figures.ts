import { createDetector, decide, policies, type Finding } from '../src/index.js'
import {
  characterScore,
  coveredByType,
  leakScore,
  protectedEntities,
  type Scored,
  type Share,
} from './coverage-score.js'
import { readBanking, readClinc, readLabelled, type Corpus, type Labelled } from './data.js'
import { scoreSpans } from './span-score.js'
import { wilson } from '../src/sample/wilson.js'

/** One measured figure: a line of the table. */
export interface Figure {
  readonly corpus: string
  /** First digits of the SHA-256 of the corpus file. */
  readonly digest: string
  readonly policy: string
  readonly figure: string
  readonly value: number
  /** 95 % Wilson interval and sample size, where the figure is a proportion. */
  readonly interval?: readonly [low: number, high: number]
  readonly n?: number
  /** What the figure is to reach, such as `>= 0.75`. */
  readonly goal?: string
}

/** What each policy lets stay. */
type PolicyName = 'default' | 'hipaa'
const keeps: Readonly<Record<PolicyName, (finding: Finding) => boolean>> = {
  default: () => false,
  hipaa: finding => decide(policies.hipaa, finding, { year: new Date().getUTCFullYear() }).action === 'keep',
}

const detector = createDetector()

const detectWith = (policy: PolicyName, documents: readonly Labelled[]): readonly Scored[] =>
  documents.map(one => ({
    ...one,
    predicted: detector
      .detect(one.text)
      .filter(finding => !keeps[policy](finding))
      .map(({ start, end }) => [start, end] as const),
  }))

/** A text in another case, unit by unit, so that offsets stay. */
const inCase =
  (change: (unit: string) => string) =>
  ({ text, spans }: Labelled): Labelled => ({
    text: text.replaceAll(/[^]/g, unit => (change(unit).length === unit.length ? change(unit) : unit)),
    spans,
  })
const lowerCase = inCase(unit => unit.toLowerCase())
const upperCase = inCase(unit => unit.toUpperCase())

type Line = Omit<Figure, 'corpus' | 'digest' | 'policy'>

const proportion = (figure: string, { hits, n }: Share, goal?: string): Line => ({
  figure,
  value: n === 0 ? 0 : hits / n,
  interval: wilson(hits, n),
  n,
  ...(goal !== undefined && { goal }),
})
const number = (figure: string, value: number, goal?: string): Line => ({
  figure,
  value,
  ...(goal !== undefined && { goal }),
})

function spanLines(scored: readonly Scored[], goals: { span?: string; character?: string }): readonly Line[] {
  const span = scoreSpans(
    scored.map(one => ({
      text: one.text,
      gold: one.spans.map(([start, end]) => [start, end] as const),
      predicted: one.predicted,
    })),
  )
  return [
    number('span F2', span.f2, goals.span),
    proportion('span precision', { hits: span.matched, n: span.predicted }),
    proportion('span recall', { hits: span.matched, n: span.gold }),
    number('character F2', characterScore(scored).f2, goals.character),
  ]
}

const typeLines = (scored: readonly Scored[]): readonly Line[] =>
  [...coveredByType(scored)].map(([type, share]) => proportion(`  ${type} covered`, share))

const spanRecall = (scored: readonly Scored[]): number =>
  scoreSpans(
    scored.map(one => ({
      text: one.text,
      gold: one.spans.map(([start, end]) => [start, end] as const),
      predicted: one.predicted,
    })),
  ).recall

const leakRecall = (scored: readonly Scored[]): number => {
  const { hits, n } = leakScore(scored).hidden
  return hits / n
}

/** How much recall copies in one case lose. */
function caseLines(
  policy: PolicyName,
  documents: readonly Labelled[],
  recall: (scored: readonly Scored[]) => number,
): readonly Line[] {
  const asWritten = recall(detectWith(policy, documents))
  return [
    number('recall lost in lower case', asWritten - recall(detectWith(policy, documents.map(lowerCase))), '<= 0.05'),
    number('recall lost in capitals', asWritten - recall(detectWith(policy, documents.map(upperCase))), '<= 0.05'),
  ]
}

function alarmLines(queries: readonly string[]): readonly Line[] {
  const byType = new Map<string, number>()
  for (const query of queries)
    for (const { type } of detector.detect(query)) byType.set(type, (byType.get(type) ?? 0) + 1)
  const total = [...byType.values()].reduce((sum, count) => sum + count, 0)
  return [
    number('findings per 100 queries', (100 * total) / queries.length, '<= 1'),
    ...[...byType]
      .sort(([, a], [, b]) => b - a)
      .map(([type, count]) => number(`  ${type} per 100`, (100 * count) / queries.length)),
  ]
}

/** Everything but speed, over the public corpora under `folder`. */
export function measure(folder: string): readonly Figure[] {
  const figures: Figure[] = []
  const add = (corpus: string, { digest }: Corpus<unknown>, policy: PolicyName, lines: readonly Line[]): void => {
    for (const line of lines) figures.push({ corpus, digest, policy, ...line })
  }

  const synth = readLabelled(folder, 'presidio-synth.jsonl')
  const synthScored = detectWith('default', synth.documents)
  add('presidio-synth', synth, 'default', [
    ...spanLines(synthScored, { span: '>= 0.75' }),
    ...caseLines('default', synth.documents, spanRecall),
    ...typeLines(synthScored),
  ])

  const asq = readLabelled(folder, 'asq-phi.jsonl')
  const asqScored = detectWith('hipaa', asq.documents)
  const leaks = leakScore(asqScored)
  add('asq-phi', asq, 'hipaa', [
    proportion('recall', leaks.hidden, '>= 0.99'),
    proportion('specificity', leaks.clean, '>= 0.85'),
    proportion('queries without a leak', leaks.perfect),
    proportion('character recall', leaks.characters),
    ...caseLines('hipaa', asq.documents, leakRecall),
    ...typeLines(asqScored),
  ])

  const tab = readLabelled(folder, 'tab.jsonl')
  const tabScored = detectWith('default', tab.documents)
  add('tab', tab, 'default', [
    proportion('entities DIRECT', protectedEntities(tabScored, 'DIRECT'), '>= 0.98'),
    proportion('entities QUASI', protectedEntities(tabScored, 'QUASI'), '>= 0.85'),
    ...spanLines(tabScored, {}),
    ...typeLines(tabScored),
  ])

  const panorama = readLabelled(folder, 'panorama.jsonl')
  const panoramaScored = detectWith('default', panorama.documents)
  add('panorama', panorama, 'default', [
    proportion('entities DIRECT', protectedEntities(panoramaScored, 'DIRECT')),
    proportion('entities QUASI', protectedEntities(panoramaScored, 'QUASI')),
    ...spanLines(panoramaScored, {}),
    ...typeLines(panoramaScored),
  ])

  const meddocan = readLabelled(folder, 'meddocan.jsonl')
  const meddocanScored = detectWith('default', meddocan.documents)
  add('meddocan', meddocan, 'default', [
    ...spanLines(meddocanScored, { span: '>= 0.75', character: '>= 0.90' }),
    ...typeLines(meddocanScored),
  ])

  const banking = readBanking(folder)
  add('banking77', banking, 'default', alarmLines(banking.documents))
  const clinc = readClinc(folder)
  add('clinc150', clinc, 'default', alarmLines(clinc.documents))
  return figures
}
