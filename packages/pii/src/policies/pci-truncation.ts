import { identifierTypes } from '../identifier-types.js'
import { allBut, type PiiPolicy } from './policy.js'

/**
 * Cardholder data: card numbers are truncated to the first six and the last four digits, and what authenticates a cardholder
 * is removed whatever else is decided. Other findings are not the standard's business and stay.
 */
export const pciTruncation: PiiPolicy = {
  id: 'pci',
  version: '2',
  title: 'Truncation of card numbers',
  source: 'PCI DSS 4.0.1, requirements 3.3.1 and 3.5.1',
  checkedOn: null,
  refuses: [
    {
      types: ['SECRET'],
      actions: allBut('redact', 'number'),
      control: 'PCI-3.3.1',
      because: 'sensitive authentication data is not kept after authorisation, encrypted or not',
    },
  ],
  rules: [
    {
      types: ['SECRET'],
      action: 'redact',
      control: 'PCI-3.3.1',
      because: 'sensitive authentication data is not kept after authorisation',
    },
    {
      types: ['CREDIT_CARD'],
      action: 'truncate',
      control: 'PCI-3.5.1',
      because: 'a truncated card number cannot be read back',
    },
    {
      types: identifierTypes.filter(type => type !== 'SECRET' && type !== 'CREDIT_CARD'),
      action: 'keep',
      control: 'PCI-3',
      because: 'not account data',
    },
  ],
}
