// Who may do what, as a plugin of the company's own: a list of grants, and nothing without one.
import { AccessControl, definePlugin, digestOf, provide } from '@attestry/core'

const actions = { author: ['run', 'read-data'], approver: ['approve'], operator: ['deploy'] }

export default definePlugin(options => ({
  name: 'dispute-routing-access',
  version: '1.0.0',
  core: '^0.1.0',
  provides: [provide({ token: AccessControl, factory: () => accessBy(options.grants) })],
}))

/** `grants`: who has which role, on whose word, from when, until when, and when somebody last looked at it. */
function accessBy(grants) {
  const policyDigest = digestOf({ actions, grants })
  const holds = (principal, action) =>
    grants.filter(grant => grant.principal === principal && actions[grant.role].includes(action))
  return {
    policyDigest,
    grants: async () => grants,
    decide: async ({ principal, action }) => {
      const by = holds(principal, action).map(({ role }) => role)
      return { decision: by.length > 0 ? 'allow' : 'deny', by, policyDigest }
    },
  }
}
