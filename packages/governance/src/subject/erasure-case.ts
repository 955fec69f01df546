import { answerCase, listCases, openCase } from './cases.js'
import { noSuchCase } from './errors.js'
import type { SubjectContext } from './subject-context.js'

export interface EraseOptions {
  /** Id of the open erasure case that it answers. Default: the person's newest; without one a case is opened. */
  readonly case?: string
  /** Goes on where more than half of a file or of all shards would go. */
  readonly acceptsMost?: boolean
}

/** The case that an erasure answers. @throws GOV-E103 when the one that is named is not open and theirs */
export async function caseFor(context: SubjectContext, handle: string, options: EraseOptions): Promise<string> {
  const open = await openErasures(context.workspace, handle)
  if (options.case === undefined)
    return open.at(-1) ?? (await openCase(context, { subject: handle, kind: 'erasure' })).id
  if (!open.includes(options.case)) throw noSuchCase(options.case)
  return options.case
}

/** Ids of the person's erasure cases that nobody answered, oldest first. */
export const openErasures = async (workspace: string, handle: string): Promise<readonly string[]> =>
  (await listCases(workspace))
    .filter(({ subject, kind, answeredAt }) => subject === handle && kind === 'erasure' && answeredAt === null)
    .map(({ id }) => id)

/** Answers a case unless it was. */
export async function answerOnce(
  context: SubjectContext,
  id: string,
  answer: Parameters<typeof answerCase>[2],
): Promise<void> {
  const found = (await listCases(context.workspace)).find(one => one.id === id)
  if (found && found.answeredAt === null) await answerCase(context, id, answer)
}
