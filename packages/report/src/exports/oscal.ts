import { addDuration, controlStates, type ControlState, type JsonValue, type ReportInput } from '@attestry/core'
import { assessedAtOf, readEvidence, type EvidenceItem } from '../evidence-list.js'
import { byText, counted, orderedJson } from '../format.js'
import { oscalHref, oscalLine, oscalToken } from './oscal-token.js'
import { derivedUuid } from './uuid.js'

const namespace = 'https://attestry.dev/ns/oscal'

type Json = { readonly [key: string]: JsonValue }

/**
 * The run as OSCAL 1.1.2 assessment results: a finding per control, an observation per evidence statement that a control
 * counts.
 *
 * `satisfied` says that evidence of every type of the control is there, verified, did not fail and is young enough; it is
 * no legal judgement, and each finding says so. A control that only people can attest is not satisfied until they have.
 * Ids are derived from the run and what they name, so two renders are the same to the byte.
 *
 * @throws REPORT-E002 when a time of the record cannot be read
 */
export function oscalAssessmentResults(input: ReportInput): Json {
  const { record } = input
  const { items } = readEvidence(input.statements)
  const at = assessedAtOf(record, items)
  const states = controlStates(
    record.plugins,
    items.map(({ statement }) => statement),
    new Date(at),
  )
  const uuid = (...parts: readonly string[]): string => derivedUuid(record.id, ...parts)
  const cited = new Set(states.flatMap(({ by }) => by))
  const observations = items
    .filter(({ statement: { file } }) => cited.has(file))
    .sort((a, b) => byText(a.statement.file, b.statement.file))
  const planId = uuid('assessment-plan')
  return {
    'assessment-results': {
      uuid: uuid('assessment-results'),
      metadata: {
        title: oscalLine(`Assessment results of run ${record.id}`),
        'last-modified': instant(at),
        version: oscalLine(record.id),
        'oscal-version': '1.1.2',
        props: [
          prop('config-digest', record.configDigest),
          prop('policy-digest', record.policyDigest),
          prop('run-status', record.status),
        ],
      },
      'import-ap': { href: `#${planId}` },
      results: [
        {
          uuid: uuid('result'),
          title: oscalLine(record.config.name),
          description: `${counted(states.length, 'control')} of ${counted(record.plugins.length, 'loaded plugin')}, judged as of ${at} by the signed evidence of the run. ${notALegalJudgement}`,
          start: instant(record.startedAt),
          ...(record.endedAt !== null && { end: instant(record.endedAt) }),
          'reviewed-controls': {
            'control-selections': [
              states.length === 0
                ? { description: 'No loaded plugin states a control.' }
                : { 'include-controls': tokensOf(states).map(token => ({ 'control-id': token })) },
            ],
          },
          ...(observations.length > 0 && { observations: observations.map(item => observation(item, states, uuid)) }),
          ...(states.length > 0 && { findings: states.map(state => finding(state, items, uuid)) }),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: planId,
            title: 'The policy in force',
            description:
              'No OSCAL assessment plan was written. What was assessed follows from the policy in force, which the run combined from its plugins and sealed in its log.',
            rlinks: [
              {
                href: 'policy.json',
                'media-type': 'application/json',
                hashes: [{ algorithm: 'SHA-256', value: hexOf(record.policyDigest) }],
              },
            ],
          },
        ],
      },
    },
  }
}

const notALegalJudgement =
  'Satisfied means that evidence of every type the control names is present; whether a law is met is for people to judge.'

const tokensOf = (states: readonly ControlState[]): readonly string[] => [
  ...new Set(states.map(({ control }) => oscalToken(control.id))),
]

type Uuid = (...parts: readonly string[]) => string

function observation(item: EvidenceItem, states: readonly ControlState[], uuid: Uuid): Json {
  const { statement, type, outcome, collectedAt } = item
  const ages = states.filter(({ by }) => by.includes(statement.file)).map(({ control }) => control.maxAge)
  const expires = ages.map(age => addDuration(new Date(collectedAt), age).toISOString()).sort(byText)[0]
  return {
    uuid: uuid('observation', statement.file),
    title: oscalLine(type),
    description: `Evidence '${oscalLine(type)}', outcome ${outcome}. Facts: ${oscalLine(orderedJson(item.facts))}`,
    props: [prop('evidence-type', type), prop('outcome', outcome), prop('signer', statement.signer)],
    // What a person wrote is examined; everything else the pipeline measured.
    methods: [type === 'attestation' || type === 'approvals' ? 'EXAMINE' : 'TEST'],
    collected: instant(collectedAt),
    ...(expires !== undefined && { expires }),
    'relevant-evidence': [
      {
        href: oscalHref(statement.file),
        description: 'Signed statement; its digest is that of the file.',
        props: [prop('digest', statement.digest), prop('file', statement.file), prop('key-id', statement.keyId)],
      },
    ],
  }
}

function finding(
  { plugin, control, state, by, detail }: ControlState,
  items: readonly EvidenceItem[],
  uuid: Uuid,
): Json {
  const files = [...new Set(by)].filter(file => items.some(({ statement }) => statement.file === file))
  const isForPeople = control.class.includes('attested')
  const reason = {
    present: 'pass',
    failed: 'fail',
    stale: 'stale',
    missing: isForPeople ? 'attestation-missing' : 'evidence-missing',
  }[state]
  return {
    uuid: uuid('finding', plugin, control.id),
    title: oscalLine(control.title),
    description: `${oscalLine(control.paraphrase)} State: ${state}; ${oscalLine(detail)}. ${notALegalJudgement}`,
    props: [
      prop('control-id', control.id),
      prop('citation', control.citation),
      prop('plugin', plugin),
      prop('state', state),
      ...control.class.map(one => prop('class', one)),
      prop('max-age', control.maxAge),
      prop('source', control.source),
      prop('checked-on', control.checkedOn),
      prop('law-text-verified', String(control.verified)),
    ],
    target: {
      type: 'objective-id',
      'target-id': oscalToken(control.id),
      status: { state: state === 'present' ? 'satisfied' : 'not-satisfied', reason },
    },
    ...(files.length > 0 && {
      'related-observations': files.map(file => ({ 'observation-uuid': uuid('observation', file) })),
    }),
  }
}

const prop = (name: string, value: string): Json => ({ name, ns: namespace, value: oscalLine(value) })

const instant = (time: string): string => new Date(time).toISOString()

const hexOf = (digest: string): string => digest.replace(/^sha256:/, '')
