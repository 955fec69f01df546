import { aiKinds } from './ai-kinds.js'
import { ccpaKinds } from './ccpa-kinds.js'
import { kind, type RegisterKind } from './kind.js'

export type { RegisterKind } from './kind.js'

/** Version of the table. A change of a meaning needs a new kind. */
export const registerKindsVersion = 1

const [purpose, dataset] = ['purpose', 'dataset'] as const

/** Kinds of attestations, by who may give them and for what. Periods are this table's own unless the source names one. */
export const registerKinds: readonly RegisterKind[] = [
  kind(
    'dpia',
    'data protection impact assessment',
    'Have the risks to people been assessed, with measures, for this purpose and these data?',
    ['dpo'],
    'P1Y',
    [purpose, dataset],
    'GDPR Art. 35',
  ),
  kind(
    'legal-basis',
    'legal basis',
    'On which legal basis is this purpose pursued, and where is that written down?',
    ['dpo', 'legal'],
    'P1Y',
    [purpose],
    'GDPR Art. 6',
  ),
  kind(
    'gdpr-role',
    'role under the GDPR',
    'Does the team act for this purpose as controller, as joint controller (with whom, under which arrangement) or as processor (for whom)?',
    ['dpo', 'legal'],
    'P1Y',
    [purpose],
    'GDPR Art. 4(7), 4(8), 26',
  ),
  kind(
    'record-of-processing',
    'record of processing',
    'Is this processing in the record of processing activities, and is the record right?',
    ['dpo'],
    'P1Y',
    [purpose],
    'GDPR Art. 30',
  ),
  kind(
    'processor-contract',
    'contract with a processor',
    'Is there a contract with each processor that touches these data?',
    ['legal', 'dpo'],
    'P2Y',
    [purpose],
    'GDPR Art. 28',
  ),
  kind(
    'baa',
    'business associate agreement',
    'Is there an agreement with each business associate that touches these data?',
    ['legal', 'privacy-officer', 'dpo'],
    'P2Y',
    [purpose],
    '45 CFR 164.504(e)',
  ),
  kind(
    'expert-determination',
    'expert determination',
    'Has an expert determined that the risk of identification is very small, and documented how?',
    ['statistician', 'privacy-officer'],
    'P2Y',
    [purpose, dataset],
    '45 CFR 164.514(b)(1)',
  ),
  kind(
    'no-actual-knowledge',
    'no actual knowledge',
    'Is it true that nobody here knows how these data could identify a person?',
    ['privacy-officer', 'dpo'],
    'P1Y',
    [purpose, dataset],
    '45 CFR 164.514(b)(2)(ii)',
  ),
  kind(
    'legal-review',
    'legal review',
    'Has counsel reviewed this use, and is what counsel asked for done?',
    ['legal'],
    'P1Y',
    [purpose],
    'deployment checklist',
  ),
  kind(
    'risk-assessment',
    'risk assessment',
    'Are the risks of this use known, rated and accepted by whoever bears them?',
    ['risk-owner', 'dpo'],
    'P1Y',
    [purpose],
    'deployment checklist',
  ),
  kind(
    'staff-training',
    'staff training',
    'Were all people who work with these data or this model trained, and is there a list?',
    ['training-lead', 'dpo'],
    'P1Y',
    [],
    'deployment checklist; 45 CFR 164.530(b)',
  ),
  kind(
    'incident-procedure',
    'incident procedure',
    'Is there a procedure for incidents with this model, was it exercised, and who is called?',
    ['security-officer', 'operator'],
    'P1Y',
    [],
    'deployment checklist; 45 CFR 164.308(a)(6)',
  ),
  kind(
    'third-party-data-rights',
    'rights in third-party data',
    'May data of third parties in this dataset be used for training for this purpose?',
    ['legal', 'data-owner'],
    'P1Y',
    [purpose, dataset],
    'deployment checklist',
  ),
  kind(
    'back-out-plan',
    'back-out plan',
    'Can this change be taken back, and was that tried?',
    ['change-manager', 'operator'],
    'P6M',
    [purpose, dataset],
    'PCI DSS 6.5.1',
  ),
  kind(
    'component-inventory',
    'inventory of components',
    'Are all components of this system listed, with who maintains them?',
    ['security-officer', 'operator'],
    'P1Y',
    [purpose],
    'PCI DSS 6.3.2',
  ),
  kind(
    'pci-scope',
    'PCI scope',
    'Is the scope of the card data environment confirmed, this system included?',
    ['security-officer'],
    'P1Y',
    [purpose],
    'PCI DSS 12.5.2',
  ),
  kind(
    'change-impact',
    'impact of a change',
    'What does this change do to the controls that others rely on?',
    ['change-manager', 'risk-owner'],
    'P1Y',
    [purpose, dataset],
    'SOC 2 CC3.4',
  ),
  kind(
    'hold-release',
    'release of a hold',
    'May what the hold protects be deleted again?',
    ['legal', 'dpo'],
    'P1Y',
    [],
    'FRCP 37(e); two people sign',
  ),
  ...aiKinds,
  ...ccpaKinds,
]

/** The kind of a name, from this table and what plugins add. */
export const kindOf = (name: unknown, more: readonly RegisterKind[] = []): RegisterKind | undefined =>
  [...more, ...registerKinds].find(({ kind }) => kind === name)
