import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readLog } from '@attestry/audit'
import type { RecordedEvent } from '@attestry/core'
import { attestryBin, openSite, type Site } from './command-line.js'

let site: Site
afterEach(() => site.remove())

/** A plugin that kills its own process, once, in a hook: no handler, no finally, no flush. */
const killer = (hook: string): string => `
import { existsSync, writeFileSync } from 'node:fs'
const crash = () => {
  if (existsSync('crashed')) return
  writeFileSync('crashed', '')
  process.kill(process.pid, 'SIGKILL')
}
const answers = {
  preprocess: batch => (crash(), batch),
  trainStep: ({ step }) => void (step === 5 && crash()),
  evaluate: () => (crash(), []),
  deploy: () => (crash(), { decision: 'abstain' }),
}
const hooks = { ${hook}: answers.${hook} }
export default Object.assign(() => ({ name: 'killer', version: '1.0.0', core: '^0.1.0', hooks }), { attestryPlugin: 1 })
`

const runFolder = (): string => {
  const runs = join(site.folder, '.attestry/runs')
  return join(runs, readdirSync(runs).sort().at(-1)!)
}

const events = async (): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = []
  for await (const event of (await readLog(runFolder())).read()) found.push(event)
  return found
}

const openCrashSite = (hook: string): Site => {
  const opened = openSite(config => config.plugins.push({ use: './killer.mjs' }))
  opened.write('killer.mjs', killer(hook))
  return opened
}

describe('a killed process', () => {
  for (const hook of ['preprocess', 'trainStep', 'evaluate', 'deploy'])
    it(`loses nothing that was durable, and the run goes on: killed in ${hook}`, async () => {
      site = openCrashSite(hook)
      expect(site.attestry('run').signal).toBe('SIGKILL')
      const before = await events()
      expect(before.map(({ index }) => index)).toEqual(before.map((_, i) => i))
      expect(before[0]?.event.type).toBe('attestry.log.opened')

      const { code, out } = site.attestry('resume')
      expect(out).toContain('permitted')
      expect(code).toBe(0)
      const after = await events()
      expect(after.slice(0, before.length).map(({ event }) => event.id)).toEqual(before.map(({ event }) => event.id))
      expect(site.attestry('verify').code).toBe(0)
    })

  it('leaves the intent on disk before the action, and the gap is told when the run goes on', async () => {
    site = openCrashSite('deploy')
    site.attestry('run')
    const asked = (await events()).findLast(({ event }) => event.type === 'attestry.deploy.requested')
    expect(asked?.event.phase).toBe('intent')
    expect(existsSync(join(site.folder, '.attestry/deployed.json'))).toBe(false)
    site.attestry('resume')
    const told = (await events()).find(({ event }) => event.type === 'attestry.intent.reconciled')
    expect(told?.event).toMatchObject({ result: 'unknown', payload: { intent: asked?.event.id } })
  })
})

describe('a disk that takes no more', () => {
  const canLimit = spawnSync('sh', ['-c', 'ulimit -f 8']).status === 0
  it.skipIf(!canLimit)(
    `stops the run with one coded error, and it goes on when there is room${canLimit ? '' : ' (skipped: no ulimit -f)'}`,
    () => {
      site = openSite()
      // Blocks of 512 bytes: some files fit, the shard or the weights do not. XFSZ ignored makes the write fail, as a full disk does.
      for (const blocks of [2, 8, 40]) {
        const script = `trap '' XFSZ; ulimit -f ${blocks}; exec "${process.execPath}" "${attestryBin}" run`
        const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: site.folder, encoding: 'utf8' })
        expect({ blocks, status }).toEqual({ blocks, status: 1 })
        expect(stderr.match(/error\[[A-Z]+-E\d{3}\]/g), stderr).toHaveLength(1)
      }
      const runs = existsSync(join(site.folder, '.attestry/runs'))
        ? readdirSync(join(site.folder, '.attestry/runs'))
        : []
      if (runs.length > 0) expect(site.attestry('resume').code).toBe(0)
      expect(site.attestry('run').code).toBe(0)
      expect(site.attestry('verify').code).toBe(0)
    },
  )
})
