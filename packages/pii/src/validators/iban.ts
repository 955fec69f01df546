/** Length of an IBAN by country (SWIFT IBAN Registry). Two letters, then the length. */
const lengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map(entry => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

/** Number of characters of a country's IBANs without separators; undefined where the country has none. */
export const ibanLength = (country: string): number | undefined => lengths.get(country)

/**
 * Whether an IBAN without separators, in upper case, has its country's length and the remainder 1 modulo 97
 * (ISO 13616-1, ISO/IEC 7064): the first four characters go to the end, letters count as 10 to 35.
 */
export function isIbanValid(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z\d]+$/.test(iban) || ibanLength(iban.slice(0, 2)) !== iban.length) return false
  let remainder = 0
  for (let i = 0; i < iban.length; i++) {
    const unit = iban.charCodeAt((i + 4) % iban.length)
    remainder = unit >= 0x41 ? (remainder * 100 + unit - 55) % 97 : (remainder * 10 + unit - 0x30) % 97
  }
  return remainder === 1
}
