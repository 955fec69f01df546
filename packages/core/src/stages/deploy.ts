import { join } from 'node:path'
import { StatementStore } from '../contracts/statements.js'
import type { DeployRequest, Reason, Verdict } from '../contracts/assessment.js'
import { canonicalJson } from '../canonical-json.js'
import { isoTime } from '../clock.js'
import type { Digest } from '../digest.js'
import { writeDurably } from '../durable-file.js'
import type { OpenRun } from '../open-run.js'
import type { DeployFacts, EvaluateFacts, StageFacts } from '../run-record.js'

/** Asks every plugin, adds what the measurements forbid, and deploys only on a permit. */
export async function deploy(run: OpenRun, { preprocess, train, evaluate }: Partial<StageFacts>): Promise<DeployFacts> {
  const { config, configDigest, policyDigest } = run.info
  const digests = {
    model: train!.modelDigest,
    dataset: preprocess!.dataset.digest,
    config: configDigest,
    policy: policyDigest,
    assessments: evaluate!.assessmentsDigest,
  }
  const changeTicket = config.deployment?.changeTicket
  const request: DeployRequest = {
    modelDigest: digests.model,
    datasetDigest: digests.dataset,
    configDigest: digests.config,
    policyDigest: digests.policy,
    assessmentsDigest: digests.assessments,
    purpose: config.purpose,
    author: config.author,
    ...(changeTicket !== undefined && { changeTicket }),
    assessments: evaluate!.assessments,
  }
  const objects = Object.values(digests)
  return run.bus.act('attestry.deploy.requested', { stage: 'deploy', objects }, async () => {
    const verdict = withMeasurements(await run.hooks.judge('deploy', request), evaluate!)
    const facts: DeployFacts = { verdict, digests }
    const payload = facts
    if (verdict.decision === 'deny')
      return { value: facts, type: 'attestry.deploy.denied', fields: { result: 'denied', payload, stage: 'deploy' } }
    await place(run, digests)
    return { value: facts, type: 'attestry.deploy.permitted', fields: { payload, stage: 'deploy', objects } }
  })
}

function withMeasurements({ decision, reasons }: Verdict, { violations }: EvaluateFacts): Verdict {
  if (violations.length === 0) return { decision, reasons }
  const refused = violations.map(({ metric, value, max, controls, attribute }): Reason => {
    const over = attribute === undefined ? metric : `${metric} over ${attribute}`
    return {
      code: 'CORE-E032',
      note: value === null ? `${over} was not assessed, limit ${max}` : `${over} ${round(value)} > limit ${max}`,
      kind: 'refused',
      ...(controls[0] !== undefined && { control: controls.join(', ') }),
      help: 'train again (reweighing, other data, other limits asked of the right people)',
    }
  })
  return { decision: 'deny', reasons: [...refused, ...reasons] }
}

const round = (value: number): string => String(Number(value.toPrecision(3)))

/** What deployment is here: a signed statement, and the file that serving software reads to find the model. */
async function place(run: OpenRun, digests: Readonly<Record<string, Digest>>): Promise<void> {
  const { runId, workspace, config } = run.info
  const deployedAt = isoTime(run.clock)
  const statement = await run.services.get(StatementStore).write({
    type: 'deployment',
    subjects: Object.entries(digests).map(([name, digest]) => ({ name, digest })),
    predicate: { run: runId, purpose: config.purpose, deployedAt },
  })
  await run.bus.note('attestry.evidence.recorded', {
    stage: 'deploy',
    objects: [statement.digest],
    payload: { file: statement.file, type: 'deployment', outcome: 'pass' },
  })
  await writeDurably(join(workspace, 'deployed.json'), canonicalJson({ run: runId, model: digests.model, deployedAt }))
}
