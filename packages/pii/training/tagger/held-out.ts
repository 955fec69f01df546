import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FactOptions, WordFacts } from '../../src/tagger/facts.js'
import type { Tagger } from '../../src/tagger/weights.js'
import type { Words } from '../../src/words.js'
import type { Example } from './example.js'
import { isHeldOut } from './generator.js'
import { f1, hitsOf, kindNames, scoreOf } from './measure.js'

/** Examples of one source that no weight is trained on. */
export interface HeldOut {
  readonly name: string
  readonly examples: readonly Example[]
  /** Made from templates, with names that the table is to forget. */
  readonly isMade: boolean
}

/** The folder that holds the training corpora; ends the process where there is none. */
export function sharedFolder(root: string): string {
  const shared = [process.env['ATTESTRY_SHARED'], join(root, 'shared'), join(root, '..', 'shared')].find(
    place => place !== undefined && existsSync(join(place, 'data', 'pii', 'ner-train')),
  )
  if (shared !== undefined) return shared
  console.error('the training corpora are not at hand: set ATTESTRY_SHARED to the folder that holds data/pii/ner-train')
  process.exit(2)
}

/** The last fifth of each file is not trained on. */
export const firstHeldOut = (examples: readonly Example[]): number => Math.floor(examples.length * 0.8)

/** F1 of whole names by kind, for each source. */
export function printScores(
  sources: readonly HeldOut[],
  tagger: Tagger,
  read: (words: Words, options?: FactOptions) => WordFacts,
): void {
  for (const { name, examples, isMade } of sources) {
    const hits = hitsOf(examples, tagger, { read, ...(isMade && { forgets: isHeldOut }) })
    const figures = [1, 2, 3].map(kind => {
      const score = scoreOf(hits, examples, kind)
      return `${kindNames[kind]} ${f1(score).toFixed(3)} of ${score.there}`
    })
    console.log(`${name.padEnd(30)} F1 ${figures.join(', ')}`)
  }
}
