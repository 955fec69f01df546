import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'

const number = '\\d{1,3}(?:[,. ]\\d{3}){0,4}(?:[.,]\\d{1,2}|,-)?|\\d{1,12}(?:[.,]\\d{1,2})?'
const codes =
  'EUR|USD|GBP|CHF|JPY|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|HRK|TRY|TRL|RUB|UAH|ITL|DEM|FRF|ESP|FIM|SKK|MXN|BRL|INR|CNY|ZAR'
const names =
  'euros?|dollars?|pounds? sterling|sterling|pounds?|liras?|lire|roubles?|rubles?|zlotys?|złotys?|kronor|kroner|krona|francs?|marks?|forints?|lei|leva|' +
  'hryvnias?|hryvnyas?|pesos?|rupees?|yen|yuan|dinars?|korunas?|kunas?|reais|markkas?|pesetas?'
const amount = new RegExp(
  `(?<![\\p{L}\\d.,])(?:(?:${codes}|US\\$|[$€£¥₺₽₹]) ?(?:${number})(?: (?:million|billion))?` +
    `|(?:${number})(?: (?:million|billion))? ?(?:(?:${codes})(?!\\p{L})|[€$£¥₺₽₹]|(?:\\p{Lu}\\p{Ll}{2,14} )?(?:${names})(?!\\p{L})))(?: \\([A-Z]{3}\\))?(?!\\d)`,
  'gu',
)
/** A cheap look for what every amount holds. */
const currency = new RegExp(`[$€£¥₺₽₹]|${codes}|${names}`)
/** How far from where digits begin it can stand: before them `US$ `; after twelve of them `,- billion`, a word and `pounds sterling`. */
const before = 4
const after = 80

/** Whether a currency stands near some digits. Neighbours are looked at together, so that each character is read once. */
function hasCurrency(text: string, runs: readonly number[]): boolean {
  for (let run = 0; run < runs.length; ) {
    const from = Math.max(0, runs[run]! - before)
    let to = 0
    do to = runs[run++]! + after
    while (run < runs.length && runs[run]! - before <= to)
    if (currency.test(text.slice(from, to))) return true
  }
  return false
}

/** Sums of money, in company: what somebody earned, owed or was awarded narrows down who it is. */
export const amountScanner: Scanner = {
  id: 'amounts',
  types: ['AMOUNT'],
  needs: sign.digit,
  scan(source, emit) {
    const { text } = source
    if (!hasCurrency(text, source.digitRuns())) return
    for (const { 0: found, index } of text.matchAll(amount))
      emit({ type: 'AMOUNT', start: index, end: index + found.length, score: 0.4, rule: 'amount', needsCompany: true })
  },
}
