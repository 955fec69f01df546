import type { RecordPlaces, TextFormat, WriterOptions } from '@attestry/pii'
import { text, type Given } from './command.js'

/**
 * What `--record-id` and `--subject` say of a file: where each record says it, or of a text, which is one record without places,
 * the id and the person themselves.
 */
export function recordNamesOf(
  given: Given,
  format: TextFormat,
): RecordPlaces & Pick<WriterOptions, 'recordId' | 'subject'> {
  const id = text(given, 'record-id')
  const subject = text(given, 'subject')
  return format === 'text'
    ? { ...(id !== undefined && { recordId: id }), ...(subject !== undefined && { subject }) }
    : { ...(id !== undefined && { recordIdAt: id }), ...(subject !== undefined && { subjectAt: subject }) }
}
