/** The months of a language as people write them. */
export interface MonthNames {
  readonly language: string
  readonly full: readonly string[]
  /** As long as `full`: the name itself where the language does not shorten it. */
  readonly short: readonly string[]
}

const of = (language: string, full: string, short: string): MonthNames => ({
  language,
  full: full.split(' '),
  short: short.split(' '),
})

/** In the order of `months.ts`: a name that several languages share is read as that of the first, unless a locale says otherwise. */
export const monthNames: readonly MonthNames[] = [
  of(
    'en',
    'january february march april may june july august september october november december',
    'jan feb mar apr may jun jul aug sep oct nov dec',
  ),
  of(
    'es',
    'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
    'ene febrero marzo abr mayo junio julio agosto septiembre octubre noviembre dic',
  ),
  of(
    'de',
    'januar februar märz april mai juni juli august september oktober november dezember',
    'jan feb mar apr mai jun jul aug sep okt nov dez',
  ),
  of(
    'fr',
    'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
    'janv févr mars avr mai juin juil août septembre octobre novembre décembre',
  ),
  of(
    'it',
    'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
    'gen feb mar apr mag giu lug ago sett ott nov dic',
  ),
  of(
    'pt',
    'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro',
    'jan fev mar abr maio jun jul ago setembro out nov dez',
  ),
  of(
    'nl',
    'januari februari maart april mei juni juli augustus september oktober november december',
    'jan feb mrt apr mei jun jul aug sep okt nov dec',
  ),
]

/** Days of the week, Sunday first. */
export const weekdayNames: readonly (readonly string[])[] = [
  'sunday monday tuesday wednesday thursday friday saturday',
  'sun mon tue wed thu fri sat',
  'sun mon tues wed thurs fri sat',
  'domingo lunes martes miércoles jueves viernes sábado',
  'sonntag montag dienstag mittwoch donnerstag freitag samstag',
  'dimanche lundi mardi mercredi jeudi vendredi samedi',
  'domenica lunedì martedì mercoledì giovedì venerdì sabato',
  'domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado',
  'zondag maandag dinsdag woensdag donderdag vrijdag zaterdag',
].map(names => names.split(' '))
