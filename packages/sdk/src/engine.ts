import type { ModelConfig, Plugin } from '@attestry/core'
import { engineMissing } from './errors.js'

/** The package of layers models, which applications without them need not install. */
export type LayersEngine = typeof import('@attestry/tfjs')

/** @throws SDK-E012 when it is not installed */
export async function layersEngine(): Promise<LayersEngine> {
  try {
    return await import('@attestry/tfjs')
  } catch (cause) {
    throw engineMissing(cause)
  }
}

/** The engine that a model needs instead of the ready-made one. Each is loaded when a model asks for it. */
export async function engineFor(model: ModelConfig | undefined, baseDirectory: string): Promise<Plugin | undefined> {
  if (model?.architecture === 'layers-model') return (await layersEngine()).tfjs({ baseDirectory })
  if (model?.architecture === 'language-model') return (await import('@attestry/lm')).lm({ baseDirectory })
  return undefined
}
