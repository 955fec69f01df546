import { familyNames } from './family-names.js'
import { givenNames } from './given-names.js'

/** Common English words that follow `in`, `at`, `to` and `from` without naming a place. Written for this package. */
const nouns: ReadonlySet<string> = new Set(
  (
    'home work school college church court town house room bed office store shop market bank hotel airport station library street night ' +
    'day noon dawn morning evening afternoon week month year time times moment present past future date end start beginning middle top ' +
    'bottom back side left right center centre line place point part parts rest risk care case cases fact order general particular ' +
    'total terms front need needs bed pain surgery hospital clinic ward theatre icu emergency recovery remission shock labor labour birth ' +
    'death life health heart blood brain lung liver kidney skin bone joint chest knee hip back neck head hand foot leg arm eye ear throat ' +
    'patient patients person persons child children infant infants adult adults woman women man men male female elderly people family ' +
    'mother father son daughter wife husband sister brother friend friends control controls study studies trial trials group groups data ' +
    'results result change changes increase decrease level levels rate rates dose doses drug drugs therapy therapies response use role ' +
    'effect effects stage type types use long short high low full half early late acute chronic severe mild primary secondary type both ' +
    'years months weeks days hours minutes money cash card cards credit debit check cheque balance bill bills fee fees price prices rate ' +
    'value amount dollars euros pounds percent contact touch love trouble doubt advance detail depth common charge person phone mail post ' +
    'email internet web site page book list file files table chair car bus train plane trip flight road way bed floor door window food ' +
    'water coffee tea lunch dinner breakfast party meeting class game movie music song news weather rain snow summer winter spring fall ' +
    'autumn bit lot kind sort number name names word words question questions answer help support service account plan insurance english ' +
    'check run sleep eat drink buy sell pay make take give get see know think want need work play move stay live visit talk speak write ' +
    'read open close stop begin finish change add set turn show tell ask try call follow cause treat prevent manage assess evaluate ' +
    'compare determine find reduce improve'
  ).split(' '),
)

const ending =
  /(?:tion|sion|ment|ness|ing|ed|ly|ity|sis|itis|emia|aemia|pathy|ive|able|ible|ous|ical|ance|ence|ism|logy|graphy|oma|ies)s?$/

/** Whether a word, folded, is hardly a name: a common noun, or one by its ending that no list of names knows. */
export const isCommonNoun = (folded: string): boolean =>
  nouns.has(folded) || (folded.length > 5 && ending.test(folded) && !givenNames.has(folded) && !familyNames.has(folded))
