/** Words that begin with a capital for other reasons than being a name, in lower case. None continues a name. */
const functionWords =
  'a about above across after again against all almost alone along already also although always am among an and another any ' +
  'anybody anyone anything are around as ask asked asking at away back be because been before behind being below best better ' +
  'between both but by call called calling came can cannot come could did do does doing done down due during each either else ' +
  'even ever every everybody everyone few find first for from get getting give go goes going gone good got great had has have ' +
  'having he hello help her here hers hey hi him his how however i if in instead into is it its just keep know last later least ' +
  'less let like look looking lost made make many maybe me mine more most much must my myself near need needs neither never new ' +
  'next no nobody none nor not nothing now of off often ok okay old on once one only or other our ours out over own paid pay ' +
  'people per please put quite rather really right said same say says see seems seen send sent several shall she should since so ' +
  'some somebody someone something soon still such sure take tell than thank thanks that the their them then there these they ' +
  'thing think this those though through to today together told tomorrow tonight too took towards tried try trying two under ' +
  'unless until up upon us use used using very via want wanted was way we well went were what when where whether which while who ' +
  'whole whom whose why with within without would wrong yes yesterday yet you your yours yourself im ive dont cant wont didnt ' +
  'afraid available back busy currently from fine glad happy having interested late new not originally ready sick sorry still ' +
  'misspelled misspelt spelled spelt incorrect listed changed different missing shown unable waiting worried writing contacting emailing applying located based'

const calendar =
  'monday tuesday wednesday thursday friday saturday sunday january february march june july september october november december ' +
  'spring christmas easter ramadan diwali'

const titlesAndRoles =
  'sir madam team support service services customer client user agent manager director officer president chairman minister ' +
  'doctor nurse patient colleague colleagues friend friends folks guys ladies gentlemen mum mom dad member members staff sales ' +
  'admin administrator account accounts department dear regards sincerely cheers yours faithfully subject date re fwd cc bcc ' +
  'from name address phone email mobile fax tel website invoice order number id ref note hiring committee recruiter assistant ' +
  'mr mrs ms miss mx dr prof professor'

const placesAndThings =
  'america american africa african asia asian australia australian britain british canada canadian china chinese england english ' +
  'europe european france french germany german greece greek india indian ireland irish italy italian japan japanese mexico ' +
  'mexican netherlands dutch poland polish portugal portuguese russia russian scotland scottish spain spanish sweden swedish ' +
  'turkey turkish uk ukraine us usa wales welsh london paris berlin madrid rome york angeles francisco city state county north ' +
  'south east west central upper lower saint mount lake river internet google apple amazon microsoft facebook twitter whatsapp ' +
  'instagram visa mastercard maestro paypal pay app android iphone windows linux covid atm pin iban swift vat'

/** Function words and words of forms in Spanish, French, German, Italian, Portuguese and Dutch; no particles of names. */
const otherLanguages =
  'paciente pacientes sexo servicio servicios medico medica medicos doctora historia edad fecha domicilio localidad provincia pais ' +
  'nombre apellidos apellido motivo antecedentes enfermo enferma nino nina mujer varon hombre senor senora consulta ingreso ' +
  'alta informe actual estudio tratamiento diagnostico se le les lo un una unos unas con por para que en al su sus este esta estos ' +
  'estas desde hasta entre sin sobre tras durante cuando como pero tambien muy mas ya no si nos yo tu usted hola gracias ' +
  'telefono correo electronico direccion numero cuenta lunes martes miercoles jueves viernes sabado enero febrero marzo ' +
  'mayo junio agosto septiembre octubre noviembre diciembre ' +
  'bonjour merci monsieur madame adresse ville nom prenom patiente age sexe le les un une des avec pour par dans sur sous sans est ' +
  'sont il elle nous vous je on ce cette ces mais aussi janvier fevrier mars avril juin juillet aout septembre octobre novembre ' +
  'decembre lundi mardi mercredi jeudi vendredi samedi dimanche ' +
  'der die das ein eine einen einem und mit fur auf aus bei nach seit ist sind war er sie es wir ihr ich nicht auch aber name vorname ' +
  'nachname anschrift geburtsdatum patientin arzt krankenhaus montag dienstag mittwoch donnerstag freitag samstag sonntag januar ' +
  'februar marz juni juli oktober dezember ' +
  'il lo gli uno con per tra fra su non che e sono nome cognome indirizzo citta paziente medico gennaio febbraio marzo aprile maggio ' +
  'giugno luglio settembre ottobre dicembre ' +
  'um uma com para por em no na nos nas que nao ele ela endereco cidade telefone janeiro fevereiro maio junho julho setembro outubro ' +
  'novembro dezembro het een met voor op uit bij naar niet ook maar hij zij wij naam adres geboortedatum maandag dinsdag woensdag ' +
  'donderdag vrijdag zaterdag zondag'

/** Words that end the name of an organisation, a street or another thing that is called after a person. */
const thingsCalledAfterPeople =
  'academy airport alley and associates avenue ave award bank blvd boulevard bridge bros brothers building center centre chapel ' +
  'church clinic close club co college company corp corporation court crescent disease drive dr festival foundation gmbh group ' +
  'hall hospital hotel house inc incorporated industries institute international island lane law library limited llc llp ltd ' +
  'medical memorial museum news office park partners place plaza plc prize rd road scale school score sign square st store ' +
  'street studios syndrome systems technologies terrace test theatre theorem tower trust university way'

const split = (words: string): string[] => words.split(' ')

export const plainWords: ReadonlySet<string> = new Set(
  [functionWords, calendar, titlesAndRoles, placesAndThings, thingsCalledAfterPeople, otherLanguages].flatMap(split),
)

/** Words that sentences and letters begin with. */
export const proseWords: ReadonlySet<string> = new Set(
  [functionWords, calendar, titlesAndRoles, otherLanguages].flatMap(split),
)

/** After such a word, what precedes it is not a person's name. */
export const thingWords: ReadonlySet<string> = new Set(split(thingsCalledAfterPeople))
