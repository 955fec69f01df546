import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readEnvelopeHeader } from './envelope.js'

/** How the files of a folder are stored. */
export interface StorageScan {
  readonly files: number
  /** Whole envelope headers, with the run's own key as recipient. */
  readonly encrypted: number
  /** Envelopes of other keys: encrypted, but not readable by this run. */
  readonly underOtherKeys: number
  /** Everything else. */
  readonly plaintext: number
}

// Magic, length, a header of one recipient, and its MAC.
const headBytes = 4096

/** Looks at the head of every file below a folder. A file counts as encrypted only with a whole envelope header. */
export async function scanStorage(folder: string, keyId: string): Promise<StorageScan> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (failure: NodeJS.ErrnoException) => {
      if (failure.code === 'ENOENT') return []
      throw failure
    },
  )
  let encrypted = 0
  let underOtherKeys = 0
  let plaintext = 0
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const header = entry.isFile() ? readEnvelopeHeader(await readHead(join(entry.parentPath, entry.name))) : undefined
    if (!header) plaintext++
    else if (header.recipients.some(({ kid }) => kid === keyId)) encrypted++
    else underOtherKeys++
  }
  return { files: encrypted + underOtherKeys + plaintext, encrypted, underOtherKeys, plaintext }
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
