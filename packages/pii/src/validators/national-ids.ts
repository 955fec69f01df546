import type { CheckedCode } from './checked-code.js'
import { isMod11And10Valid, isVerhoeffValid, mod11And2, remainder, weightedSum } from './checksums.js'
import { isLuhnValid } from './luhn.js'

const isDay = (day: number): boolean => day >= 1 && day <= 31
const isMonth = (month: number): boolean => month >= 1 && month <= 12
const at = (digits: string, from: number, length = 2): number => Number(digits.slice(from, from + length))
/** Year, month and day, two digits each, from a place on; and day, month and year. */
const startsYmd = (n: string, from = 0): boolean => isMonth(at(n, from + 2)) && isDay(at(n, from + 4))
const startsDmy = (n: string, from = 0): boolean => isDay(at(n, from)) && isMonth(at(n, from + 2))
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i)
const downFrom8 = down(8, 2)
const downFrom9 = down(9, 2)
/** Weights of the Dutch eleven test. */
const elfproef = [...downFrom9, -1]
const downTo1 = down(9, 1)
const downFrom10 = down(10, 2)
const downFrom11 = down(11, 2)
const last = (n: string): number => Number(n.at(-1))
const isRepeated = (n: string): boolean => n === n[0]!.repeat(n.length)

/** 11 minus the weighted sum modulo 11, as a check digit: 11 counts as 0; 10 is what `ten` says. */
const elevenMinus = (n: string, weights: readonly number[], ten = -1): number => {
  const check = 11 - (weightedSum(n, weights) % 11)
  return check === 11 ? 0 : check === 10 ? ten : check
}

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'
const hetuCharacters = '0123456789ABCDEFHJKLMNPRSTUVWXY'
const letterValue = (letter: string): number => letter.charCodeAt(0) - 64

function isPps(n: string): boolean {
  const sum = weightedSum(n, downFrom8) + (n.length === 9 && n[8] !== 'W' ? 9 * letterValue(n[8]!) : 0)
  return 'WABCDEFGHIJKLMNOPQRSTUV'[sum % 23] === n[7]
}

function isNir(n: string): boolean {
  if (!/^[12]/.test(n) || !(isMonth(at(n, 3)) || (at(n, 3) >= 20 && at(n, 3) <= 42))) return false
  const body = n
    .slice(0, 13)
    .replace(/^(.{5})2A/, '$119')
    .replace(/^(.{5})2B/, '$118')
  return /^\d{13}$/.test(body) && 97 - remainder(body, 97) === at(n, 13)
}

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

function isCodiceFiscale(n: string): boolean {
  let sum = 0
  for (let i = 0; i < 15; i++) {
    const value = /\d/.test(n[i]!) ? Number(n[i]) : letterValue(n[i]!) - 1
    sum += i % 2 === 0 ? oddValues[value]! : value
  }
  return 'ABCDEHLMPRST'.includes(n[8]!) && letterValue(n[15]!) - 1 === sum % 26
}

function isSteuerId(n: string): boolean {
  if (!isMod11And10Valid(n)) return false
  const counts = new Map<string, number>()
  for (const digit of n.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter(count => count > 1)
  return n[0] !== '0' && repeated.length === 1 && repeated[0]! <= 3
}

const isNrn = (n: string): boolean =>
  at(n, 2) <= 12 &&
  at(n, 4) <= 31 &&
  ['', '2'].some(century => 97 - remainder(century + n.slice(0, 9), 97) === at(n, 9))

function isPesel(n: string): boolean {
  const month = at(n, 2) % 20
  return (
    isMonth(month) && isDay(at(n, 4)) && (10 - (weightedSum(n, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === last(n)
  )
}

const isPersonnummer = (n: string): boolean => {
  const ten = n.slice(-10)
  return isMonth(at(ten, 2)) && isDay(at(ten, 4) > 60 ? at(ten, 4) - 60 : at(ten, 4)) && isLuhnValid(ten)
}

const isHetu = (n: string): boolean => {
  const digits = n.replace(/^(\d{6})[A-Y]/, '$1')
  return startsDmy(digits) && hetuCharacters[remainder(digits.slice(0, 9), 31)] === digits[9]
}

const isFodselsnummer = (n: string): boolean =>
  isDay(at(n, 0) % 40) &&
  isMonth(at(n, 2) % 40) &&
  elevenMinus(n, [3, 7, 6, 1, 8, 9, 4, 5, 2]) === Number(n[9]) &&
  elevenMinus(n, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) === Number(n[10])

const isCpf = (n: string): boolean =>
  !isRepeated(n) && elevenMinus(n, downFrom10, 0) === Number(n[9]) && elevenMinus(n, downFrom11, 0) === Number(n[10])

const cnpjFirst = [5, 4, 3, 2, ...downFrom9]
const cnpjSecond = [6, ...cnpjFirst]
const isCnpj = (n: string): boolean =>
  !isRepeated(n) && elevenMinus(n, cnpjFirst, 0) === Number(n[12]) && elevenMinus(n, cnpjSecond, 0) === Number(n[13])

const isAbn = (n: string): boolean => (weightedSum(n, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0

const nricLetters: Readonly<Record<string, string>> = {
  S: 'JZIHGFEDCBA',
  T: 'JZIHGFEDCBA',
  F: 'XWUTRQPNMLK',
  G: 'XWUTRQPNMLK',
}
const isNric = (n: string): boolean => {
  const letters = nricLetters[n[0]!]
  const sum = weightedSum(n.slice(1), [2, 7, 6, 5, 4, 3, 2]) + ('TG'.includes(n[0]!) ? 4 : 0)
  return letters !== undefined && letters[sum % 11] === n[8]
}

const isHongKong = (n: string): boolean => {
  const sum = 324 + 8 * (letterValue(n[0]!) + 9) + weightedSum(n.slice(1), down(7, 2))
  const check = (11 - (sum % 11)) % 11
  return (check === 10 ? 'A' : String(check)) === n[7]
}

const isKorean = (n: string): boolean =>
  startsYmd(n) && (11 - (weightedSum(n, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === last(n)

const isChinese = (n: string): boolean =>
  /^[1-9]\d{5}(?:19|20)/.test(n) && startsYmd(n, 8) && mod11And2(n.slice(0, 17)) === n[17]

const taiwanLetters = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'
const isTaiwanese = (n: string): boolean => {
  const value = taiwanLetters.indexOf(n[0]!) + 10
  return (
    /^.[1289]/.test(n) &&
    (Math.floor(value / 10) + (value % 10) * 9 + weightedSum(n.slice(1), [...down(8, 1), 1])) % 10 === 0
  )
}

const isMyNumber = (n: string): boolean => {
  const rest = weightedSum(n, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return (rest <= 1 ? 0 : 11 - rest) === last(n)
}

const isTckn = (n: string): boolean => {
  const odd = weightedSum(n, [1, 0, 1, 0, 1, 0, 1, 0, 1])
  const even = weightedSum(n, [0, 1, 0, 1, 0, 1, 0, 1])
  return (
    n[0] !== '0' && (((7 * odd - even) % 10) + 10) % 10 === Number(n[9]) && (odd + even + Number(n[9])) % 10 === last(n)
  )
}

const isRut = (n: string): boolean => {
  const digits = n.slice(0, -1).padStart(8, '0')
  const check = 11 - (weightedSum(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)
  return n.at(-1) === (check === 11 ? '0' : check === 10 ? 'K' : String(check))
}

const isCedula = (n: string): boolean =>
  at(n, 0) >= 1 && (at(n, 0) <= 24 || at(n, 0) === 30) && Number(n[2]) < 6 && isLuhnValid(n)

const isBaltic = (n: string): boolean => {
  if (!/^[1-8]/.test(n) || !startsYmd(n, 1)) return false
  const first = weightedSum(n, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
  const second = weightedSum(n, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11
  return (first < 10 ? first : second % 10) === last(n)
}

const isLatvian = (n: string): boolean =>
  /^3[2-9]/.test(n) || (startsDmy(n) && ((1 + weightedSum(n, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11) % 10 === last(n))

const isEgn = (n: string): boolean =>
  isMonth(at(n, 2) % 20) && isDay(at(n, 4)) && (weightedSum(n, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === last(n)

const isCnp = (n: string): boolean => {
  const rest = weightedSum(n, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
  return /^[1-9]/.test(n) && startsYmd(n, 1) && (rest === 10 ? 1 : rest) === last(n)
}

const isRodneCislo = (n: string): boolean => {
  const month = at(n, 2) % 50
  return (
    isMonth(month % 20) &&
    isDay(at(n, 4)) &&
    (remainder(n, 11) === 0 || (remainder(n.slice(0, 9), 11) === 10 && last(n) === 0))
  )
}

const thaiWeights = down(13, 2)
const isThai = (n: string): boolean => (11 - (weightedSum(n, thaiWeights) % 11)) % 10 === last(n)

const curpCharacters = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'
const isCurp = (n: string): boolean => {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += curpCharacters.indexOf(n[i]!) * (18 - i)
  return startsYmd(n, 4) && /^.{10}[HMX]/.test(n) && (10 - (sum % 10)) % 10 === last(n)
}

const isRussianInn = (n: string): boolean =>
  (weightedSum(n, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === Number(n[10]) &&
  (weightedSum(n, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === Number(n[11])

const isNewZealandIrd = (n: string): boolean => {
  const digits = n.padStart(9, '0')
  for (const weights of [
    [3, 2, 7, 6, 5, 4, 3, 2],
    [7, 4, 3, 2, 5, 2, 7, 6],
  ]) {
    const check = elevenMinus(digits, weights)
    if (check >= 0) return check === last(digits)
  }
  return false
}

/** Numbers that states give to people and that the detector knows, by the formula that the state, or the standard that it uses, publishes. */
export const nationalIds: readonly CheckedCode[] = [
  {
    id: 'us-itin',
    shape: '999999999',
    isValid: n => /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(n),
    counts: 'labelled',
    labels: 'itin',
  },
  { id: 'ca-sin', shape: '999999999', isValid: isLuhnValid, counts: 'labelled', labels: 'sin nas' },
  {
    id: 'gb-nhs',
    shape: '9999999999',
    isValid: n => elevenMinus(n, downFrom10) === last(n),
    counts: 'labelled',
    labels: 'nhs',
  },
  {
    id: 'gb-nino',
    shape: 'AA999999A',
    isValid: n => /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(n),
    counts: 'alone',
    labels: 'nino insurance',
  },
  { id: 'ie-pps', shape: '9999999A|9999999AA', isValid: isPps, counts: 'alone', labels: 'pps ppsn' },
  {
    id: 'es-dni',
    shape: '99999999A',
    isValid: n => dniLetters[at(n, 0, 8) % 23] === n[8],
    counts: 'alone',
    labels: 'dni nif',
  },
  {
    id: 'es-nie',
    shape: 'A9999999A',
    isValid: n => 'XYZ'.includes(n[0]!) && dniLetters[Number('XYZ'.indexOf(n[0]!) + n.slice(1, 8)) % 23] === n[8],
    counts: 'alone',
    labels: 'nie',
  },
  {
    id: 'fr-nir',
    shape: '999999999999999|999999A99999999',
    isValid: isNir,
    counts: 'alone',
    labels: 'nir secu securite',
  },
  {
    id: 'it-codice-fiscale',
    shape: 'AAAAAA99A99A999A',
    isValid: isCodiceFiscale,
    counts: 'alone',
    labels: 'fiscale cf',
  },
  {
    id: 'de-steuer-id',
    shape: '99999999999',
    isValid: isSteuerId,
    counts: 'labelled',
    labels: 'steuer steuerid idnr identifikationsnummer steueridentifikationsnummer',
  },
  {
    id: 'nl-bsn',
    shape: '999999999',
    isValid: n => weightedSum(n, elfproef) % 11 === 0,
    counts: 'labelled',
    labels: 'bsn burgerservicenummer sofinummer',
  },
  { id: 'be-nrn', shape: '99999999999', isValid: isNrn, counts: 'alone', labels: 'rijksregisternummer nn niss insz' },
  { id: 'pl-pesel', shape: '99999999999', isValid: isPesel, counts: 'labelled', labels: 'pesel' },
  {
    id: 'pt-nif',
    shape: '999999999',
    isValid: n => elevenMinus(n, downFrom9, 0) === last(n),
    counts: 'labelled',
    labels: 'nif contribuinte',
  },
  {
    id: 'se-personnummer',
    shape: '9999999999|999999999999',
    isValid: isPersonnummer,
    counts: /^\d{6}(?:\d\d)?[-+]\d{4}$/,
    labels: 'personnummer samordningsnummer',
  },
  {
    id: 'fi-hetu',
    shape: '999999A999A|999999A9999|999999999A',
    isValid: isHetu,
    counts: 'alone',
    labels: 'hetu henkilotunnus',
  },
  {
    id: 'no-fodselsnummer',
    shape: '99999999999',
    isValid: isFodselsnummer,
    counts: 'alone',
    labels: 'fodselsnummer personnummer',
  },
  { id: 'dk-cpr', shape: '9999999999', isValid: n => startsDmy(n), counts: 'labelled', labels: 'cpr personnummer' },
  {
    id: 'is-kennitala',
    shape: '9999999999',
    isValid: n =>
      isDay(at(n, 0) % 40) && isMonth(at(n, 2)) && elevenMinus(n, [3, 2, 7, 6, 5, 4, 3, 2]) === Number(n[8]),
    counts: 'labelled',
    labels: 'kennitala',
  },
  {
    id: 'ch-ahv',
    shape: '9999999999999',
    isValid: n =>
      n.startsWith('756') && (10 - (weightedSum(n, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === last(n),
    counts: 'alone',
    labels: 'ahv avs',
  },
  {
    id: 'at-svnr',
    shape: '9999999999',
    isValid: n => weightedSum(n, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === Number(n[3]),
    counts: 'labelled',
    labels: 'svnr sozialversicherungsnummer',
  },
  {
    id: 'cz-rodne-cislo',
    shape: '9999999999',
    isValid: isRodneCislo,
    counts: /^\d{6}\/\d{4}$/,
    labels: 'rodne cislo rc',
  },
  { id: 'ro-cnp', shape: '9999999999999', isValid: isCnp, counts: 'labelled', labels: 'cnp' },
  {
    id: 'hu-taj',
    shape: '999999999',
    isValid: n => weightedSum(n, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === last(n),
    counts: 'labelled',
    labels: 'taj',
  },
  { id: 'hr-oib', shape: '99999999999', isValid: isMod11And10Valid, counts: 'labelled', labels: 'oib' },
  {
    id: 'si-emso',
    shape: '9999999999999',
    isValid: n => startsDmy(n) && elevenMinus(n, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) === last(n),
    counts: 'labelled',
    labels: 'emso jmbg',
  },
  { id: 'bg-egn', shape: '9999999999', isValid: isEgn, counts: 'labelled', labels: 'egn' },
  { id: 'ee-isikukood', shape: '99999999999', isValid: isBaltic, counts: 'labelled', labels: 'isikukood' },
  { id: 'lt-asmens-kodas', shape: '99999999999', isValid: isBaltic, counts: 'labelled', labels: 'asmens kodas' },
  {
    id: 'lv-personas-kods',
    shape: '99999999999',
    isValid: isLatvian,
    counts: /^\d{6}-\d{5}$/,
    labels: 'personas kods',
  },
  {
    id: 'gr-amka',
    shape: '99999999999',
    isValid: n => startsDmy(n) && isLuhnValid(n),
    counts: 'labelled',
    labels: 'amka',
  },
  { id: 'br-cpf', shape: '99999999999', isValid: isCpf, counts: /^\d{3}\.\d{3}\.\d{3}-\d\d$/, labels: 'cpf' },
  {
    id: 'br-cnpj',
    shape: '99999999999999',
    isValid: isCnpj,
    counts: /^\d\d\.\d{3}\.\d{3}\/\d{4}-\d\d$/,
    labels: 'cnpj',
  },
  {
    id: 'au-tfn',
    shape: '999999999',
    isValid: n => weightedSum(n, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    counts: 'labelled',
    labels: 'tfn',
  },
  { id: 'au-abn', shape: '99999999999', isValid: isAbn, counts: 'labelled', labels: 'abn' },
  {
    id: 'au-medicare',
    shape: '9999999999|99999999999',
    isValid: n => /^[2-6]/.test(n) && weightedSum(n, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(n[8]),
    counts: 'labelled',
    labels: 'medicare',
  },
  { id: 'nz-ird', shape: '99999999|999999999', isValid: isNewZealandIrd, counts: 'labelled', labels: 'ird' },
  {
    id: 'in-aadhaar',
    shape: '999999999999',
    isValid: n => /^[2-9]/.test(n) && isVerhoeffValid(n),
    counts: /^\d{4} \d{4} \d{4}$/,
    labels: 'aadhaar aadhar uid',
  },
  { id: 'in-pan', shape: 'AAAAA9999A', isValid: n => 'ABCFGHJLPT'.includes(n[3]!), counts: 'alone', labels: 'pan' },
  { id: 'sg-nric', shape: 'A9999999A', isValid: isNric, counts: 'alone', labels: 'nric fin' },
  { id: 'hk-id', shape: 'A9999999|A999999A', isValid: isHongKong, counts: /\([\dA]\)?$/, labels: 'hkid' },
  { id: 'kr-rrn', shape: '9999999999999', isValid: isKorean, counts: /^\d{6}-\d{7}$/, labels: 'rrn' },
  {
    id: 'cn-resident-id',
    shape: '999999999999999999|99999999999999999A',
    isValid: isChinese,
    counts: 'alone',
    labels: 'resident',
  },
  { id: 'tw-id', shape: 'A999999999', isValid: isTaiwanese, counts: 'alone', labels: 'id' },
  { id: 'jp-my-number', shape: '999999999999', isValid: isMyNumber, counts: 'labelled', labels: 'my mynumber kojin' },
  {
    id: 'za-id',
    shape: '9999999999999',
    isValid: n => startsYmd(n) && isLuhnValid(n),
    counts: 'labelled',
    labels: 'rsa sa',
  },
  { id: 'tr-tckn', shape: '99999999999', isValid: isTckn, counts: 'labelled', labels: 'tckn tc kimlik' },
  { id: 'il-teudat-zehut', shape: '999999999', isValid: isLuhnValid, counts: 'labelled', labels: 'teudat zehut tz' },
  {
    id: 'cl-rut',
    shape: '99999999|999999999|9999999A|99999999A',
    isValid: isRut,
    counts: /^\d{1,2}(?:\.\d{3}){2}-[\dKk]$/,
    labels: 'rut run',
  },
  {
    id: 'ar-cuit',
    shape: '99999999999',
    isValid: n => elevenMinus(n, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2], 9) === last(n),
    counts: /^(?:2[03457]|3[034])-\d{8}-\d$/,
    labels: 'cuit cuil',
  },
  { id: 'ec-cedula', shape: '9999999999', isValid: isCedula, counts: 'labelled', labels: 'cedula' },
  { id: 'th-id', shape: '9999999999999', isValid: isThai, counts: /^\d-\d{4}-\d{5}-\d\d-\d$/, labels: 'thai' },
  { id: 'mx-curp', shape: 'AAAA999999AAAAAA99|AAAA999999AAAAAAA9', isValid: isCurp, counts: 'alone', labels: 'curp' },
  { id: 'ru-inn', shape: '999999999999', isValid: isRussianInn, counts: 'labelled', labels: 'inn инн' },
  {
    id: 'ru-snils',
    shape: '99999999999',
    isValid: n => (weightedSum(n, downTo1) % 101) % 100 === at(n, 9),
    counts: /^\d{3}-\d{3}-\d{3} \d\d$/,
    labels: 'snils снилс',
  },
  {
    id: 'my-nric',
    shape: '999999999999',
    isValid: n => startsYmd(n),
    counts: /^\d{6}-\d\d-\d{4}$/,
    labels: 'nric mykad',
  },
]

/** Words for an identity number of any country. */
export const identityLabels: ReadonlySet<string> = new Set(
  (
    'national identity identification identifier citizen tax taxpayer fiscal tin social security insurance personal ' +
    'identidad identificacion documento identite identita identidade ausweis personalausweis idnummer'
  ).split(' '),
)
