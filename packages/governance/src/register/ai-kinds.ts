import { kind, type RegisterKind } from './kind.js'

const bound = ['purpose'] as const

/** What people answer about systems of AI. */
export const aiKinds: readonly RegisterKind[] = [
  kind(
    'ai-act-classification',
    'classification under the AI Act',
    'Which class does this system belong to under the AI Act, and why?',
    ['legal', 'dpo'],
    'P1Y',
    bound,
    'Regulation (EU) 2024/1689 Art. 6',
  ),
  kind(
    'ai-act-role',
    'role under the AI Act',
    'Does the team act as provider or as deployer of this system, and does the training make it a provider?',
    ['legal', 'dpo'],
    'P1Y',
    bound,
    'Regulation (EU) 2024/1689 Art. 25(1)',
  ),
  kind(
    'ai-act-technical-documentation',
    'technical documentation under the AI Act',
    'Is the technical documentation drawn up, complete in what no run can tell, and up to date?',
    ['product-owner', 'legal', 'dpo'],
    'P1Y',
    ['purpose', 'dataset'],
    'Regulation (EU) 2024/1689 Art. 11, Annex IV',
  ),
  kind(
    'human-oversight',
    'human oversight',
    'Who oversees this system in use, can they understand, overrule and stop it, and were they trained to?',
    ['product-owner', 'risk-owner', 'operator'],
    'P1Y',
    bound,
    'Regulation (EU) 2024/1689 Art. 14',
  ),
  kind(
    'ai-impact-assessment',
    'impact assessment of an AI system',
    'Were the effects of this system on people and society assessed, and what follows from it?',
    ['risk-owner', 'dpo'],
    'P1Y',
    bound,
    'ISO/IEC 42001:2023 A.5.2',
  ),
]
