import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { shape } from '../words.js'

const words = (list: string): readonly string[] => list.split(' ')

/** Nationalities and peoples by their English adjectives; religions; political leanings. In lower case. */
const singular = [
  ...words(
    'afghan albanian algerian american angolan argentine argentinian armenian australian austrian azerbaijani bahraini bangladeshi ' +
      'belarusian belgian bolivian bosnian brazilian british bulgarian burmese cambodian cameroonian canadian chechen chilean chinese ' +
      'colombian congolese croatian cuban cypriot czech danish dominican dutch ecuadorian egyptian english eritrean estonian ethiopian ' +
      'filipino finnish french gambian georgian german ghanaian greek guatemalan guinean haitian honduran hungarian icelandic indian ' +
      'indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kenyan kosovar kurdish kuwaiti kyrgyz ' +
      'lao latvian lebanese liberian libyan lithuanian macedonian malaysian malian maltese mauritanian mexican moldovan mongolian ' +
      'montenegrin moroccan mozambican namibian nepalese nicaraguan nigerian norwegian pakistani palestinian panamanian paraguayan ' +
      'peruvian polish portuguese qatari romanian russian rwandan salvadoran saudi scottish senegalese serbian singaporean slovak ' +
      'slovenian somali spanish sudanese swedish swiss syrian taiwanese tajik tanzanian thai tunisian turkish turkmen ugandan ukrainian ' +
      'uruguayan uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean african asian european hispanic latino latina caucasian roma',
  ),
  ...words(
    'christian catholic protestant orthodox lutheran anglican baptist methodist evangelical mormon jewish jew muslim islamic sunni shia ' +
      'hindu buddhist sikh atheist agnostic pentecostal adventist',
  ),
  ...words('republican democrat democratic conservative liberal socialist communist labour'),
]
const groups: ReadonlySet<string> = new Set(singular.flatMap(word => [word, `${word}s`]))

export const isGroup = (folded: string): boolean => groups.has(folded)

const triggers = triggersOf(groups)

/** Nationality, religion and politics, by the words for them with a capital, in company: a special category, of low precision. */
export const groupScanner: Scanner = {
  id: 'groups',
  types: ['NRP'],
  triggers,
  scan(source, emit) {
    const all = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < all.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0 || all.shape[word] === shape.lower || !groups.has(all.folded(word)))
        continue
      emit({ type: 'NRP', start: all.start[word]!, end: all.end[word]!, score: 0.4, rule: 'nrp', needsCompany: true })
    }
  },
}
