import type { Control } from '@attestry/core'

type Row = Omit<Control, 'citation' | 'source' | 'checkedOn' | 'verified' | 'maxAge'> &
  Partial<Pick<Control, 'maxAge'>> & {
    /** Articles, annexes and recitals of the Regulation. */
    readonly articles: string
  }

const library =
  'article checked against a public catalogue (intuitem/ciso-assistant-community @ f990d7b, library ai-act)'

/** The article is checked; its paragraphs have been compared with no official text. */
const article = ({ articles, ...row }: Row): Control => ({
  maxAge: 'P1Y',
  ...row,
  citation: `Regulation (EU) 2024/1689, ${articles}`,
  source: `C: ${library}; words are ours`,
  checkedOn: '2026-11-23',
  verified: true,
})

/** The paragraph, or a change by the Digital Omnibus on AI, rests on secondary sources. */
const secondary = (row: Row): Control => ({
  ...article(row),
  source: `m: ${library}; paragraph or change by the Omnibus rests on secondary sources, not yet compared with the official text`,
  verified: false,
})

/**
 * What the AI Act asks that bears on fine-tuning a model, in our own words; the official text wins. An engineering map, not
 * legal advice. Whether a system is high-risk and who has which role is for people to decide: it is asked for, stored signed,
 * and never computed. Rows without evidence types are those that nothing here collects proof for.
 */
export const controls: readonly Control[] = [
  article({
    id: 'AIACT-6',
    title: 'Is it a high-risk system?',
    articles: 'Art. 3, Art. 6, Annex III',
    paraphrase:
      'Somebody decides, by the use it is meant for, whether the system is one of high risk, and signs the answer.',
    class: ['attested', 'enforced'],
    hooks: ['register', 'deploy'],
    evidence: ['risk-classification'],
  }),
  article({
    id: 'AIACT-25(1)',
    title: 'Who becomes the provider',
    articles: 'Art. 25(1)',
    paraphrase:
      'Whoever changes the purpose of a high-risk system, or changes it substantially, takes over the duties of its provider.',
    class: ['attested', 'enforced'],
    hooks: ['register', 'deploy'],
    evidence: ['role'],
  }),
  secondary({
    id: 'AIACT-4',
    title: 'AI literacy',
    articles: 'Art. 4',
    paraphrase: 'People who work with the system know enough about it.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  article({
    id: 'AIACT-5',
    title: 'Prohibited practices',
    articles: 'Art. 5',
    paraphrase: 'Some uses are barred: the declared use is compared with the list of them.',
    class: ['attested', 'enforced'],
    hooks: ['deploy'],
    evidence: ['declared-use'],
  }),
  article({
    id: 'AIACT-9',
    title: 'Risk management',
    articles: 'Art. 9',
    paraphrase:
      'Risks are found, judged and treated over the whole life, and tested against metrics that were set before.',
    class: ['evidenced', 'attested'],
    hooks: ['register', 'evaluate'],
    evidence: ['bias-assessment'],
  }),
  article({
    id: 'AIACT-10(2)(b)',
    title: 'Governance and origin of data',
    articles: 'Art. 10(1), Art. 10(2)(a) and (b)',
    paraphrase: 'Where training, validation and test data comes from, and what it was first collected for, is known.',
    class: ['enforced'],
    hooks: ['deploy', 'lineage'],
    evidence: ['data-origin'],
  }),
  article({
    id: 'AIACT-10(2)(c)',
    title: 'Preparation of data',
    articles: 'Art. 10(2)(c) to (e)',
    paraphrase: 'How data was prepared, what is assumed of it, and whether it suffices is written down.',
    class: ['evidenced'],
    hooks: ['preprocess'],
    evidence: ['data-intake'],
  }),
  article({
    id: 'AIACT-10(2)(f)',
    title: 'Examination and mitigation of bias',
    articles: 'Art. 10(2)(f) and (g)',
    paraphrase:
      'Data and model are examined for bias against people, with an interval, and what was found is lessened.',
    class: ['evidenced', 'enforced'],
    hooks: ['evaluate', 'deploy'],
    evidence: ['bias-examined'],
  }),
  article({
    id: 'AIACT-10(2)(h)',
    title: 'Gaps in data',
    articles: 'Art. 10(2)(h)',
    paraphrase: 'What the data lacks is listed, and how that is dealt with.',
    class: ['evidenced', 'attested'],
    hooks: ['register'],
    evidence: [],
  }),
  article({
    id: 'AIACT-10(3)',
    title: 'Representative data',
    articles: 'Art. 10(3) and (4)',
    paraphrase:
      'Data is relevant, representative, as free of errors as possible, and fits the setting it is meant for.',
    class: ['evidenced', 'attested'],
    hooks: ['preprocess', 'register'],
    evidence: ['data-intake'],
  }),
  secondary({
    id: 'AIACT-10(5)',
    title: 'Special categories for finding bias',
    articles: 'Art. 10(5)',
    paraphrase:
      'Special categories of data may be used to find and correct bias only where strictly necessary, protected, not passed on, and deleted after.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  article({
    id: 'AIACT-11',
    title: 'Technical documentation',
    articles: 'Art. 11, Annex IV',
    paraphrase:
      'Documents that show how the system meets the rules exist before it is placed on the market, and are kept current.',
    class: ['evidenced', 'attested'],
    hooks: ['report', 'register'],
    evidence: ['attestation'],
  }),
  secondary({
    id: 'AIACT-IV.2',
    title: 'How it was developed',
    articles: 'Annex IV, point 2(a) to (h)',
    paraphrase:
      'Steps of development, parts trained before, design, compute, data, oversight and signed test logs are documented.',
    class: ['evidenced'],
    hooks: ['report', 'trainStep'],
    evidence: ['model-digest'],
  }),
  article({
    id: 'AIACT-IV.3',
    title: 'What it can and cannot do',
    articles: 'Annex IV, points 3 to 5',
    paraphrase: 'Abilities and limits, accuracy for groups of people, and why the metrics fit are documented.',
    class: ['evidenced', 'attested'],
    hooks: ['evaluate', 'report'],
    evidence: ['bias-assessment'],
  }),
  article({
    id: 'AIACT-IV.6',
    title: 'Changes through life',
    articles: 'Annex IV, points 6 and 9',
    paraphrase: 'Changes over the life of the system, and how it is watched on the market, are documented.',
    class: ['evidenced'],
    hooks: ['audit', 'monitor'],
    evidence: ['audit-log'],
  }),
  article({
    id: 'AIACT-12(1)',
    title: 'Logging over the life of the system',
    articles: 'Art. 12(1) and (2)',
    paraphrase: 'The system records events over its life. It binds the deployed system, not only its training.',
    class: ['enforced'],
    hooks: ['audit', 'deploy'],
    evidence: ['log-is-whole'],
  }),
  article({
    id: 'AIACT-12(3)',
    title: 'Fields for remote biometric identification',
    articles: 'Art. 12(3)',
    paraphrase:
      'Systems that identify people from afar record at least when, against which database, with what input, and who checked.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  article({
    id: 'AIACT-13',
    title: 'Instructions for use',
    articles: 'Art. 13',
    paraphrase: 'Deployers are told purpose, accuracy, limits, and how logs are read.',
    class: ['evidenced', 'attested'],
    hooks: ['report'],
    evidence: [],
  }),
  article({
    id: 'AIACT-14',
    title: 'Human oversight',
    articles: 'Art. 14',
    paraphrase: 'Named people can understand, override and stop the system.',
    class: ['attested', 'enforced'],
    hooks: ['register', 'deploy'],
    evidence: ['attestation'],
  }),
  article({
    id: 'AIACT-15(1)',
    title: 'Declared accuracy',
    articles: 'Art. 15(1) to (3)',
    paraphrase: 'The accuracy that is declared is the accuracy that was measured.',
    class: ['enforced'],
    hooks: ['deploy', 'evaluate'],
    evidence: ['declared-accuracy'],
  }),
  article({
    id: 'AIACT-15(4)',
    title: 'Robustness and security',
    articles: 'Art. 15(4) and (5)',
    paraphrase:
      'Errors, feedback loops, poisoning, adversarial inputs and attacks on confidentiality are tried and guarded against.',
    class: ['evidenced', 'enforced'],
    hooks: ['evaluate', 'deploy'],
    evidence: ['attacks-tried'],
  }),
  article({
    id: 'AIACT-16',
    title: 'Duties of the provider',
    articles: 'Art. 16, 17, 43, 47 to 49',
    paraphrase:
      'Quality management, conformity assessment, declaration, marking and registration are the duties of the provider.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  article({
    id: 'AIACT-18',
    title: 'Keeping documentation',
    articles: 'Art. 18',
    paraphrase: 'Documents are kept ten years after the system was placed on the market.',
    class: ['enforced'],
    hooks: ['retention'],
    evidence: ['retention-schedule'],
  }),
  article({
    id: 'AIACT-19',
    title: 'Keeping logs',
    articles: 'Art. 19, Art. 26(6)',
    paraphrase: 'Logs that come about by themselves are kept at least six months, longer where law says so.',
    class: ['enforced'],
    hooks: ['retention'],
    evidence: ['retention-schedule'],
  }),
  article({
    id: 'AIACT-20',
    title: 'Correction, watching, incidents',
    articles: 'Art. 20, 72, 73',
    paraphrase:
      'What is wrong is corrected, the system is watched on the market, and serious incidents are told about in time.',
    class: ['evidenced', 'attested'],
    hooks: ['monitor', 'register'],
    evidence: ['scheduled-checks'],
  }),
  article({
    id: 'AIACT-26',
    title: 'Duties of the deployer',
    articles: 'Art. 26(1) to (5), (7), (9), Art. 27',
    paraphrase:
      'Deployers use the system as instructed, watch it, tell those concerned, and assess what it means for rights.',
    class: ['attested', 'evidenced'],
    hooks: ['register'],
    evidence: [],
  }),
  article({
    id: 'AIACT-50',
    title: 'Telling people that it is AI',
    articles: 'Art. 50(1), (2) and (4)',
    paraphrase: 'People learn that they deal with AI, and made-up content is marked as such.',
    class: ['enforced', 'attested'],
    hooks: ['deploy'],
    evidence: ['disclosure'],
  }),
  article({
    id: 'AIACT-53(1)(a)',
    title: 'Documentation of general-purpose models',
    articles: 'Art. 53(1)(a), Annex XI section 1',
    paraphrase:
      'Tasks, architecture, size, training, data, compute, time and energy of a general-purpose model are documented.',
    class: ['evidenced'],
    hooks: ['trainStep', 'lineage', 'report'],
    evidence: ['compute'],
  }),
  article({
    id: 'AIACT-53(1)(b)',
    title: 'Information for integrators, copyright, summary of content',
    articles: 'Art. 53(1)(b) to (d), Annex XII',
    paraphrase:
      'Integrators get what they need, copyright is kept to, and what the model was trained on is summed up in public.',
    class: ['evidenced', 'attested'],
    hooks: ['report', 'register'],
    evidence: [],
  }),
  secondary({
    id: 'AIACT-R109',
    title: 'Modifying a general-purpose model',
    articles: 'Recital 109; Commission guidelines of 18 July 2025',
    paraphrase:
      'Whoever modifies a model with more than about a third of the compute of its training counts as provider of the modification. The figure is indicative.',
    class: ['evidenced', 'attested'],
    hooks: ['trainStep', 'report'],
    evidence: ['compute'],
  }),
  article({
    id: 'AIACT-113',
    title: 'Dates of application',
    articles: 'Art. 113',
    paraphrase: 'Which duties apply from when is taken from a table with sources.',
    class: ['evidenced'],
    hooks: ['deploy'],
    evidence: ['dates-of-application'],
  }),
]
