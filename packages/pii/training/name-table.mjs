// Compiles names and towns of many countries into model/names.bin: `node packages/pii/training/name-table.mjs`.
// Sources: @faker-js/faker (MIT) for names and towns; the lower-case words of wikigold, WNUT17 and BTC (CC BY 4.0), found
// through ATTESTRY_SHARED or a folder `shared` beside the repository, for which of them are also common words.
// Sorted input and no randomness: the same sources give the same bytes.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allLocales } from '@faker-js/faker'
import { foldWord, hashOf, tableBytes } from './hash-table.mjs'

const bits = { given: 1, family: 2, town: 4, common: 8, country: 16, placePart: 32, firm: 64 }
const commonFrom = 2

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..', '..')
const shared = [process.env.ATTESTRY_SHARED, join(root, 'shared'), join(root, '..', 'shared')].find(
  place => place !== undefined && existsSync(join(place, 'data', 'pii', 'ner-train')),
)
if (shared === undefined) {
  console.error('the training corpora are not at hand: set ATTESTRY_SHARED to the folder that holds data/pii/ner-train')
  process.exit(2)
}

const isKey = key => /^[a-z][a-z'-]{1,30}$/.test(key)
/** `of`, `de` and `and` are parts of places too, and say nothing. */
const isLong = part => /^[^\p{Ll}]/u.test(part) && foldWord(part).length > 2

const masks = new Map()
const add = (value, bit) => {
  const key = foldWord(value)
  if (isKey(key)) masks.set(key, (masks.get(key) ?? 0) | bit)
}
const texts = value =>
  Array.isArray(value)
    ? value.flatMap(texts)
    : typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? 'value' in value
          ? texts(value.value)
          : Object.values(value).flatMap(texts)
        : []
for (const name of Object.keys(allLocales).sort()) {
  const { person = {}, location = {}, company = {} } = allLocales[name]
  for (const value of texts(person.first_name)) add(value, bits.given)
  for (const value of texts(person.last_name)) add(value, bits.family)
  for (const value of texts(location.city_name)) add(value, bits.town)
  for (const value of [...texts(location.country), ...texts(location.state)]) add(value, bits.country)
  for (const value of [...texts(location.city_name), ...texts(location.country), ...texts(location.state)])
    if (/\s/.test(value)) for (const part of value.split(/\s+/)) if (isLong(part)) add(part, bits.placePart)
  for (const value of texts(company.legal_entity_type)) add(value.replaceAll('.', ''), bits.firm)
}

const counts = new Map()
const folder = join(shared, 'data', 'pii', 'ner-train')
for (const file of readdirSync(folder)
  .filter(file => file.includes('conll'))
  .sort())
  for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
    const [word, tag] = line.split(/[\t ]/)
    if (tag?.trim() === 'O' && word === word.toLowerCase())
      counts.set(foldWord(word), (counts.get(foldWord(word)) ?? 0) + 1)
  }
for (const [key, mask] of masks) if ((counts.get(key) ?? 0) >= commonFrom) masks.set(key, mask | bits.common)

const byHash = new Map()
for (const [key, mask] of masks) byHash.set(hashOf(key), (byHash.get(hashOf(key)) ?? 0) | mask)
const bytes = tableBytes(byHash)
mkdirSync(join(here, '..', 'model'), { recursive: true })
writeFileSync(join(here, '..', 'model', 'names.bin'), bytes)
const count = bit => [...byHash.values()].filter(mask => mask & bit).length
console.log(
  `${byHash.size} entries, ${bytes.length} bytes: ${count(bits.given)} given, ${count(bits.family)} family, ${count(bits.town)} towns, ${count(bits.country)} countries and states, ${count(bits.placePart)} parts of places, ${count(bits.firm)} legal forms, ${count(bits.common)} also common words`,
)
console.log(`sha256 ${createHash('sha256').update(bytes).digest('hex')}`)
