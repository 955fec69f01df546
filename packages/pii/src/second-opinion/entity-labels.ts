import { labelsDoNotFit } from '../errors.js'
import { identifierTypes, type IdentifierType } from '../identifier-types.js'

/** What a label stands for here: a type, or nothing that is looked for. */
export type LabelMeaning = IdentifierType | 'ignore'

/**
 * Labels of published models, without signs and in capitals: CoNLL-2003, OntoNotes 5, i2b2 2014, the sets of ai4privacy, and the names
 * of Presidio. `MISC` is anything that is none of the three others, from languages to wars, and says of nobody who it is.
 */
const known: Readonly<Record<LabelMeaning, string>> = {
  PERSON:
    'PER NAME NAMES FIRSTNAME LASTNAME MIDDLENAME GIVENNAME SURNAME FULLNAME PERSONNAME PATIENT DOCTOR STAFF NAMEGIVEN NAMEFAMILY ' +
    'GIVENNAME1 GIVENNAME2 LASTNAME1 LASTNAME2 LASTNAME3',
  TITLE: 'PREFIX',
  LOCATION: 'LOC GPE FAC CITY TOWN STATE COUNTY COUNTRY PROVINCE REGION LOCATIONOTHER',
  ADDRESS:
    'STREET STREETADDRESS STREETNAME BUILDING BUILDINGNUM BUILDINGNUMBER SECONDARYADDRESS SECADDRESS ZIP ZIPCODE POSTCODE POSTALCODE',
  ORGANIZATION: 'ORG ORGANISATION COMPANY COMPANYNAME HOSPITAL INSTITUTION FACILITY',
  EMAIL: 'EMAILADDRESS MAIL',
  PHONE: 'PHONENUMBER TELEPHONE TELEPHONENUM TELEPHONENUMBER TEL FAX FAXNUMBER MOBILE',
  URL: 'URI WEBSITE',
  DOMAIN: 'DOMAINNAME',
  IP_ADDRESS: 'IP IPV4 IPV6 IPADDR',
  MAC_ADDRESS: 'MAC',
  HANDLE: 'USERNAME USER LOGIN ACCOUNTNAME',
  SECRET: 'PASSWORD PASS PIN CVV CREDITCARDCVV APIKEY TOKEN KEY',
  CREDIT_CARD: 'CREDITCARDNUMBER CARDNUMBER CREDITCARDNUM',
  IBAN: 'IBANCODE',
  BIC: 'SWIFT SWIFTCODE BICCODE',
  BANK_ACCOUNT: 'ACCOUNTNUM ACCOUNTNUMBER BANKACCOUNTNUMBER USBANKNUMBER',
  ROUTING_NUMBER: 'ROUTING',
  CRYPTO: 'BITCOINADDRESS ETHEREUMADDRESS LITECOINADDRESS CRYPTOADDRESS',
  US_SSN: 'SSN SOCIALNUM SOCIALNUMBER SOCIALSECURITYNUMBER',
  NATIONAL_ID: 'IDCARD IDCARDNUM PASSPORT PASSPORTNUM PASSPORTNUMBER USPASSPORT TAXNUM TAXID NRPID',
  ID: 'IDNUM MEDICALRECORD MEDICALRECORDNUMBER MRN HEALTHPLAN LICENSE DRIVERLICENSE DRIVERLICENSENUM USDRIVERLICENSE DEVICE VEHICLE VEHICLEVRM BIOID CUSTOMERID EMPLOYEEID',
  VIN: 'VEHICLEVIN',
  IMEI: 'PHONEIMEI',
  COORDINATE: 'NEARBYGPSCOORDINATE GPS GEOCOORD',
  DATE: 'DATETIME TIME DOB BIRTHDATE DATEOFBIRTH',
  AGE: '',
  YEAR: '',
  AMOUNT: 'MONEY',
  SEX: 'GENDER',
  NRP: 'NORP NATIONALITY RELIGION ETHNICITY',
  PROFESSION: 'JOB JOBTITLE OCCUPATION',
  ignore: 'MISC CARDINAL ORDINAL QUANTITY PERCENT EVENT WORKOFART LAW LANGUAGE PRODUCT',
}

const plain = (label: string): string => label.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')

const meanings: ReadonlyMap<string, LabelMeaning> = new Map(
  (Object.entries(known) as [LabelMeaning, string][]).flatMap(([meaning, labels]) => [
    [plain(meaning), meaning] as const,
    ...labels
      .split(' ')
      .filter(Boolean)
      .map(label => [label, meaning] as const),
  ]),
)

/**
 * What each label of a model stands for: what is said of it, else what such a label usually means.
 *
 * @param said by label, in the model's own spelling
 * @throws PII-E022 for a label that nothing is known about, and for a word about one that the model does not have
 */
export function meaningOfLabels(
  labels: readonly string[],
  said: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, LabelMeaning> {
  const astray = Object.keys(said).filter(label => !labels.includes(label))
  if (astray.length > 0) throw labelsDoNotFit(`has no label ${listed(astray)}`, labels)
  const isMeaning = (word: string): word is LabelMeaning =>
    word === 'ignore' || (identifierTypes as readonly string[]).includes(word)
  const wrong = Object.entries(said).find(([, meaning]) => !isMeaning(meaning))
  if (wrong) throw labelsDoNotFit(`is to have '${wrong[0]}' stand for '${wrong[1]}', which is no type`, identifierTypes)
  const found = new Map<string, LabelMeaning>()
  for (const label of labels) {
    const meaning = (Object.hasOwn(said, label) ? said[label] : undefined) ?? meanings.get(plain(label))
    if (meaning !== undefined) found.set(label, meaning as LabelMeaning)
  }
  const unknown = labels.filter(label => !found.has(label))
  if (unknown.length > 0) throw labelsDoNotFit(`has labels that no type is known for: ${listed(unknown)}`, labels)
  return found
}

const listed = (labels: readonly string[]): string =>
  `${labels
    .slice(0, 10)
    .map(label => `'${label.slice(0, 40)}'`)
    .join(', ')}${labels.length > 10 ? ` and ${labels.length - 10} more` : ''}`
