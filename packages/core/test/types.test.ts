import { describe, expectTypeOf, it } from 'vitest'
import type { Dispatcher, HookInput, HookName, HooksOfKind, RecordBatch } from '../src/index.js'

describe('the types of the hook points', () => {
  it('know which hook is of which kind', () => {
    expectTypeOf<HookName>().toEqualTypeOf<'preprocess' | 'trainStep' | 'evaluate' | 'deploy' | 'monitor'>()
    expectTypeOf<HooksOfKind<'veto'>>().toEqualTypeOf<'deploy'>()
    expectTypeOf<HookInput<'preprocess'>>().toEqualTypeOf<RecordBatch>()
  })

  it('refuse the wrong runner', () => {
    const use = (hooks: Dispatcher, batch: RecordBatch) => {
      void hooks.pipe('preprocess', batch)
      // @ts-expect-error a veto is judged, never piped
      void hooks.pipe('deploy', batch)
      // @ts-expect-error a waterfall gives a batch, not a verdict
      void hooks.judge('preprocess', batch)
    }
    expectTypeOf(use).toBeFunction()
  })
})
