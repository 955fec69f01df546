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
}
