import {
  AccessControl,
  AuditLog,
  CheckSchedules,
  StatementStore,
  Vault,
  type DeployQuestion,
  type Reason,
} from '@attestry/core'
import {
  accessNotDenied,
  cryptographyWeak,
  deletionNotPlanned,
  destinationNotAgreed,
  environmentShared,
  leakageNotMeasured,
  logNotWhole,
  nothingWatches,
  statementRejected,
} from './errors.js'
import type { Iso27001Options } from './options.js'

/** A.5.14, A.8.12: the run can reach only hosts that were agreed on. */
export const destinationsAreAgreed =
  ({ destinations = [] }: Iso27001Options): DeployQuestion =>
  async (_, { run, policy }) => {
    const { localOnly, allow } = run.config.network
    const reachable = [...new Set([...allow, ...policy.network.hosts.map(({ value }) => value)])]
    const others = reachable.filter(host => !destinations.includes(host))
    return {
      type: 'transfer-destinations',
      controls: ['ISO27001-A.5.14', 'ISO27001-A.8.12'],
      facts: { localOnly, reachable, agreed: destinations },
      open: [
        ...(localOnly ? [] : [destinationNotAgreed('local processing is turned off: any host could be reached')]),
        ...others.map(host => destinationNotAgreed(`the run could reach '${host}', which is not agreed`)),
      ],
      met:
        reachable.length === 0 ? 'nothing but this machine is reached' : `only agreed hosts: ${reachable.join(', ')}`,
    }
  }

/** A.8.12: the model was attacked for what it remembers. How much it may give away is for people to limit. */
export const leakageIsMeasured: DeployQuestion = async ({ assessments }) => {
  const found = assessments.find(({ metric, value }) => metric === 'membership-inference-auc' && value !== null)
  return {
    type: 'leakage-measured',
    controls: ['ISO27001-A.8.12'],
    facts: { metric: 'membership-inference-auc', value: found?.value ?? null, interval: found?.interval ?? null },
    open: found ? [] : [leakageNotMeasured()],
    met: `attacked for what it remembers: membership is told at an AUC of ${found?.value?.toFixed(3)}`,
  }
}

/** A name that nobody has, to see what happens without a grant. */
const stranger = 'principal without a grant'

/** A.5.15 to A.5.18, A.8.2 to A.8.5: whoever has no grant may do nothing. */
export const accessIsDeniedByDefault: DeployQuestion = async (_, context) => {
  const access = context.find(AccessControl)
  const actions = ['run', 'approve', 'deploy', 'read-data']
  const answers = await Promise.all(
    actions.map(action => access?.decide({ principal: stranger, action, resource: 'workspace' })),
  )
  const allowed = answers.filter(answer => answer?.decision === 'allow').length
  const open = !access
    ? [accessNotDenied('nothing decides who may do what')]
    : allowed > 0
      ? [accessNotDenied(`somebody without a grant may do ${allowed} of ${actions.length} things`)]
      : []
  return {
    type: 'access-denied-by-default',
    controls: ['ISO27001-A.5.15', 'ISO27001-A.8.2'],
    facts: { policyDigest: access?.policyDigest ?? null, asked: actions, allowed },
    open,
    met: 'whoever has no grant may do nothing',
  }
}

/** A.5.28: no file among the evidence looks like a statement and fails to verify. */
export const evidenceVerifies: DeployQuestion = async (_, context) => {
  const rejected = await context.get(StatementStore).rejected()
  return {
    type: 'evidence-integrity',
    controls: ['ISO27001-A.5.28'],
    facts: { rejected: rejected.map(({ file, reason }) => ({ file, reason })) },
    open: rejected.length === 0 ? [] : [statementRejected(rejected.length)],
    met: 'every statement verifies',
  }
}

/** A.8.15, A.5.33: indexes without a gap, and an actor and a time in every event. */
export const logIsWhole: DeployQuestion = async (_, context) => {
  let events = 0
  let gaps = 0
  let unattributed = 0
  for await (const { index, event } of context.get(AuditLog).read()) {
    if (index !== events) gaps++
    events++
    if (event.actor.trim() === '' || Number.isNaN(Date.parse(event.time))) unattributed++
  }
  const open: Reason[] = [
    ...(events === 0 ? [logNotWhole('the log has no events')] : []),
    ...(gaps > 0 ? [logNotWhole(`${gaps} events are missing or out of order`)] : []),
    ...(unattributed > 0 ? [logNotWhole(`${unattributed} events say not who acted, or when`)] : []),
  ]
  return {
    type: 'log-is-whole',
    controls: ['ISO27001-A.8.15', 'ISO27001-A.5.33'],
    facts: { events, gaps, unattributed },
    open,
    met: `${events} events without a gap, each with actor and time`,
  }
}

/** A.8.10: training data has a longest period, whoever sets it. */
export const deletionIsPlanned: DeployQuestion = async (_, { policy }) => {
  const rule = policy.retention.find(({ value }) => value.dataClass === 'training-data' && value.max !== null)
  return {
    type: 'deletion-planned',
    controls: ['ISO27001-A.8.10'],
    facts: { max: rule?.value.max ?? null, trigger: rule?.value.trigger ?? null },
    open: rule ? [] : [deletionNotPlanned()],
    met: `training data is deleted at most ${rule?.value.max} from ${rule?.value.trigger}`,
  }
}

/** A.8.16: a window of the config or checks by the calendar watch the model, and the latest check did not fail. */
export const modelIsWatched: DeployQuestion = async (_, context) => {
  const { monitoring } = context.run.config
  const checks = (await context.find(CheckSchedules)?.list()) ?? []
  const failed = checks.filter(({ lastOutcome }) => lastOutcome === 'failed').map(({ name }) => name)
  return {
    type: 'monitoring-in-force',
    controls: ['ISO27001-A.8.16'],
    facts: {
      windowRows: monitoring?.windowRows ?? null,
      checks: checks.map(({ name, frequency }) => ({ name, frequency })),
    },
    open: [
      ...(monitoring || checks.length > 0 ? [] : [nothingWatches('no monitoring section, and no scheduled check')]),
      ...failed.map(name => nothingWatches(`the latest run of the check '${name}' failed`)),
    ],
    met: monitoring ? 'windows of predictions are watched' : `${checks.length} scheduled checks watch the model`,
  }
}

/** A.8.24: what protects data at rest, by algorithm and key size. */
export const cryptographyIsListed: DeployQuestion = async (_, context) => {
  const found = context.find(Vault)?.describe()
  const weakest = 256
  return {
    type: 'algorithm-inventory',
    controls: ['ISO27001-A.8.24'],
    facts: { atRest: found ? { algorithm: found.algorithm, keyBits: found.keyBits } : null },
    open: !found
      ? [cryptographyWeak('nothing encrypts data at rest')]
      : found.keyBits < weakest
        ? [cryptographyWeak(`keys at rest have ${found.keyBits} bits, fewer than ${weakest}`)]
        : [],
    met: `${found?.algorithm} with ${found?.keyBits} bits at rest`,
  }
}

/** A.8.31: the config says where it trains, and that is not production. */
export const environmentsAreApart: DeployQuestion = async (_, { run }) => {
  const { environment } = run.config
  return {
    type: 'environment-separation',
    controls: ['ISO27001-A.8.31'],
    facts: { environment: environment ?? null },
    open:
      environment === undefined
        ? [environmentShared('the config does not say in which environment it trains')]
        : environment === 'production'
          ? [environmentShared('training runs in production')]
          : [],
    met: `training runs in ${environment}`,
  }
}
