import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  formatVkey,
  openCheckpoint,
  openNote,
  parseVkey,
  signCheckpoint,
  signNote,
  verifierKey,
  type SigningKey,
} from '../src/index.js'

const keyOf = (name: string): SigningKey => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { ...verifierKey(name, publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)), privateKey }
}
const key = keyOf('example.com/log')
const note = signNote('hello\n', key)
const open = (text: string, keys = [key]) => openNote(Buffer.from(text), keys)

describe('a signed note', () => {
  it('gives its text to the holder of the verifier key', () => {
    expect(open(note, [parseVkey(formatVkey(key)) as SigningKey])).toBe('hello\n')
  })

  it('is refused after any change of one bit', () => {
    const bytes = Buffer.from(note)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => openNote(changed, [key]), `bit ${bit}`).toThrow('the signed note is refused')
    }
  })

  it('may have further signatures of keys that we do not know', () => {
    const other = signNote('hello\n', keyOf('witness.example')).split('\n\n')[1]!
    expect(open(note + other)).toBe('hello\n')
    expect(() => open(`hello\n\n${other}`)).toThrow('no signature is by the expected key')
  })

  it('is refused when one signature of a known key is wrong, beside a good one', () => {
    const wrong = signNote('bye\n', key).split('\n\n')[1]!
    expect(() => open(note + wrong)).toThrow('is wrong')
  })

  it('is refused when it is not UTF-8, unsigned or far too long', () => {
    expect(() => openNote(Buffer.from([0xff, 0x0a]), [key])).toThrow('not UTF-8')
    expect(() => open('hello\n')).toThrow('malformed')
    expect(() => openNote(Buffer.alloc(1_000_001, 'a'), [key])).toThrow('at most 1000000 are read')
  })
})

describe('a verifier key', () => {
  it('has the id of the Tessera test log', () => {
    const text = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx'
    expect(formatVkey(parseVkey(text))).toBe(text)
  })

  it('is refused when its id does not fit, its type is unknown, or it is cut', () => {
    const text = formatVkey(key)
    const [name, id, rest] = text.split('+', 2).concat(text.split('+').slice(2).join('+'))
    expect(() => parseVkey(`${name}+00000000+${rest}`)).toThrow(`its id is 00000000`)
    expect(() => parseVkey(`${name}+${id}+${Buffer.alloc(33, 2).toString('base64')}`)).toThrow('its type is 2')
    expect(() => parseVkey(text.slice(0, -8))).toThrow('the verifier key is refused')
  })
})

describe('a checkpoint', () => {
  const root = Buffer.alloc(32, 7)

  it('is read back', () => {
    const text = signCheckpoint({ origin: 'example.com/log/1', size: 12, root }, key)
    expect(openCheckpoint(Buffer.from(text), [key])).toEqual({ origin: 'example.com/log/1', size: 12, root })
  })

  it('is refused with extension lines, a padded size or a short root', () => {
    for (const text of [
      `o\n1\n${root.toString('base64')}\nmore\n`,
      `o\n01\n${root.toString('base64')}\n`,
      `o\n1\n${root.subarray(1).toString('base64')}\n`,
    ])
      expect(() => openCheckpoint(Buffer.from(signNote(text, key)), [key])).toThrow('not an origin, a size and a root')
  })
})
