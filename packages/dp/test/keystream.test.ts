import { createCipheriv, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keystream, nextWord } from '../src/keystream.js'
import { secretOf } from './support.js'

describe('the keystream', () => {
  it('is AES-256-CTR under an HKDF key, with the step in the upper half of the counter', () => {
    const step = 5_000_000_000
    const key = Buffer.from(hkdfSync('sha256', secretOf(3), '', 'attestry dp stream 1: sampling', 32))
    const counter = Buffer.alloc(16)
    counter.writeBigUInt64BE(BigInt(step), 0)
    const bytes = createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(400_000))
    const source = keystream({ secret: secretOf(3), stream: 'sampling' })(step)
    for (let i = 0; i < 100_000; i++) if (nextWord(source) !== bytes.readUInt32LE(4 * i)) expect.fail(`word ${i}`)
  })

  it('keeps two steps that are drawn in turns apart', () => {
    const words = keystream({ secret: secretOf(3), stream: 'x' })
    const alone = Array.from({ length: 50 }, (_, i) => nextWordAt(words, 1, i))
    const [one, two] = [words(1), words(2)]
    const inTurns = alone.map(() => (nextWord(two), nextWord(one)))
    expect(inTurns).toEqual(alone)
  })
})

function nextWordAt(words: ReturnType<typeof keystream>, step: number, place: number): number {
  const source = words(step)
  for (let i = 0; i < place; i++) nextWord(source)
  return nextWord(source)
}
