import { textValues, type DataConfig, type HookContext, type RecordBatch } from '@attestry/core'
import { datasetSubject } from './dataset-subject.js'
import { noException } from './errors.js'
import type { GdprOptions } from './options.js'

/** Data that Art. 9 bars unless an exception holds, and data on offences (Art. 10). */
export type SensitiveKind = 'special' | 'criminal'

const controlOf: Readonly<Record<SensitiveKind, string>> = { special: 'GDPR-9', criminal: 'GDPR-10' }

/** Parts of column names that point at each kind. */
const names: Readonly<Record<SensitiveKind, RegExp>> = {
  special:
    /^(?:race|ethnic(?:ity|_?group)?|ethnic_origin|religion|religious|faith|belief|politic(?:s|al)?|political_(?:party|opinion|view)s?|(?:trade_?)?union(?:_member(?:ship)?)?|health|diagnos[ei]s|disease|disab(?:ility|led)|medication|icd_?(?:9|10|11)?|genetic|dna|genome|biometric|fingerprint|iris|sexual|orientation|sexual_orientation|hiv|pregnan(?:t|cy))$/,
  criminal:
    /^(?:conviction|convicted|offen[cs]e|offender|felony|criminal|crime|arrest|prison|probation|recidivis[mt])s?$/,
}

/** Single values that name a faith, an origin or an orientation and little else, in columns other than the text. */
const values =
  /^(?:catholic|protestant|muslim|sunni|shia|jewish|hindu|buddhist|sikh|atheist|hispanic|latino|latina|caucasian|african[- ]american|gay|lesbian|bisexual|heterosexual|homosexual|hiv[- ]positive)$/i

/**
 * Art. 9 and 10: finds columns that hold special categories or data on offences, by their names, by their values, and by what
 * the options declare, and stops the run at one for which no exception is recorded.
 *
 * What free text says is not read for this: a column of notes is special when the options declare it.
 *
 * @throws GDPR-E005 with names of columns, never a value
 */
export async function barSpecialCategories(
  batch: RecordBatch,
  context: HookContext,
  { specialCategories = [], notSpecial = [] }: GdprOptions,
): Promise<RecordBatch> {
  const declared = new Map(specialCategories.map(one => [one.column, one]))
  const found = Object.keys(batch.columns).flatMap(column => {
    if (notSpecial.includes(column)) return []
    const kind = declared.get(column)?.kind ?? kindOf(batch, column, context.run.config.data)
    return kind === undefined ? [] : [{ column, kind, exception: declared.get(column)?.exception ?? null }]
  })
  for (const kind of ['special', 'criminal'] as const) {
    const columns = found.filter(one => one.kind === kind)
    await context.evidence({
      type: 'special-categories',
      controls: [controlOf[kind]],
      outcome: columns.every(({ exception }) => exception !== null) ? 'pass' : 'fail',
      subjects: datasetSubject(batch, context),
      facts: {
        lookedAt: Object.keys(batch.columns),
        columns: columns.map(({ column, exception }) => ({ column, exception })),
        saidNotToBe: notSpecial,
      },
    })
  }
  const barred = found.filter(({ exception }) => exception === null)
  if (barred.length > 0) throw noException(barred, controlOf[barred[0]!.kind])
  return batch
}

function kindOf(batch: RecordBatch, column: string, { text }: DataConfig): SensitiveKind | undefined {
  const name = column
    .replace(/([a-z\d])(?=[A-Z])/g, '$1_')
    .toLowerCase()
    .replace(/[\s.-]+/g, '_')
  const parts = [name, ...name.split('_')]
  for (const kind of ['criminal', 'special'] as const) if (parts.some(part => names[kind].test(part))) return kind
  if (column === text || batch.columns[column]?.kind !== 'text') return undefined
  return textValues(batch, column).some(value => value !== null && values.test(value.trim())) ? 'special' : undefined
}
