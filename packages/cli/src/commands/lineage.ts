import { lineageText } from '@attestry/governance'
import { openLineageEvents, openLineageLines } from '@attestry/report'
import { reportInput, workspaceLineage } from '@attestry/sdk'
import { exit, text, type Command } from '../command.js'
import { table } from '../terminal.js'
import { findRun, workspaceOf } from '../workspace.js'

export const lineage: Command = {
  summary: 'show where data and models come from, what was made of them, or export it as OpenLineage events',
  usage: 'lineage [digest] [--down] [--openlineage [--run <run>]]',
  options: { down: { type: 'boolean' }, openlineage: { type: 'boolean' }, run: { type: 'string' } },
  about: {
    down: 'what came of the content, instead of where it comes from',
    openlineage: 'print the events of a run as JSON lines',
    run: 'the run of which events are printed (default: the newest)',
  },
  examples: ['lineage', 'lineage sha256:1f3a9c --down'],
  async run(given, terminal) {
    const workspace = workspaceOf(given)
    if (given.flags.openlineage === true) {
      const input = await reportInput(workspace, await findRun(workspace, text(given, 'run')))
      const events = openLineageEvents(input.record, input.lineage)
      terminal.json(events)
      terminal.print(openLineageLines(events).trimEnd())
      return exit.done
    }
    const graph = await workspaceLineage(workspace)
    const [word] = given.words
    if (word === undefined) {
      const { nodes, sources, ends, unexplained, severalOrigins } = graph
      terminal.json({ nodes, sources, ends, unexplained, severalOrigins })
      terminal.print(
        nodes.length === 0
          ? 'nothing has been recorded yet'
          : table(
              nodes.map(({ kind, name, outputs, rowsIn, rowsOut }) => [
                kind,
                name,
                rowsOut === undefined ? '' : rowsIn === undefined ? `${rowsOut} rows` : `${rowsIn} -> ${rowsOut} rows`,
                outputs.length === 1 ? outputs[0]! : `${outputs.length} outputs`,
              ]),
            ),
      )
      for (const digest of severalOrigins) terminal.print(`several origins: ${digest}`)
      return exit.done
    }
    const digest = graph.find(word)
    const direction = given.flags.down === true ? 'downstream' : 'upstream'
    terminal.json({ digest, direction, ...graph[direction](digest) })
    terminal.print(lineageText(graph, digest, direction).trimEnd())
    return exit.done
  },
}
