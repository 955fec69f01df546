import { regionCodes } from '../gazetteer/regions.js'

const capital = "(?:(?:\\p{Lu}\\.){1,3}|\\p{Lu}\\p{L}{0,3}\\.(?=[ ,-])|\\p{Lu}[\\p{L}\\p{M}'’-]{0,30})"
const small =
  "(?:(?:de la|de los|de las|del|de|la|las|los|el|of|the|du|des|di|da|do|dos|das|van|von|der|den|am|an|y|e|et|al|ter|zu|zur|zum|auf|im|in|sur|sous|les|le|l'|d') ?)"
const name = `${capital}(?: (?:${small}){0,2}${capital}){0,3}`
const end = '(?![\\p{L}\\p{N}])'

/** A house number as it stands beside a street's name. */
export const houseNumber =
  '(?:(?:n[o°]?\\.? ?|num\\.? ?|número |numero )?\\d{1,5}(?: ?[A-Za-z](?![\\p{L}]))?(?: ?[-/] ?\\d{1,4}[A-Za-z]?)?(?: (?:bis|ter|quater)(?![\\p{L}]))?|s/n)'
const unitWord =
  'apt|apartment|suite|ste|unit|floor|fl|flat|room|rm|bldg|building|lot|piso|planta|puerta|pta|esc|escalera|bloque|portal|etage|étage|stock|int|interno|scala|apto|andar|bloco|casa|box|bus|app|bureau|oficina|local|casilla'
const unit =
  `(?:(?:${unitWord})\\.? ?[#n]{0,2}[o°.]{0,2} ?(?:\\d{1,5}[A-Za-z]?(?:-\\d{1,4})?|[A-Z]\\d{0,4})` +
  `|# ?\\d{1,6}[A-Za-z]?|\\d{1,2} ?(?:[ºª°]|[oa](?!\\p{L}))\\.?(?: ?(?:[A-Z]|izq\\w{0,6}|dcha|dch|der\\w{0,5}))?|(?:bajo|ático|atico|izquierda|derecha))${end}`
const poBox = `(?:p\\.? ?o\\.? ?box|post office box|apartado(?: de correos)?|postfach|casella postale|bp|caixa postal|postbus) ?#?:? ?\\d{1,7}${end}`
const ukPostcode = '[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}'
const caPostcode = '[A-Z]\\d[A-Z] ?\\d[A-Z]\\d'
const zip = '\\d{5}(?:-\\d{4})?'
const region = `(?:${[...regionCodes].join('|')})`

/** Between the lines or the comma-separated parts of an address. */
const between =
  '[ \\t]{0,2}(?:[,;]?[ \\t]{0,2}\\r?\\n[ \\t]{0,4},?[ \\t]{0,2}(?:\\r?\\n[ \\t]{0,2})?|[,;][ \\t]{0,2}|[ \\t]-[ \\t]|\\.[ \\t]{0,2}\\r?\\n|\\. (?=(?:[A-Z]{1,2}-)?\\d))'
const after = '(?=[ \\t]{0,2}(?:$|[,;:\\n\\r)"?!]|\\.(?![\\p{L}\\p{N}])|-[ \\t]))'
const token = `(?:${capital}|(?:[A-Z]{1,2}-)?\\d{1,6}(?:-\\d{1,4})?[A-Za-z]?|\\((?:${name}|\\d{1,6})\\))`
const line = `${token}(?: (?:${small}){0,2}${token}){0,6}`

/** The next line or part: capital words, numbers and codes, and nothing else up to its end. Sticky, as all that follow. */
export const nextLine: RegExp = new RegExp(`${between}(${line})${after}`, 'uy')
/** On the same line: a unit, or words that end in a postcode, a region or the line's end. */
export const unitPart: RegExp = new RegExp(`(?:${between}|,? )(?:${unit}|${poBox})`, 'uiy')
export const codedPart: RegExp = new RegExp(
  `,? (?:${name},? )?(?:${region}(?:,? (?:${zip}|${caPostcode}|\\d{4}))?|${ukPostcode}|${caPostcode}|${zip}(?: ${name})?)${end}`,
  'uy',
)
export const nameOnSameLine: RegExp = new RegExp(` (${name})${after}`, 'uy')
export const numberPart: RegExp = new RegExp(`,? ?${houseNumber}${end}`, 'uiy')
/** In small letters only with a code that says so: `springfield, il 62701`. */
export const lowerPart: RegExp = new RegExp(
  `(?:${between}| )(?:[\\p{L}'.-]{2,24}(?: [\\p{L}'.-]{2,24}){0,2}, ?${region},? ${zip}|${region},? ${zip}|${zip})${end}`,
  'uiy',
)

/** A street's own name after a prefix such as `calle`. */
export const nameAfterPrefix: RegExp = new RegExp(`\\.?/? ?(?:${small}){0,2}(?:\\d{1,2} de )?${name}`, 'uy')
export const lowerNameAfterPrefix: RegExp = new RegExp(
  `\\.? (?:${small}){0,2}\\p{Ll}[\\p{L}'-]{2,24}(?: \\p{Ll}[\\p{L}'-]{2,24}){0,2}(?=,? ${houseNumber}${end})`,
  'uiy',
)

/** `Mosevej 4` right before or after other parts: a name and a number. */
export const nameAndNumber: RegExp = new RegExp(`${name},? ${houseNumber}${end}`, 'uy')
/** Capital words and numbers at the end of a text, up to the last small word or punctuation. */
export const sameLineBefore: RegExp = new RegExp(
  `(?:^|[\\n,:;.!?(]|\\p{Ll}) ?(${token}(?: (?:${small}){0,2}${token}){0,7}),? $`,
  'u',
)

/** Parts whose form alone says that they belong to an address. */
export const militaryTail: RegExp = new RegExp(`(?:APO|FPO|DPO),? (?:AA|AE|AP) ${zip}${end}`, 'uy')
export const stateAndZip: RegExp = new RegExp(`${region},?\\s{1,2}(?:${zip}|${caPostcode})${end}`, 'uy')
export const boxAlone: RegExp = new RegExp(poBox, 'uiy')
export const unitAlone: RegExp = new RegExp(
  `(?:apt|apartment|suite|ste|flat)\\.? ?(?:#|no\\.?)? ?\\d{1,5}[A-Za-z]?${end}`,
  'uiy',
)
/** `28004 Madrid`, `D-10115 Berlin`, `1011 AB Amsterdam`, and its end. */
export const postcodeAndCity: RegExp = new RegExp(
  `(?:[A-Z]{1,2}-)?(?:\\d{4,6}|\\d{3} \\d{2}|\\d{2}-\\d{3}|\\d{4} ?[A-Z]{2}) ${name}(?: ?\\(${name}\\))?${after}`,
  'uy',
)

/** A whole line that looks like one of an address: it has a house number, a unit or a military post. */
export const addressLine: RegExp = new RegExp(
  `^(?:\\d{1,6}[A-Za-z]? .*|.*\\p{L}\\.? ${houseNumber}|(?:PSC|CMR|Unit|USS|USNS|USCGC|USNV|Box|Apt|Suite|P\\.?O\\.?)[ .].*|.* (?:Apt|Suite|Unit|Box)\\.? \\w{1,6})$`,
  'iu',
)
