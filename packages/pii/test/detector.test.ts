import { describe, expect, it } from 'vitest'
import { createDetector, detect, identifierTypes } from '../src/index.js'

/** What is found of one type, as text. */
const found = (text: string, type: string, locale?: string): readonly string[] =>
  detect(text, { types: [type], ...(locale !== undefined && { locale }) }).map(({ start, end }) =>
    text.slice(start, end),
  )

interface Cases {
  readonly finds: readonly (readonly [text: string, ...found: string[]])[]
  readonly leaves: readonly string[]
}

const cases: Readonly<Record<string, Cases>> = {
  EMAIL: {
    finds: [
      ['Write to jo@example.org.', 'jo@example.org'],
      ['<mailto:First.Last+tag@mail.example.co.uk>', 'First.Last+tag@mail.example.co.uk'],
      ["o'brien_99@sub-domain.example.com, thanks", "o'brien_99@sub-domain.example.com"],
      ['email=jo@example.org&x=1', 'jo@example.org'],
      ['müller@bücher.example and 山田@例え.テスト', 'müller@bücher.example', '山田@例え.テスト'],
      ['请联系jo@example.com谢谢', 'jo@example.com'],
      ['jo@xn--bcher-kva.xn--p1ai', 'jo@xn--bcher-kva.xn--p1ai'],
      ['ｊｏ＠ｅｘａｍｐｌｅ．ｏｒｇ', 'ｊｏ＠ｅｘａｍｐｌｅ．ｏｒｇ'],
      ['jo@\u200bexam\u00adple.org!', 'jo@\u200bexam\u00adple.org'],
      ['to=jo%40example.org and ann&#64;example.org', 'jo%40example.org', 'ann&#64;example.org'],
      [`${'_'.repeat(90)}jo@example.org`, `${'_'.repeat(62)}jo@example.org`],
    ],
    leaves: ['jo@localhost', '@handle and @other.one', 'a @ b.com', 'price@10.50', '..@example.org', 'x@-a.org'],
  },
  URL: {
    finds: [
      ['see https://example.org/a?b=c#d.', 'https://example.org/a?b=c#d'],
      ['(http://example.org/wiki/A_(b))', 'http://example.org/wiki/A_(b)'],
      ['<a href="ftp://example.org/x">', 'ftp://example.org/x'],
      ['go to WWW.Example.org, now', 'WWW.Example.org'],
    ],
    leaves: ['std::vector', 'foo://bar', 'www. is short', 'awww.cute', 'http:// and nothing'],
  },
  IP_ADDRESS: {
    finds: [
      ['from 192.168.0.254.', '192.168.0.254'],
      ['ip:10.0.0.1:8080', '10.0.0.1'],
      ['at 2001:db8::1, ::1 and fe80::1%eth0', '2001:db8::1', '::1', 'fe80::1%eth0'],
      ['addr:2001:0db8:85a3:0000:0000:8a2e:0370:7334', '2001:0db8:85a3:0000:0000:8a2e:0370:7334'],
      ['::ffff:192.0.2.128', '::ffff:192.0.2.128'],
    ],
    leaves: [
      'v1.2.3.4',
      'version 1.2.3.4',
      '256.1.1.1',
      '1.2.3',
      '1.2.3.4.5',
      'section 1.2.3.4',
      '12:30:45',
      'Face::add',
    ],
  },
  CREDIT_CARD: {
    finds: [
      ['card 4111 1111 1111 1111.', '4111 1111 1111 1111'],
      ['3782-822463-10005', '3782-822463-10005'],
      ['pay 20 4111111111111111 12/27', '4111111111111111'],
      ['４１１１ １１１１ １１１１ １１１１', '４１１１ １１１１ １１１１ １１１１'],
      ['٤١١١١١١١١١١١١١١١', '٤١١١١١١١١١١١١١١١'],
      ['4111-1111-1111-1111 5555-5555-5555-4444', '4111-1111-1111-1111', '5555-5555-5555-4444'],
    ],
    leaves: [
      '4111 1111 1111 1112',
      '0.4111111111111111',
      '41111111111111111111',
      '9999999999999995',
      '4111\n1111 1111 1111',
    ],
  },
  IBAN: {
    finds: [
      ['IBAN: GB82 WEST 1234 5698 7654 32.', 'GB82 WEST 1234 5698 7654 32'],
      ['de89370400440532013000', 'de89370400440532013000'],
      ['FR14-2004-1010-0505-0001-3M02-606', 'FR14-2004-1010-0505-0001-3M02-606'],
    ],
    leaves: [
      'GB82 WEST 1234 5698 7654 33',
      'DE8937040044053201300',
      'XDE89370400440532013000',
      'DE89 and so on for a long while',
    ],
  },
  US_SSN: {
    finds: [
      ['SSN 123-45-6789', '123-45-6789'],
      ['my social security number is 123456789', '123456789'],
      ['123 45 6789', '123 45 6789'],
    ],
    leaves: ['000-45-6789', '123456789', '123-45-67890', '1-123-45-6789', '123-45 6789', '666-12-3456'],
  },
  PHONE: {
    finds: [
      ['+44 20 7946 0958', '+44 20 7946 0958'],
      ['+44 (0)20 7946 0958 now', '+44 (0)20 7946 0958'],
      ['0049 151 23456789', '0049 151 23456789'],
      ['(310) 555-1234 x12', '(310) 555-1234 x12'],
      ['1-310-555-1234 or 310.555.1234', '1-310-555-1234', '310.555.1234'],
      ['020 7946 0958; 06 12 34 56 78; 01.23.45.67.89', '020 7946 0958', '06 12 34 56 78', '01.23.45.67.89'],
      ['phone: 5551234', '5551234'],
      ['mi teléfono es 612345678', '612345678'],
      ['310-555-1234 310-555-9876 310-555-4567', '310-555-1234', '310-555-9876', '310-555-4567'],
    ],
    leaves: [
      'on 01/02/2024 10 people',
      '2024-01-05',
      'order 3105551234',
      '3105551234',
      'hotel 5551234567',
      'phone about invoice 1234567',
      '3.14159265358979',
      'from 1990 - 1995',
      'pin 1234',
    ],
  },
  NATIONAL_ID: {
    finds: [
      ['DNI 12345678Z y NIE X-1234567-L', '12345678Z', 'X-1234567-L'],
      ['NI number AB 12 34 56 C', 'AB 12 34 56 C'],
      ['numéro 2 69 05 49 588 157 80', '2 69 05 49 588 157 80'],
      ['cf rssmra85t10a562s', 'rssmra85t10a562s'],
      ['NHS number 943 476 5919', '943 476 5919'],
      ['85.07.30-033.28 and 756.9217.0769.85', '85.07.30-033.28', '756.9217.0769.85'],
      ['CPF 111.444.777-35, hetu 131052-308T', '111.444.777-35', '131052-308T'],
      ['811228-9874, HKID A123456(3)', '811228-9874', 'A123456(3)'],
      ['passport no. K1234567', 'K1234567'],
    ],
    leaves: [
      '12345678A',
      '943 476 5919',
      '111222333',
      '111.444.777-36',
      'AB1234',
      '1-12345678Z',
      'passport control 12',
    ],
  },
  VIN: { finds: [['a 1M8GDM9AXKP042788.', '1M8GDM9AXKP042788']], leaves: ['1M8GDM9A1KP042788', '1M8GDM9AXKP04278'] },
  IMEI: { finds: [['IMEI: 490154203237518', '490154203237518']], leaves: ['490154203237518'] },
  ROUTING_NUMBER: { finds: [['routing 021000021', '021000021']], leaves: ['021000021', 'routing 021000022'] },
  BIC: {
    finds: [['BIC: DEUTDEFF, SWIFT code NEDSZAJJXXX', 'DEUTDEFF', 'NEDSZAJJXXX']],
    leaves: ['swift delivery', 'DEUTDEFF'],
  },
  BANK_ACCOUNT: {
    finds: [['account number is 12345678; cuenta: 0012-3456', '12345678', '0012-3456']],
    leaves: ['my account has 3 cards', 'account opened 2019', 'account: 200 euros'],
  },
  ID: {
    finds: [
      ['MRN: 0012345, Policy #AB-99812', '0012345', 'AB-99812'],
      ['NHC: nhc-40718.\nNºCol: 31 07 2246.\nCIPA 40718852', 'nhc-40718', '31 07 2246', '40718852'],
      ['driving licence no: 3381-20-4477', '3381-20-4477'],
      ['(ID: 918273645) at QVH-123456', '918273645', 'QVH-123456'],
      ['application no. 36244/06, Kundennummer 445566', '36244/06', '445566'],
      ['NPI 1234567893, DEA AB1234563', '1234567893', 'AB1234563'],
      ['1EG4-TE5-MK73', '1EG4-TE5-MK73'],
      ['with QX-ZV-407 and', 'QX-ZV-407'],
      ['Mr. Smith, 918273645', '918273645'],
    ],
    leaves: [
      'case 3 of 12',
      'order 2 pizzas',
      'the record is 2019',
      'patient: 45 years',
      'patient: 05/06/1999',
      'phone number: 55512',
      '10000mg, 20231205T101530Z',
      'COVID-19 and H1N1',
      'UTF-8-BOM, X-RAY-2',
      '918273645',
      'plan: 12.50',
    ],
  },
  SECRET: {
    finds: [
      ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
      [`ghp_${'a1B2'.repeat(9)}, xoxb-1234567890-abc`, `ghp_${'a1B2'.repeat(9)}`, 'xoxb-1234567890-abc'],
      ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.c2lnbmF0dXJl', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.c2lnbmF0dXJl'],
      [
        '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----',
        '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----',
      ],
      ['password: hunter2! and the pin is 4821', 'hunter2', '4821'],
      ['cvv 123, api_key=abcd1234efgh', '123', 'abcd1234efgh'],
    ],
    leaves: [
      'my password is not working',
      'password: what is it',
      'a pin for 5 dollars',
      '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----',
    ],
  },
  CRYPTO: {
    finds: [
      ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
      ['to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
      [`0x${'5aAeb6053F'.repeat(4)}`, `0x${'5aAeb6053F'.repeat(4)}`],
    ],
    leaves: ['1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', '0x5aAeb6053F'],
  },
  DOMAIN: {
    finds: [
      ['see example.com or shop.example.co.uk/a/b?c=1.', 'example.com', 'shop.example.co.uk/a/b?c=1'],
      ['EXAMPLE.ORG', 'EXAMPLE.ORG'],
    ],
    leaves: ['the end.It was', 'index.js and report.md', 'jo@example.org', 'e.g. this', 'wrong.me', 'a.b.c', '1.5.de'],
  },
  MAC_ADDRESS: {
    finds: [['00:1A:2b:3C:4d:5E', '00:1A:2b:3C:4d:5E']],
    leaves: ['00:1A:2b:3C:4d', '12:30:45', '00:1A:2b:3C:4d:5E:6F'],
  },
  HANDLE: {
    finds: [['ask @quark_99 or u/xolo_q; username: zelda.q', '@quark_99', 'u/xolo_q', 'zelda.q']],
    leaves: ['jo@example.org', '@ 5', 'my username is wrong', 'twitter: 5'],
  },
  COORDINATE: {
    finds: [['at 40.7128, -74.0060 or 40°42\'46"N 74°00\'21"W', '40.7128, -74.0060', '40°42\'46"N 74°00\'21"W']],
    leaves: ['3.14, 2.71', '95.1234, 10.1234', '1.234,5'],
  },
  ADDRESS: {
    finds: [
      ['I live at 123 Oak Street, Springfield, IL 62701, thanks', '123 Oak Street, Springfield, IL 62701'],
      ['4821 Willow Lane Apt. 12\nSpringfield, IL 62701\nUSA', '4821 Willow Lane Apt. 12\nSpringfield, IL 62701\nUSA'],
      [
        'to 12 34 Willow Lane\n Suite 9\n Springfield\n Norway 12345',
        '12 34 Willow Lane\n Suite 9\n Springfield\n Norway 12345',
      ],
      [
        'Calle de Alcala, 12, 3º B. 28001 Madrid (Madrid). Correo: x',
        'Calle de Alcala, 12, 3º B. 28001 Madrid (Madrid)',
      ],
      ['Domicilio: Av. de la Paz, 6.\nTel: 1', 'Av. de la Paz, 6'],
      ['Hauptstraße 12a, 10115 Berlin, Germany', 'Hauptstraße 12a, 10115 Berlin, Germany'],
      ['Heideweg 3\n8001 Zürich', 'Heideweg 3\n8001 Zürich'],
      ['12 rue de la Paix, 75002 Paris, France', '12 rue de la Paix, 75002 Paris, France'],
      ['via Roma 5\n00184 Roma', 'via Roma 5\n00184 Roma'],
      ['Kossuth Lajos utca 12\n1055 Budapest', 'Kossuth Lajos utca 12\n1055 Budapest'],
      ['at 14 Mosevej 4 Apt. 3, Odense', '14 Mosevej 4 Apt. 3, Odense'],
      ['PSC 0912, Box 4021\nAPO AE 34012', 'PSC 0912, Box 4021\nAPO AE 34012'],
      ['99 Some Way, London SW1A 2AA. Thanks', '99 Some Way, London SW1A 2AA'],
      ['ul. Piękna 12/3, 00-549 Warszawa', 'ul. Piękna 12/3, 00-549 Warszawa'],
      ['lives on Elm Street. Please call', 'Elm Street'],
      ['at 12 main street, springfield, il 62701 please', '12 main street, springfield, il 62701'],
      ['P.O. Box 123, Springfield', 'P.O. Box 123, Springfield'],
      ['123 Oak Street.\nRegards,\nJohn', '123 Oak Street'],
    ],
    leaves: [
      '5 minutes down the road',
      'I took a drive in the park. The street is long',
      'the court of first instance, 12 people on the square',
      'via email 5 times, place 3 orders',
      'in 12 ways',
      'a 5 minute drive, 24 hour places',
    ],
  },
  LOCATION: {
    finds: [
      ['Localidad/ Provincia: Murcia.\nCP: 30001.\nPaís: Suiza.', 'Murcia', '30001', 'Suiza'],
      ['she moved from New South Wales to France', 'New South Wales', 'France'],
      ["at St. Olaf's in San Telmo", "St. Olaf's", 'San Telmo'],
      ['update my zip code to 62701', '62701'],
      ['city: Springfield\n', 'Springfield'],
      ['Mr. Smith in texas', 'texas'],
      ['from Quark Falls, OR', 'Quark Falls, OR'],
      ['Hospital. Quarkdorf. España. Zeldaburg (Suiza)', 'Quarkdorf', 'España', 'Zeldaburg', 'Suiza'],
      ['Mr. Smith lives in New Quarkville, near Zeldaburg.', 'New Quarkville', 'Zeldaburg'],
      ['Mr. Smith went to QVH Quark Centre', 'QVH Quark Centre'],
    ],
    leaves: [
      'weather in texas',
      'a turkey sandwich',
      'zip it',
      'state: the art of it is long and never says where it goes to at all',
    ],
  },
  ORGANIZATION: {
    finds: [
      ['we at Quark, Xolo and Sons Ltd. and Zelda S.p.A. agree', 'Quark, Xolo and Sons Ltd.', 'Zelda S.p.A.'],
      ['Quark & Partners GmbH, quarkworks inc', 'Quark & Partners GmbH'],
      ['seen at Quark Valley Medical Center and St. Olaf Hospital', 'Quark Valley Medical Center', 'St. Olaf Hospital'],
      ['en el Hospital Universitario de la Luna, planta 2', 'Hospital Universitario de la Luna'],
      ['the Ministry of Quarks and the Quarkville District Court', 'Ministry of Quarks', 'Quarkville District Court'],
      ['University of Quark', 'University of Quark'],
      ['seen at QVHS on Monday', 'QVHS'],
    ],
    leaves: [
      'the hospital and the court',
      'Call the Court',
      'My Bank',
      'AT THE ABC',
      'look at ALL',
      'co',
      'He went to School',
    ],
  },
  TITLE: { finds: [['Mr. Smith and Dr Quark', 'Mr.', 'Dr']], leaves: ['Dr. is in', 'mr'] },
  SEX: {
    finds: [
      ['Sexo: M. Gender: female', 'M', 'female'],
      ['Mr. Smith, a 45-year-old man; mujer de 45 años', 'man', 'mujer'],
    ],
    leaves: ['a man and a woman', 'sex: it depends'],
  },
  NRP: {
    finds: [['Mr. Smith, a Turkish national', 'Turkish']],
    leaves: ['Turkish delight', 'Mr. Smith speaks turkish'],
  },
  DATE: {
    finds: [
      ['born 17/08/1961, seen 3-15-2017 and 2016-11-28T10:00:00Z', '17/08/1961', '3-15-2017', '2016-11-28T10:00:00Z'],
      ['on Monday, June 6th, 2022 at 10:30 am, then', 'Monday, June 6th, 2022 at 10:30 am'],
      ['3 de enero de 2017; el 5 de Mayo', '3 de enero de 2017', '5 de Mayo'],
      ['am 5. März 2020, le 1er août 2019', '5. März 2020', '1er août 2019'],
      ['il 2 giugno 1946, 25 de abril de 1974, 5 maart 2021', '2 giugno 1946', '25 de abril de 1974', '5 maart 2021'],
      ['from 5-7 June 2019 to Sept. 2020', '5-7 June 2019', 'Sept. 2020'],
      ['the 3rd of May, 1999 and the twenty-first of June 2001', '3rd of May, 1999', 'twenty-first of June 2001'],
      ['12-May-2020 or 12MAY2020 or 03/2021', '12-May-2020', '12MAY2020', '03/2021'],
      ['DOB 19610817', '19610817'],
    ],
    leaves: [
      'version 1.2.03 of 10.11.12.13',
      '32/13/2020',
      '10 / 11 / 12 / 13',
      'it is 12/10 done',
      'you may 3 times, we march on',
      'ask April Smith or Mark May',
      '1234/56/78 and 12/34/56/78',
      'remind me on march 3rd',
      '4/5 of 2024/01',
    ],
  },
  AGE: {
    finds: [
      ['a 72-year-old woman', '72-year-old'],
      ['45 y/o, 70yo M, 33 yr old', '45 y/o', '70yo', '33 yr old'],
      ['aged 91; Age: 45', '91', '45'],
      ['paciente de 59 años. Edad: 61', '59 años', '61'],
      ['die 59-jährige Frau, une femme de 34 ans, un uomo di 50 anni', '59-jährige', '34 ans', '50 anni'],
      ['an 8 month old', '8 month old'],
      ['She was 45. He just turned 30, I think', '45', '30'],
    ],
    leaves: [
      'hace 5 años, durante 10 años, 5 years ago',
      'page 45, stage 3, 250 years old',
      'historia de 5 años de evolución',
      '$45M and 30 F',
    ],
  },
  YEAR: {
    finds: [
      ['Mr. Smith moved in 1998 and left (2004-2006).', '1998', '2004-2006'],
      ['Mr. Smith since 2010/11', '2010/11'],
    ],
    leaves: [
      'in 1998',
      'Mr. Smith paid 1950 euros, 2000 mg and $2019',
      'Mr. Smith, room 2000',
      'Mr. Smith, 0.2019 and 123/2019',
    ],
  },
  PERSON: {
    finds: [
      ['Mr. Smith called', 'Smith'],
      ['ask Dr. Xolo van der Quark, please', 'Xolo van der Quark'],
      ['mr smith called', 'smith'],
      ['hello, my name is thandi zulu and I need help', 'thandi zulu'],
      ["I'm Will and this is Mark", 'Will', 'Mark'],
      ['From: Aiko Tanaka <x>', 'Aiko Tanaka'],
      ['{"name": "john q public"}', 'john q public'],
      ['Dear Zorblax,\nthank you', 'Zorblax'],
      ['See you soon.\n\nKind regards,\nZ. Qwerty', 'Z. Qwerty'],
      ["Maria Gonzalez's card and GONZALEZ, MARIA", 'Maria Gonzalez', 'GONZALEZ, MARIA'],
      ['signed by J. R. Smith', 'J. R. Smith'],
      ['ask José about it', 'José'],
      ['referred by Xolo Quark; remitido por: Zelda Quark', 'Xolo Quark', 'Zelda Quark'],
      ['ask Jose\u0301 about it', 'Jose\u0301'],
    ],
    leaves: [
      'May I pay in April? Will you mark it?',
      'My card was lost in Paris',
      '12 Main Dr. Springfield',
      'Dear Sir or Madam,',
      'Dear Customer Support,',
      'Thanks, your team',
      'my name is misspelled on it',
      'The Martin Luther Hospital',
      'From: Customer Service',
      'miss the train, mark the date',
      'seen by Surgery, referred by his friends',
      'Nombre: Paciente varón',
    ],
  },
}

describe.each(Object.entries(cases))('%s', (type, { finds, leaves }) => {
  it.each(finds.map(([text, ...expected]) => ({ text, expected })))('finds $expected in $text', ({ text, expected }) =>
    expect(found(text, type)).toEqual(expected),
  )

  it.each(leaves.map(text => ({ text })))('leaves $text', ({ text }) => expect(found(text, type)).toEqual([]))
})

describe('detection', () => {
  it('gives offsets in UTF-16 code units of the text as it was given', () => {
    const text = '\uFEFF👩‍👧 Zoë: jo@example.org'
    const [name, email] = detect(text)
    expect([name!.start, name!.end]).toEqual([text.indexOf('Zoë'), text.indexOf(':')])
    expect([email!.start, email!.end]).toEqual([text.indexOf('jo'), text.length])
  })

  it('says what found a value and what confirmed it', () => {
    expect(detect('4111 1111 1111 1111')).toEqual([
      { type: 'CREDIT_CARD', start: 0, end: 19, score: 0.95, rule: 'card', validator: 'luhn+issuer' },
    ])
  })

  it('gives the meaning of ages, years and dates', () => {
    const meanings = detect(
      'Mr. Smith, aged 91, came on 5 May 2020, in June 2021, on 3/14 and in 2022; 8 months old',
    ).map(({ meaning }) => meaning)
    expect(meanings).toEqual([
      undefined,
      undefined,
      { kind: 'age', years: 91 },
      { kind: 'date', granularity: 'day', year: 2020 },
      { kind: 'date', granularity: 'month', year: 2021 },
      { kind: 'date', granularity: 'day' },
      { kind: 'date', granularity: 'year', year: 2022 },
      { kind: 'age', years: 0 },
    ])
  })

  it("reads years of two digits after a month's name", () =>
    expect(detect("5 June '21, 7-May-98").map(({ meaning }) => meaning)).toEqual([
      { kind: 'date', granularity: 'day', year: 2021 },
      { kind: 'date', granularity: 'day', year: 1998 },
    ]))

  it('reports a day without a year only where something else is found, whatever types are asked for', () => {
    expect(found('see you on March 3rd', 'DATE')).toEqual([])
    expect(found('see you on March 3rd, Mr. Smith', 'DATE')).toEqual(['March 3rd'])
  })

  it('looks only for the types that are asked for', () => {
    const text = 'Maria: jo@example.org, 10.0.0.1'
    expect(detect(text, { types: ['IP_ADDRESS'] }).map(({ type }) => type)).toEqual(['IP_ADDRESS'])
    expect(detect(text, { types: [] })).toEqual([])
  })

  it('finds an address inside a link when links are not asked for', () =>
    expect(found('https://example.org/?to=jo@example.org', 'EMAIL')).toEqual(['jo@example.org']))

  it('counts national numbers of the region of the locale without context', () => {
    expect(found('612 34 56 78', 'PHONE')).toEqual([])
    expect(found('612 34 56 78', 'PHONE', 'es-ES')).toEqual(['612 34 56 78'])
  })

  it('gives parts of a full name the same answer wherever they stand', () => {
    const text = "Quark was late. Mr. Xolo Quark apologised. I saw XOLO and quark, then Quark's dog."
    expect(found(text, 'PERSON')).toEqual(['Quark', 'Xolo Quark', 'XOLO', 'Quark'])
  })

  it('does not spread a name that is also a word', () =>
    expect(found('Will Smith wrote. Will you answer? Smith waits.', 'PERSON')).toEqual(['Will Smith', 'Smith']))

  it('takes the initials of a name that it knows along', () =>
    expect(found('Mr. Xolo Quark wrote. Signed: X. Quark, X.Quark.', 'PERSON')).toEqual([
      'Xolo Quark',
      'X. Quark',
      'X.Quark',
    ]))

  it('finds an identifier again without its label', () =>
    expect(found('MRN: 00-4471. It was 00-4471, not 00-44712 or 100-4471.', 'ID')).toEqual(['00-4471', '00-4471']))

  it('prefers what stands by itself to what needs company', () =>
    expect(detect('phone: 5551234').map(({ type }) => type)).toEqual(['PHONE']))

  it('finds the short name of an organisation again', () => {
    const text = 'Quarkworks Ltd and the Ministry of Quarks ("MOQ") met. Quarkworks told the MOQ so, moq.'
    expect(found(text, 'ORGANIZATION')).toEqual(['Quarkworks Ltd', 'Ministry of Quarks', 'MOQ', 'Quarkworks', 'MOQ'])
  })

  it('gives an address and the country after it as one finding', () =>
    expect(detect('Address: Quark House\nFrance').map(({ type, start }) => [type, start])).toEqual([['ADDRESS', 9]]))

  it('reads a text without capitals as if it had them, where other signs are enough', () => {
    expect(found('ship to 14 mosevej 4 apt. 3, odense, thanks', 'ADDRESS')).toEqual(['14 mosevej 4 apt. 3, odense'])
    expect(found('mrs quark, seen at quark valley hospital', 'ORGANIZATION')).toEqual(['quark valley hospital'])
    expect(found('the best hospital', 'ORGANIZATION')).toEqual([])
    expect(found('call john', 'PERSON')).toEqual([])
    expect(found('mr smith lives in quarkville, in pain, at rest, in remission', 'LOCATION')).toEqual(['quarkville'])
    expect(found('MR SMITH LIVES IN QUARKVILLE, IN PAIN, AT REST', 'LOCATION')).toEqual(['QUARKVILLE'])
    expect(found('SHIP TO 14 MOSEVEJ 4 APT. 3, ODENSE, THANKS', 'ADDRESS')).toEqual(['14 MOSEVEJ 4 APT. 3, ODENSE'])
    expect(found('john smith, 5 may 2020', 'PERSON')).toEqual(['john smith'])
  })

  it('forgets names between texts', () => {
    const { detect: again } = createDetector()
    again('Mr. Xolo Quark')
    expect(again('Quark')).toEqual([])
  })

  it('does not find what it wrote itself, nor take it for context', () => {
    for (const type of identifierTypes) expect(detect(`[${type}] 1234567 [${type}]`)).toEqual([])
    expect(detect('CREDIT_CARD_ABCDEFGHIJKLMNOP')).toEqual([])
  })

  it('finds a card number behind a field name that looks like a pseudonym', () =>
    expect(found('CREDIT_CARD_5555555555554444', 'CREDIT_CARD')).toEqual(['5555555555554444']))

  it.each([
    [{ types: ['E_MAIL'] }, 'PII-E001'],
    [{ locale: 'english' }, 'PII-E005'],
    [{ locale: 'en' }, 'PII-E005'],
    [{ locale: 'en-QQ' }, 'PII-E005'],
    [{ locale: '' }, 'PII-E005'],
  ])('refuses the options %j with %s', (options, code) =>
    expect(() => createDetector(options)).toThrow(expect.objectContaining({ code })),
  )

  it('refuses a text beyond the limit with PII-E006', () =>
    expect(() => detect(' '.repeat(10_000_001))).toThrow(expect.objectContaining({ code: 'PII-E006' })))
})
