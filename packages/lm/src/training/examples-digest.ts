import { createHash } from 'node:crypto'
import type { Digest } from '@attestry/core'
import type { TokenExample } from './sft-task.js'

/** Digest of examples in their order: tokens, what is learned of them, and how texts share rows. */
export function digestOfExamples(examples: readonly TokenExample[]): Digest {
  const hash = createHash('sha256')
  for (const { tokens, labels, positions, segments } of examples)
    for (const part of [tokens, labels, positions, segments]) {
      hash.update(Int32Array.of(part?.length ?? -1))
      if (part) hash.update(part)
    }
  return `sha256:${hash.digest('hex')}`
}
