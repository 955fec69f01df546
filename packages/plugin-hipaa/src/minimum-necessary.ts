import type { DeployQuestion } from '@attestry/core'
import { fieldWithoutReason } from './errors.js'

/**
 * 164.502(b): every field that is used has a reason. Text, label, features and groups say by their place what they are for;
 * a column that is only kept needs a reason of its own. Other columns never get past the reader.
 */
export const fieldsHaveReasons =
  (reasons: Readonly<Record<string, string>>): DeployQuestion =>
  async (_, context) => {
    const { text, label, features = {}, groups = [], keep = [] } = context.run.config.data
    const placed = new Set([...(text === undefined ? [] : [text]), label, ...Object.keys(features), ...groups])
    const kept = [...new Set(keep)].filter(name => !placed.has(name))
    const without = kept.filter(name => (reasons[name] ?? '').trim() === '')
    return {
      type: 'minimum-necessary',
      controls: ['HIPAA-164.502(b)'],
      facts: {
        text: text ?? null,
        label,
        features: Object.keys(features),
        groups,
        kept: Object.fromEntries(kept.map(name => [name, reasons[name] ?? null])),
      },
      open: without.map(fieldWithoutReason),
      met: `${placed.size + kept.length} fields are used, each for a reason`,
    }
  }
