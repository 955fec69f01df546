/**
 * Sentences with slots, by language, written for this package. P a person, G a given and F a family name, L a town, C a country
 * or state, O an organisation; N something else with capitals, D a day, S a street, # a number. The second list is held out: no
 * weight is trained on it.
 */
export interface Templates {
  readonly trained: readonly string[]
  readonly heldOut: readonly string[]
}

const lines = (text: string): readonly string[] =>
  text
    .trim()
    .split('\n')
    .map(line => line.trim().replaceAll('|', '\n'))

export const templates: Readonly<Record<string, Templates>> = {
  en: {
    trained: lines(`
      Hi, this is {P} and I can't log in to my account since {D}.
      {P} called about invoice # and asked for {P}.
      Please send the parcel to {P}, {S}, {L}.
      The patient, {P}, was admitted to {O} on {D} with {N}.
      Mr. {F} moved from {L} to {L}, {C}, last year.
      Dr. {F} referred her to {O} in {L} for {N}.
      {G} and {G} live in {L} and work for {O}.
      I met {G} {F} at {O} when we were both in {L}.
      {O} has opened a new office in {L}, {C}.
      My manager {G} said that {O} would refund me by {D}.
      From: {P}|To: {P}|Subject: meeting in {L}
      Regards,|{P}|{O}
      Dear {G},|thank you for your order #. It ships from {L} on {D}.
      Name: {P}|Employer: {O}|City: {L}|Country: {C}
      Is {G} coming to the party on {D}?
      {P}, # years old, of {L}, was charged on {D}.
      The court heard that {F} had worked for {O} before {D}.
      Can I use my {N} card in {C}?
      When does {N} start, and what does it cost in {L}?
      The {N} score was #, and {N} was ruled out.
      She takes {N} every morning and drives a {N}.
      In {D} we had # patients with {N}.
      What is the weather in {L} on {D}?
      Book a flight from {L} to {L} for {P} with {O}.
      {F} said: "I will not go back to {C}."
      Attending: {G} {F}, MD|Facility: {O}
      {P}'s brother works at {O}.
      The new Director of {O}, {P}, was born in {C}.
      My Card Was Declined At The Shop On {D}, Why?
      Please Update The Address On My Account And Send A New {N}.
      Thanks {G}! See you in {L} on {D}.
      I am a nurse at {O}; my sister {G} is a teacher.
      {O} v. {F}, decided on {D}
      The applicant, Ms {P}, complained to {O} in {L}.
      Contact {P} ({O}) or {P} ({O}).
      My name is {P} and I live at {S} in {L}, {C}.
      Transfer # from {G}'s account to {O}.
      {G}: hey, did {G} tell you about {L}?|{G}: no, what happened?
      {N} is better than {N}, I think.
      {P} and {P} were seen in {L}. {F} denied it.`),
    heldOut: lines(`
      We interviewed {P} of {O}, who lives near {L}.
      Has {G} {F} paid the deposit to {O} yet?
      A spokesman for {O} told us that {F} had left {C}.
      Discharge summary for {P}: treated for {N} at {O}, {L}.
      Yesterday {G} forgot the {N} in a taxi in {L}.`),
  },
  es: {
    trained: lines(`
      Hola, soy {P} y no puedo entrar en mi cuenta desde el {D}.
      {P} llamó por la factura # y preguntó por {P}.
      Envíen el paquete a {P}, {S}, {L}.
      El paciente {P} ingresó en el {O} el {D} por {N}.
      El Sr. {F} se mudó de {L} a {L} ({C}).
      La Dra. {F} la derivó al {O} de {L} por {N}.
      {G} y {G} viven en {L} y trabajan para {O}.
      Conocí a {P} en {O} cuando estaba en {L}.
      {O} abrió una oficina en {L}, {C}.
      Nombre: {P}|Empresa: {O}|Ciudad: {L}|País: {C}
      Un saludo,|{P}|{O}
      Estimada {G}:|su pedido # sale de {L} el {D}.
      ¿Puedo usar mi tarjeta {N} en {C}?
      La escala de {N} fue de # y se descartó {N}.
      Varón de # años con enfermedad de {N} y {N}.
      El demandante, don {P}, recurrió ante {O}.
      Médico: {P} NºCol: #|Hospital: {O}
      {F} declaró que nunca trabajó para {O}.
      Remitido por: {P}, {O}, {S}, {L} ({C})
      Mi hermana {G} vive en {C} desde {D}.`),
    heldOut: lines(`
      Hablamos con {P}, de {O}, que reside cerca de {L}.
      ¿Ha pagado ya {G} {F} la fianza a {O}?
      Informe de alta de {P}: tratada de {N} en {O}, {L}.`),
  },
  de: {
    trained: lines(`
      Hallo, hier ist {P}, ich kann mich seit dem {D} nicht anmelden.
      {P} rief wegen der Rechnung # an und fragte nach {P}.
      Bitte senden Sie das Paket an {P}, {S}, {L}.
      Der Patient {P} wurde am {D} mit {N} ins {O} aufgenommen.
      Herr {F} zog von {L} nach {L} in {C}.
      Frau Dr. {F} überwies sie an das {O} in {L}.
      {G} und {G} wohnen in {L} und arbeiten für {O}.
      Ich traf {P} bei der {O}, als wir in {L} waren.
      Die {O} eröffnet ein Büro in {L}, {C}.
      Name: {P}|Arbeitgeber: {O}|Ort: {L}|Land: {C}
      Mit freundlichen Grüßen|{P}|{O}
      Liebe {G},|Ihre Bestellung # wird am {D} aus {L} versandt.
      Kann ich meine Karte in {C} benutzen?
      Der Kunde hat die Rechnung und das Paket am {D} bekommen.
      Die Antwort auf Ihre Frage steht im Vertrag unter Punkt #.
      Morbus {N} und {N} wurden ausgeschlossen.
      Meine Schwester {G} fährt seit {D} einen {N}.
      {F} sagte dem Gericht, er habe nie für {O} gearbeitet.
      Der Kläger, {P}, wohnhaft in {L}, klagt gegen die {O}.
      Das Konto bei der {O} gehört {G} {F}.`),
    heldOut: lines(`
      Wir sprachen mit {P} von der {O}, der bei {L} lebt.
      Hat {G} {F} die Kaution schon an {O} bezahlt?
      Entlassungsbericht für {P}: behandelt wegen {N} im {O}, {L}.`),
  },
  fr: {
    trained: lines(`
      Bonjour, je suis {P} et je ne peux plus me connecter depuis le {D}.
      {P} a appelé pour la facture # et a demandé {P}.
      Merci d'envoyer le colis à {P}, {S}, {L}.
      Le patient, {P}, a été admis à {O} le {D} pour {N}.
      M. {F} a déménagé de {L} à {L}, en {C}.
      Le Dr {F} l'a adressée à {O} à {L} pour {N}.
      {G} et {G} habitent à {L} et travaillent pour {O}.
      J'ai rencontré {P} chez {O} quand nous étions à {L}.
      {O} ouvre un bureau à {L}, {C}.
      Nom : {P}|Employeur : {O}|Ville : {L}|Pays : {C}
      Cordialement,|{P}|{O}
      Chère {G},|votre commande # part de {L} le {D}.
      Puis-je utiliser ma carte {N} en {C} ?
      La maladie de {N} et le score de {N} (#) ont été notés.
      Ma sœur {G} vit en {C} depuis {D}.
      {F} a déclaré ne jamais avoir travaillé pour {O}.
      La requérante, Mme {P}, a saisi {O} à {L}.
      Le compte chez {O} est au nom de {G} {F}.`),
    heldOut: lines(`
      Nous avons parlé avec {P}, de {O}, qui vit près de {L}.
      Est-ce que {G} {F} a payé la caution à {O} ?
      Compte rendu de sortie de {P} : traité pour {N} à {O}, {L}.`),
  },
  it: {
    trained: lines(`
      Buongiorno, sono {P} e non riesco ad accedere dal {D}.
      {P} ha chiamato per la fattura # e ha chiesto di {P}.
      Spedite il pacco a {P}, {S}, {L}.
      Il paziente {P} è stato ricoverato presso {O} il {D} per {N}.
      Il sig. {F} si è trasferito da {L} a {L}, in {C}.
      La dott.ssa {F} l'ha inviata a {O} di {L} per {N}.
      {G} e {G} vivono a {L} e lavorano per {O}.
      Ho incontrato {P} alla {O} quando eravamo a {L}.
      {O} apre una sede a {L}, {C}.
      Nome: {P}|Azienda: {O}|Città: {L}|Paese: {C}
      Cordiali saluti,|{P}|{O}
      Cara {G},|il tuo ordine # parte da {L} il {D}.
      Posso usare la mia carta {N} in {C}?
      Il morbo di {N} e il punteggio {N} (#) sono stati annotati.
      Mia sorella {G} vive in {C} da {D}.
      {F} ha dichiarato di non aver mai lavorato per {O}.
      Il conto presso {O} è di {G} {F}.`),
    heldOut: lines(`
      Abbiamo parlato con {P} di {O}, che abita vicino a {L}.
      {G} {F} ha già pagato la cauzione a {O}?
      Lettera di dimissione di {P}: curato per {N} presso {O}, {L}.`),
  },
  pt: {
    trained: lines(`
      Olá, sou {P} e não consigo entrar na conta desde {D}.
      {P} ligou por causa da fatura # e perguntou por {P}.
      Por favor envie a encomenda para {P}, {S}, {L}.
      O paciente {P} foi internado no {O} em {D} com {N}.
      O Sr. {F} mudou-se de {L} para {L}, {C}.
      A Dra. {F} encaminhou-a ao {O} de {L} por {N}.
      {G} e {G} moram em {L} e trabalham para {O}.
      Conheci {P} na {O} quando estávamos em {L}.
      A {O} abriu um escritório em {L}, {C}.
      Nome: {P}|Empresa: {O}|Cidade: {L}|País: {C}
      Atenciosamente,|{P}|{O}
      Cara {G},|o seu pedido # sai de {L} em {D}.
      Posso usar o meu cartão {N} em {C}?
      A doença de {N} e a escala de {N} (#) foram anotadas.
      A minha irmã {G} vive em {C} desde {D}.
      {F} declarou que nunca trabalhou para {O}.
      A conta no {O} é de {G} {F}.`),
    heldOut: lines(`
      Falámos com {P}, da {O}, que vive perto de {L}.
      {G} {F} já pagou a caução à {O}?
      Relatório de alta de {P}: tratado por {N} no {O}, {L}.`),
  },
  nl: {
    trained: lines(`
      Hallo, met {P}, ik kan sinds {D} niet inloggen.
      {P} belde over factuur # en vroeg naar {P}.
      Stuur het pakket naar {P}, {S}, {L}.
      De patiënt, {P}, werd op {D} opgenomen in {O} met {N}.
      Dhr. {F} verhuisde van {L} naar {L} in {C}.
      Dr. {F} verwees haar naar {O} in {L} voor {N}.
      {G} en {G} wonen in {L} en werken voor {O}.
      Ik ontmoette {P} bij {O} toen we in {L} waren.
      {O} opent een kantoor in {L}, {C}.
      Naam: {P}|Werkgever: {O}|Plaats: {L}|Land: {C}
      Met vriendelijke groet,|{P}|{O}
      Beste {G},|uw bestelling # vertrekt op {D} uit {L}.
      Kan ik mijn {N} kaart in {C} gebruiken?
      De ziekte van {N} en de score van {N} (#) werden genoteerd.
      Mijn zus {G} woont sinds {D} in {C}.
      {F} verklaarde nooit voor {O} te hebben gewerkt.
      De rekening bij {O} staat op naam van {G} {F}.`),
    heldOut: lines(`
      We spraken met {P} van {O}, die bij {L} woont.
      Heeft {G} {F} de borg al aan {O} betaald?
      Ontslagbrief van {P}: behandeld voor {N} in {O}, {L}.`),
  },
}

/** Things with capitals that are no person, place or organisation: many bear the name of one. */
export const otherThings: string =
  "Alzheimer|Parkinson|Crohn|Hodgkin|Down Syndrome|Alzheimer's disease|Parkinson's disease|Crohn's disease|Hodgkin lymphoma|" +
  'Framingham|Babinski|Glasgow|Apgar|Wells|Norton|Barthel|Karnofsky|Child-Pugh|Romberg|Murphy|Lyme disease|Huntington|' +
  "Tourette|Marfan|Cushing|Addison|Graves' disease|Hashimoto|Wilson|Raynaud|Sjogren|Behcet|Kawasaki|Ebola|Zika|COVID-19|MRI|CT|" +
  'ECG|HIV|PCR|Ibuprofen|Paracetamol|Metformin|Lisinopril|Warfarin|Atorvastatin|Omeprazole|Humira|Ritalin|Prozac|Xanax|Tylenol|' +
  'Visa|Mastercard|Maestro|Bluetooth|WiFi|PIN|SIM|ATM|GPS|USB|PDF|Excel|Windows|Android|Golf|Corolla|Civic|Mustang|Polo|' +
  'COPD|GERD|NSTEMI|STEMI|SGLT2|ACE|ARB|NSAID|DVT|TIA|CABG|PCI|ICU|BMI|EGFR|HbA1c|LDL|TSH|CHADS-VASc|CURB-65|MELD|APACHE|SOFA|GCS|' +
  'Wernicke|Korsakoff|Guillain-Barre|Stevens-Johnson|Brugada|Wolff-Parkinson-White|Kaposi|Ewing|Barrett|Mallory-Weiss|Virchow|Bell|' +
  'Dupuytren|Baker|Osgood-Schlatter|Charcot|Duchenne|Gilbert|Peyronie|Bowen|Paget|Trousseau|Homan|Kernig|Brudzinski|Phalen|Tinel|' +
  'Amoxicillin|Insulin|Heparin|Prednisone|Levothyroxine|Apixaban|Clopidogrel|Gabapentin|Sertraline|Vancomycin|Lantus|Eliquis|' +
  'English|French|Spanish|German|Dutch|Italian|Portuguese|Christmas|Easter|Thanksgiving|Ramadan|Halloween|Bible|Internet|' +
  'USD|EUR|GBP|AUD|CHF|SEPA|SWIFT|IBAN|FAQ|ID|OK|ASAP|TV|PC|DVD|CEO|VAT|GDPR|KYC|Apple Pay|Google Pay|' +
  'Monday|Tuesday|March|May|June|April|August|Spring|Summer|Premium|Platinum|Gold|Black Friday|Happy Hour|Season Pass'

/** Wards and trades of a hospital, which its papers write with capitals. */
export const wards: Readonly<Record<string, string>> = {
  en: 'Emergency Department|Internal Medicine|Intensive Care Unit|Radiology|Cardiology|General Surgery|Outpatient Clinic|Pediatrics|Oncology',
  es:
    'Urgencias|Medicina Interna|Cirugía General|Consultas Externas|Unidad de Cuidados Intensivos|Anatomía Patológica|Urología|Oncología|' +
    'Radiodiagnóstico|Cardiología|Neurología|Atención Primaria|Laboratorio|Pediatría|Digestivo|Hematología|Servicio de Urología',
  de: 'Notaufnahme|Innere Medizin|Intensivstation|Radiologie|Kardiologie|Chirurgie|Ambulanz|Kinderheilkunde|Onkologie|Station',
  fr: 'Urgences|Médecine interne|Réanimation|Radiologie|Cardiologie|Chirurgie générale|Consultations externes|Pédiatrie|Oncologie',
  it: 'Pronto Soccorso|Medicina Interna|Terapia Intensiva|Radiologia|Cardiologia|Chirurgia Generale|Ambulatorio|Pediatria|Oncologia',
  pt: 'Urgência|Medicina Interna|Cuidados Intensivos|Radiologia|Cardiologia|Cirurgia Geral|Consulta Externa|Pediatria|Oncologia',
  nl: 'Spoedeisende Hulp|Interne Geneeskunde|Intensive Care|Radiologie|Cardiologie|Algemene Chirurgie|Polikliniek|Oncologie',
}

export const months: Readonly<Record<string, string>> = {
  en: 'January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Friday',
  es: 'enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|lunes|martes|viernes',
  de: 'Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Montag|Dienstag|Freitag',
  fr: 'janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|lundi|mardi|vendredi',
  it: 'gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|lunedì|martedì',
  pt: 'janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro|segunda|terça',
  nl: 'januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|maandag|dinsdag',
}

/** Forms of names of organisations by language: F family name, L town, A and B words with capitals, G given name. */
export const organisations: Readonly<Record<string, string>> = {
  en:
    'F Ltd|F Inc.|F & F LLP|F, F and F|F Group|F Holdings|A B Inc|A B LLC|A Systems|A B Partners|University of L|L University|' +
    'L General Hospital|St. G Hospital|G F Memorial Hospital|Bank of L|F Bank|F Industries|L City Council|L High School|L United|' +
    'Ministry of A|A Health Clinic|F Medical Center|A Foundation|A Bank|F|A B|L Police Department|F Brothers|The A Company',
  es:
    'F S.A.|F y F|F Hermanos|A B S.L.|Universidad de L|Hospital de L|Hospital General de L|Hospital Clínico de L|' +
    'Hospital Universitario de L|Clínica F|Banco de L|Ayuntamiento de L|Grupo F|Centro de Salud L|Ministerio de A|Colegio G F|Fundación F',
  de:
    'F GmbH|F AG|F & F|F KG|A B GmbH|Universität L|Klinikum L|Krankenhaus L|Universitätsklinikum L|Sparkasse L|F Bank|Stadtwerke L|' +
    'Landgericht L|Stiftung F|FC L|G-F-Gymnasium|Praxis Dr. F|Volksbank L|F Gruppe',
  fr:
    'F SA|F SARL|F et F|A B SAS|Université de L|Hôpital de L|CHU de L|Clinique F|Banque F|Mairie de L|Groupe F|Lycée G F|Fondation F|' +
    'Hôpital Saint-G|Tribunal de L|Cabinet F|Crédit de L',
  it:
    'F SPA|F S.r.l.|F e F|A B S.r.l.|Università di L|Ospedale di L|Policlinico di L|Clinica F|Banca di L|Comune di L|Gruppo F|' +
    'Ospedale San G|Tribunale di L|Studio F|Liceo G F|Fondazione F',
  pt:
    'F Lda|F S.A.|F e F|A B Ltda|Universidade de L|Hospital de L|Hospital São G|Clínica F|Banco de L|Câmara Municipal de L|Grupo F|' +
    'Tribunal de L|Fundação F|Escola G F|F Comércio',
  nl:
    'F BV|F NV|F & F|A B BV|Universiteit L|Ziekenhuis L|UMC L|Kliniek F|Rabobank L|Gemeente L|F Groep|Rechtbank L|Stichting F|G F College|' +
    'Sint G Ziekenhuis|FC L',
}
