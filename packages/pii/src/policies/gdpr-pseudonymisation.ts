import { identifierTags, identifierTypes } from '../identifier-types.js'
import { allBut, type PiiPolicy, type PolicyRule } from './policy.js'

const control = 'GDPR-4(5)'
const direct = identifierTypes.filter(type => identifierTags[type].sensitivity === 'direct')

const rules: readonly PolicyRule[] = [
  {
    types: ['SECRET'],
    action: 'redact',
    control: 'GDPR-32',
    because: 'what opens an account has no place in training data',
  },
  { types: ['NRP'], action: 'redact', control: 'GDPR-9', because: 'origin, belief and opinion are special categories' },
  {
    types: direct,
    action: 'pseudonym',
    control,
    because: 'a token that only the holder of the key can trace to the person',
  },
  {
    types: ['DATE'],
    fits: ({ meaning }) => meaning?.kind === 'date' && meaning.year !== undefined,
    action: 'year',
    control,
    because: 'the day can single a person out',
  },
  {
    types: ['AGE'],
    fits: ({ meaning }) => meaning?.kind === 'age',
    action: 'age-band',
    control,
    because: 'the exact age can single a person out',
  },
  { types: ['YEAR', 'SEX', 'TITLE'], action: 'keep', control, because: 'shared by very many people' },
  {
    types: ['LOCATION'],
    fits: ({ rule }) => rule === 'location/region' || rule === 'location/country',
    action: 'keep',
    control,
    because: 'shared by very many people',
  },
  {
    types: identifierTypes.filter(type => identifierTags[type].sensitivity === 'quasi'),
    action: 'redact',
    control,
    because: 'together with other details it can single a person out',
  },
]

/**
 * Pseudonymisation: direct identifiers become keyed tokens, what singles people out is made coarser or removed. The result
 * stays personal data; the key is the additional information, and is kept apart.
 */
export const gdprPseudonymisation: PiiPolicy = {
  id: 'gdpr',
  version: '2',
  title: 'Pseudonymisation',
  source: 'Regulation (EU) 2016/679, Article 4(5); EDPB Guidelines 01/2025',
  checkedOn: null,
  rules,
  refuses: [
    {
      types: ['SECRET'],
      actions: allBut('redact', 'number'),
      control: 'GDPR-32',
      because: 'what opens an account has no place in training data',
    },
    {
      types: ['NRP'],
      actions: allBut('redact', 'number'),
      control: 'GDPR-9',
      because: 'a special category needs an exception of Article 9(2), which no policy here records',
    },
  ],
}
