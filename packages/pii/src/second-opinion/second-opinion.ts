import { checkTypes, createDetector, detectorVersion, withoutKept, type DetectOptions } from '../detector.js'
import { labelsDoNotFit, recognizerFailed } from '../errors.js'
import type { Candidate, Finding } from '../finding.js'
import { identifierTypes, type IdentifierType } from '../identifier-types.js'
import { mergeAdjacent } from '../merge-adjacent.js'
import { resolveOverlaps } from '../resolve-overlaps.js'
import { meaningOfLabels } from './entity-labels.js'

/** A model that labels parts of texts, such as `openTokenClassifier` of `@attestry/lm` opens from a folder. */
export interface EntityClassifier {
  /** The entities that it knows. */
  readonly labels: readonly string[]
  /** Of its files: evidence names it. */
  readonly digest: string
  /** For each text its spans, sorted and disjoint, in UTF-16 code units. */
  classify(texts: readonly string[]): Promise<
    readonly (readonly {
      readonly label: string
      readonly start: number
      readonly end: number
      /** In (0, 1]. */
      readonly score: number
    }[])[]
  >
}

/** A model whose findings stand beside those of the rules. */
export interface SecondOpinion {
  /** Or how to get it: asked for when it is first needed. */
  readonly classifier: EntityClassifier | (() => Promise<EntityClassifier>)
  /** What labels stand for, where it is not what such labels usually mean: `{ MISC: 'ignore', CASE_NO: 'ID' }`. */
  readonly labels?: Readonly<Record<string, string>>
  /** Spans with a lower score are passed over; 0 by default: all count. */
  readonly minimumScore?: number
  /** Types of which only that counts which both found. Of all others what either found: a value is missed only if both miss it. */
  readonly requireBoth?: readonly string[]
}

/** What is in force of a second opinion, for evidence. */
export interface OpinionFacts {
  readonly digest: string
  /** What each label of the model stands for. */
  readonly labels: Readonly<Record<string, string>>
  readonly minimumScore: number
  readonly requireBoth: readonly IdentifierType[]
}

export interface OpinionDetector {
  readonly version: string
  readonly types: readonly IdentifierType[]
  readonly opinion: OpinionFacts
  /**
   * For each text the findings of rules and model, sorted by start and disjoint, each with who found it. The model reads all texts at once.
   *
   * @throws PII-E006, PII-E009 when the model gives spans outside of a text or out of order, and what the model throws
   */
  detect(texts: readonly string[]): Promise<readonly (readonly Finding[])[]>
}

/**
 * A detector that asks a model too.
 *
 * What both found is resolved as the findings of the rules among themselves: the stronger tier, then the longer. What the policy lets
 * stay and what is allowed is passed over whoever found it.
 *
 * @throws PII-E022 for labels that no type is known for, and for a type of `requireBoth` that the model has no label for; PII-E001 for
 *   an unknown type; and as `createDetector`
 * @example
 *   const classifier = await openTokenClassifier('models/ner')
 *   const { detect } = await createOpinionDetector({ policy: 'hipaa' }, { classifier })
 */
export async function createOpinionDetector(
  options: DetectOptions,
  { classifier: given, labels, minimumScore = 0, requireBoth = [] }: SecondOpinion,
): Promise<OpinionDetector> {
  const { policy: _, allow: __, ...looked } = options
  const rules = createDetector(looked)
  const passes = withoutKept(options)
  // Few rules look for few types; what the model looks for is not theirs to say.
  const types = checkTypes(options.types ?? identifierTypes)
  const both = new Set(checkTypes(requireBoth))
  const classifier = typeof given === 'function' ? await given() : given
  const meaning = meaningOfLabels(classifier.labels, labels)
  const known = new Set([...meaning.values()].filter(one => one !== 'ignore'))
  const unlabelled = [...both].filter(type => !known.has(type))
  if (unlabelled.length > 0)
    throw labelsDoNotFit(`has no label for ${unlabelled.join(', ')}, which both are to find`, classifier.labels)

  const spansOf = (text: string, spans: Awaited<ReturnType<EntityClassifier['classify']>>[number]): Candidate[] => {
    let last = 0
    return spans.flatMap(({ label, start, end, score }) => {
      const type = meaning.get(label)
      if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && end > start && end <= text.length))
        throw recognizerFailed('second opinion', new Error('it gave a span outside of the text'))
      if (start < last) throw recognizerFailed('second opinion', new Error('its spans are not sorted and disjoint'))
      last = end
      if (type === undefined || type === 'ignore' || score < minimumScore || !types.includes(type)) return []
      return [{ type, start, end, score: Math.min(1, score), rule: `model/${label.toLowerCase()}` }]
    })
  }
  return {
    version: detectorVersion,
    types,
    opinion: {
      digest: classifier.digest,
      labels: Object.fromEntries(meaning),
      minimumScore,
      requireBoth: [...both],
    },
    async detect(texts) {
      const opinions = texts.length === 0 ? [] : await classifier.classify(texts)
      return texts.map((text, i) => {
        const [ours, theirs] = [rules.detect(text), spansOf(text, opinions[i] ?? [])]
        const merged = combine(text, ours, theirs).map(finding => {
          const opinion = opinionOn(finding, ours, theirs)
          return known.has(finding.type) && opinion ? { ...finding, opinion } : finding
        })
        return passes(text, merged).filter(({ type, opinion }) => !both.has(type) || opinion === 'agreed')
      })
    },
  }
}

/** Both without overlaps. Of two with the same extent and type that of the rules stays: it may know what the value means. */
function combine(text: string, ours: readonly Finding[], theirs: readonly Candidate[]): readonly Finding[] {
  const key = ({ type, start, end }: Finding): string => `${type} ${start} ${end}`
  const known = new Set(ours.map(key))
  return mergeAdjacent(text, resolveOverlaps(text, [...ours, ...theirs.filter(one => !known.has(key(one)))]))
}

/** Whether one of some findings, sorted and disjoint, has the type of another and overlaps it. */
function hasSame(sorted: readonly Finding[], { type, start, end }: Finding): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]!.end <= start) low = middle + 1
    else high = middle
  }
  for (; low < sorted.length && sorted[low]!.start < end; low++) if (sorted[low]!.type === type) return true
  return false
}

function opinionOn(
  finding: Finding,
  ours: readonly Finding[],
  theirs: readonly Candidate[],
): NonNullable<Finding['opinion']> {
  const byModel = hasSame(theirs, finding)
  if (!byModel) return 'only-rules'
  return hasSame(ours, finding) ? 'agreed' : 'only-model'
}

/** The same opinion where only some types are looked for: the others need no label. */
export const opinionFor = (opinion: SecondOpinion, types: readonly string[]): SecondOpinion => ({
  ...opinion,
  requireBoth: checkTypes(opinion.requireBoth ?? []).filter(type => types.includes(type)),
})
