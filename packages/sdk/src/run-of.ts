import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AttestryError, foldRun, runDirectory, type RunConfig } from '@attestry/core'
import { readLog } from '@attestry/audit'
import type { OpenableModel } from './model-samples.js'
import { loadPlugins } from './plugins.js'

/**
 * The model of a run as it lies on disk, with the plugins that its config names: for work in another process than that of
 * the run.
 *
 * @throws CORE-E022 when the log does not tell of a trained model, SDK-E002 when a plugin cannot be loaded
 */
export async function modelOfRun(workspace: string, baseDirectory: string, run: string): Promise<OpenableModel> {
  const directory = runDirectory(workspace, run)
  const folded = await foldRun((await readLog(directory)).read())
  if (!folded?.record.stages.train)
    throw new AttestryError({
      code: 'CORE-E022',
      message: `run ${run} has no trained model`,
      help: 'name a run that has been trained, as `attestry lineage` lists them',
    })
  const { plugins, model } = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8')) as Pick<
    RunConfig,
    'plugins' | 'model'
  >
  return { record: folded.record, directory, workspace, plugins: await loadPlugins(plugins, baseDirectory, model) }
}
