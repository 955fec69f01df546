import { describe, expect, it } from 'vitest'
import { namesOf } from '../src/index.js'

describe('namesOf', () => {
  it('gives every form that a package needs', () => {
    expect(namesOf('eu-ai-act')).toEqual({
      fileName: 'eu-ai-act',
      id: 'EU-AI-ACT',
      camelName: 'euAiAct',
      pascalName: 'EuAiAct',
    })
  })

  it.each(['plugin-ccpa', 'attestry-plugin-ccpa', 'ccpa'])('takes %s for ccpa', name => {
    expect(namesOf(name).fileName).toBe('ccpa')
  })

  it('avoids words that cannot be a variable', () => {
    expect(namesOf('new').camelName).toBe('newPlugin')
    expect(namesOf('register').camelName).toBe('registerPlugin')
  })

  it.each(['', 'EU AI', '../up', 'a--b', '9lives', '-a', 'a-', 'ccpa/x', 'a'.repeat(61)])('refuses %j', name => {
    expect(() => namesOf(name)).toThrow(expect.objectContaining({ code: 'SCAFFOLD-E001' }))
  })
})
