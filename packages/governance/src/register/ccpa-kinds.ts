import { kind, type RegisterKind } from './kind.js'

const bound = ['purpose'] as const

/** What people answer under the law of California. */
export const ccpaKinds: readonly RegisterKind[] = [
  kind(
    'ccpa-risk-assessment',
    'CCPA risk assessment',
    'Was the risk of this processing to consumers weighed against its benefits?',
    ['dpo', 'privacy-officer', 'legal'],
    'P3Y',
    bound,
    '11 CCR 7150',
  ),
  kind(
    'ccpa-service-provider-contracts',
    'contracts with service providers',
    'Do contracts with service providers hold the terms that the CCPA asks for?',
    ['legal'],
    'P2Y',
    bound,
    'Cal. Civ. Code 1798.100(d)',
  ),
  kind(
    'deidentified-cannot-be-linked',
    'deidentified data cannot be linked',
    'Are measures taken so that these data cannot be associated with a consumer or household?',
    ['privacy-officer', 'dpo'],
    'P1Y',
    ['purpose', 'dataset'],
    'Cal. Civ. Code 1798.140(m)(1)',
  ),
  kind(
    'deidentified-public-commitment',
    'public commitment about deidentified data',
    'Is it publicly committed to keep the data deidentified and not to try to reidentify them, and where?',
    ['privacy-officer', 'legal', 'dpo'],
    'P1Y',
    bound,
    'Cal. Civ. Code 1798.140(m)(2)',
  ),
  kind(
    'deidentified-contract',
    'contracts about deidentified data',
    'Does a contract bind each recipient of the data to keep them deidentified?',
    ['legal'],
    'P2Y',
    bound,
    'Cal. Civ. Code 1798.140(m)(3)',
  ),
  kind(
    'admt-pre-use-notice',
    'notice before automated decisions',
    'Are consumers told before the use, in plain words, what is decided about them by this technology and how?',
    ['privacy-officer', 'legal', 'dpo'],
    'P1Y',
    bound,
    '11 CCR 7220',
  ),
  kind(
    'admt-opt-out-route',
    'way out of automated decisions',
    'Can consumers opt out of this technology by at least two ways that were tried, or which exception applies?',
    ['privacy-officer', 'legal', 'dpo'],
    'P1Y',
    bound,
    '11 CCR 7221',
  ),
  kind(
    'admt-access-to-logic',
    'access to the logic of automated decisions',
    'Can consumers learn on request how the technology came to its output about them?',
    ['privacy-officer', 'legal', 'dpo'],
    'P1Y',
    bound,
    '11 CCR 7222',
  ),
]
