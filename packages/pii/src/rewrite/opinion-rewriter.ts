import type { Finding } from '../finding.js'
import { createOpinionDetector, type SecondOpinion } from '../second-opinion/second-opinion.js'
import { createRewriter, type RewriteCounts, type RewriteOptions, type ScannedPlace } from './rewriter.js'

/** A rewriter that may wait. */
export interface WaitingRewriter {
  push(bytes: Uint8Array, isLast: boolean): Uint8Array | Promise<Uint8Array>
  readonly counts: RewriteCounts
}

/**
 * A rewriter that asks a model about all texts of a piece at once: one rewriter gathers the texts, and another, which sees the same bytes
 * and so the same texts in the same order, writes them.
 *
 * @throws as `createOpinionDetector` and `createRewriter`
 */
export async function openOpinionRewriter(
  options: RewriteOptions,
  secondOpinion: SecondOpinion,
  onFound?: (place: ScannedPlace) => void,
): Promise<WaitingRewriter> {
  const detector = await createOpinionDetector(options, secondOpinion)
  let texts: string[] = []
  let findings: (readonly Finding[])[] = []
  let next = 0
  const gatherer = createRewriter(options, undefined, text => {
    texts.push(text)
    return []
  })
  const writer = createRewriter(options, onFound, () => findings[next++]!)
  return {
    counts: writer.counts,
    async push(bytes, isLast) {
      texts = []
      next = 0
      gatherer.push(bytes, isLast)
      findings = [...(await detector.detect(texts))]
      return writer.push(bytes, isLast)
    },
  }
}
