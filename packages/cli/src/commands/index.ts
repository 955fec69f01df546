import type { Command } from '../command.js'
import { access } from './access.js'
import { approve } from './approve.js'
import { attest } from './attest.js'
import { checklist } from './checklist.js'
import { consent } from './consent.js'
import { disclosure } from './disclosure.js'
import { doctor } from './doctor.js'
import { explain } from './explain.js'
import { init } from './init.js'
import { keys } from './keys.js'
import { lineage } from './lineage.js'
import { monitor } from './monitor.js'
import { pii } from './pii.js'
import { plugins } from './plugins.js'
import { policy } from './policy.js'
import { privacy } from './privacy.js'
import { report } from './report.js'
import { retention } from './retention.js'
import { resume, run } from './run.js'
import { subject } from './subject.js'
import { train } from './train.js'
import { verify } from './verify.js'

/** Every command, in the order in which people need them. */
export const commands: Readonly<Record<string, Command>> = {
  init,
  keys,
  access,
  plugins,
  policy,
  consent,
  run,
  attest,
  approve,
  resume,
  report,
  checklist,
  lineage,
  retention,
  subject,
  pii,
  privacy,
  disclosure,
  monitor,
  train,
  verify,
  explain,
  doctor,
}
