import fc from 'fast-check'

const lower = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz')
const letters = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(lower, { minLength: min, maxLength: max }).map(all => all.join(''))
const digits = (min: number, max: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map(all => all.join(''))
const hex = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map(all => all.join(''))

const labels = fc.constantFrom(
  ...(
    'MRN,patient id,account number,Case no.,Kundennummer,NHS-Nummer,número de historia,contraseña,password,Password,token,' +
    'api key,secret,PIN,CVV,otp,username,user name,twitter handle,login,IBAN,phone,tel,ssn,passport,VIN,dob,' +
    'reference,policy,order,licence plate,Plate,routing,npi,DNI,Steuer-ID,u'
  ).split(','),
)
const joints = fc.constantFrom(
  ' ',
  ': ',
  ':',
  ' is ',
  ' = ',
  '=',
  ' (home) ',
  ' #',
  ' no. ',
  '\t',
  ' : ',
  '/',
  '-',
  '. ',
  '"',
  '": "',
)

/** Values of every structured type and their near misses. */
const values = fc.oneof(
  fc.constantFrom(
    ...(
      '4111 1111 1111 1111|078-05-1121|219-09-9998|GB82 WEST 1234 5698 7654 32|de89370400440532013000|12345678Z|X1234567L|' +
      'AB 12 34 56 C|1EG4-TE5-MK73|1 EG 4 TE 5 MK 73|ABCDE1234F|RSSMRA85T10A562S|PEPJ 850101 HDFRRN 09|131052-308T|S1234567D|' +
      'A123456(3)|756.9217.0769.85|1HGCM82633A004352|1M8GDM9AXKP042788|49-015420-323751-8|2001:db8::1|fe80::1%eth0|' +
      'ab:cd:ef:ab:cd:ef|aa-bb-cc-dd-ee-ff|AA‑BB‑CC‑DD‑EE‑FF|a:b:c:d:e:f:a:b|192.0.2.7|1.1.1.1|v1.2.3.4|' +
      'jo@example.org|jo%40example.org|jo&#64;example.org|jo&commat;example.org|ｊｏ＠example.org|@quark_7|u/quark|r/quark|' +
      'https://example.org/a?b=c|www.example.org|www.ünder|example.co.uk|example。com|end.It|e.g. this|naïve.example|' +
      'AKIAABCDEFGHIJKLMNOP|ghp_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ|xoxb-abcdefghijkl|sk-abcdefghijklmnopqrstuvwx|' +
      'glpat-abcdefghijklmnopqrstu|sk_live_abcdefghijklmnop|npm_abcdefghijklmnopqrstuvwxyzabcdefghij|ya29.abcdefghijklmnopqrstuvwx|' +
      'SG.abcdefghijklmnop.abcdefghijklmnopqrst|eyJabcdefgh.eyJabcdefgh.abcdefgh|eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM|' +
      'hunter2|correct-horse!|pa$$word|s3cr3t|Blue_whale|DEUTDEFF|DEUTDEFF500|QX-ZV-407|QVH-123456|X7Q40912|36244/06|' +
      '0x52908400098527886E0F7030069857D2E4169EE7|1BoatSLRHtKNngkdXEeobR76b53LETtpyT|bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4|' +
      '40.7128, -74.0060|1° N, 1° E|40°42\'51" N 74°0\'23" W|06\u00a012\u00a034\u00a056\u00a078|(310) 555-0142|+44 20 7946 0958|' +
      '10:30|10:30:45|2024-03-01T12:00:00Z|1,299.00|in 2024|covid-19|5 GB|B2B|2000 mg|1990s|1-2-3|７８９|١٢٣٤٥٦٧|m²|' +
      '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----|-----BEGIN RSA PRIVATE KEY-----|[EMAIL]|[AGE 90+]|[PHONE_1]|' +
      'EMAIL_ABCDEFGHIJKLMNOP|❤️|👨‍👩‍👧|pass\u200bword: blue|to\u00adken: abcd1234|\u202eabc\u202c|🙂 @a|½|nº 12345|…|—'
    ).split('|'),
  ),
  digits(1, 12),
  fc
    .tuple(
      digits(1, 4),
      fc.constantFrom(' ', '-', '.', '/', ' - ', ', ', ' to '),
      digits(1, 4),
      fc.constantFrom(' ', '-', '.'),
      digits(1, 5),
    )
    .map(parts => parts.join('')),
  fc
    .tuple(
      letters(1, 6),
      fc.constantFrom('', '-', '_', '.', '/', ' '),
      digits(1, 6),
      fc.constantFrom('', '-', ' '),
      letters(0, 4),
    )
    .map(parts => parts.join('')),
  fc
    .tuple(letters(1, 9), fc.constantFrom('@', ' @ ', '@@'), letters(1, 9), fc.constantFrom('.com', '.x', '', '.co.uk'))
    .map(parts => parts.join('')),
  fc
    .array(hex(2), { minLength: 4, maxLength: 8 })
    .chain(groups => fc.constantFrom(':', '-').map(joint => groups.join(joint))),
  fc.array(hex(4), { minLength: 3, maxLength: 9 }).map(groups => groups.join(':')),
)

const words = fc.oneof(
  letters(1, 12),
  fc.constantFrom(
    'the',
    'and',
    'is',
    'was',
    'Straße',
    'déjà',
    'привет',
    'こんにちは',
    'don’t',
    "patient's",
    'e\u0301te\u0301',
    'number',
    'id',
    'no',
  ),
  fc.array(letters(2, 9), { minLength: 8, maxLength: 40 }).map(all => all.join(' ')),
)
const stray = fc.constantFrom(
  ...'@.:-_/&%#"\'\\()[]<>+=!$*~`^|{}\u200b\u00a0\u2011\ufe0f\u0007\r',
  '\ud83d\ude42',
  '::',
  '--',
  '\n\n',
)
const glue = fc.constantFrom(' ', ' ', ' ', ' ', '', ', ', '\n', '. ', '\u00a0', '\t', '"', '  ')

/** Text in which values, labels and signs stand in any order, glued or spaced, now and then with much text between. */
export const structuredText = (): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.oneof(
          values,
          values,
          words,
          stray,
          fc.tuple(labels, joints, values).map(parts => parts.join('')),
        ),
        glue,
      ),
      { maxLength: 12 },
    )
    .map(pieces => pieces.flat().join(''))

/** The inside of a JSON string with this text; each character escaped, or not, as a stream of choices says. */
export function escapedAtRandom(text: string, choices: Iterable<number>): string {
  const choice = choices[Symbol.iterator]()
  const short: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' }
  const escaped = choice.next().value as number
  let inside = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text[i]!
    const isMust = unit === '"' || unit === '\\' || unit < ' ' || /[\ud800-\udfff]/.test(unit)
    // Some texts with few escapes, some with many.
    const isWanted = escaped > 0 && (choice.next().value as number) === 0 && (escaped > 1 || unit > '~')
    if (!isMust && !isWanted) inside += unit
    else if (short[unit] !== undefined && (choice.next().value as number) > 0) inside += `\\${short[unit]}`
    else if ((unit === '"' || unit === '\\' || unit === '/') && (choice.next().value as number) > 0)
      inside += `\\${unit}`
    else inside += `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  }
  return inside
}
