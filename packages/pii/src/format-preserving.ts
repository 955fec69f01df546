import { createCipheriv } from 'node:crypto'
import { unusableCipher } from './errors.js'

/** Enciphers text of an alphabet into text of the same length and alphabet; with the key and tweak it comes back. */
export interface FormatPreserving {
  encrypt(text: string, tweak?: Uint8Array): string
  decrypt(text: string, tweak?: Uint8Array): string
}

export interface FormatPreservingOptions {
  /** 16, 24 or 32 secret bytes. */
  readonly key: Uint8Array
  /** Characters in the order of their values: `0123456789` by default. 2 to 65,536, each once. */
  readonly alphabet?: string
}

const rounds = 10
const block = 16
const leastDomain = 1_000_000n
const longestTweak = 255
const longestText = 255

/**
 * FF1 of NIST SP 800-38G: ten Feistel rounds over AES. Equal texts under one key and tweak have equal results, so it is a
 * pseudonym that can be reversed by who holds the key; separators are the caller's to leave out.
 *
 * @throws PII-E011 for a key, alphabet or tweak that it is not defined for; from `encrypt` and `decrypt` for a text with other
 *   characters, or so short that fewer than a million texts of its length exist (SP 800-38G Rev. 1, 5.1)
 * @example
 *   formatPreserving({ key }).encrypt('4111111111111111')   // sixteen other digits
 */
export function formatPreserving({ key, alphabet = '0123456789' }: FormatPreservingOptions): FormatPreserving {
  if (![16, 24, 32].includes(key.byteLength))
    throw unusableCipher(`the key has ${key.byteLength} bytes, not 16, 24 or 32`)
  const characters = [...alphabet]
  const values = new Map(characters.map((character, value) => [character, value]))
  const radix = characters.length
  if (radix < 2 || radix > 65_536 || values.size !== radix)
    throw unusableCipher('the alphabet has not 2 to 65,536 different characters')
  const base = BigInt(radix)

  const cipher = (bytes: Uint8Array): Uint8Array => {
    const aes = createCipheriv(`aes-${key.byteLength * 8}-ecb`, key, null).setAutoPadding(false)
    return aes.update(bytes)
  }
  const mac = (bytes: Uint8Array): Uint8Array => {
    let state = new Uint8Array(block)
    for (let at = 0; at < bytes.length; at += block)
      state = new Uint8Array(cipher(state.map((byte, i) => byte ^ bytes[at + i]!)))
    return state
  }
  const numberOf = (digits: readonly number[]): bigint => digits.reduce((sum, digit) => sum * base + BigInt(digit), 0n)
  const digitsOf = (value: bigint, length: number): number[] => {
    const digits = new Array<number>(length)
    for (let i = length - 1; i >= 0; i--) {
      digits[i] = Number(value % base)
      value /= base
    }
    return digits
  }

  const run = (text: string, tweak: Uint8Array, direction: 1 | -1): string => {
    if (tweak.length > longestTweak) throw unusableCipher(`the tweak has more than ${longestTweak} bytes`)
    const digits = [...text].map(character => {
      const value = values.get(character)
      // The character is not told: it is part of what is to be hidden.
      if (value === undefined) throw unusableCipher('the text has a character that the alphabet has not')
      return value
    })
    const n = digits.length
    if (n > longestText) throw unusableCipher(`the text has more than ${longestText} characters`)
    if (n < 2 || base ** BigInt(n) < leastDomain)
      throw unusableCipher(`fewer than ${leastDomain} texts have ${n} characters of this alphabet`)
    const u = n >> 1
    const v = n - u
    const bytesOfB = Math.ceil((base ** BigInt(v) - 1n).toString(2).length / 8)
    const d = 4 * Math.ceil(bytesOfB / 4) + 4
    const head = new Uint8Array(block)
    head.set([1, 2, 1, radix >> 16, (radix >> 8) & 255, radix & 255, rounds, u & 255])
    new DataView(head.buffer).setUint32(8, n)
    new DataView(head.buffer).setUint32(12, tweak.length)
    const padding = (((-tweak.length - bytesOfB - 1) % block) + block) % block

    let a = digits.slice(0, u)
    let b = digits.slice(u)
    for (let step = 0; step < rounds; step++) {
      const i = direction === 1 ? step : rounds - 1 - step
      const [fixed, changed] = direction === 1 ? [b, a] : [a, b]
      const q = new Uint8Array(tweak.length + padding + 1 + bytesOfB)
      q.set(tweak)
      q[tweak.length + padding] = i
      q.set(bytesOf(numberOf(fixed), bytesOfB), tweak.length + padding + 1)
      const r = mac(concat([head, q]))
      const s: Uint8Array[] = [r]
      for (let j = 1; j * block < d; j++) s.push(cipher(xorCounter(r, j)))
      const y = BigInt(`0x${Buffer.from(concat(s).subarray(0, d)).toString('hex')}`)
      const m = i % 2 === 0 ? u : v
      const modulus = base ** BigInt(m)
      const c = (((numberOf(changed) + BigInt(direction) * y) % modulus) + modulus) % modulus
      if (direction === 1) [a, b] = [b, digitsOf(c, m)]
      else [a, b] = [digitsOf(c, m), a]
    }
    return [...a, ...b].map(value => characters[value]!).join('')
  }
  const none = new Uint8Array(0)
  return {
    encrypt: (text, tweak = none) => run(text, tweak, 1),
    decrypt: (text, tweak = none) => run(text, tweak, -1),
  }
}

function bytesOf(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = length - 1; i >= 0; i--) {
    bytes[i] = Number(value & 255n)
    value >>= 8n
  }
  return bytes
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

function xorCounter(bytes: Uint8Array, counter: number): Uint8Array {
  const result = Uint8Array.from(bytes)
  new DataView(result.buffer).setUint32(block - 4, new DataView(result.buffer).getUint32(block - 4) ^ counter)
  return result
}
