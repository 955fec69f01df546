import { join, resolve } from 'node:path'
import {
  Approvals,
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
import { openSubjectHandles } from './subject/subject-handles.js'

const governance: PluginFactory<GovernanceOptions | void> = definePlugin<GovernanceOptions | void>(
  (options: GovernanceOptions | void): Plugin => {
    const { consent, baseDirectory, trustedClock: clock } = checkOptions(options)
    return {
      name: '@attestry/governance',
      version: versionOf(import.meta.url),
      core: '^0.1.0',
      answers: ['require-document', 'require-approvals', 'retain', 'honour-erasure', 'hold'],
      requires: [StatementStore, ConsentRegistry],
      uses: [Register, Approvals, SubjectRequests, Retention],
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
          requires: [StatementStore],
          factory: services => openApprovals(services.get(StatementStore), clock),
        }),
        provide({ token: SubjectRequests, factory: (_, { workspace }) => openSubjectRequests(workspace) }),
        provide({ token: Retention, factory: (_, { workspace }) => openRetention({ workspace, clock }) }),
      ],
      hooks: {
        preprocess: { order: 'pre', handler: restrictedRows },
        evaluate: async (_, context) => {
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
