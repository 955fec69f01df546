const split = (names: string): readonly string[] => names.split('/')

const usStates: readonly (readonly [code: string, name: string])[] = (
  'AL alabama/AK alaska/AZ arizona/AR arkansas/CA california/CO colorado/CT connecticut/DE delaware/FL florida/GA georgia/' +
  'HI hawaii/ID idaho/IL illinois/IN indiana/IA iowa/KS kansas/KY kentucky/LA louisiana/ME maine/MD maryland/' +
  'MA massachusetts/MI michigan/MN minnesota/MS mississippi/MO missouri/MT montana/NE nebraska/NV nevada/NH new hampshire/' +
  'NJ new jersey/NM new mexico/NY new york/NC north carolina/ND north dakota/OH ohio/OK oklahoma/OR oregon/PA pennsylvania/' +
  'RI rhode island/SC south carolina/SD south dakota/TN tennessee/TX texas/UT utah/VT vermont/VA virginia/WA washington/' +
  'WV west virginia/WI wisconsin/WY wyoming/DC district of columbia/PR puerto rico/GU guam/VI virgin islands'
)
  .split('/')
  .map(entry => [entry.slice(0, 2), entry.slice(3)] as const)

/** The states and territories of the United States: their codes, and their names in lower case. */
export const usStateCodes: ReadonlySet<string> = new Set(usStates.map(([code]) => code))
export const usStateNames: ReadonlySet<string> = new Set(usStates.map(([, name]) => name))

/** Codes that stand before a US, Canadian or Australian postcode. */
export const regionCodes: ReadonlySet<string> = new Set([
  ...usStates.map(([code]) => code),
  ...'AA AE AP AB BC MB NB NL NS NT NU ON PE QC SK YT NSW VIC QLD WA SA TAS ACT'.split(' '),
])

/** First-level regions of some countries, in lower case without diacritics. */
const regionNames = [
  ...usStates.map(([, name]) => name),
  ...split(
    'alberta/british columbia/manitoba/new brunswick/newfoundland/nova scotia/ontario/quebec/saskatchewan/yukon/' +
      'new south wales/queensland/tasmania/andalucia/aragon/asturias/cantabria/castilla y leon/castilla-la mancha/cataluna/' +
      'catalunya/catalonia/extremadura/galicia/la rioja/comunidad de madrid/region de murcia/navarra/pais vasco/euskadi/' +
      'comunidad valenciana/islas baleares/islas canarias/canarias/baleares/bavaria/bayern/hessen/saxony/sachsen/thuringen/brandenburg/' +
      'niedersachsen/nordrhein-westfalen/rheinland-pfalz/saarland/baden-wurttemberg/schleswig-holstein/mecklenburg-vorpommern/' +
      'bretagne/normandie/occitanie/ile-de-france/nouvelle-aquitaine/lombardia/lombardy/toscana/tuscany/piemonte/veneto/sicilia/sicily/' +
      'sardegna/emilia-romagna/liguria/puglia/calabria/campania/umbria/lazio/abruzzo/scotland/wales/england/northern ireland',
  ),
]

const countryNames = split(
  'afghanistan/albania/algeria/andorra/angola/argentina/armenia/australia/austria/azerbaijan/bahamas/bahrain/bangladesh/barbados/' +
    'belarus/belgium/belize/benin/bhutan/bolivia/bosnia and herzegovina/bosnia/botswana/brazil/brunei/bulgaria/burkina faso/burundi/' +
    'cambodia/cameroon/canada/cape verde/chile/china/colombia/congo/costa rica/croatia/cuba/cyprus/czech republic/czechia/denmark/' +
    'djibouti/dominican republic/ecuador/egypt/el salvador/eritrea/estonia/eswatini/ethiopia/fiji/finland/france/gabon/gambia/' +
    'germany/ghana/greece/greenland/guatemala/guinea/guyana/haiti/honduras/hungary/iceland/india/indonesia/iran/iraq/ireland/israel/italy/' +
    'ivory coast/jamaica/japan/kazakhstan/kenya/kosovo/kuwait/kyrgyzstan/laos/latvia/lebanon/lesotho/liberia/libya/liechtenstein/' +
    'lithuania/luxembourg/madagascar/malawi/malaysia/maldives/malta/mauritania/mauritius/mexico/moldova/monaco/mongolia/montenegro/' +
    'morocco/mozambique/myanmar/namibia/nepal/netherlands/the netherlands/new zealand/nicaragua/nigeria/north korea/north macedonia/' +
    'norway/oman/pakistan/palestine/panama/papua new guinea/paraguay/peru/philippines/poland/portugal/qatar/romania/russia/' +
    'russian federation/rwanda/san marino/saudi arabia/senegal/serbia/seychelles/sierra leone/singapore/slovakia/slovenia/somalia/south africa/' +
    'south korea/south sudan/spain/sri lanka/sudan/suriname/sweden/switzerland/syria/taiwan/tajikistan/tanzania/thailand/togo/tonga/' +
    'trinidad and tobago/tunisia/turkmenistan/uganda/ukraine/united arab emirates/united kingdom/great britain/united states/' +
    'united states of america/uruguay/uzbekistan/vanuatu/venezuela/vietnam/yemen/zambia/zimbabwe/usa/u.s.a/uk/' +
    'espana/francia/alemania/italia/reino unido/estados unidos/marruecos/rumania/ecuador/brasil/suiza/belgica/holanda/paises bajos/' +
    'grecia/rusia/polonia/turquia/japon/argelia/senegal/republica dominicana/cuba/filipinas/' +
    'deutschland/frankreich/spanien/osterreich/schweiz/vereinigtes konigreich/vereinigte staaten/turkei/polen/niederlande/belgien/' +
    'allemagne/espagne/italie/suisse/belgique/royaume-uni/etats-unis/pays-bas/maroc/algerie/tunisie/' +
    'germania/spagna/svizzera/regno unito/stati uniti/austria/belgio/paesi bassi/romania/' +
    'alemanha/espanha/franca/suica/estados unidos da america/' +
    'duitsland/frankrijk/spanje/nederland/belgie/verenigd koninkrijk/turkey/polska/norge/sverige/danmark/suomi',
)

/** Names that mean other things as often: a capital alone says nothing. */
const ambiguous: ReadonlySet<string> = new Set(
  'turkey china chile jordan chad georgia guinea mali niger washington ireland polish uk usa'.split(' '),
)

export interface Region {
  readonly kind: 'region' | 'country'
  readonly words: readonly string[]
  readonly isAmbiguous: boolean
}

/** Regions and countries by the first word of their names, longest names first. */
export const regionsByWord: ReadonlyMap<string, readonly Region[]> = (() => {
  const map = new Map<string, Region[]>()
  for (const [kind, names] of [
    ['region', regionNames],
    ['country', countryNames],
  ] as const)
    for (const name of new Set(names)) {
      const words = name.split(' ')
      map.set(words[0]!, [...(map.get(words[0]!) ?? []), { kind, words, isAmbiguous: ambiguous.has(name) }])
    }
  for (const regions of map.values()) regions.sort((a, b) => b.words.length - a.words.length)
  return map
})()
