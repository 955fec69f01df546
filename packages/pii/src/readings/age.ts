import { isLetterOrDigit } from '../char-class.js'
import { wordsBefore } from '../context-words.js'
import type { Candidate } from '../finding.js'
import { digitsOf, runLength, separatorBefore, type Read, type Reading } from '../number-groups.js'

const oldest = 122

const ageLabels = new Set('age aged ages edad eta idade leeftijd wiek alter'.split(' '))

/** Words before a number of years that make it an age, in languages that need no `old`. */
const ageIntroductions = new Set(
  (
    'de con tiene tenia edad varon mujer hombre nino nina paciente di com tem tinha idade homem mulher von van aged age turned ' +
    'turning agee agees femme homme'
  ).split(' '),
)

/** Words that make a number of years a duration. */
const durations = new Set(
  (
    'hace durante desde tras evolucion seguimiento historia mas menos periodo ultimos antecedentes cada plazo media duracion ' +
    'pendant depuis periode duree plus moins seit dauer lang durata da oltre periodo pena prision condena ' +
    'for over within last past contract term period sentence years'
  ).split(' '),
)

const old =
  /^(?:[ -]{0,2}(?:years?|yrs?\.?|months?|mos?\.?|weeks?|wks?\.?|days?)[ -](?:olds?|of age)|[ -]?(?:y\/o|y\.\s?o\.?|yo[mf]?|y\.?o\.?[mf]?)|[ -]?(?:jährige[rnms]?|jährig|jaehrige[rnms]?|jarige)|(?: años?| anos?| ans| anni| jahre| jaar| meses| mois| mesi| monate)(?: de edad| de idade| d'âge| di età| alt| oud))(?![\p{L}\d])/iu
const years =
  /^ ?(?:años?|anos|ans|anni|jahren?|jaar|years?|meses|mois|mesi|a\.)(?![\p{L}\d])(?! (?:de (?:evoluci|seguim|antig|durac|prisi|exper|tratam)|después|despues|antes|later|ago|earlier|before|après|später|dopo|depois))/iu
/** `She is 45.`, `I just turned 30`: who, and what is said of them. */
const subjects = new Set("i he she who they i'm im he's she's just recently was".split(' '))
const states = new Set('is was am turned turns turning'.split(' '))
const endsThere = /^(?:[.,;!?](?!\d)|\s*$|\s*\n| (?:and|but|when|now|today|this|in|so|at|years?)(?!\p{L}))/u
const sex = /^ ?[MF](?![\p{L}\d'])/u
const inMonths = /^[ -]{0,2}(?:m(?!\/)|w|d(?!e)|mes)/i

/** Ages: a number with its unit and `old` in seven languages, after a label, or with a letter for the sex. */
export function readAge(reading: Reading): Read | undefined {
  const { text, group, run } = reading
  const length = runLength(group, run)
  const start = group.start[run]!
  if (length > 3 || isLetterOrDigit(text.charCodeAt(start - 1)) || /[.,$€£/]/.test(text[start - 1] ?? ''))
    return undefined
  const value = Number(digitsOf(text, group, run, run))
  const end = group.end[run]!
  const after = text.slice(end, end + 28)
  const found = ageBy(text, start, after)
  if (!found) return undefined
  const isYears = found.length === 0 || !inMonths.test(after)
  if (isYears && value > oldest) return undefined
  const candidate: Candidate = {
    type: 'AGE',
    start,
    end: end + found.length,
    score: found.score,
    rule: found.rule,
    meaning: { kind: 'age', years: isYears ? value : 0 },
    ...(found.rule === 'age/sex' && { needsCompany: true }),
  }
  return { candidate, runs: 1 }
}

interface AgeMatch {
  readonly length: number
  readonly score: number
  readonly rule: string
}

function ageBy(text: string, start: number, after: string): AgeMatch | undefined {
  const withOld = old.exec(after)
  if (withOld) return { length: withOld[0].length, score: 0.85, rule: 'age/old' }
  const isUnit = years.exec(after)
  if (!isUnit && /^(?:[.,/:]?\d|%| ?[-+]\s?\d)/.test(after)) return undefined
  const isGlued = /[\p{L}:=.,] {0,2}$|^$/u.test(text.slice(Math.max(0, start - 3), start))
  const [nearest = '', second = ''] = isGlued || isUnit ? wordsBefore(text, start) : []
  if (ageLabels.has(nearest) && isGlued && !/[.,] /.test(text.slice(start - 2, start)))
    return { length: isUnit?.[0].length ?? 0, score: 0.75, rule: 'age/label' }
  if (ageLabels.has(second) && (nearest === 'de' || nearest === 'of'))
    return { length: isUnit?.[0].length ?? 0, score: 0.75, rule: 'age/label' }
  if (isUnit && ageIntroductions.has(nearest) && !durations.has(second))
    return { length: isUnit[0].length, score: 0.65, rule: 'age/years' }
  if (isGlued && states.has(nearest) && subjects.has(second) && endsThere.test(after))
    return { length: 0, score: 0.6, rule: 'age/said' }
  return sex.test(after) && text.slice(start - 1, start) !== '-'
    ? { length: 0, score: 0.5, rule: 'age/sex' }
    : undefined
}
