// Megabytes of chat in JSON lines that are rewritten to disk per second of user CPU, and peak memory.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rewriteFile } from '@attestry/pii'
import { writeChat } from './chat.mjs'

export async function benchFiles(bytes, shares = [0.02, 0.1, 0.5]) {
  const folder = mkdtempSync(join(tmpdir(), 'attestry-pii-'))
  try {
    for (const rules of ['structured', 'all'])
      for (const share of rules === 'all' ? shares.slice(1, 2) : shares) {
        const size = rules === 'all' ? Math.min(bytes, 8e6) : bytes
        const [from, to] = [join(folder, 'chat.jsonl'), join(folder, 'clean.jsonl')]
        await writeChat(from, size, share)
        await writeChat(to, 1, share)
        await rewriteFile(to, `${to}.warm`, { format: 'jsonl', policy: 'ccpa', rules })
        const cpu = process.cpuUsage()
        const started = performance.now()
        const { found } = await rewriteFile(from, to, { format: 'jsonl', policy: 'ccpa', rules })
        const seconds = (performance.now() - started) / 1000
        const { user, system } = process.cpuUsage(cpu)
        const megabytes = statSync(from).size / 1e6
        const values = Object.values(found).reduce((a, b) => a + b, 0)
        console.log(
          `rules ${rules.padEnd(10)} ${megabytes.toFixed(0)} MB, identifiers in ${share * 100} % of messages (${values}): ` +
            `${(megabytes / (user / 1e6)).toFixed(1)} MB per second of user CPU, ${(megabytes / seconds).toFixed(1)} MB/s by the clock, ` +
            `system CPU ${(system / 1e6).toFixed(1)} s, peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
        )
      }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
