import type { IdentifierType } from '../identifier-types.js'
import type { CheckedCode } from './checked-code.js'
import { weightedSum } from './checksums.js'
import { isLuhnValid } from './luhn.js'

const vinValues = new Map([...'ABCDEFGH'].map((c, i) => [c, i + 1] as const))
for (const [i, c] of [...'JKLMN'].entries()) vinValues.set(c, i + 1)
vinValues.set('P', 7).set('R', 9)
for (const [i, c] of [...'STUVWXYZ'].entries()) vinValues.set(c, i + 2)
const vinWeights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]

/** Whether 17 characters are a vehicle identification number with its check digit (49 CFR 565.15; X for ten). */
export function isVin(code: string): boolean {
  if (!/^[A-HJ-NPR-Z\d]{17}$/.test(code)) return false
  let sum = 0
  for (let i = 0; i < 17; i++) sum += (vinValues.get(code[i]!) ?? Number(code[i])) * vinWeights[i]!
  return code[8] === (sum % 11 === 10 ? 'X' : String(sum % 11))
}

/** US registrants of the Drug Enforcement Administration: two letters and seven digits, the last a check. */
const isDea = (code: string): boolean =>
  /^[ABCDEFGHJKLMPRSTUX]/.test(code) && weightedSum(code.slice(2), [1, 2, 1, 2, 1, 2]) % 10 === Number(code[8])

/** Codes of people's work, insurance, banks and devices. */
export const otherCodes: readonly (CheckedCode & { readonly type: IdentifierType })[] = [
  {
    type: 'ID',
    id: 'npi',
    shape: '9999999999',
    isValid: code => isLuhnValid(`80840${code}`),
    counts: 'labelled',
    labels: 'npi provider',
  },
  { type: 'ID', id: 'dea', shape: 'AA9999999', isValid: isDea, counts: 'alone', labels: 'dea' },
  {
    type: 'ID',
    id: 'mbi',
    shape: '9AA9AA9AA99|9A99AA9AA99|9AA9A99AA99|9A99A99AA99',
    isValid: code => /^[1-9]/.test(code) && !/[SLOIBZ]/.test(code),
    counts: 'alone',
    labels: 'mbi medicare',
  },
  {
    type: 'IMEI',
    id: 'imei',
    shape: '999999999999999',
    isValid: isLuhnValid,
    counts: /^\d\d-\d{6}-\d{6}-\d$/,
    labels: 'imei',
  },
  {
    type: 'ROUTING_NUMBER',
    id: 'aba',
    shape: '999999999',
    isValid: code => weightedSum(code, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 && code !== '000000000',
    counts: 'labelled',
    labels: 'aba routing rtn transit',
  },
]
