const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Words that end a street's name: `Oak Street`. All in lower case without diacritics. */
export const streetSuffixes: ReadonlySet<string> = set(
  'street st avenue ave av road rd drive dr lane ln boulevard blvd court ct place pl square sq terrace ter way circle cir ' +
    'highway hwy parkway pkwy crescent cres close loop trail trl alley mews plaza row walk grove gardens hill hills path pike ' +
    'run crossing xing turnpike route rte freeway fwy expressway quay wharf green park view ridge glen mall bend cove creek ' +
    'crossroad heights island junction knoll landing manor meadow meadows mill mount mountain oval parade passage pass point ' +
    'prairie promenade ranch rapids rest shoal shore shores spring springs spur station stravenue stream summit track trace ' +
    'trafficway tunnel union valley via viaduct village ville vista walks well wells bypass causeway cliff common corner estate ' +
    'extension falls ferry field fields flat ford forest forge fork fort garden gateway harbor haven hollow inlet isle key lake ' +
    'light lock lodge bridge brook burg branch bluff beach bayou arcade annex center centre camp cape canyon divide dam dale esplanade',
)

/** Of these, the ones that hardly mean anything else: they need no number before the name. */
export const plainStreetSuffixes: ReadonlySet<string> = set(
  'street avenue ave road rd boulevard blvd lane terrace crescent highway hwy parkway',
)

/** Of these, the ones that count after a number and small letters: `12 main street`. */
export const lowerStreetSuffixes: ReadonlySet<string> = set(
  'street st avenue ave road rd drive lane boulevard blvd court terrace crescent highway parkway place way circle square',
)

/** Words before a street's name: `rue de la Paix`. */
export const streetPrefixes: ReadonlySet<string> = set(
  'rue calle avenida avda avd rua ulica ul carrer viale piazza travesia strada chemin impasse allee quai ronda pasaje glorieta ' +
    'carretera camino urbanizacion travessa praca alameda rodovia strasse bulevardul calea bulwar aleja jalan vicolo paseo pza',
)

/** The same where they are common words of the language, or are written before other names too: a number has to stand by. */
export const looseStreetPrefixes: ReadonlySet<string> = set(
  'via c avenue route place plaza corso largo cours square cite boulevard bd av pl al os passage estrada vila bairro barrio piaza contrada localita ctra pso am an',
)

/** Ends of compound names of streets, after which a number follows: `Hauptstraße 12`, `Storgatan 4`. */
export const gluedSuffix: RegExp =
  /.(?:strasse|straße|str|gasse|platz|allee|damm|steig|ufer|gatan|gata|vagen|vej|gade|straat|laan|plein|gracht|kade|singel|dijk|weg|utca|katu|tie|gatve|iela|veien|gaten|backen|stigen)$/

/** Words after a name of their own that a number follows: `Kossuth utca 12`. */
export const suffixesBeforeNumber: ReadonlySet<string> = set(
  'utca u straat laan weg allee platz gata vag vej gade katu tie gatve g iela sokak caddesi cad sk trg ulica ut ter tee prospekt mnt pst',
)
