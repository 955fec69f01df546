import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import type { Words } from '../words.js'

const labels = new Set('sex sexo sexe gender geschlecht sesso genere genero geslacht'.split(' '))
const afterLabel = /^["']?(?: at birth)? ?[:=] ?["']?(\p{L}{1,12})(?!\p{L})/u
const values = new Set(
  (
    'm f h v w x male female man woman men women boy girl varon mujer hombre nino nina masculino femenino femenina mann frau weiblich mannlich ' +
    'divers homme femme masculin feminin uomo donna maschio femmina maschile femminile homem mulher feminino man vrouw mannelijk vrouwelijk ' +
    'other nonbinary unknown'
  ).split(' '),
)
/** Words for a sex beside an age: `mujer de 45 años`, `45-year-old man`. */
const besideAge = new Set(
  'male female man woman boy girl varon mujer hombre nino nina homme femme uomo donna homem mulher mann frau vrouw'.split(
    ' ',
  ),
)
const ageAfter =
  /^,? (?:de |von |di |van |aged |of )?\d{1,3}(?: (?:años|anos|ans|anni|jahre|jaar|years|meses)|[ -]?(?:y\/?o|yo)(?!\p{L}))/iu
const ageBefore = /(?:years?[ -]old|y\/o|yo|yr[ -]old|-jährige[rn]?|años) $/iu

const triggers = triggersOf(labels, besideAge)

/** What a label such as `Sex:` announces, and the word for it beside an age. */
export const sexScanner: Scanner = {
  id: 'sexes',
  types: ['SEX'],
  triggers,
  scan(source, emit) {
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0) continue
      const folded = words.folded(word)
      if (labels.has(folded)) {
        const end = labelled(words, word)
        if (end) emit({ type: 'SEX', ...end, score: 0.8, rule: 'sex/label' })
      } else if (besideAge.has(folded) && isBesideAge(words, word))
        emit({
          type: 'SEX',
          start: words.start[word]!,
          end: words.end[word]!,
          score: 0.5,
          rule: 'sex/age',
        })
    }
  },
}

function labelled(words: Words, word: number): { start: number; end: number } | undefined {
  const from = words.end[word]!
  const found = afterLabel.exec(words.text.slice(from, from + 32))
  if (!found || !values.has(words.folded(word + 1))) return undefined
  const start = from + found[0].length - found[1]!.length
  return { start, end: from + found[0].length }
}

const isBesideAge = ({ text, start, end }: Words, word: number): boolean =>
  ageAfter.test(text.slice(end[word]!, end[word]! + 20)) ||
  ageBefore.test(text.slice(Math.max(0, start[word]! - 12), start[word]!))
