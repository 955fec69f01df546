import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sha256, type Digest } from '@attestry/core'
import type { LedgerFile, MemberFiles } from '../src/index.js'

/** The folder of reference data, or undefined when it is not at hand. */
function sharedFolder(): string | undefined {
  if (process.env['ATTESTRY_SHARED'] !== undefined) return process.env['ATTESTRY_SHARED']
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'nx.json'))) {
    if (dirname(folder) === folder) return undefined
    folder = dirname(folder)
  }
  return [join(folder, 'shared'), join(folder, '..', 'shared')].find(existsSync)
}

export interface Golden {
  readonly brackets: readonly {
    readonly q: number
    readonly sigma: number
    readonly steps: number
    readonly delta: number
    readonly lower: number
    readonly upper: number
    readonly rdp_opacus: number
  }[]
  readonly rdp_exact: readonly {
    readonly q: number
    readonly sigma: number
    readonly alpha: number
    readonly rdp_exact: string
  }[]
  readonly published: readonly {
    readonly q: number
    readonly sigma: number
    readonly steps: number
    readonly delta: number
    readonly epsilon: number
    readonly method?: string
  }[]
  readonly gaussian: readonly { readonly epsilon: number; readonly delta: number; readonly sigma_analytic: number }[]
  readonly laplace: readonly { readonly scale_b: number; readonly compositions: number; readonly epsilon_pld: number }[]
  readonly other: readonly {
    readonly mechanism: string
    readonly sigma: number
    readonly delta: number
    readonly epsilon_pld?: number
  }[]
  readonly calibration: readonly {
    readonly q: number
    readonly steps: number
    readonly delta: number
    readonly target_epsilon: number
    readonly method: string
    readonly sigma: number
  }[]
}

/** Golden numbers of other accountants and of 40-digit arithmetic; undefined, with a printed reason, when not at hand. */
export function golden(): Golden | undefined {
  const folder = sharedFolder()
  const file = folder === undefined ? undefined : join(folder, 'golden', 'dp.json')
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Golden
  console.warn('golden numbers skipped: golden/dp.json is not at hand; set ATTESTRY_SHARED to its folder')
  return undefined
}

/** A fixed secret, so that a statistical test gives the same answer every time. */
export const secretOf = (seed: number): Uint8Array => new Uint8Array(32).map((_, i) => (seed * 31 + i * 7) & 255)

/** The code of the error that `act` throws or rejects with; undefined when it does not. */
export async function codeOf(act: () => unknown): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    return (error as { code?: string }).code
  }
}

/** Where a ledger without a disk keeps its bytes and its lists of people. */
export function ledgerInMemory(): { readonly file: LedgerFile; readonly members: MemberFiles } {
  let text = ''
  const lists = new Map<Digest, Uint8Array>()
  return {
    file: { read: async () => text, append: async more => void (text += more), sync: async () => {} },
    members: {
      write: async bytes => (lists.set(sha256(bytes), bytes), sha256(bytes)),
      read: async digest => lists.get(digest)!,
    },
  }
}
