/** A range of UTF-16 code units. */
export type Range = readonly [start: number, end: number]

export interface SpanScore {
  readonly precision: number
  readonly recall: number
  readonly f2: number
  readonly gold: number
  readonly predicted: number
  readonly matched: number
}

const skipWords = new Set([
  ...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
  ...(
    "'s street st. st de rue via and a the or do as of day address country state city zip po apt unit corner p.o. box suite " +
    'mr. mrs. miss year years y/o month months old morning noon afternoon night evening this first last week weeks weekend ' +
    'days age ago inc inc. ltd ' +
    'about above across after afterwards again against all almost alone along already also although always am among an ' +
    'another any anyone anything anyway anywhere are around at back be became because become been before beforehand behind ' +
    'being below beside besides between beyond both bottom but by ca call can cannot could did does doing done down due ' +
    'during each eight either eleven else elsewhere empty enough even ever every everyone everything except few fifteen fifty ' +
    'five for former forty four from front full further get give go had has have he hence her here hers herself him himself ' +
    'his how however hundred i if in indeed into is it its itself just keep latter least less made make many may me meanwhile ' +
    'might mine more most mostly move much must my myself name namely neither never nevertheless next nine no nobody none nor ' +
    'not nothing now nowhere off often on once one only onto other others otherwise our ours out over own part per perhaps ' +
    'please put quite rather re really regarding same say see seem seemed serious several she should show side since six sixty ' +
    'so some somehow someone something sometime still such take ten than that their them themselves then there these they third ' +
    'those though three through throughout thru thus to together too top toward towards twelve twenty two under unless until up ' +
    'upon us use used using various very was we well were what whatever when where whether which while who whoever whole whom ' +
    'whose why will with within without would yet you your yours yourself'
  ).split(' '),
])

/** Maximal runs of word characters joined by an inner point or apostrophe; other characters that are no space, singly. */
function tokensOf(text: string): readonly Range[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}_]+(?:[.'’][\p{L}\p{M}\p{N}_]+)*|\S/gu)].map(
    ({ index, 0: token }) => [index, index + token.length] as const,
  )
}

/** Labelled tokens as spans: runs of them, skip words at the ends cut, runs with only skip words between merged. */
function spansOf(text: string, tokens: readonly Range[], ranges: readonly Range[]): readonly Range[] {
  const covered = new Uint8Array(text.length)
  for (const [start, end] of ranges) covered.fill(1, start, end)
  const spans: Range[] = []
  let open: Range | null = null
  for (const [start, end] of tokens) {
    if (skipWords.has(text.slice(start, end).toLowerCase())) continue
    const isLabelled = covered.subarray(start, end).includes(1)
    if (isLabelled) open = open ? [open[0], end] : [start, end]
    else if (open) {
      spans.push(open)
      open = null
    }
  }
  if (open) spans.push(open)
  return spans
}

/**
 * Type-blind span precision, recall and F2 at an intersection over union of at least 0.75, micro-averaged.
 *
 * Every predicted span that overlaps a gold span is used up by it; several of them count as one prediction.
 */
export function scoreSpans(
  documents: readonly {
    readonly text: string
    readonly gold: readonly Range[]
    readonly predicted: readonly Range[]
  }[],
): SpanScore {
  let matched = 0
  let goldCount = 0
  let predictedCount = 0
  for (const { text, gold, predicted } of documents) {
    const tokens = tokensOf(text)
    const goldSpans = spansOf(text, tokens, gold)
    const predictedSpans = spansOf(text, tokens, predicted)
    const used = new Set<Range>()
    goldCount += goldSpans.length
    for (const [start, end] of goldSpans) {
      const overlapping = predictedSpans.filter(span => span[0] < end && span[1] > start)
      if (overlapping.length === 0) continue
      for (const span of overlapping) used.add(span)
      predictedCount++
      const shared = overlapping.reduce((sum, span) => sum + Math.min(span[1], end) - Math.max(span[0], start), 0)
      const union = end - start + overlapping.reduce((sum, span) => sum + span[1] - span[0], 0) - shared
      if (shared / union >= 0.75) matched++
    }
    predictedCount += predictedSpans.filter(span => !used.has(span)).length
  }
  const precision = predictedCount === 0 ? 0 : matched / predictedCount
  const recall = goldCount === 0 ? 0 : matched / goldCount
  const f2 = precision + recall === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall)
  return { precision, recall, f2, gold: goldCount, predicted: predictedCount, matched }
}
