/** The twelve months of a language, and short forms, in lower case without diacritics; alternatives of one month by `/`. */
const languages: readonly string[] = [
  'january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct november/nov december/dec',
  'enero/ene febrero marzo abril/abr mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre/dic',
  'januar/janner februar marz/maerz april mai juni juli august september oktober/okt november dezember/dez',
  'janvier/janv fevrier/fevr mars avril/avr mai juin juillet/juil aout septembre octobre novembre decembre',
  'gennaio/gen febbraio/febbr marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/sett ottobre/ott novembre dicembre',
  'janeiro fevereiro/fev marco abril maio/mai junho/jun julho/jul agosto setembro outubro/out novembro dezembro',
  'januari februari maart/mrt april mei juni juli augustus september oktober november december',
]

/** Number of a month, 1 to 12, by its name. */
export const months: ReadonlyMap<string, number> = new Map(
  languages.flatMap(language =>
    language.split(' ').flatMap((names, index) => names.split('/').map(name => [name, index + 1] as const)),
  ),
)

/** Names of months that are other words as well, or names of people. */
export const ambiguousMonths: ReadonlySet<string> = new Set(
  'may march mar mars jan april august june jun mai mei gen mag sett out dec sep ott lug giu marco set'.split(' '),
)

/** Names of weekdays in the languages of the months. */
export const weekdays: string =
  'mon|monday|tue|tues|tuesday|wed|wednesday|thu|thur|thurs|thursday|fri|friday|sat|saturday|sun|sunday|' +
  'lunes|martes|miércoles|miercoles|jueves|viernes|sábado|sabado|domingo|' +
  'montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|' +
  'lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|' +
  'lunedì|lunedi|martedì|martedi|mercoledì|mercoledi|giovedì|giovedi|venerdì|venerdi|sabato|domenica|' +
  'segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|' +
  'maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag'
