import { describe, expect, it } from 'vitest'
import { loadPlugins } from '../src/index.js'
import { withOpenedModel } from '../src/second-opinion.js'

describe('a second opinion that a config asks for', () => {
  it('is a folder beside the config, opened when the model is first asked, and once', async () => {
    const { secondOpinion } = withOpenedModel(
      { secondOpinion: { folder: 'ner', requireBoth: ['PERSON'] } },
      '/nowhere',
    ) as {
      secondOpinion: { classifier: () => Promise<unknown>; requireBoth: string[] }
    }
    expect(secondOpinion.requireBoth).toEqual(['PERSON'])
    const opened = secondOpinion.classifier()
    expect(secondOpinion.classifier()).toBe(opened)
    await expect(opened).rejects.toMatchObject({ code: 'LM-E080', where: { file: '/nowhere/ner' } })
  })

  it('is taken by the mechanism, and refused without a folder', async () => {
    const load = (secondOpinion: unknown) =>
      loadPlugins([{ use: '@attestry/pii', options: { secondOpinion } }], '/nowhere')
    expect((await load({ folder: 'ner' })).map(({ name }) => name)).toContain('@attestry/pii')
    await expect(load({ labels: {} })).rejects.toMatchObject({ code: 'SDK-E003' })
  })
})
