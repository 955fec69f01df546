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

/** Sums of money, in company: what somebody earned, owed or was awarded narrows down who it is. */
export const amountScanner: Scanner = {
  id: 'amounts',
  types: ['AMOUNT'],
  needs: sign.digit,
  scan({ text }, emit) {
    if (!currency.test(text)) return
    for (const { 0: found, index } of text.matchAll(amount))
      emit({ type: 'AMOUNT', start: index, end: index + found.length, score: 0.4, rule: 'amount', needsCompany: true })
  },
}
