import { identifierTags, identifierTypes, type CcpaCategory } from '../identifier-types.js'
import type { PiiPolicy } from './policy.js'

/** Paragraph of Cal. Civ. Code 1798.140 that lists a category. */
const paragraphs: Readonly<Record<CcpaCategory, string>> = {
  identifiers: 'CCPA-1798.140(v)(1)(A)',
  'customer-records': 'CCPA-1798.140(v)(1)(B)',
  'protected-classes': 'CCPA-1798.140(v)(1)(C)',
  commercial: 'CCPA-1798.140(v)(1)(D)',
  'network-activity': 'CCPA-1798.140(v)(1)(F)',
  geolocation: 'CCPA-1798.140(v)(1)(G)',
  employment: 'CCPA-1798.140(v)(1)(I)',
  sensitive: 'CCPA-1798.140(ae)',
}

/** Removes what the Act lists as personal information, each finding under its category. */
export const ccpaCategories: PiiPolicy = {
  id: 'ccpa',
  version: '1',
  title: 'Removal of personal information by category',
  source: 'Cal. Civ. Code 1798.140(v) and (ae)',
  checkedOn: null,
  rules: identifierTypes.map(type => {
    const category = identifierTags[type].ccpa
    return { types: [type], action: 'redact', control: paragraphs[category], because: category.replaceAll('-', ' ') }
  }),
}
