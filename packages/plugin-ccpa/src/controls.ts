import type { Control } from '@attestry/core'

type Row = Omit<Control, 'id' | 'source' | 'checkedOn' | 'verified' | 'maxAge'> &
  Partial<Pick<Control, 'maxAge'>> & {
    /** Section, without the name of the law. */
    readonly section: string
  }

const unread = ({ section, ...row }: Row, source: string): Control => ({
  maxAge: 'P1Y',
  ...row,
  id: `CCPA-${section}`,
  source,
  checkedOn: '2026-11-23',
  verified: false,
})

/** A row whose official text has not been compared yet. */
const official = (row: Row): Control => unread(row, `not yet compared with the official text: ${row.citation}`)

/** A row whose text stands on public pages; its section number was not compared with the official text. */
const onPages = (row: Row): Control =>
  unread(
    row,
    `${row.citation}, after public pages (mofo.com 2025-10-07; digitalpolicyalert 33696 and 33691); section number not yet compared with the official text`,
  )

/**
 * What the CCPA and its regulations ask that bears on fine-tuning a model, in our own words; the official text wins. An
 * engineering map, not legal advice. Rows without evidence types are those that a person answers.
 */
export const controls: readonly Control[] = [
  official({
    section: '1798.100(a)(3)',
    title: 'Retention is told and limited',
    citation: 'Cal. Civ. Code 1798.100(a)(3)',
    paraphrase: 'People are told how long each category is kept, and it is kept no longer than reasonably necessary.',
    class: ['enforced', 'evidenced'],
    hooks: ['retention'],
    evidence: ['retention-schedule'],
  }),
  official({
    section: '1798.100(c)',
    title: 'Necessary and proportionate use',
    citation: 'Cal. Civ. Code 1798.100(c); 11 CCR 7002',
    paraphrase: 'Collection and use are necessary and proportionate to purposes that people can expect.',
    class: ['attested', 'enforced'],
    hooks: ['preprocess'],
    evidence: ['purpose-limit'],
  }),
  official({
    section: '1798.100(d)',
    title: 'Contracts with service providers',
    citation: 'Cal. Civ. Code 1798.100(d); 11 CCR 7050, 7051',
    paraphrase: 'Service providers and contractors are bound by contract, which limits what they do for themselves.',
    class: ['attested'],
    hooks: ['register'],
    evidence: ['attestation'],
  }),
  official({
    section: '1798.140(ag)',
    title: 'Who is a service provider',
    citation: 'Cal. Civ. Code 1798.140(ag)',
    paraphrase: 'A person decides who acts for the business under contract and who is a third party.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  official({
    section: '1798.100(e)',
    title: 'Reasonable security',
    citation: 'Cal. Civ. Code 1798.100(e), 1798.81.5',
    paraphrase: 'Security fits the nature of the information.',
    class: ['evidenced'],
    hooks: ['keys', 'audit'],
    evidence: ['encryption-at-rest', 'audit-log'],
  }),
  official({
    section: '1798.105',
    title: 'Deletion',
    citation: 'Cal. Civ. Code 1798.105; 11 CCR 7022',
    paraphrase:
      'On request information is deleted and those it went to are told; copies in backups follow when restored or used.',
    class: ['enforced'],
    hooks: ['preprocess', 'dsr'],
    evidence: ['deletion', 'subject-requests'],
  }),
  official({
    section: '1798.105(d)',
    title: 'Exceptions to deletion',
    citation: 'Cal. Civ. Code 1798.105(d)',
    paraphrase: 'A person decides whether one of the listed exceptions lets the information stay.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  official({
    section: '1798.106',
    title: 'Correction',
    citation: 'Cal. Civ. Code 1798.106; 11 CCR 7023',
    paraphrase: 'Information that is wrong is corrected on request.',
    class: ['enforced', 'attested'],
    hooks: ['dsr'],
    evidence: ['subject-requests'],
  }),
  official({
    section: '1798.110',
    title: 'Knowing and access',
    citation: 'Cal. Civ. Code 1798.110, 1798.115; 11 CCR 7024',
    paraphrase: 'People can ask what is held about them, where it came from and to whom it went.',
    class: ['evidenced'],
    hooks: ['dsr', 'lineage'],
    evidence: ['subject-requests', 'lineage'],
  }),
  official({
    section: '1798.120',
    title: 'Opting out of sale or sharing',
    citation: 'Cal. Civ. Code 1798.120; 11 CCR 7026',
    paraphrase:
      'Information of people who opted out is neither sold nor shared; when a run is a disclosure their rows stay out.',
    class: ['enforced'],
    hooks: ['preprocess'],
    evidence: ['opt-out'],
  }),
  official({
    section: '1798.121',
    title: 'Limiting sensitive information',
    citation: 'Cal. Civ. Code 1798.121; 11 CCR 7027',
    paraphrase: 'Sensitive information serves permitted purposes only; for any other the run stops.',
    class: ['enforced'],
    hooks: ['preprocess'],
    evidence: ['sensitive-use'],
  }),
  official({
    section: '1798.125',
    title: 'No retaliation',
    citation: 'Cal. Civ. Code 1798.125',
    paraphrase: 'Nobody is treated worse for using a right.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  official({
    section: '1798.130(a)(2)',
    title: 'Clocks of requests',
    citation: 'Cal. Civ. Code 1798.130(a)(2); 11 CCR 7021',
    paraphrase: 'Receipt is confirmed in ten business days and the answer comes in 45 days, once extendable by 45.',
    class: ['enforced'],
    hooks: ['dsr', 'deploy'],
    evidence: ['request-clocks'],
  }),
  official({
    section: '1798.135',
    title: 'Signals to opt out',
    citation: 'Cal. Civ. Code 1798.135; 11 CCR 7025',
    paraphrase: 'A signal sent by a browser counts as an opt-out.',
    class: ['enforced'],
    hooks: ['preprocess'],
    evidence: ['opt-out'],
  }),
  official({
    section: '1798.140(m)',
    title: 'Deidentified information',
    citation: 'Cal. Civ. Code 1798.140(m)',
    paraphrase:
      'The word takes three things: it cannot reasonably be linked, the business says so publicly, and recipients are bound by contract.',
    class: ['attested', 'enforced'],
    hooks: ['deploy', 'register'],
    evidence: ['deidentification-records'],
  }),
  official({
    section: '1798.140(v)',
    title: 'Information in models',
    citation: 'Cal. Civ. Code 1798.140(v) with AB 1008',
    paraphrase:
      'Personal information can exist in abstract digital form, such as a model able to output it, so weights are in scope.',
    class: ['evidenced'],
    hooks: ['evaluate'],
    evidence: ['membership-inference'],
  }),
  official({
    section: '1798.145',
    title: 'Exemptions',
    citation: 'Cal. Civ. Code 1798.145, 1798.146',
    paraphrase: 'A person records which information another law takes out of scope.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  official({
    section: '1798.150',
    title: 'Breach of unprotected information',
    citation: 'Cal. Civ. Code 1798.150',
    paraphrase: 'Information that is neither encrypted nor redacted exposes the business after a breach.',
    class: ['evidenced'],
    hooks: ['keys'],
    evidence: ['encryption-at-rest'],
  }),
  official({
    section: '7060',
    title: 'Verifying who asks',
    citation: '11 CCR 7060 to 7063',
    paraphrase:
      'Whoever asks is verified to the degree that the request needs, and no more is kept for it than needed.',
    class: ['enforced', 'attested'],
    hooks: ['dsr'],
    evidence: ['subject-requests'],
  }),
  onPages({
    section: '7101',
    title: 'Records of requests',
    citation: '11 CCR 7101',
    paraphrase:
      'Requests are kept for 24 months with date, nature, manner, answer and reason of refusal, and serve nothing else.',
    class: ['enforced'],
    hooks: ['retention', 'dsr'],
    evidence: ['retention-schedule'],
  }),
  official({
    section: '7102',
    title: 'Yearly figures',
    citation: '11 CCR 7102',
    paraphrase: 'Businesses with information of very many people publish figures about requests.',
    class: ['evidenced'],
    hooks: ['report'],
    evidence: ['subject-requests'],
  }),
  onPages({
    section: '7120',
    title: 'Audit of cybersecurity',
    citation: '11 CCR 7120 to 7124',
    paraphrase:
      'Where the risk is significant an independent audit is made every year, from dates that depend on revenue.',
    class: ['attested', 'evidenced'],
    hooks: ['report', 'register'],
    evidence: ['audit-log'],
  }),
  onPages({
    section: '7150(b)',
    title: 'Risk assessment first',
    citation: '11 CCR 7150(b)',
    paraphrase:
      'Selling, sensitive information, significant automated decisions and training for them are assessed before they start.',
    class: ['attested', 'enforced'],
    hooks: ['deploy', 'register'],
    evidence: ['risk-assessment'],
  }),
  official({
    section: '7152',
    title: 'Content of an assessment',
    citation: '11 CCR 7152',
    paraphrase: 'An assessment describes the information, its logic and outputs, and the safeguards.',
    class: ['evidenced', 'attested'],
    hooks: ['report'],
    evidence: ['data-intake'],
  }),
  official({
    section: '7153',
    title: 'Facts for recipients',
    citation: '11 CCR 7153',
    paraphrase:
      'Whoever trains technology for automated decisions hands over what recipients need for their own assessment.',
    class: ['evidenced'],
    hooks: ['report'],
    evidence: ['data-intake'],
  }),
  official({
    section: '7154',
    title: 'Weighing',
    citation: '11 CCR 7154',
    paraphrase: 'A person weighs whether risks outweigh benefits.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  onPages({
    section: '7155',
    title: 'Review and update',
    citation: '11 CCR 7155',
    paraphrase:
      'An assessment is reviewed every three years, updated within 45 days of a material change, and kept five years after the processing.',
    class: ['enforced'],
    hooks: ['deploy', 'retention'],
    evidence: ['risk-assessment', 'retention-schedule'],
  }),
  onPages({
    section: '7157',
    title: 'Submission',
    citation: '11 CCR 7157',
    paraphrase: 'From 2028 assessments are submitted, and somebody attests them.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  onPages({
    section: '7200',
    title: 'Automated decisions',
    citation: '11 CCR 7200',
    paraphrase:
      'Technology for significant decisions is bound by special duties from 2027; a person declares whether it is in use.',
    class: ['enforced', 'attested'],
    hooks: ['deploy', 'register'],
    evidence: ['admt-duties'],
  }),
  onPages({
    section: '7220',
    title: 'Notice before use',
    citation: '11 CCR 7220',
    paraphrase: 'People are told before the technology is used on them.',
    class: ['enforced', 'attested'],
    hooks: ['deploy', 'register'],
    evidence: ['admt-duties'],
  }),
  onPages({
    section: '7221',
    title: 'Opting out of automated decisions',
    citation: '11 CCR 7221',
    paraphrase: 'People can opt out, by a route that works.',
    class: ['enforced', 'attested'],
    hooks: ['deploy', 'register'],
    evidence: ['admt-duties'],
  }),
  onPages({
    section: '7222',
    title: 'Access to the logic',
    citation: '11 CCR 7222',
    paraphrase: 'People can ask how a decision about them was reached.',
    class: ['enforced', 'attested'],
    hooks: ['deploy', 'register'],
    evidence: ['admt-duties', 'explanation'],
  }),
]
