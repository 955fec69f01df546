// Card disputes from a seeded generator. Nobody's letters: texts are put together at random, and card numbers lie under the
// prefixes of the networks' test cards, with a check digit that fits.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const reasons = {
  fraud: [
    'I never made this purchase and my card was in my wallet all day',
    'somebody used my card in a city that I have never been to',
    'my card was stolen on Friday and these payments came after it',
    'five small payments in one night, none of them mine',
    'I got a message with a link, typed my details, and then this was booked',
    'the shop says the goods went to an address that is not mine',
  ],
  service: [
    'the parcel never arrived and the shop does not answer',
    'I was charged twice for one order',
    'the refund that was promised in March has not come',
    'the hotel kept the deposit although I cancelled in time',
    'the shoes are the wrong size and the shop refuses to take them back',
    'the subscription was cancelled and is still charged every month',
  ],
}
const either = ['please look into it', 'I have been a customer for years', 'the receipt is attached', 'I called twice']
const shops = ['Northwind Books', 'Blue Kettle', 'Harbour Hotel', 'Fern & Sons', 'Quick Tyres', 'Lantern Cinema']
const testPrefixes = [
  { prefix: '411111', length: 16 },
  { prefix: '555555', length: 16 },
  { prefix: '378282', length: 15 },
]

/** The digit that makes a number pass the check of ISO/IEC 7812-1. */
function checkDigit(digits) {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 0 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return String((10 - (sum % 10)) % 10)
}

function generator(seed) {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return {
    next,
    pick: list => list[Math.floor(next() * list.length)],
    digits: n => Array.from({ length: n }, () => Math.floor(next() * 10)).join(''),
  }
}

/**
 * Writes disputes to train on, later ones to watch, and an export that somebody made with one field too many.
 *
 * @returns the card numbers in them, digits only: what must be found nowhere afterwards
 */
export function writeDisputes(folder, { rows = 1600, later = 400, seed = 7 } = {}) {
  const { next, pick, digits } = generator(seed)
  const numbers = []
  const card = () => {
    const { prefix, length } = pick(testPrefixes)
    const stem = prefix + digits(length - prefix.length - 1)
    const number = stem + checkDigit(stem)
    numbers.push(number)
    return next() < 0.5 ? number : number.replace(/(\d{4})(?=\d)/g, '$1 ')
  }
  const dispute = () => {
    const label = next() < 0.4 ? 'fraud' : 'service'
    // One in twelve reads like the other kind.
    const told = next() < 1 / 12 ? (label === 'fraud' ? 'service' : 'fraud') : label
    const amount = `${1 + Math.floor(next() * 400)}.${digits(2)}`
    const about = pick([
      () => `Card ${card()}, ${pick(shops)}, ${amount}:`,
      () => `About ${amount} at ${pick(shops)} with my card ${card()}:`,
      () => `${pick(shops)} booked ${amount}:`,
    ])()
    return {
      customer: `C-${1000 + Math.floor(next() * 500)}`,
      text: `${about} ${pick(reasons[told])}, ${pick(either)}, ${pick(reasons[told])}.`,
      label,
      channel: pick(['letter', 'app', 'branch']),
      age_band: pick(['18-34', '35-59', '60+']),
    }
  }
  const write = (name, list) => writeFileSync(join(folder, name), list.map(one => `${JSON.stringify(one)}\n`).join(''))
  const disputes = Array.from({ length: rows }, dispute)
  write('disputes.jsonl', disputes)
  write('later.jsonl', Array.from({ length: later }, dispute))
  write(
    'careless-export.jsonl',
    disputes.map((one, row) => (row % 100 === 0 ? { ...one, text: `${one.text} CVV ${digits(3)}` } : one)),
  )
  return numbers
}

/** Tells whether one of the numbers stands in a text, with or without separators. */
export function searchFor(numbers) {
  const known = new Set(numbers)
  return text =>
    [...text.replace(/(?<=\d)[ .-](?=\d)/g, '').matchAll(/\d{15,}/g)].some(([run]) =>
      [...run].some((_, at) => known.has(run.slice(at, at + 15)) || known.has(run.slice(at, at + 16))),
    )
}
