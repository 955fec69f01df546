import { readFileSync } from 'node:fs'

/** The bytes of a file in `model`, which stands beside the folder of this module, built or not. */
export const readModelFile = (name: string): Uint8Array => readFileSync(new URL(`../model/${name}`, import.meta.url))
