import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { caselessFactsOf } from '../../src/tagger/caseless-facts.js'
import { readTagger, writeTagger } from '../../src/tagger/weights.js'
import { copiesOf } from './copies.js'
import { readCorpora } from './corpora.js'
import { inCase, type Example } from './example.js'
import { isForgotten, sourceOf } from './generator.js'
import { firstHeldOut, printScores, sharedFolder } from './held-out.js'
import { vocabularyOf, withMadeWords } from './made-words.js'
import { hitsOf, printSharesOfPersons, printThresholds } from './measure.js'
import { languages } from './name-lists.js'
import { pack } from './pack.js'
import { train, type ReadFacts } from './perceptron.js'
import { drawFrom } from './random.js'

// Trains the tagger of texts of one case, on the same sources as the other, all in small letters.
const sentencesPerLanguage: Readonly<Record<string, number>> = { en: 12_000 }
const sentencesOfOthers = 2000
const heldOutSentences = 300
const epochs = 5
const slots = 2 ** 18

const [root = ''] = process.argv.slice(2)
const draw = drawFrom(20_260_202)
const sources = languages.map(language => sourceOf(language, 'trained'))
const corpora = readCorpora(sharedFolder(root))
const small = (example: Example): Example => inCase(example, unit => unit.toLowerCase())
const heldOut = corpora.map(({ file, examples }) => ({
  name: file,
  examples: examples.slice(firstHeldOut(examples)).map(small),
  isMade: false,
}))
const made = languages.map(language => ({
  name: `made ${language}`,
  examples: Array.from({ length: heldOutSentences }, () => small(sourceOf(language, 'heldOut').typed(draw))),
  isMade: true,
}))

const withoutMarks = ({ text, spans }: Example): Example => ({ text: text.replaceAll(/[.,!?](?=\s|$)/g, ' '), spans })
const examples: Example[] = []
const add = (example: Example): void => {
  examples.push(small(draw.chance(25) ? withoutMarks(example) : example))
}
for (const { examples: all } of corpora)
  for (const example of all.slice(0, firstHeldOut(all)))
    for (const copy of [
      example,
      example,
      example,
      ...copiesOf(example, sources, draw),
      ...copiesOf(example, sources, draw),
    ])
      add(copy)
for (const [i, language] of languages.entries()) {
  const vocabulary = vocabularyOf(language)
  // The table of common words has those of English alone.
  const written = (example: Example): Example =>
    language === 'en' ? example : withMadeWords(small(example), vocabulary, draw)
  for (let n = 0; n < (sentencesPerLanguage[language] ?? sentencesOfOthers); n++) {
    add(written(sources[i]!.typed(draw)))
    add(written(sources[i]!.typedPlain(draw)))
    if (language === 'en') add(sources[i]!.typedPlain(draw))
  }
}

/** Of some words only the ends and the surroundings are seen, of names more often: most names are in no training text. */
const read: ReadFacts = (words, gold) => {
  const facts = caselessFactsOf(words, { forgets: isForgotten })
  for (let word = 0; word < facts.count; word++)
    if (draw.chance(gold[word] === 0 ? 10 : 40)) facts.hash[word] = draw.below(2 ** 32)
  return facts
}

console.log(`${examples.length} texts in small letters`)
const packed = pack(train(examples, read, epochs, draw), slots)
const bytes = writeTagger(packed.tagger, packed.transitions, packed.unit)
const tagger = readTagger(bytes)
writeFileSync(join(root, 'packages', 'pii', 'model', 'caseless-tagger.bin'), bytes)

const real = heldOut.flatMap(({ examples }) => examples)
printScores([...heldOut, { name: 'all corpora', examples: real, isMade: false }, ...made], tagger, caselessFactsOf)
const hits = hitsOf(real, tagger, { read: caselessFactsOf })
console.log('held-out corpora in small letters: share of hits that touch a name / share of hits, by least margin')
printThresholds(hits)
printSharesOfPersons(hits)
console.log(`${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`)
