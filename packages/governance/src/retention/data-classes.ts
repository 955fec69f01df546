import type { Duration } from '@attestry/core'

/** How long a rule asks to keep a class of data, as a rule text says it. */
export interface DataClassRule {
  readonly dataClass: string
  /** Keep at least this long; null when no minimum is asked for. */
  readonly min: Duration | null
  /** Delete by then; null when nothing is asked for, `policy` when it is for the organisation's own policy to say. */
  readonly max: Duration | 'policy' | null
  /** What the periods count from, in words. */
  readonly trigger: string
  readonly source: string
  /** ISO date on which the numbers were compared with the source. */
  readonly checkedOn: string
  /** False while the official text has not been compared word by word. */
  readonly verified: boolean
  /** What a period cannot say. */
  readonly note?: string
}

/** Version of the table. A changed number is a new version, so that a report can name the one it used. */
export const dataClassRulesVersion = 1

const checkedOn = '2026-11-23'

/**
 * Retention numbers of rules that bear on a fine-tuning run. The table informs; what is in force is what loaded plugins ask
 * for with `retain`.
 */
export const dataClassRules: readonly DataClassRule[] = [
  {
    dataClass: 'hipaa-documentation',
    min: 'P6Y',
    max: 'policy',
    trigger: 'creation or last effect',
    source: '45 CFR 164.316(b)(2)(i)',
    checkedOn,
    verified: true,
  },
  {
    dataClass: 'sox-auditor-records',
    min: 'P7Y',
    max: 'policy',
    trigger: 'end of the audit or review',
    source: '17 CFR 210.2-06',
    checkedOn,
    verified: true,
    note: 'binds the accountant',
  },
  {
    dataClass: 'pci-audit-log',
    min: 'P12M',
    max: 'policy',
    trigger: 'event',
    source: 'PCI DSS v4.0.1, 10.5.1',
    checkedOn,
    verified: true,
    note: 'three months of it at hand for analysis',
  },
  {
    dataClass: 'ai-act-logs',
    min: 'P6M',
    max: 'policy',
    trigger: 'event',
    source: 'Regulation (EU) 2024/1689, Art. 19 and 26(6)',
    checkedOn,
    verified: true,
    note: 'no longer than necessary where the GDPR applies',
  },
  {
    dataClass: 'ai-act-docs',
    min: 'P10Y',
    max: null,
    trigger: 'placed on the market',
    source: 'Regulation (EU) 2024/1689, Art. 18',
    checkedOn,
    verified: true,
  },
  {
    dataClass: 'ccpa-requests',
    min: 'P24M',
    max: null,
    trigger: 'request',
    source: '11 CCR 7101',
    checkedOn,
    verified: true,
  },
  {
    dataClass: 'ccpa-risk-assessment',
    min: 'P5Y',
    max: null,
    trigger: 'end of processing',
    source: '11 CCR 7155',
    checkedOn,
    verified: false,
    note: 'kept while the processing goes on as well',
  },
  {
    dataClass: 'personal-training-data',
    min: null,
    max: 'policy',
    trigger: 'purpose ends or consent is withdrawn',
    source: 'GDPR Art. 5(1)(e)',
    checkedOn,
    verified: true,
  },
  {
    dataClass: 'legal-hold',
    min: null,
    max: null,
    trigger: 'hold notice',
    source: '18 USC 1519; FRCP 37(e)',
    checkedOn,
    verified: false,
    note: 'until the release; it overrides every maximum',
  },
]
