import type { Handler } from '@attestry/core'
import { minimise } from './minimise.js'
import type { GdprOptions } from './options.js'
import { filterByPurpose } from './purpose-filter.js'

/** The `preprocess` handler: first whose rows may be used, then which columns are needed. */
export const intake =
  (options: GdprOptions): Handler<'preprocess'> =>
  async (batch, context) =>
    minimise(await filterByPurpose(batch, context, options), context)
