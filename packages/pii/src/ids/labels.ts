import type { IdentifierType } from '../identifier-types.js'

/** A kind of labelled identifier: its finding's type and rule, and the words that announce it. */
interface LabelKind {
  readonly type: IdentifierType
  readonly rule: string
  /** Words after which any code counts. */
  readonly strong: string
  /** Words that need `number`, `#` or a colon after them, or a long code. */
  readonly weak: string
}

/** In lower case without diacritics: English, Spanish, French, German, Italian, Portuguese, Dutch. */
const kinds: readonly LabelKind[] = [
  {
    type: 'ID',
    rule: 'id/medical-record',
    strong: 'mrn mrns nhc cipa emr ehr nhs ipp',
    weak: 'chart record records encounter accession specimen episode episodio historia expediente clinica dossier fallnummer cartella prontuario dossiernummer',
  },
  {
    type: 'ID',
    rule: 'id/health-plan',
    strong: 'nass medicare medicaid mbi hicn cip sip tsi hpbn',
    weak: 'policy polizas poliza member membership subscriber beneficiary insurance plan group enrollee afiliacion asegurado tarjeta aseguranca assurance versicherung tessera apolice polis verzekering coverage payer healthplan',
  },
  {
    type: 'BANK_ACCOUNT',
    rule: 'id/account',
    strong: 'a/c kontonummer rekeningnummer',
    weak: 'account accounts acct accnt acc cuenta konto compte conto conta rekening sort bank',
  },
  {
    type: 'ID',
    rule: 'id/licence',
    strong: 'npi dea colegiado nocol ncol colegiada',
    weak: 'licence license licences licenses licencia lizenz permis permiso patente carnet fuhrerschein rijbewijs certificate certificado col dl cdl lic permit',
  },
  {
    type: 'ID',
    rule: 'id/vehicle',
    strong: '',
    weak: 'plate plates registration matricula kennzeichen immatriculation targa kenteken placa tag',
  },
  { type: 'VIN', rule: 'id/vin', strong: 'vin', weak: 'chassis bastidor fahrgestellnummer' },
  { type: 'IMEI', rule: 'id/imei', strong: 'imei imsi iccid meid', weak: '' },
  {
    type: 'ID',
    rule: 'id/device',
    strong: 'udid',
    weak: 'serial serie device sn s/n seriennummer implant pacemaker modelo lot lote',
  },
  {
    type: 'NATIONAL_ID',
    rule: 'id/document',
    strong:
      'dni nie nif cpf cnpj curp rfc ein itin tin nino ppsn bsn pesel personnummer passport passports pasaporte passeport passaporto passaporte reisepass reisepassnummer paspoort paszport ausweis ausweisnummer personalausweis ssn nuss aadhaar',
    weak: 'rut identity identidad identite identita tax vat steuernummer fiscal visa national',
  },
  {
    type: 'ID',
    rule: 'id/case',
    strong: 'docket aktenzeichen',
    weak: 'case cases file claim claims ticket application applications appl app incident complaint caso asunto recurso demanda reclamacion requete affaire akte pratica processo zaak petition appeal warrant inmate offender',
  },
  {
    type: 'ID',
    rule: 'id/order',
    strong: 'pnr',
    weak: 'order invoice booking reservation confirmation tracking reference ref transaction shipment parcel contract receipt pedido factura reserva referencia contrato bestellung rechnung auftrag commande facture ordine fattura encomenda bestelling factuur purchase po payment txn',
  },
  {
    type: 'ID',
    rule: 'id/person',
    strong: 'uid guid uuid',
    weak: 'id ids identifier identificador employee staff student patient pt customer client user badge participant subject patientid userid paciente cliente empleado kunde kundennummer patientennummer versichertennummer personalnummer matrikelnummer loyalty frequent flyer rewards number numero nummer num no nr code codigo',
  },
]

export interface Label {
  readonly type: IdentifierType
  readonly rule: string
  readonly isStrong: boolean
}

/** What each word announces. */
export const idLabels: ReadonlyMap<string, Label> = new Map(
  kinds.flatMap(({ type, rule, strong, weak }): (readonly [string, Label])[] => [
    ...weak.split(' ').map(word => [word, { type, rule, isStrong: false }] as const),
    ...strong.split(' ').map(word => [word, { type, rule, isStrong: true }] as const),
  ]),
)

/** Words before `number` that make it something else than an identifier. */
export const otherNumbers: ReadonlySet<string> = new Set(
  'phone telephone tel mobile cell fax telefon telefono telefone handy card house room page version flat apartment apt street floor unit zip postal area pin phone contact call'.split(
    ' ',
  ),
)
