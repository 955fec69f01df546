// Writes model/surrogates.json, the names and towns that made-up values are drawn from:
// `node packages/pii/training/surrogate-names.mjs`. Source: @faker-js/faker (MIT); towns of the Netherlands are written here.
// Sorted and without randomness: the same source gives the same bytes.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { allLocales } from '@faker-js/faker'

const localesOf = {
  en: ['en'],
  es: ['es', 'es_MX'],
  de: ['de'],
  fr: ['fr', 'fr_BE'],
  it: ['it'],
  pt: ['pt_BR', 'pt_PT'],
  nl: ['nl', 'nl_BE'],
}
const dutchTowns =
  'Alkmaar Almelo Almere Amersfoort Apeldoorn Arnhem Assen Breda Delft Deventer Dordrecht Ede Emmen Enschede Gouda Groningen ' +
  'Haarlem Heerlen Helmond Hengelo Hilversum Hoorn Leeuwarden Leiden Lelystad Maastricht Middelburg Nijmegen Oss Roermond ' +
  'Rotterdam Schiedam Tilburg Utrecht Venlo Vlissingen Zaandam Zeist Zoetermeer Zutphen Zwolle'

const texts = value =>
  Array.isArray(value)
    ? value.flatMap(texts)
    : typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value !== null
        ? texts('value' in value ? value.value : Object.values(value))
        : []
const oneWord = /^\p{Lu}\p{Ll}{2,11}$/u
const town = /^\p{Lu}\p{Ll}{2,11}(?: \p{Lu}\p{Ll}{2,11})?$/u
const sorted = (values, shape) => [...new Set(values.filter(value => shape.test(value)))].sort()

const lists = {}
for (const [language, names] of Object.entries(localesOf)) {
  const from = pick => names.flatMap(name => texts(pick(allLocales[name] ?? {})))
  const female = sorted(
    from(({ person }) => person?.first_name?.female),
    oneWord,
  )
  const male = sorted(
    from(({ person }) => person?.first_name?.male),
    oneWord,
  )
  const both = new Set(female.filter(name => male.includes(name)))
  const towns = language === 'nl' ? dutchTowns.split(' ') : from(({ location }) => location?.city_name)
  lists[language] = {
    female: female.filter(name => !both.has(name)).join(' '),
    male: male.filter(name => !both.has(name)).join(' '),
    family: sorted(
      from(({ person }) => person?.last_name),
      oneWord,
    ).join(' '),
    towns: sorted(towns, town).join('/'),
  }
}
const bytes = `${JSON.stringify(lists, null, 2)}\n`
const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'model', 'surrogates.json')
writeFileSync(file, bytes)
for (const [language, { female, male, family, towns }] of Object.entries(lists))
  console.log(
    language,
    ...[female.split(' '), male.split(' '), family.split(' '), towns.split('/')].map(list => list.length),
  )
console.log(`${bytes.length} characters, sha256 ${createHash('sha256').update(bytes).digest('hex')}`)
