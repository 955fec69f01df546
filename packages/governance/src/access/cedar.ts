import { createRequire } from 'node:module'
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'

/** What is used of Cedar. */
export type CedarModule = typeof Cedar

let loaded: CedarModule | undefined

/** Cedar, loaded when it is first needed: its WebAssembly takes some 100 ms. */
export const cedar = (): CedarModule =>
  (loaded ??= createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as CedarModule)
