import { allLocales } from '@faker-js/faker'

/** Names and places of one language, sorted. */
export interface NameLists {
  readonly given: readonly string[]
  readonly family: readonly string[]
  readonly town: readonly string[]
  readonly country: readonly string[]
  readonly street: readonly string[]
  /** Words for firms that bear nobody's name. */
  readonly word: readonly string[]
  /** Products, trades, animals, dishes and titles of songs and books, as they are written with capitals. */
  readonly thing: readonly string[]
}

const localesOf: Readonly<Record<string, readonly string[]>> = {
  en: ['en', 'en_AU', 'en_CA', 'en_GB', 'en_IN', 'en_NG', 'en_ZA', 'en_US'],
  es: ['es', 'es_MX'],
  de: ['de', 'de_AT', 'de_CH'],
  fr: ['fr', 'fr_BE', 'fr_CA', 'fr_CH'],
  it: ['it'],
  pt: ['pt_BR', 'pt_PT'],
  nl: ['nl', 'nl_BE'],
}

export const languages: readonly string[] = Object.keys(localesOf)

const streets: Readonly<Record<string, string>> = {
  en: '# Mill Road|# Oak Street|# Church Lane|# Park Ave|# Main St',
  es: 'Calle Mayor #|Avenida de la Luz #|Calle del Sol #|Plaza Nueva #',
  de: 'Hauptstraße #|Gartenweg #|Bahnhofstr. #|Am Markt #',
  fr: '# rue de la Gare|# avenue du Parc|# rue des Lilas',
  it: 'Via Roma #|Via dei Mille #|Piazza Nuova #|Corso del Popolo #',
  pt: 'Rua Direita #|Avenida Central #|Rua das Flores #',
  nl: 'Dorpsstraat #|Kerkweg #|Molenlaan #|Stationsplein #',
}

const texts = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(texts)
  if (typeof value !== 'object' || value === null) return []
  return 'value' in value ? texts(value.value) : Object.values(value).flatMap(texts)
}

const capitals = (list: readonly string[]): readonly string[] =>
  [...new Set(list.filter(text => !/[{}]/.test(text)).map(text => text[0]!.toUpperCase() + text.slice(1)))].sort()

const isName = (text: string): boolean => /^\p{Lu}[\p{L}\p{M}' .-]{1,30}$/u.test(text)
const sorted = (list: readonly string[]): readonly string[] => [...new Set(list.filter(isName))].sort()

export function listsOf(language: string): NameLists {
  const locales = localesOf[language]!.map(
    name => (allLocales as Record<string, Record<string, Record<string, unknown>>>)[name]!,
  )
  const all = (section: string, entry: string): readonly string[] =>
    locales.flatMap(locale => texts(locale[section]?.[entry]))
  const towns = all('location', 'city_name')
  const english = allLocales['en'] as Record<string, Record<string, unknown>>
  return {
    given: sorted(all('person', 'first_name')),
    family: sorted(all('person', 'last_name')),
    // The Dutch list has its towns as beginnings of towns.
    town: sorted(towns.length > 100 ? towns : all('location', 'city_prefix')),
    country: sorted([...all('location', 'country'), ...all('location', 'state')]),
    street: streets[language]!.split('|'),
    thing: [
      ...capitals(all('commerce', 'department')),
      ...capitals(all('commerce', 'product_name')),
      ...capitals(all('person', 'job_area')),
      ...capitals(all('person', 'job_type')),
      ...capitals(all('person', 'job_descriptor')),
      ...capitals(all('animal', 'bird')).slice(0, 100),
      ...capitals(all('animal', 'type')),
      ...capitals(all('food', 'dish')),
      ...capitals(all('word', 'noun')).slice(0, 400),
      ...capitals(all('company', 'descriptor')),
      ...capitals(texts(english['music']?.['song_name'])).slice(0, 200),
      ...capitals(texts(english['book']?.['title'])).slice(0, 100),
      ...capitals(texts(english['music']?.['genre'])).slice(0, 100),
    ],
    word: [...texts(english['word']?.['noun']), ...texts(english['word']?.['adjective'])].sort(),
  }
}
