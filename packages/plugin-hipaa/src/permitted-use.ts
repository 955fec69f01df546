import type { DeployQuestion } from '@attestry/core'
import { useNotStated } from './errors.js'
import type { PermittedUse } from './options.js'

/** The control that a declared use rests on beside 164.502(a). */
const furtherControls = (use: PermittedUse): readonly string[] =>
  use === 'authorisation' ? ['HIPAA-164.508'] : isLimitedDataSet(use) ? ['HIPAA-164.514(e)'] : []

export const isLimitedDataSet = (use: PermittedUse | undefined): boolean =>
  typeof use === 'object' && 'limitedDataSet' in use

/**
 * 164.502(a): somebody said under which permission this information is used. Which one is right is never guessed; whether it
 * is, people attest.
 */
export const useIsPermitted =
  (use: PermittedUse | undefined): DeployQuestion =>
  async ({ purpose }) => ({
    type: 'permitted-use',
    controls: ['HIPAA-164.502(a)', ...(use === undefined ? [] : furtherControls(use))],
    facts: { purpose, use: use ?? null },
    open: use === undefined ? [useNotStated()] : [],
    met: `the use is stated: ${typeof use === 'object' ? Object.keys(use)[0] : use}`,
  })
