import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import {
  digestOf,
  StatementStore,
  type Alert,
  type Digest,
  type Handler,
  type HookContext,
  type ModelFile,
} from '@attestry/core'

/**
 * ITGC-CM-4, at each window of later predictions: the model that answers, and its files as they lie on disk now, are those
 * of the newest signed deployment, which names the digest that people approved. Anything else is a critical alert.
 *
 * Recorded at the first window, and whenever something is wrong.
 */
export const servedModelIsApproved: Handler<'monitor'> = async ({ number, modelDigest }, context) => {
  const approved = await deployedModel(context)
  const changed = approved === null ? [] : await changedFiles(context, approved)
  const wrong = [
    ...(approved === null ? ['no signed deployment names a model'] : []),
    ...(approved !== null && approved !== modelDigest
      ? ['the model that answers is not the one that was approved']
      : []),
    ...(changed.length > 0 ? [`files of the model are not as approved: ${changed.join(', ')}`] : []),
  ]
  if (number === 0 || wrong.length > 0)
    await context.evidence({
      type: 'served-model',
      controls: ['ITGC-CM-4'],
      outcome: wrong.length === 0 ? 'pass' : 'fail',
      subjects: [{ name: 'model', digest: modelDigest }],
      facts: { window: number, approved, served: modelDigest, changed },
    })
  return wrong.map(
    (note): Alert => ({
      metric: 'served-model',
      value: 1,
      threshold: 0,
      severity: 'critical',
      note,
      control: 'ITGC-CM-4',
    }),
  )
}

/** The model of the newest deployment of this run; null when none was signed. */
async function deployedModel(context: HookContext): Promise<Digest | null> {
  const deployments = (await context.get(StatementStore).read('deployment'))
    .filter(({ predicate }) => predicate.run === context.run.runId)
    .sort((a, b) => (String(a.predicate.deployedAt) < String(b.predicate.deployedAt) ? -1 : 1))
  return deployments.at(-1)?.subjects.find(({ name }) => name === 'model')?.digest ?? null
}

/** Names of files whose bytes are not those behind the digest, or of the record that is missing. */
async function changedFiles(context: HookContext, model: Digest): Promise<readonly string[]> {
  const lists = (await context.get(StatementStore).read('evidence')).flatMap(({ predicate }) => {
    const { files } = (predicate.facts ?? {}) as { files?: readonly ModelFile[] }
    return predicate.type === 'model-digest' && Array.isArray(files) ? [files] : []
  })
  const recorded = lists.findLast(files => digestOf(files) === model)
  if (!recorded || recorded.length === 0) return ['no record of training names them']
  const found = await Promise.all(
    recorded.map(async ({ name, digest }) => {
      const now = await digestOfFile(join(context.run.directory, 'model', name)).catch(() => null)
      return now === digest ? [] : [name]
    }),
  )
  return found.flat()
}

async function digestOfFile(file: string): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  return `sha256:${hash.digest('hex')}`
}
