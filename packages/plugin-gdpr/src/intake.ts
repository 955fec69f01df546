import type { Handler } from '@attestry/core'
import { minimise } from './minimise.js'
import type { GdprOptions } from './options.js'
import { filterByPurpose } from './purpose-filter.js'
import { barSpecialCategories } from './special-categories.js'

/** The `preprocess` handler: whose rows may be used, which columns are needed, and which of those an exception must cover. */
export const intake =
  (options: GdprOptions): Handler<'preprocess'> =>
  async (batch, context) =>
    barSpecialCategories(await minimise(await filterByPurpose(batch, context, options), context), context, options)
