import { join, resolve } from 'node:path'
import {
  AccessControl,
  Approvals,
  AuditLog,
  ConsentRegistry,
  definePlugin,
  provide,
  Register,
  Retention,
  StatementStore,
  SubjectHandles,
  SubjectRequests,
  versionOf,
  type Plugin,
  type PluginFactory,
} from '@attestry/core'
import { openAccessControl } from './access/access-control.js'
import { readPolicyFile } from './access/policy-file.js'
import { roleWindow } from './access/role-window.js'
import { openApprovals } from './approvals/approvals.js'
import { readConsentFile } from './consent/consent-events.js'
import { consentRegistry } from './consent/consent.js'
import { restrictedRows } from './consent/restricted-rows.js'
import { deployGate } from './deploy-gate.js'
import { checkOptions, optionsSchema, type GovernanceOptions } from './options.js'
import { openRegister } from './register/register.js'
import { recordEndOfTraining } from './retention/retention-gate.js'
import { openRetention } from './retention/service.js'
import { openSubjectRequests } from './subject/cases.js'
import { refuseDuringErasure } from './subject/erasure-at-work.js'
import { openSubjectHandles } from './subject/subject-handles.js'

const governance: PluginFactory<GovernanceOptions | void> = definePlugin<GovernanceOptions | void>(
  (options: GovernanceOptions | void): Plugin => {
    const { consent, policies, access, baseDirectory, trustedClock: clock } = checkOptions(options)
    // Read now: what does not validate stops everything before data is read.
    const own = policies === undefined ? {} : { policies: readPolicyFile(resolve(baseDirectory, policies), policies) }
    const accessProvider = provide({
      token: AccessControl,
      requires: [AuditLog],
      factory: (services, { workspace, runId: run }) =>
        openAccessControl({ workspace, run, clock, log: services.get(AuditLog), ...own }),
    })
    return {
      name: '@attestry/governance',
      version: versionOf(import.meta.url),
      core: '^0.1.0',
      answers: ['require-document', 'require-approvals', 'retain', 'honour-erasure', 'hold'],
      requires: [StatementStore, ConsentRegistry],
      uses: [Register, Approvals, SubjectRequests, Retention, AccessControl],
      provides: [
        provide({
          token: SubjectHandles,
          factory: (_, { workspace }) => openSubjectHandles(join(workspace, 'keys')),
          release: handles => handles.flush(),
        }),
        provide({
          token: ConsentRegistry,
          requires: [SubjectHandles],
          factory: services => {
            const events = consent === undefined ? [] : readConsentFile(resolve(baseDirectory, consent), consent)
            return consentRegistry(events, services.get(SubjectHandles), clock)
          },
        }),
        provide({
          token: Register,
          requires: [StatementStore],
          factory: services => openRegister(services.get(StatementStore), clock),
        }),
        provide({
          token: Approvals,
          requires: [StatementStore, AccessControl],
          factory: (services, { runId }) =>
            openApprovals(services.get(StatementStore), clock, () => roleWindow(services.find(AccessControl), runId)),
        }),
        ...(access === 'elsewhere' ? [] : [accessProvider]),
        provide({ token: SubjectRequests, factory: (_, { workspace }) => openSubjectRequests(workspace) }),
        provide({ token: Retention, factory: (_, { workspace }) => openRetention({ workspace, clock }) }),
      ],
      hooks: {
        preprocess: {
          order: 'pre',
          handler: async (batch, context) => {
            await refuseDuringErasure(context.run.workspace)
            return restrictedRows(batch, context)
          },
        },
        trainStep: (_, context) => refuseDuringErasure(context.run.workspace),
        evaluate: async (_, context) => {
          await refuseDuringErasure(context.run.workspace)
          await recordEndOfTraining(context)
          return []
        },
        deploy: deployGate(clock),
      },
    }
  },
  optionsSchema,
)

/** Who may be used, who vouches for what, who approved, and how long things are kept. */
export default governance
