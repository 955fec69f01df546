import { dirname, join } from 'node:path'
import { resumeRun, runDirectory, startRun, type RunConfig, type RunOptions, type RunRecord } from '@attestry/core'
import { loadPlugins, openProject } from '@attestry/sdk'
import type { Command } from '../command.js'
import { text } from '../command.js'
import { printOutcome } from '../outcome.js'
import { progressLine } from '../progress.js'
import type { Terminal } from '../terminal.js'
import { configOf, defaultConfig, findRun, readJson, statementsOf, workspaceOf } from '../workspace.js'

export const run: Command = {
  summary: 'run the pipeline of a config, from the data to the verdict',
  usage: `run [${defaultConfig}]`,
  options: {},
  about: {},
  examples: ['run', 'run other.config.json --json'],
  async run(given, terminal) {
    const file = configOf(given.words[0])
    const project = await openProject(file)
    const workspace = text(given, 'workspace') === undefined ? project.workspace : workspaceOf(given, file)
    return watch(terminal, workspace, options => startRun({ ...project, ...options, workspace }))
  },
}

export const resume: Command = {
  summary: 'go on with a run that waits, failed or was killed',
  usage: 'resume [run]',
  options: {},
  about: {},
  examples: ['resume', 'resume 01JD8T'],
  async run(given, terminal) {
    const workspace = workspaceOf(given)
    const id = await findRun(workspace, given.words[0])
    const baseDirectory = dirname(workspace)
    const config = (await readJson(join(runDirectory(workspace, id), 'config.json'))) as Pick<
      RunConfig,
      'plugins' | 'model'
    >
    const plugins = await loadPlugins(config.plugins, baseDirectory, config.model)
    return watch(terminal, workspace, options => resumeRun(id, { plugins, baseDirectory, workspace, ...options }))
  },
}

/** Runs with a progress line; the first Ctrl-C asks the run to stop and record it, the second ends at once. */
async function watch(
  terminal: Terminal,
  workspace: string,
  start: (options: Pick<RunOptions, 'signal' | 'onProgress' | 'onOpen'>) => Promise<RunRecord>,
): Promise<number> {
  const stop = new AbortController()
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130)
    terminal.say('\nstopping after this step (once more to end at once) …')
    stop.abort()
  }
  const line = progressLine(terminal, () => performance.now())
  process.on('SIGINT', interrupt)
  try {
    const record = await start({
      signal: stop.signal,
      onProgress: progress => line.show(progress),
      onOpen: (_, directory) => terminal.say(`run in ${directory}`),
    })
    line.end()
    const directory = runDirectory(workspace, record.id)
    return printOutcome(record, directory, await statementsOf(workspace, record.id), terminal)
  } finally {
    line.end()
    process.off('SIGINT', interrupt)
  }
}
