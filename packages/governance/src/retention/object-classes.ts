import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Where objects of a data class lie in a workspace. */
export interface ObjectClass {
  readonly dataClass: string
  /** Folders and files below the workspace; `*` stands for any part of one name, `**` for everything below. */
  readonly pattern: string
  /** A folder that is kept or deleted as a whole. */
  readonly isFolder?: true
  /** What the periods count from when nobody recorded a trigger for the object itself: a trigger of its run. */
  readonly trigger: string
}

/** What Attestry writes, by class. An object that fits several patterns belongs to the first. */
export const objectClasses: readonly ObjectClass[] = [
  { dataClass: 'training-data', pattern: 'runs/*/data/*.shard', trigger: 'end of training' },
  { dataClass: 'model', pattern: 'runs/*/model/**', trigger: 'end of training' },
  { dataClass: 'quarantine', pattern: 'runs/*/quarantine*.jsonl', trigger: 'end of training' },
  { dataClass: 'audit-log', pattern: 'runs/*/log', isFolder: true, trigger: 'event' },
  { dataClass: 'documentation', pattern: 'runs/*/report/**', trigger: 'creation or last effect' },
  { dataClass: 'documentation', pattern: 'runs/*/lineage.jsonl', trigger: 'creation or last effect' },
  { dataClass: 'change-records', pattern: 'register/approval-*.dsse.json', trigger: 'end of the audit or review' },
  { dataClass: 'documentation', pattern: 'register/*.dsse.json', trigger: 'creation or last effect' },
  { dataClass: 'subject-exports', pattern: 'exports/**', trigger: 'export' },
]

/** An object of a class, as it lies in the workspace. */
export interface FoundObject {
  readonly dataClass: string
  /** Relative to the workspace, with `/`. */
  readonly object: string
  readonly isFolder: boolean
  /** The run that it belongs to; null for what belongs to the workspace. */
  readonly run: string | null
}

/** Every object of the given classes, in order of its path. Links are never followed. */
export async function findObjects(
  workspace: string,
  classes: readonly ObjectClass[] = objectClasses,
): Promise<readonly FoundObject[]> {
  const found = new Map<string, FoundObject>()
  for (const { dataClass, pattern, isFolder = false } of classes)
    for (const object of await expand(workspace, pattern.split('/'), isFolder))
      if (!found.has(object))
        found.set(object, { dataClass, object, isFolder, run: /^runs\/([^/]+)\//.exec(object)?.[1] ?? null })
  return [...found.values()].sort((a, b) => (a.object < b.object ? -1 : 1))
}

async function expand(
  workspace: string,
  parts: readonly string[],
  isFolder: boolean,
  below = '',
): Promise<readonly string[]> {
  const [part, ...rest] = parts
  const entries = await readdir(join(workspace, below), { withFileTypes: true }).catch(
    (failure: NodeJS.ErrnoException) => {
      if (failure.code === 'ENOENT' || failure.code === 'ENOTDIR') return []
      throw failure
    },
  )
  const found: string[] = []
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (part === '**') {
      if (entry.isFile()) found.push(path)
      else if (entry.isDirectory()) found.push(...(await expand(workspace, parts, isFolder, path)))
    } else if (matches(part!, entry.name)) {
      if (rest.length > 0 && entry.isDirectory()) found.push(...(await expand(workspace, rest, isFolder, path)))
      if (rest.length === 0 && (isFolder ? entry.isDirectory() : entry.isFile())) found.push(path)
    }
  }
  return found
}

const matches = (pattern: string, name: string): boolean => {
  const [head, ...tail] = pattern.split('*')
  if (tail.length === 0) return name === pattern
  const end = tail.at(-1)!
  return name.length >= head!.length + end.length && name.startsWith(head!) && name.endsWith(end)
}
