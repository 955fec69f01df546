import { ambiguousGivenNames, givenNames } from '../gazetteer/given-names.js'
import { familyNames } from '../gazetteer/family-names.js'
import { plainWords } from '../gazetteer/plain-words.js'
import { shape, type Words } from '../words.js'
import { gapAfter, isCapital, isInitial, isNameLike, looseRunEnd, nameKey, runEnd } from './name-run.js'

/** A name found by what introduces it: its first and last word. */
export interface NameMatch {
  readonly first: number
  readonly last: number
  readonly score: number
  readonly rule: string
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const titles = set(
  'mr mrs ms miss mx dr prof professor doctor sir dame lord madam mme mlle monsieur madame herr frau senor senora senorita ' +
    'srta sra dona signor signora dott rev reverend capt captain lt sgt sergeant col colonel maj judge justice senator ' +
    'governor president',
)
const titlesInLowerCase = set('mr mrs ms mx dr prof')

/** `Mr. Smith`: the words after a title, without the title. */
function afterTitle(words: Words, title: number): NameMatch | undefined {
  const key = words.folded(title)
  if (!/^\.? {0,2}$/.test(gapAfter(words, title) ?? '-') || isStreetWord(words, title)) return undefined
  const first = title + 1
  const found = { first, score: 0.85, rule: 'person/title' }
  if (isCapital(words, title) && (isNameLike(words, first) || isInitial(words, first)))
    return { ...found, last: runEnd(words, first) }
  if (!titlesInLowerCase.has(key) || plainWords.has(nameKey(words, first)) || words.folded(first).length < 2)
    return undefined
  const isNext = words.shape[title] === shape.lower && gapAfter(words, first) === ' ' && first + 1 < words.count
  return { ...found, last: isNext && familyNames.has(nameKey(words, first + 1)) ? first + 1 : first, score: 0.7 }
}

/** `12 Main Dr. Springfield`: the title is a street. */
const isStreetWord = (words: Words, title: number): boolean =>
  words.folded(title) === 'dr' &&
  gapAfter(words, title - 1) === ' ' &&
  isCapital(words, title - 1) &&
  /\d ?$/.test(words.text.slice(Math.max(0, words.start[title - 1]! - 2), words.start[title - 1]!))

/** Phrases after which a name follows, whatever its case. By last word, so that one look-up per word decides. */
const strongPhrases = byLastWord([
  'my name is',
  "my name's",
  'the name is',
  'my full name is',
  'his name is',
  'her name is',
  'their name is',
  'i am called',
  'signed by',
  'me llamo',
  'mi nombre es',
  'se llama',
  "je m'appelle",
  'mon nom est',
  'mein name ist',
  'ich heiße',
  'ich heisse',
  'mi chiamo',
  'il mio nome e',
  'meu nome e',
  'me chamo',
  'nazywam sie',
  'mijn naam is',
  'ik heet',
])

/** Phrases after which a name from the lists counts even when it is also a word: `I'm Will`. */
const weakPhrases = byLastWord([
  "i'm",
  'im',
  'i am',
  'this is',
  'call me',
  'named',
  'called',
  'soy',
  'je suis',
  'ich bin',
])

/** Phrases after which only capitals are a name, and only two of them or a listed one: `referred by Xolo Quark`. */
const agentPhrases = byLastWord([
  'referred by',
  'seen by',
  'treated by',
  'written by',
  'reviewed by',
  'prepared by',
  'reported by',
  'represented by',
  'accompanied by',
  'married to',
  'remitido por',
  'firmado por',
  'atendido por',
  'derivado por',
  'redactado por',
  'acompanado por',
  'signe par',
  'represente par',
  'unterzeichnet von',
  'vertreten durch',
  'firmato da',
  'assinado por',
])

function byLastWord(phrases: readonly string[]): ReadonlyMap<string, readonly (readonly string[])[]> {
  const map = new Map<string, (readonly string[])[]>()
  for (const phrase of phrases) {
    const reversed = phrase.split(' ').reverse()
    map.set(reversed[0]!, [...(map.get(reversed[0]!) ?? []), reversed])
  }
  return map
}

const endsPhrase = (words: Words, last: number, phrases: readonly (readonly string[])[] | undefined): boolean =>
  phrases?.some(reversed =>
    reversed.every(
      (word, back) =>
        words.folded(last - back) === word && (back === 0 || /^\s{1,2}$/.test(gapAfter(words, last - back) ?? '')),
    ),
  ) ?? false

/** `my name is …`, `I'm …`. */
function afterPhrase(words: Words, last: number): NameMatch | undefined {
  const folded = words.folded(last)
  const first = last + 1
  const strong = strongPhrases.get(folded)
  const weak = weakPhrases.get(folded)
  const agent = agentPhrases.get(folded)
  if (
    (!strong && !weak && !agent) ||
    first >= words.count ||
    !/^(?:\s|: ?|, ?){1,2}$/.test(gapAfter(words, last) ?? '')
  )
    return undefined
  if (strong && endsPhrase(words, last, strong)) return introduced(words, first, 'person/introduction')
  const key = nameKey(words, first)
  if (agent && isNameLike(words, first) && endsPhrase(words, last, agent)) {
    const end = runEnd(words, first)
    if (end > first || givenNames.has(key) || familyNames.has(key))
      return { first, last: end, score: 0.7, rule: 'person/introduction' }
  }
  if (!weak || !isCapital(words, first) || !(givenNames.has(key) || familyNames.has(key))) return undefined
  return endsPhrase(words, last, weak)
    ? { first, last: runEnd(words, first), score: 0.65, rule: 'person/introduction' }
    : undefined
}

/** A name in any case, unless its first word is a plain one. */
function introduced(words: Words, first: number, rule: string): NameMatch | undefined {
  if (isNameLike(words, first) || (isInitial(words, first) && words.text[words.end[first]!] === '.'))
    return { first, last: runEnd(words, first), score: 0.85, rule }
  if (isCapital(words, first) || words.folded(first).length < 2 || plainWords.has(nameKey(words, first)))
    return undefined
  return { first, last: looseRunEnd(words, first), score: 0.7, rule }
}

const nameLabels = set(
  'name names surname lastname firstname fullname forename patient attn attention nombre apellido apellidos paciente nom ' +
    'prenom vorname nachname patientin nome cognome naam imie nazwisko signed signature',
)
const partyLabels = set(
  'from to cc bcc sender recipient customer client contact author employee applicant tenant caller agent cliente kunde ' +
    'kundin klant reviewer manager guest guests holder cardholder beneficiary payee witness physician doctor medico medica remitente facultativo firmado cirujano especialista responsable ' +
    'medecin arzt arztin behandler esposa esposo marido mujer hijo hija',
)

/** `Name: …`, `From: …`, `"patient": "…"`. A party may also be a firm, so its name needs two words or a name list. */
function afterLabel(words: Words, label: number): NameMatch | undefined {
  const key = words.folded(label)
  const isName = nameLabels.has(key)
  const first = label + 1
  if (!/^["']? ?[:=][ \t]{0,2}["']?$/.test(gapAfter(words, label, 7) ?? '')) return undefined
  if (isName) return introduced(words, first, 'person/label')
  if (!isNameLike(words, first)) return undefined
  const last = runEnd(words, first)
  const isListed = givenNames.has(nameKey(words, first)) || familyNames.has(nameKey(words, first))
  return isListed || last > first ? { first, last, score: 0.7, rule: 'person/label' } : undefined
}

const greetings = set(
  'dear hi hello hey hola bonjour hallo liebe lieber ciao ola buongiorno salut greetings querido querida estimado estimada ' +
    'cher chere caro cara beste geachte',
)

/** `Dear Maria,` at the beginning of a line or sentence. */
function afterGreeting(words: Words, greeting: number): NameMatch | undefined {
  if (!/^,? {1,2}$/.test(gapAfter(words, greeting) ?? '')) return undefined
  const before = words.text[words.start[greeting]! - 1] ?? '\n'
  const twoBefore = words.text[words.start[greeting]! - 2] ?? '\n'
  if (!/[\n\r>"']/.test(before) && !/[.!?\n>,]/.test(twoBefore)) return undefined
  const first = greeting + 1
  const key = nameKey(words, first)
  const found = { first, rule: 'person/greeting' }
  if (words.shape[first] === shape.lower)
    return givenNames.has(key) && !ambiguousGivenNames.has(key) ? { ...found, last: first, score: 0.6 } : undefined
  if (!isNameLike(words, first)) return undefined
  const last = runEnd(words, first)
  const after = words.text[words.end[last]!] ?? '\n'
  return givenNames.has(key) || /[,!:;.\n\r-]/.test(after) ? { ...found, last, score: 0.7 } : undefined
}

const closings = set(
  'regards sincerely faithfully truly cheers thanks best wishes you yours respectfully saludos atentamente cordialement ' +
    'cordially grußen grussen gruße grusse gruß saluti groet groeten cumprimentos pozdrawiam abrazo love',
)

/** A name alone on the line after a closing formula, or after its comma at the end of a line. */
function afterClosing(words: Words, closing: number): NameMatch | undefined {
  const gap = gapAfter(words, closing, 8) ?? ''
  const first = closing + 1
  const isNextLine = /^ ?[,.!]?[ \r]*\n\s*[-~]{0,2} ?$/.test(gap)
  if ((!isNextLine && !/^, ?$/.test(gap)) || !(isNameLike(words, first) || isInitial(words, first))) return undefined
  const last = runEnd(words, first)
  const after = words.text.slice(words.end[last]!, words.end[last]! + 2)
  if (!/^(?:$|[.,!]?(?:$|[\r\n]))/.test(after)) return undefined
  if (!isNextLine && !givenNames.has(nameKey(words, first))) return undefined
  return { first, last, score: 0.7, rule: 'person/signature' }
}

/** Finds the name that a word introduces, if it does. */
export type Introduction = (words: Words, word: number) => NameMatch | undefined

/** Which introductions a word may begin or end, so that most words cost one look-up. */
export const introductionsBy: ReadonlyMap<string, readonly Introduction[]> = collect([
  [afterTitle, titles],
  [afterPhrase, [...strongPhrases.keys(), ...weakPhrases.keys(), ...agentPhrases.keys()]],
  [afterLabel, [...nameLabels, ...partyLabels]],
  [afterGreeting, greetings],
  [afterClosing, closings],
])

function collect(
  entries: readonly (readonly [Introduction, Iterable<string>])[],
): ReadonlyMap<string, readonly Introduction[]> {
  const map = new Map<string, Introduction[]>()
  for (const [introduction, words] of entries)
    for (const word of new Set(words)) map.set(word, [...(map.get(word) ?? []), introduction])
  return map
}
