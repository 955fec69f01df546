const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Legal forms of firms that are written as one word, in lower case. */
export const legalForms: ReadonlySet<string> = set(
  'inc incorporated ltd limited llc llp lp plc corp corporation co gmbh ag kg ug mbh kgaa sarl sas eurl slu spa srl bv nv oy oyj ab asa aps ' +
    'doo kft zrt sro pty ltda eirl pvt bhd pte ltee',
)
/** Of these, the ones that mean nothing else when written small. */
export const plainLegalForms: ReadonlySet<string> = set('inc incorporated ltd llc llp plc gmbh kgaa ltda kft pty')

/** Legal forms with points, after a capital letter. Sticky. */
export const dottedLegalForm: RegExp =
  /(?:S\.? ?p\.? ?A\.|S\.? ?r\.? ?l\.|S\. ?A\.(?: ?de ?C\. ?V\.|S\.)?|S\. ?L\.(?: ?U\.)?|B\. ?V\.|N\. ?V\.|L\. ?L\. ?C\.|L\. ?P\.|A\/S|e\. ?V\.)(?!\p{L})/uy

/** What a place of care or teaching is called, after or before its own name. */
export const facilityHeads: ReadonlySet<string> = set(
  'hospital hospitals clinic clinics infirmary hospice sanatorium polyclinic dispensary pharmacy ' +
    'hospitalario clinica sanatorio ambulatorio policlinico policlinica consultorio hopital clinique klinik klinikum krankenhaus ' +
    'universitatsklinikum ospedale ziekenhuis szpital university universities college school academy universidad universite universita ' +
    'universitat universiteit universidade colegio instituto institut istituto institute',
)
/** Two words that together are such a head: `Medical Center`. */
export const facilityPairs: ReadonlySet<string> = set(
  'medical-center medical-centre health-center health-centre health-system health-systems medical-group medical-associates ' +
    'cancer-center cancer-centre care-center care-centre nursing-home surgery-center community-health memorial-health healthcare-system ' +
    "heart-center rehabilitation-center women's-hospital general-hospital health-clinic trauma-center dialysis-center health-services " +
    "health-network care-home medical-clinic eye-institute children's-hospital centro-medico centro-salud",
)
/** What an institution is called. */
export const institutionHeads: ReadonlySet<string> = set(
  'court tribunal ministry department agency authority bureau council commission committee board parliament senate assembly ' +
    'foundation association society federation union league institute bank church museum library trust police prosecutor office ' +
    'service services prison corps party group holdings partners industries associates consulting solutions systems ' +
    'technologies laboratories labs pharmaceuticals insurance airlines airways motors energy media studios press embassy consulate ' +
    'directorate registry chamber inspectorate academy company enterprises brothers ' +
    'ministerio tribunal juzgado audiencia ayuntamiento consejeria fundacion asociacion banco caja gericht ministerium amt landgericht ' +
    'ministere mairie prefecture cour ministero comune tribunale rechtbank gemeente ministerie camara',
)
/** Heads after which a name with `of` or `de` is enough: `Ministry of Justice`. */
export const headsBeforeOf: ReadonlySet<string> = set(
  'ministry department university court bank institute board bureau office school college house council church museum embassy society ' +
    'association federation committee commission academy state republic city county district faculty hospital ' +
    'hospital clinica universidad instituto ministerio tribunal juzgado ayuntamiento facultad centro universite universita universidade ministere cour ministero ospedale hopital',
)

/** Beginnings of names of places and of what is called after them: `St. Olaf's`, `San Telmo`. */
export const placeBeginnings: ReadonlySet<string> = set(
  'st saint mt mount san santa santo sankt sainte fort port los las',
)
