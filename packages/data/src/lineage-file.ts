import { mkdir, open, readFile, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { canonicalJson, syncDirectory, type Digest, type Lineage, type LineageNode } from '@attestry/core'
import { lineageDamaged, notStorable } from './errors.js'

/**
 * Lineage as `lineage.jsonl`: one canonical JSON object per line, on disk before `record` resolves.
 *
 * Holds digests, names and counts only. A node that is there already is not written again, so that a resumed run gives the
 * graph of an uninterrupted one. A last line that a crash cut off is dropped: its node was never acknowledged.
 *
 * @throws DATA-E014 when another line is damaged, DATA-E017 for a node that names anything but digests
 */
export function openLineage(directory: string): Lineage {
  const path = join(directory, 'lineage.jsonl')
  let known: Promise<Map<string, LineageNode>> | undefined
  let writing: Promise<unknown> = Promise.resolve()
  const load = (): Promise<Map<string, LineageNode>> => (known ??= loadLines(path))

  return {
    record(node) {
      const line = toLine(node)
      const write = writing.then(async () => {
        const lines = await load()
        if (lines.has(line)) return
        await appendDurably(path, `${line}\n`)
        lines.set(line, JSON.parse(line) as LineageNode)
      })
      writing = write.catch(() => undefined)
      return write
    },
    async nodes() {
      await writing
      return [...(await load()).values()]
    },
  }
}

async function loadLines(path: string): Promise<Map<string, LineageNode>> {
  let content: Buffer
  try {
    content = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
  const whole = content.lastIndexOf(0x0a) + 1
  if (whole < content.length) await truncate(path, whole)
  const lines = content.subarray(0, whole).toString().split('\n').slice(0, -1)
  return new Map(lines.map((line, index) => [line, parseNode(line, index + 1)]))
}

async function appendDurably(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a')
  let size: number
  try {
    size = (await file.stat()).size
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  if (size === 0) await syncDirectory(dirname(path))
}

function toLine(node: LineageNode): string {
  const problem = whyNotANode(node)
  if (problem !== undefined) throw notStorable(problem)
  return canonicalJson(node)
}

function parseNode(line: string, number: number): LineageNode {
  let node: unknown
  try {
    node = JSON.parse(line)
  } catch {
    throw lineageDamaged(number)
  }
  if (whyNotANode(node) !== undefined) throw lineageDamaged(number)
  return node as LineageNode
}

const kinds: readonly unknown[] = ['source', 'transformation', 'model', 'report'] satisfies LineageNode['kind'][]

function whyNotANode(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'a lineage node is not an object'
  const { kind, name, inputs, outputs } = value as Record<string, unknown>
  if (!kinds.includes(kind)) return 'a lineage node has an unknown kind'
  if (typeof name !== 'string') return 'a lineage node has no name'
  if (!areDigests(inputs) || !areDigests(outputs)) return 'a lineage node names something else than digests'
  return undefined
}

const areDigests = (value: unknown): value is readonly Digest[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string' && /^sha256:[0-9a-f]{64}$/.test(one))
