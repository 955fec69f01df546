import type { Flops } from '@attestry/autograd'

/** What the user says of the base model's training. */
export interface BaseCompute {
  /** Tokens that the base model was trained on. */
  readonly tokens?: number
  /** Operations that its training took, where its provider published them. */
  readonly flops?: number
}

/** Training compute of a run and how it compares with that of the base model. */
export interface ComputeRecord {
  /** Counted by the graphs that ran: forward and backward of every step, with probes and repeats. */
  readonly training: Flops
  /** Counted the same way: the forward passes over validation rows. */
  readonly validation: Flops
  readonly total: number
  readonly baseModel: {
    readonly parameters: number
    /** Tokens of its training, as given; null is not known. */
    readonly tokens: number | null
    /** Operations of its training; null is not known. */
    readonly flops: number | null
    /** Where `flops` comes from. */
    readonly source: string
  }
  /** `total / baseModel.flops`; null is not known. */
  readonly ratio: number | null
  /** Above it the guidelines of the EU AI Act indicate that whoever modifies a general-purpose model is its provider. */
  readonly guideline: { readonly threshold: number; readonly source: string; readonly statement: string }
}

const threshold = 1 / 3

/**
 * Compares what a training spent with the base model's training compute: as published, or 6 · N · D for N parameters and
 * D tokens. Nothing is guessed: without either the ratio is not known.
 *
 * @see Kaplan et al. 2020, arXiv 2001.08361, section 2.1 (6 · N · D); European Commission, guidelines on the scope of the
 * obligations for general-purpose AI models, 18 July 2025 (one third, indicative)
 */
export function computeRecord(
  training: Flops,
  validations: readonly { readonly flops: Flops }[],
  parameters: number,
  { tokens, flops }: BaseCompute,
): ComputeRecord {
  const sum = (of: keyof Flops): number => validations.reduce((total, one) => total + one.flops[of], 0)
  const validation = { matmul: sum('matmul'), other: sum('other') }
  const total = training.matmul + training.other + validation.matmul + validation.other
  const base = flops ?? (tokens === undefined ? null : 6 * parameters * tokens)
  const ratio = base === null ? null : total / base
  return {
    training,
    validation,
    total,
    baseModel: { parameters, tokens: tokens ?? null, flops: base, source: sourceOf({ tokens, flops }) },
    ratio,
    guideline: {
      threshold,
      source: 'European Commission, guidelines on general-purpose AI models, 18 July 2025',
      statement: statementOf(ratio),
    },
  }
}

function sourceOf({ tokens, flops }: { readonly [K in keyof BaseCompute]: BaseCompute[K] | undefined }): string {
  if (flops !== undefined) return 'given with --base-flops'
  if (tokens !== undefined) return '6 · parameters · tokens, with tokens given with --base-tokens'
  return 'not known: give --base-tokens or --base-flops'
}

function statementOf(ratio: number | null): string {
  if (ratio === null) return 'The training compute of the base model is not known, so the ratio is not known.'
  const side = ratio > threshold ? 'above' : 'not above'
  return `The ratio is ${side} one third, an indicative threshold; whether the model is a new one is for a person to decide.`
}
