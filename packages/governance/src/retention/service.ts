import type { Retention } from '@attestry/core'
import { disposalReceipts } from './dispose.js'
import { retentionItems, type RetentionView } from './items.js'
import { beginPeriod } from './retention-facts.js'

/** What a workspace keeps and what was destroyed, for other plugins. */
export const openRetention = (view: RetentionView): Retention => ({
  items: async () => (await retentionItems(view)).map(({ isFolder: _, run: __, triggeredAt: ___, ...item }) => item),
  receipts: () => disposalReceipts(view.workspace),
  begin: (dataClass, object, event) => beginPeriod(view.workspace, { dataClass, object, event }, view.clock),
})
