import { createRequire } from 'node:module'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Flops, Runtime } from '@attestry/autograd'
import {
  isoTime,
  systemClock,
  type Digest,
  type JsonValue,
  type PrivacyOfPeople,
  type PrivacyPlan,
} from '@attestry/core'
import { digestFile } from '@attestry/data'
import { privacyStatement } from '@attestry/dp'
import type { FineTunePlan, RunIdentity } from '@attestry/lm'
import { computeRecord, type BaseCompute, type ComputeRecord } from './compute.js'

/** What a private training spent, and what that covers. */
export type PrivacyStatement = PrivacyPlan & {
  readonly steps: number
  /** Spent by the steps that were done; at most the `epsilon` that was planned and charged. */
  readonly epsilonSpent: number
  readonly ledger: string
  /** What the people of the data bear with it, over all releases of the ledger; null where it was charged to nobody. */
  readonly people: PrivacyOfPeople | null
  readonly statement: string
}

/** What is on record of a training that ended: the evidence beside its result. */
export interface TrainingRecord {
  readonly run: string
  readonly endedAt: string
  readonly plan: FineTunePlan
  readonly data: {
    /** Digests of the data files, by path as the config names them. */
    readonly files: Readonly<Record<string, Digest>>
    /** Of the rows as tokens. */
    readonly training: Digest
    readonly validation: Digest
  }
  /** SHA-256 of the base model's files, hex. */
  readonly base: Readonly<Record<string, string>>
  readonly steps: number
  readonly stoppedEarly: boolean
  readonly writtenStep: number
  readonly validationLoss: number | null
  readonly epsilonSpent: number | null
  readonly privacy: PrivacyStatement | null
  readonly compute: ComputeRecord
  readonly software: Readonly<Record<string, string | number>>
  /** What the trainer counted and checked. */
  readonly facts: Readonly<Record<string, JsonValue>>
  /** Digests of the files that were written, by path. */
  readonly files: Readonly<Record<string, Digest>>
}

export interface TrainingRecordOptions {
  readonly identity: RunIdentity
  readonly plan: FineTunePlan
  readonly dataFiles: Readonly<Record<string, Digest>>
  /** The model's own parameters. */
  readonly parameters: number
  readonly base: BaseCompute
  readonly runtime: Runtime
  readonly facts: Readonly<Record<string, JsonValue>>
  readonly validations: readonly { readonly flops: Flops }[]
  readonly ledger: string
  readonly people: PrivacyOfPeople | undefined
  readonly out: string
  readonly result: Pick<TrainingRecord, 'steps' | 'stoppedEarly' | 'writtenStep' | 'validationLoss' | 'epsilonSpent'>
}

/** Puts together what is known of a training that ended. */
export async function trainingRecord(options: TrainingRecordOptions): Promise<TrainingRecord> {
  const { identity, plan, runtime, facts, result } = options
  const flops = facts.flops as unknown as Flops
  return {
    run: identity.run,
    endedAt: isoTime(systemClock),
    plan,
    data: { files: options.dataFiles, training: identity.data, validation: identity.validation },
    base: identity.base,
    ...result,
    privacy: plan.privacy && privacyRecord(plan.privacy, plan.logicalBatch, result, options),
    compute: computeRecord(flops, options.validations, options.parameters, options.base),
    software: softwareOf(runtime),
    facts,
    files: await digestsOf(options.out),
  }
}

/** Epsilon of the steps that were run, which may be fewer than planned. */
const privacyRecord = (
  privacy: PrivacyPlan,
  logicalBatch: number,
  { steps, epsilonSpent }: TrainingRecordOptions['result'],
  { ledger, facts, people }: Pick<TrainingRecordOptions, 'ledger' | 'facts' | 'people'>,
): PrivacyStatement => {
  const done = { privacy: { ...privacy, epsilon: epsilonSpent! }, steps, logicalBatch }
  const { lastNorm } = (facts.clippingNorm ?? {}) as { readonly lastNorm?: number }
  return {
    ...privacy,
    steps,
    epsilonSpent: epsilonSpent!,
    ledger,
    people: people ?? null,
    statement: privacyStatement(done, lastNorm, people)!.sentences.join(' '),
  }
}

const packages = ['@attestry/core', '@attestry/lm', '@attestry/autograd', '@attestry/dp']

function softwareOf({ name, version, threads }: Runtime): TrainingRecord['software'] {
  const require = createRequire(import.meta.url)
  const versionIn = (file: string): string => (require(file) as { readonly version: string }).version
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    [name]: version,
    threads,
    '@attestry/cli': versionIn('../package.json'),
    ...Object.fromEntries(packages.map(one => [one, versionIn(`${one}/package.json`)])),
  }
}

/** Digests of all files in a folder but checkpoints, logs and the record itself. */
async function digestsOf(out: string): Promise<Readonly<Record<string, Digest>>> {
  const names = (await readdir(out, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(out.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(name => !/^\.?checkpoint-|^training_|^trainer_log/.test(name))
    .sort()
  const digests: [string, Digest][] = []
  for (const name of names) digests.push([name, await digestFile(join(out, name))])
  return Object.fromEntries(digests)
}
