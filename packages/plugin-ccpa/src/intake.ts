import type { Handler } from '@attestry/core'
import type { CcpaOptions } from './options.js'
import { withoutDeleted, withoutOptedOut } from './people-who-said-no.js'
import { permittedPurpose } from './permitted-purpose.js'

/** The `preprocess` handler: first whether the run may use such data at all, then whose rows. */
export const intake =
  (options: CcpaOptions): Handler<'preprocess'> =>
  async (batch, context) => {
    await permittedPurpose(batch, context, options)
    return withoutDeleted(await withoutOptedOut(batch, context, options), context)
  }
