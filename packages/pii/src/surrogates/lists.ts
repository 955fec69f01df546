import { brokenSurrogateLists } from '../errors.js'
import { readModelFile } from '../model-file.js'
import { foldWord } from '../words.js'

/** Names and towns of a language, to draw from. */
export interface SurrogateLists {
  readonly language: string
  readonly female: readonly string[]
  readonly male: readonly string[]
  readonly given: readonly string[]
  readonly family: readonly string[]
  readonly towns: readonly string[]
}

export type NameRole = 'given' | 'family'

interface Loaded {
  readonly byLanguage: ReadonlyMap<string, SurrogateLists>
  /** The languages of a folded name, by its role. */
  readonly languageOf: Readonly<Record<NameRole, ReadonlyMap<string, string>>>
}

let loaded: Loaded | undefined

/** The lists of a language; English ones for a language without lists. @throws PII-E017 */
export function surrogateLists(language: string | undefined): SurrogateLists {
  const { byLanguage } = lists()
  return byLanguage.get(language ?? 'en') ?? byLanguage.get('en')!
}

/** The language in whose lists a folded name stands, the first where there are several. @throws PII-E017 */
export const languageOfName = (role: NameRole, folded: string): string | undefined =>
  lists().languageOf[role].get(folded)

function lists(): Loaded {
  return (loaded ??= load(readModelFile('surrogates.json')))
}

/** @throws PII-E017 */
export function load(bytes: Uint8Array): Loaded {
  const byLanguage = new Map<string, SurrogateLists>()
  const languageOf = { given: new Map<string, string>(), family: new Map<string, string>() }
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    throw brokenSurrogateLists('it is no JSON')
  }
  for (const [language, held] of Object.entries(parsed as Record<string, Record<string, unknown>>)) {
    const list = (name: string, separator = ' '): readonly string[] => {
      const joined = held[name]
      if (typeof joined !== 'string' || joined === '') throw brokenSurrogateLists(`'${language}' has no list '${name}'`)
      return joined.split(separator)
    }
    const [female, male] = [list('female'), list('male')]
    const one = {
      language,
      female,
      male,
      given: [...female, ...male],
      family: list('family'),
      towns: list('towns', '/'),
    }
    byLanguage.set(language, one)
    for (const role of ['given', 'family'] as const)
      for (const name of one[role]) {
        const folded = foldWord(name)
        if (!languageOf[role].has(folded)) languageOf[role].set(folded, language)
      }
  }
  if (!byLanguage.has('en')) throw brokenSurrogateLists("it has no lists for 'en'")
  return { byLanguage, languageOf }
}
