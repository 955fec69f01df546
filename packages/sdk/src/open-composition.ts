import { join } from 'node:path'
import { openServices, ulid, type Plugin, type Services, type ServiceToken } from '@attestry/core'

/**
 * Does a piece of work with services of a composition outside a run, in a container of its own.
 *
 * @param directory folder that the services take for the run's own; a fresh one under the workspace unless given
 */
export async function withServices<T>(
  { plugins, workspace, directory }: { plugins: readonly Plugin[]; workspace: string; directory?: string },
  declared: readonly ServiceToken<unknown>[],
  work: (services: Services) => Promise<T>,
): Promise<T> {
  const id = ulid()
  const services = openServices(
    plugins.flatMap(({ provides = [] }) => provides),
    { runId: `work/${id}`, directory: directory ?? join(workspace, 'work', id), workspace },
  )
  try {
    return await work(services.view('the simple API', declared))
  } finally {
    await services.close()
  }
}
