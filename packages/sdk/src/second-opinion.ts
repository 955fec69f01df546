import { join } from 'node:path'
import type { EntityClassifier } from '@attestry/pii'

/**
 * Options of `@attestry/pii` in which the folder of a model became the model, opened when it is first asked: a config is data and can
 * name a folder only. Everything else is as it was.
 *
 * @param baseDirectory folder that the path is relative to
 */
export function withOpenedModel(
  options: Readonly<Record<string, unknown>>,
  baseDirectory: string,
): Readonly<Record<string, unknown>> {
  const { secondOpinion } = options
  if (typeof secondOpinion !== 'object' || secondOpinion === null) return options
  const { folder, ...others } = secondOpinion as Readonly<Record<string, unknown>>
  if (typeof folder !== 'string') return options
  let opened: Promise<EntityClassifier> | undefined
  const classifier = (): Promise<EntityClassifier> =>
    (opened ??= import('@attestry/lm').then(({ openTokenClassifier }) =>
      openTokenClassifier(join(baseDirectory, folder)),
    ))
  return { ...options, secondOpinion: { ...others, classifier } }
}
