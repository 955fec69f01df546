const words = (list: string): readonly string[] => list.split(' ')

/** What people are by trade, in English: the last word of the name of an occupation. Written for this package. */
const trades = words(
  'accountant actor actress actuary administrator advertiser aide analyst anthropologist archaeologist architect archivist artist ' +
    'astronomer athlete attorney auctioneer auditor author baker banker barber barista barrister bartender biochemist biologist ' +
    'blacksmith bookkeeper botanist bricklayer broker builder butcher buyer carer caregiver caretaker carpenter cartographer cashier ' +
    'caterer chauffeur chef chemist chiropractor clerk coach cobbler columnist comedian composer concierge conductor conservator ' +
    'consultant contractor cook copywriter coroner counsellor counselor courier curator dancer decorator dentist dermatologist designer ' +
    'detective developer dietitian diplomat dispatcher diver driver ecologist economist editor educator electrician engineer ' +
    'entertainer entrepreneur epidemiologist estimator exterminator farmer firefighter fisherman florist forester foreman fundraiser ' +
    'gardener geneticist geographer geologist geophysicist glazier goldsmith groom grocer hairdresser handyman herbalist historian ' +
    'housekeeper hydrologist illustrator importer inspector instructor interpreter interviewer investigator janitor jeweller jeweler ' +
    'joiner journalist jurist laborer labourer landlord lawyer lecturer legislator librarian lifeguard linguist lobbyist locksmith ' +
    'logistician machinist magician magistrate mason mathematician mechanic mediator merchandiser metallurgist meteorologist ' +
    'microbiologist midwife miller milliner miner model musician nanny naturopath neurologist notary novelist nurse nutritionist ' +
    'obstetrician oceanographer oncologist optician optometrist orthodontist osteopath painter paralegal paramedic pathologist ' +
    'pediatrician pharmacist pharmacologist philosopher photographer physicist physiologist physiotherapist pianist pilot planner ' +
    'plasterer plumber podiatrist poet policeman policewoman politician porter potter principal printer producer programmer ' +
    'proofreader prosecutor psychiatrist psychoanalyst psychologist psychotherapist publican publicist publisher radiographer ' +
    'radiologist realtor receptionist recruiter referee reporter researcher restaurateur retailer roofer sailor salesman salesperson ' +
    'saleswoman scientist sculptor seamstress secretary shepherd shopkeeper singer sociologist soldier solicitor statistician steward ' +
    'stewardess stockbroker stonemason storekeeper strategist stylist superintendent surgeon surveyor tailor teacher technician ' +
    'technologist telemarketer teller therapist toxicologist trader trainer translator trucker tutor typist underwriter upholsterer ' +
    'valuer veterinarian videographer violinist waiter waitress warden watchmaker weaver welder winemaker woodworker writer zoologist',
)

/** Ranks that name an occupation only after a word for its field: `sales manager`. */
const ranks = words(
  'manager director officer executive specialist assistant coordinator supervisor representative agent advisor adviser associate worker ' +
    'operator attendant practitioner physician doctor fellow guard leader professor judge chairman president inspector controller ' +
    'administrator supervisor scientist buyer hostess nurse',
)

export const occupations: ReadonlySet<string> = new Set(trades.flatMap(trade => [trade, `${trade}s`]))
export const occupationRanks: ReadonlySet<string> = new Set(ranks)

/** Words before a trade or rank that belong to the name of the occupation. */
export const occupationFields: ReadonlySet<string> = new Set(
  words(
    'academic account administrative aeronautical aerospace agricultural art automotive aviation bank biomedical building business call ' +
      'camera cardiac care chartered chemical chief civil claims clinical commercial communications community compliance computer ' +
      'construction control corporate credit customer data database dental deputy design development digital dining district ' +
      'editorial education electrical elementary energy environmental estate event executive exhibition facilities family fashion film ' +
      'finance financial fire fitness flight food forensic former fraud freelance funeral general government graphic ground health ' +
      'heating high hospital hotel human immigration industrial information infrastructure insurance intelligence interior ' +
      'international investment it junior laboratory land landscape lead legal leisure library licensed loan logistics maintenance ' +
      'manufacturing marine market marketing materials mechanical media medical mental merchant mining mortgage multimedia museum ' +
      'music national network nuclear nursing occupational office operations operational parole patent payroll personal personnel petroleum ' +
      'physical police political press primary principal private probation process product production program programme project ' +
      'property public purchasing quality radio railway real records recreation recruitment regional registered regulatory research ' +
      'resources restaurant retail retired risk road safety sales school science secondary security senior service services social ' +
      'software solutions special sports staff store structural supply support surgical systems tax taxi technical telecommunications ' +
      'television textile theatre tour town trade training transport travel treasury truck university urban vehicle veterinary video ' +
      'warehouse waste water web wedding welfare youth team line art bus company education sound stage set food costume dance drama',
  ),
)
