import { createHash } from 'node:crypto'

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const bech32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Whether a text is base58 with a four-byte checksum over 21 bytes, as legacy Bitcoin addresses are. */
export function isBase58Check(text: string): boolean {
  let value = 0n
  for (const character of text) {
    const digit = base58.indexOf(character)
    if (digit < 0) return false
    value = value * 58n + BigInt(digit)
  }
  if (value >> 200n !== 0n) return false
  const bytes = Buffer.from(value.toString(16).padStart(50, '0'), 'hex')
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21))
}

const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

/** Whether a Bitcoin address in small letters satisfies bech32 (BIP 173) or bech32m (BIP 350). */
export function isBech32(text: string): boolean {
  let check = 1
  const add = (value: number): void => {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (let i = 0; i < 5; i++) if ((top >> i) & 1) check ^= generator[i]!
  }
  const split = text.lastIndexOf('1')
  for (let i = 0; i < split; i++) add(text.charCodeAt(i) >> 5)
  add(0)
  for (let i = 0; i < split; i++) add(text.charCodeAt(i) & 31)
  for (let i = split + 1; i < text.length; i++) {
    const value = bech32.indexOf(text[i]!)
    if (value < 0) return false
    add(value)
  }
  return check === 1 || check === 0x2bc830a3
}
