import type { DisposalReceipt, Retention, RetentionItem } from '@attestry/core'

/** What is kept and what was destroyed, as given. */
export class MemoryRetention implements Retention {
  readonly #items: readonly RetentionItem[]
  readonly #receipts: readonly DisposalReceipt[]

  constructor(items: readonly RetentionItem[] = [], receipts: readonly DisposalReceipt[] = []) {
    this.#items = items
    this.#receipts = receipts
  }

  async items(): Promise<readonly RetentionItem[]> {
    return this.#items
  }

  async receipts(): Promise<readonly DisposalReceipt[]> {
    return this.#receipts
  }

  /** What was begun, oldest first. */
  readonly begun: { readonly dataClass: string; readonly object: string; readonly event: string }[] = []

  async begin(dataClass: string, object: string, event: string): Promise<void> {
    if (!this.begun.some(one => one.dataClass === dataClass && one.object === object))
      this.begun.push({ dataClass, object, event })
  }
}
