import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { isPhoneRegion } from '../validators/phone.js'

const labels = new Set(['bic', 'swift', 'swift-bic', 'bic-code'])
const afterLabel =
  /^(?:\/(?:BIC|bic|SWIFT|swift))?(?: ?[Cc]ode| CODE)?(?: is)?[:=]? ?["']?([A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![A-Z0-9])/

const triggers = triggersOf(labels)

/** Business identifier codes (ISO 9362) after their label: eight or eleven characters with a country in the middle. */
export const bicScanner: Scanner = {
  id: 'bic',
  types: ['BIC'],
  triggers,
  scan(source, emit) {
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0 || !labels.has(words.folded(word))) continue
      const from = words.end[word]!
      const found = afterLabel.exec(source.text.slice(from, from + 40))
      if (!found || !isPhoneRegion(found[2]!.toUpperCase())) continue
      const end = from + found[0].length
      emit({ type: 'BIC', start: end - found[1]!.length, end, score: 0.85, rule: 'bic', validator: 'iso3166' })
    }
  },
}
