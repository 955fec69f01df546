import { z } from 'zod'
import { badOptions } from './errors.js'
import { valueOrNothing, type Hierarchy } from './hierarchy.js'
import { intervals } from './numeric-intervals.js'
import { categories, dates, prefixes, type CategoryTree, type DatePart } from './text-hierarchies.js'

/** How a column is generalised, as a config can say it. */
export type GeneraliseOption =
  | 'ordered'
  | 'value or nothing'
  | {
      readonly intervals: {
        readonly from: number
        readonly to: number
        readonly widths: readonly number[]
        readonly outside?: 'refuse' | 'band'
      }
    }
  | { readonly prefixes: { readonly length: number; readonly keep: readonly number[] } }
  | { readonly dates: readonly DatePart[] }
  | { readonly categories: CategoryTree }

export interface EnforceOption {
  readonly algorithm: 'mondrian' | 'lattice'
  /** For every quasi-identifier. */
  readonly generalise: Readonly<Record<string, GeneraliseOption>>
  /**
   * Share of rows of the run, from 0 to below 1. Default 0. `lattice` suppresses classes within a batch; either drops a batch
   * that cannot keep the demand, such as a last one of fewer than k rows, where the limit allows.
   */
  readonly suppressionLimit?: number
  /** How generalised numbers are written. Default `labels`; features that are numbers need `midpoints`. */
  readonly numbers?: 'labels' | 'midpoints'
}

export interface DisclosureOptions {
  /** Columns that an outsider may know of a person. The run must keep them: as features, groups or in `data.keep`. */
  readonly quasiIdentifiers: readonly string[]
  /** Who declared them: a name or role. Stands in the evidence. */
  readonly declaredBy: string
  /** Columns that must stay unknown, with the distance between their values. */
  readonly sensitive?: Readonly<Record<string, 'equal' | 'ordered'>>
  /** A row whose risk is above this counts in the share that is reported. Default 0.2. */
  readonly threshold?: number
  /** People that the rows were drawn from; without it journalist risk is not assessed. */
  readonly populationSize?: number
  /** What the rows must keep; without it they are measured only. */
  readonly demand?: {
    readonly k: number
    readonly diversity?: readonly (
      | { readonly column: string; readonly kind: 'distinct' | 'entropy'; readonly l: number }
      | { readonly column: string; readonly kind: 'recursive'; readonly l: number; readonly c: number }
    )[]
    readonly closeness?: readonly {
      readonly column: string
      readonly distance: 'equal' | 'ordered'
      readonly t: number
    }[]
  }
  /** Generalises each batch until it keeps the demand; without it rows that miss it are refused. */
  readonly enforce?: EnforceOption
}

const name = z.string().min(1).max(200)
const distance = z.enum(['equal', 'ordered'])
const tree: z.ZodType<CategoryTree> = z.lazy(() => z.record(name, z.union([z.array(z.string()), tree])))
const l = z.number().min(1)
const generalise: z.ZodType<GeneraliseOption> = z.union([
  z.literal('ordered'),
  z.literal('value or nothing'),
  z.strictObject({
    intervals: z.strictObject({
      from: z.number(),
      to: z.number(),
      widths: z.array(z.number()).min(1).max(64),
      outside: z.enum(['refuse', 'band']).exactOptional(),
    }),
  }),
  z.strictObject({ prefixes: z.strictObject({ length: z.int(), keep: z.array(z.int()).max(64) }) }),
  z.strictObject({ dates: z.array(z.enum(['month', 'quarter', 'year', 'decade'])) }),
  z.strictObject({ categories: tree }),
])

/** Strict: an unknown option is refused. */
export const optionsSchema: z.ZodType<DisclosureOptions> = z
  .strictObject({
    quasiIdentifiers: z.array(name).min(1).max(100),
    declaredBy: name,
    sensitive: z.record(name, distance).exactOptional(),
    threshold: z.number().min(0).max(1).exactOptional(),
    populationSize: z.int().min(1).exactOptional(),
    demand: z
      .strictObject({
        k: z.int().min(2),
        diversity: z
          .array(
            z.union([
              z.strictObject({ column: name, kind: z.enum(['distinct', 'entropy']), l }),
              z.strictObject({ column: name, kind: z.literal('recursive'), l, c: z.number().positive() }),
            ]),
          )
          .exactOptional(),
        closeness: z.array(z.strictObject({ column: name, distance, t: z.number().min(0).max(1) })).exactOptional(),
      })
      .exactOptional(),
    enforce: z
      .strictObject({
        algorithm: z.enum(['mondrian', 'lattice']),
        generalise: z.record(name, generalise),
        suppressionLimit: z.number().min(0).lt(1).exactOptional(),
        numbers: z.enum(['labels', 'midpoints']).exactOptional(),
      })
      .exactOptional(),
  })
  .superRefine(({ quasiIdentifiers, demand, enforce }, context) => {
    const problem = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: path.split('.'), message })
    if (enforce === undefined) return
    if (demand === undefined) problem('enforce', 'needs a demand to enforce')
    if ((demand?.closeness ?? []).length > 0)
      problem(
        'demand.closeness',
        'can be measured, not enforced: batches are generalised one by one, each with its own whole',
      )
    for (const column of quasiIdentifiers)
      if (!Object.hasOwn(enforce.generalise, column))
        problem('enforce.generalise', `lacks the quasi-identifier '${column}'`)
    for (const [column, how] of Object.entries(enforce.generalise)) {
      if (!quasiIdentifiers.includes(column)) problem('enforce.generalise', `'${column}' is no quasi-identifier`)
      if (how === 'ordered' && enforce.algorithm === 'lattice')
        problem('enforce.generalise', `'${column}' needs a hierarchy for the lattice`)
    }
  })

/** @throws DISCLOSURE-E009 that names every problem */
export function checkOptions(options: unknown): DisclosureOptions {
  const checked = optionsSchema.safeParse(options ?? {})
  if (checked.success) return checked.data
  throw badOptions(checked.error.issues.map(({ path, message }) => `${path.join('.') || 'options'}: ${message}`))
}

/** The hierarchy that an option stands for. @throws DISCLOSURE-E003, DISCLOSURE-E005 */
export function generalisationOf(option: GeneraliseOption): Hierarchy | 'ordered' {
  if (option === 'ordered') return option
  if (option === 'value or nothing') return valueOrNothing
  if ('intervals' in option) return intervals(option.intervals)
  if ('prefixes' in option) return prefixes(option.prefixes)
  return 'dates' in option ? dates(option.dates) : categories(option.categories)
}

/** Columns that the options call sensitive. */
export const sensitiveOf = ({
  sensitive = {},
  demand,
}: DisclosureOptions): Readonly<Record<string, 'equal' | 'ordered'>> => ({
  ...Object.fromEntries((demand?.diversity ?? []).map(({ column }) => [column, 'equal' as const])),
  ...Object.fromEntries((demand?.closeness ?? []).map(({ column, distance }) => [column, distance])),
  ...sensitive,
})
