import type { ErasureItem } from './erasure-receipt.js'
import { namelessly } from './erasure-plan.js'
import type { SubjectRecord } from './find-subject.js'
import type { SubjectContext } from './subject-context.js'
import { findTraces, holdsTrace, shortestTrace } from './traces.js'

/**
 * Files in which letters of the identifier still stand after an erasure: in a text about somebody else, in the weights of a
 * model, in a config. Software cannot know what to do with them, so a person decides.
 */
export async function leftOvers(
  { workspace }: SubjectContext,
  { sources }: SubjectRecord,
  identifier: string,
): Promise<readonly ErasureItem[]> {
  if (Buffer.byteLength(identifier) < shortestTrace)
    return [
      {
        kind: 'file',
        object: 'all files',
        digest: null,
        action: 'person-decides',
        note: `an identifier of fewer than ${shortestTrace} letters stands in files by chance: they were not searched`,
      },
    ]
  const { files } = await findTraces(workspace, identifier)
  const items = files.map(({ file, isName }, i) => trace(namelessly(file, identifier, i), isName))
  for (const [i, { path, name, mentions }] of sources.entries())
    if (mentions > 0 || (await holdsTrace(path, identifier))) items.push(trace(namelessly(name, identifier, i), false))
  return items
}

const trace = (object: string, isName: boolean): ErasureItem => ({
  kind: 'file',
  object,
  digest: null,
  action: 'person-decides',
  note: isName ? 'the identifier stands in its name' : 'the identifier stands in it',
})
