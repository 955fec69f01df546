import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { factsOf } from '../../src/tagger/facts.js'
import { readTagger, writeTagger } from '../../src/tagger/weights.js'
import { copiesOf } from './copies.js'
import { readCorpora } from './corpora.js'
import { inCase, type Example } from './example.js'
import { isForgotten, sourceOf } from './generator.js'
import { firstHeldOut, printScores, sharedFolder } from './held-out.js'
import { hitsOf, printThresholds } from './measure.js'
import { languages } from './name-lists.js'
import { pack } from './pack.js'
import { train } from './perceptron.js'
import { drawFrom } from './random.js'

const sentencesPerLanguage: Readonly<Record<string, number>> = { en: 2500 }
const sentencesOfOthers = 1000
const heldOutSentences = 300
const epochs = 6

const [root = ''] = process.argv.slice(2)
const draw = drawFrom(20_260_101)
const sources = languages.map(language => sourceOf(language, 'trained'))
const corpora = readCorpora(sharedFolder(root))
const heldOut = corpora.map(({ file, examples }) => ({
  name: file,
  examples: examples.slice(firstHeldOut(examples)),
  isMade: false,
}))
const generated = languages.map(language => ({
  name: `generated ${language}`,
  examples: Array.from({ length: heldOutSentences }, () => sourceOf(language, 'heldOut')).map(source =>
    source.example(draw),
  ),
  isMade: true,
}))

const withOneCopy = (example: Example): readonly Example[] => [example, ...copiesOf(example, sources, draw).slice(0, 1)]

const examples: Example[] = []
for (const { examples: all } of corpora)
  for (const example of all.slice(0, firstHeldOut(all)))
    examples.push(example, ...copiesOf(example, sources, draw), ...copiesOf(example, sources, draw))
for (const [i, language] of languages.entries())
  for (let n = 0; n < (sentencesPerLanguage[language] ?? sentencesOfOthers); n++)
    examples.push(...withOneCopy(sources[i]!.example(draw)), ...withOneCopy(sources[i]!.plain(draw)))

console.log(`${examples.length} texts`)
const packed = pack(
  train(examples, words => factsOf(words, { forgets: isForgotten }), epochs, draw),
  2 ** 17,
)
const bytes = writeTagger(packed.tagger, packed.transitions, packed.unit)
const tagger = readTagger(bytes)
writeFileSync(join(root, 'packages', 'pii', 'model', 'tagger.bin'), bytes)

printScores([...heldOut, ...generated], tagger, factsOf)
const real = heldOut.flatMap(({ examples }) => examples)
console.log('held-out corpora: share of hits that touch a name / share of hits, by least margin')
printThresholds(hitsOf(real, tagger))
console.log('in small letters')
printThresholds(
  hitsOf(
    real.map(example => inCase(example, unit => unit.toLowerCase())),
    tagger,
  ),
)
for (const { file, sha256 } of corpora) console.log(`${sha256}  ${file}`)
console.log(`${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`)
