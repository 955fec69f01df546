import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DeployQuestion, type Digest, digestOf, type ModelFile, StatementStore } from '@attestry/core'
import { modelFilesChanged, modelFilesUnsafe } from './errors.js'

/** Formats that hold numbers and graphs, and no code that loading would run. */
export const safeFormats = ['safetensors', 'onnx', 'json'] as const

/**
 * CC6.8 and CC7.1: the model folder holds only formats that run no code when they are loaded, by name and by their first
 * bytes, and exactly the files that training recorded, unchanged.
 *
 * Reading the first bytes tells formats apart; it does not prove that a file is well formed.
 */
export const modelFilesAreSafe: DeployQuestion = async ({ modelDigest }, context) => {
  const folder = join(context.run.directory, 'model')
  const names = await filesIn(folder)
  const unsafe: string[] = []
  const found: ModelFile[] = []
  for (const name of names) {
    if (!(await isSafe(folder, name))) unsafe.push(name)
    found.push({ name, digest: await digestOfFile(join(folder, name)) })
  }
  const recorded = await filesOfModel(await context.get(StatementStore).read('evidence'), modelDigest)
  const changed = changes(recorded, found)
  return {
    type: 'model-files',
    controls: ['SOC2-CC6.8', 'SOC2-CC7.1'],
    subjects: [{ name: 'model', digest: modelDigest }],
    facts: { files: found, formats: safeFormats, unsafe, changed },
    open: [
      ...(unsafe.length === 0 ? [] : [modelFilesUnsafe(unsafe)]),
      ...(changed.length === 0 ? [] : [modelFilesChanged(changed)]),
    ],
    met: `${found.length} model files are of safe formats and as training left them`,
  }
}

/** Names of all files, relative to the folder with `/`, in order; empty when there is no folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter(entry => !entry.isDirectory())
      .map(entry =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .sort()
  } catch {
    return []
  }
}

async function isSafe(folder: string, name: string): Promise<boolean> {
  const format = safeFormats.find(ending => name.toLowerCase().endsWith(`.${ending}`))
  if (format === undefined) return false
  const start = await firstBytes(join(folder, name), 64)
  const text = start.toString('latin1')
  // A safetensors file begins with the length of its JSON header, an ONNX file with the field of its version.
  if (format === 'safetensors') return text[8] === '{'
  if (format === 'onnx') return start[0] === 0x08
  return /^\s*[[{]/.test(text)
}

async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function digestOfFile(file: string): Promise<Digest> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  return `sha256:${hash.digest('hex')}`
}

/** The files behind a model digest, from the evidence that training left; null when none has this digest. */
async function filesOfModel(
  evidence: Awaited<ReturnType<StatementStore['read']>>,
  modelDigest: Digest,
): Promise<readonly ModelFile[] | null> {
  const lists = evidence.flatMap(({ predicate }) => {
    const { files } = (predicate.facts ?? {}) as { files?: readonly ModelFile[] }
    return predicate.type === 'model-digest' && Array.isArray(files) ? [files] : []
  })
  return lists.findLast(files => digestOf(files) === modelDigest) ?? null
}

function changes(recorded: readonly ModelFile[] | null, found: readonly ModelFile[]): readonly string[] {
  if (recorded === null || recorded.length === 0) return ['no record of training names the files of this model']
  const before = new Map(recorded.map(({ name, digest }) => [name, digest]))
  const now = new Map(found.map(({ name, digest }) => [name, digest]))
  return [...new Set([...before.keys(), ...now.keys()])].sort().flatMap(name => {
    if (!now.has(name)) return [`${name} is missing`]
    if (!before.has(name)) return [`${name} was added`]
    return before.get(name) === now.get(name) ? [] : [`${name} was changed`]
  })
}
