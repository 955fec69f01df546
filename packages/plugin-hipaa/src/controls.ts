import type { Control } from '@attestry/core'

type Row = Omit<Control, 'id' | 'citation' | 'source' | 'checkedOn' | 'verified' | 'maxAge'> & {
  /** Section and paragraphs; the first is the id. */
  readonly sections: readonly [string, ...string[]]
}

const row =
  (source: string, verified: boolean) =>
  ({ sections, ...rest }: Row): Control => ({
    id: `HIPAA-${sections[0]}`,
    ...rest,
    citation: `45 CFR ${sections.join(', ')}`,
    maxAge: 'P1Y',
    source,
    checkedOn: '2026-11-23',
    verified,
  })

/** Neither id nor text has been compared. */
const open = row('not yet checked against the official text, 45 CFR Part 164 (ecfr.gov)', false)

const catalogue = 'a public catalogue (intuitem/ciso-assistant-community, library nist-sp-800-66-rev2)'

/** The standard is in a public catalogue, its paragraph has not been compared. */
const partly = row(
  `standard checked against ${catalogue}; paragraph not yet compared with the official text, 45 CFR Part 164`,
  false,
)

/** Id and title are in a public catalogue; the text has not been compared. */
const titled = row(
  `id and title checked against ${catalogue}; text not yet compared word by word, 45 CFR Part 164`,
  false,
)

/** Compared with the text of the rule as public copies print it. */
const compared = (where: string): ((row: Row) => Control) =>
  row(`id and title checked against ${catalogue}; compared with the text printed at ${where}`, true)

/**
 * What HIPAA asks that bears on fine-tuning a model, in our own words; the official text wins. The Security Rule as in
 * force: no row rests on the proposal of January 2025. An engineering map, not legal advice. Weights, checkpoints and
 * evaluation logs of a model trained on health information may hold it too.
 */
export const controls: readonly Control[] = [
  open({
    sections: ['164.502(a)', '164.506'],
    title: 'Permitted uses',
    paraphrase:
      'Health information is used only as the rule permits, above all for treatment, payment and operations, or as the person authorised.',
    class: ['attested', 'enforced'],
    hooks: ['deploy', 'register'],
    evidence: ['permitted-use'],
  }),
  open({
    sections: ['164.502(b)', '164.514(d)'],
    title: 'Minimum necessary',
    paraphrase: 'Use is limited to the fields and records that the task needs.',
    class: ['enforced'],
    hooks: ['preprocess', 'deploy'],
    evidence: ['minimum-necessary'],
  }),
  open({
    sections: ['164.508'],
    title: 'Authorisation',
    paraphrase: 'Where nothing else permits a use, the person authorises it in writing and can take that back.',
    class: ['attested', 'enforced'],
    hooks: ['preprocess', 'register'],
    evidence: ['authorisation', 'permitted-use'],
  }),
  open({
    sections: ['164.512(i)'],
    title: 'Research',
    paraphrase: 'Research without authorisation needs a waiver by a review board or privacy board.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  open({
    sections: ['164.514(b)(1)', '164.514(a)'],
    title: 'De-identification by expert determination',
    paraphrase:
      'An expert determines, by known methods and in writing, that the risk of recognising somebody is very small.',
    class: ['attested', 'evidenced'],
    hooks: ['register', 'evaluate'],
    evidence: ['attestation', 'identifier-removal'],
  }),
  open({
    sections: ['164.514(b)(2)(i)'],
    title: 'De-identification by safe harbor',
    paraphrase:
      'Eighteen kinds of identifiers are removed, of the person and of relatives, employers and household. Detectors look for some kinds only; the owner stands behind the rest.',
    class: ['enforced', 'evidenced'],
    hooks: ['preprocess'],
    evidence: ['pii-removal', 'identifier-removal', 'attestation'],
  }),
  open({
    sections: ['164.514(b)(2)(ii)'],
    title: 'No actual knowledge',
    paraphrase: 'And the owner does not know that what is left could identify somebody, alone or with other data.',
    class: ['attested'],
    hooks: ['register'],
    evidence: ['attestation'],
  }),
  open({
    sections: ['164.514(c)'],
    title: 'Codes for re-identification',
    paraphrase:
      'A code that leads back to the person is not derived from what is known about them, and how it works stays secret.',
    class: ['enforced'],
    hooks: ['preprocess'],
    evidence: ['re-identification-codes'],
  }),
  open({
    sections: ['164.514(e)'],
    title: 'Limited data set',
    paraphrase: 'Data without direct identifiers may go to research or operations under a data use agreement.',
    class: ['enforced', 'attested'],
    hooks: ['preprocess', 'deploy', 'register'],
    evidence: ['identifier-removal', 'permitted-use'],
  }),
  partly({
    sections: ['164.504(e)', '164.308(b)(1)', '164.314(a)'],
    title: 'Business associate contracts',
    paraphrase:
      'Whoever handles health information for somebody else, vendors of models and machines among them, is bound by contract.',
    class: ['attested', 'enforced'],
    hooks: ['register', 'deploy'],
    evidence: ['attestation'],
  }),
  open({
    sections: ['164.524', '164.526'],
    title: 'Access and amendment',
    paraphrase: 'People can see what is held about them and have it amended.',
    class: ['evidenced'],
    hooks: ['dsr'],
    evidence: [],
  }),
  open({
    sections: ['164.528'],
    title: 'Accounting of disclosures',
    paraphrase: 'People can learn to whom their information went in the last six years.',
    class: ['evidenced'],
    hooks: ['lineage'],
    evidence: [],
  }),
  open({
    sections: ['164.530(j)'],
    title: 'Privacy Rule documentation',
    paraphrase: 'Policies, notices and decisions that the Privacy Rule asks for are kept for six years.',
    class: ['enforced'],
    hooks: ['retention'],
    evidence: ['retention-schedule'],
  }),
  partly({
    sections: ['164.308(a)(1)(ii)(A)', '164.308(a)(1)(ii)(B)'],
    title: 'Risk analysis and risk management (required)',
    paraphrase: 'Risks to health information are analysed in full and brought down to a reasonable level.',
    class: ['attested', 'enforced'],
    hooks: ['register', 'deploy'],
    evidence: ['attestation'],
  }),
  partly({
    sections: ['164.308(a)(1)(ii)(D)'],
    title: 'Review of system activity (required)',
    paraphrase: 'Somebody looks through logs, access reports and incidents at regular times.',
    class: ['evidenced', 'attested'],
    hooks: ['monitor', 'audit'],
    evidence: [],
  }),
  titled({
    sections: ['164.308(a)(3)', '164.308(a)(4)'],
    title: 'Workforce security and access management',
    paraphrase: 'Staff have the access that their work needs, granted by somebody, and others have none.',
    class: ['enforced', 'evidenced'],
    hooks: ['access', 'deploy'],
    evidence: ['access-granted'],
  }),
  partly({
    sections: ['164.308(a)(5)(ii)(C)'],
    title: 'Log-in monitoring (addressable)',
    paraphrase: 'Attempts to log in are watched and oddities reported.',
    class: ['evidenced'],
    hooks: ['monitor'],
    evidence: [],
  }),
  partly({
    sections: ['164.308(a)(6)(ii)'],
    title: 'Response to incidents (required)',
    paraphrase: 'Incidents are recognised, answered, limited in their harm, and written down with their outcome.',
    class: ['evidenced', 'attested'],
    hooks: ['monitor', 'audit'],
    evidence: [],
  }),
  partly({
    sections: ['164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)'],
    title: 'Backup and disaster recovery (required)',
    paraphrase: 'Exact copies exist, and there is a plan to restore what is lost.',
    class: ['evidenced'],
    hooks: ['audit'],
    evidence: [],
  }),
  titled({
    sections: ['164.308(a)(8)'],
    title: 'Evaluation',
    paraphrase: 'At set times, and when something changes, it is evaluated how far safeguards meet the rule.',
    class: ['evidenced', 'attested'],
    hooks: ['report'],
    evidence: [],
  }),
  partly({
    sections: ['164.310(d)(2)(i)', '164.310(d)(2)(ii)'],
    title: 'Disposal and re-use of media (required)',
    paraphrase: 'Information is gone from hardware and media before they are thrown away or used again.',
    class: ['evidenced', 'attested'],
    hooks: ['retention', 'keys'],
    evidence: [],
  }),
  partly({
    sections: ['164.312(a)(1)', '164.312(a)(2)(i)'],
    title: 'Access control and unique users (required)',
    paraphrase:
      'Systems let in only who was granted access, and tell every user apart by a name or number of their own.',
    class: ['enforced'],
    hooks: ['deploy', 'audit'],
    evidence: ['unique-users'],
  }),
  partly({
    sections: ['164.312(a)(2)(ii)'],
    title: 'Emergency access (required)',
    paraphrase: 'In an emergency there is a known way to the information that care needs.',
    class: ['enforced', 'attested'],
    hooks: ['access', 'deploy', 'register'],
    evidence: ['emergency-access'],
  }),
  partly({
    sections: ['164.312(a)(2)(iii)'],
    title: 'Automatic log-off (addressable)',
    paraphrase: 'A session ends by itself after a time without activity.',
    class: ['attested'],
    hooks: ['register'],
    evidence: [],
  }),
  partly({
    sections: ['164.312(a)(2)(iv)'],
    title: 'Encryption at rest (addressable)',
    paraphrase: 'Stored health information is encrypted, and there is a way to decrypt it.',
    class: ['enforced'],
    hooks: ['keys'],
    evidence: ['encryption-at-rest'],
  }),
  compared('govinfo.gov (CFR 2003 and later) and web.interhack.com')({
    sections: ['164.312(b)'],
    title: 'Audit controls',
    paraphrase:
      'What happens in systems that hold health information is recorded and looked at. A standard without specifications, hence required.',
    class: ['enforced', 'evidenced'],
    hooks: ['audit', 'trainStep'],
    evidence: ['audit-log'],
  }),
  partly({
    sections: ['164.312(c)(1)', '164.312(c)(2)'],
    title: 'Integrity (mechanism addressable)',
    paraphrase: 'Information is protected from improper change or destruction, and that can be checked.',
    class: ['enforced'],
    hooks: ['audit', 'lineage'],
    evidence: ['audit-log', 'data-intake', 'model-digest'],
  }),
  compared('web.interhack.com')({
    sections: ['164.312(d)'],
    title: 'Person or entity authentication',
    paraphrase: 'Whoever asks for access is verified to be who they say.',
    class: ['enforced'],
    hooks: ['deploy'],
    evidence: ['authenticated-people'],
  }),
  partly({
    sections: ['164.312(e)(1)', '164.312(e)(2)(i)', '164.312(e)(2)(ii)'],
    title: 'Transmission security (addressable)',
    paraphrase: 'On its way over networks, information is guarded against change and against unauthorised eyes.',
    class: ['enforced'],
    hooks: ['deploy'],
    evidence: ['transmission-security'],
  }),
  compared('law.lawstack.com (checked there against ecfr.gov on 2026-06-20)')({
    sections: ['164.316(b)(2)(i)', '164.316(b)(1)'],
    title: 'Documentation and its time limit (required)',
    paraphrase:
      'Policies, and records of actions and assessments that must be documented, are kept for six years from creation or from when they last applied. The text does not name raw audit logs: six years for them is a cautious default.',
    class: ['enforced'],
    hooks: ['retention'],
    evidence: ['retention-schedule'],
  }),
  open({
    sections: ['164.402', '164.404', '164.406', '164.408', '164.410'],
    title: 'Notice of breaches',
    paraphrase:
      'A breach of unsecured information is told without delay and within 60 days. Information that was properly encrypted is not unsecured.',
    class: ['evidenced', 'attested'],
    hooks: ['monitor', 'keys'],
    evidence: [],
  }),
]
