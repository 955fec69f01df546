import { createHash, createHmac, createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '@attestry/core'
import { chunkBytes, magic, openEnvelope, readEnvelopeHeader, sealEnvelope, wrappingKey } from '../src/index.js'

const key = wrappingKey(Buffer.alloc(32, 1))
const other = wrappingKey(Buffer.alloc(32, 2))
const fixed = {
  fileKey: Buffer.alloc(32, 3),
  salt: Buffer.alloc(32, 4),
  id: Buffer.alloc(16, 5),
  wrapNonce: Buffer.alloc(12, 6),
}
const refused = expect.objectContaining({ code: 'VAULT-E001' })

/** Where the parts of an envelope begin. */
function partsOf(sealed: Uint8Array): { head: number; body: number } {
  const head = magic.length + 4 + Buffer.from(sealed).readUInt32BE(magic.length)
  return { head, body: head + 32 }
}

const failure = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (thrown) {
    return thrown
  }
}

describe('an envelope', () => {
  it.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 3 * chunkBytes + 7])(
    'gives back %i bytes',
    size => {
      const plaintext = randomBytes(size)
      const sealed = sealEnvelope(plaintext, 'shard', key)
      expect(Buffer.from(openEnvelope(sealed, 'shard', key)).equals(plaintext)).toBe(true)
      expect(sealed.length - partsOf(sealed).body).toBe(size + 16 * Math.max(1, Math.ceil(size / chunkBytes)))
    },
  )

  it('gives back any bytes under any context, and no two envelopes are alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), (plaintext, context) => {
        const [a, b] = [sealEnvelope(plaintext, context, key), sealEnvelope(plaintext, context, key)]
        expect([...openEnvelope(a, context, key)]).toEqual([...plaintext])
        expect(Buffer.from(a).equals(b)).toBe(false)
      }),
    )
  })

  it('has the bytes that the format lays down, for known keys', () => {
    // Written by a second implementation of the layout, below, that shares nothing with the first but node:crypto.
    const plaintext = Buffer.from('attestry')
    const keys = Buffer.from(hkdfSync('sha256', fixed.fileKey, fixed.salt, 'attestry/vault/v1', 96))
    const id = '05'.repeat(16)
    const gcm = (k: Uint8Array, nonce: Uint8Array, aad: Uint8Array, text: Uint8Array): Buffer => {
      const cipher = createCipheriv('aes-256-gcm', k, nonce)
      cipher.setAAD(aad)
      return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
    }
    const ek = gcm(key.bytes, fixed.wrapNonce, Buffer.from(`${key.id}|${id}`), fixed.fileKey)
    const header = Buffer.from(
      canonicalJson({
        alg: 'A256GCM-CHUNK',
        chunk: 65536,
        salt: fixed.salt.toString('base64'),
        commit: keys.subarray(64).toString('base64'),
        id,
        recipients: [{ kid: key.id, wrap: 'A256GCM', ek: Buffer.concat([fixed.wrapNonce, ek]).toString('base64') }],
      }),
    )
    const head = Buffer.concat([
      Buffer.from('attestry-vault/v1\n'),
      Buffer.from([0, 0, 1, header.length - 256]),
      header,
    ])
    const mac = createHmac('sha256', keys.subarray(32, 64)).update(head).digest()
    const aad = Buffer.concat([Buffer.from('attestry-vault/v1'), fixed.salt, Buffer.from(`${id}shard/1`)])
    const chunk = gcm(keys.subarray(0, 32), Buffer.from('000000000000000000000001', 'hex'), aad, plaintext)
    const sealed = sealEnvelope(plaintext, 'shard/1', key, fixed)
    expect(Buffer.from(sealed).toString('hex')).toBe(Buffer.concat([head, mac, chunk]).toString('hex'))
  })

  it('keeps its known answers: a changed format would strand every file written before', () => {
    const digest = (size: number): string =>
      createHash('sha256')
        .update(sealEnvelope(Buffer.alloc(size, 7), 'known', key, fixed))
        .digest('hex')
    expect([0, 1, chunkBytes, chunkBytes + 1].map(digest)).toMatchInlineSnapshot(`
      [
        "f5942bec62a09a9bf8324281ac7e7ac7687ff1e863d7e32347fa3bbccf25b060",
        "36d49a37667ad7eb0e172408ad641e4038b14f0964dd7008263d146a2e5585d1",
        "284e85c9efe17b491998b6d08fbbe92b33557622d2d2e1b5429f03a1f4b50e04",
        "fcf2208fa78e3e81dd6f38fa2a8a3add7db309bd2f849ed0ec71559401e84e6a",
      ]
    `)
  })

  it('does not open with another key, another context, or as something else', () => {
    const sealed = sealEnvelope(Buffer.from('secret'), 'a', key)
    expect(failure(() => openEnvelope(sealed, 'a', other))).toEqual(refused)
    // The handle of the right key does not help the wrong one.
    expect(failure(() => openEnvelope(sealed, 'a', { ...other, id: key.id }))).toEqual(refused)
    expect(failure(() => openEnvelope(sealed, 'b', key))).toEqual(refused)
    expect(failure(() => openEnvelope(Buffer.from('plain text'), 'a', key))).toEqual(refused)
    expect(failure(() => openEnvelope(new Uint8Array(), 'a', key))).toEqual(refused)
  })

  it('does not open after any single bit was flipped, and always says the same', () => {
    const sealed = Buffer.from(sealEnvelope(Buffer.from('short secret'), 'a', key))
    const messages = new Set<string>()
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      sealed[bit >> 3]! ^= 1 << (bit & 7)
      const thrown = failure(() => openEnvelope(sealed, 'a', key))
      expect(thrown, `bit ${bit}`).toEqual(refused)
      messages.add((thrown as Error).message)
      sealed[bit >> 3]! ^= 1 << (bit & 7)
    }
    expect([...messages]).toEqual(['the sealed bytes do not open'])
  })

  it('does not open when it is cut: at every byte of a small one, at every chunk border of a large one', () => {
    const small = sealEnvelope(Buffer.from('short secret'), 'a', key)
    for (let length = 0; length < small.length; length++)
      expect(
        failure(() => openEnvelope(small.subarray(0, length), 'a', key)),
        `${length} bytes`,
      ).toEqual(refused)
    const large = sealEnvelope(Buffer.alloc(3 * chunkBytes + 100, 1), 'a', key)
    const { body } = partsOf(large)
    for (let chunk = 0; chunk <= 3; chunk++)
      for (const length of [-1, 0, 1, 16].map(more => body + chunk * (chunkBytes + 16) + more))
        expect(
          failure(() => openEnvelope(large.subarray(0, length), 'a', key)),
          `${length} bytes`,
        ).toEqual(refused)
  })

  it('does not open when chunks were swapped, repeated, dropped or appended', () => {
    const sealed = Buffer.from(sealEnvelope(Buffer.alloc(3 * chunkBytes, 1), 'a', key))
    const { body } = partsOf(sealed)
    const step = chunkBytes + 16
    const [head, ...chunks] = [
      sealed.subarray(0, body),
      ...[0, 1, 2].map(i => sealed.subarray(body + i * step, body + (i + 1) * step)),
    ]
    const [a, b, c] = chunks as [Buffer, Buffer, Buffer]
    for (const order of [
      [b, a, c],
      [a, a, c],
      [a, c],
      [a, b, c, c],
      [a, b],
      [c],
      [a, b, c, Buffer.alloc(16)],
      [a, b, c, Buffer.alloc(1)],
    ])
      expect(failure(() => openEnvelope(Buffer.concat([head, ...order]), 'a', key))).toEqual(refused)
  })

  it('does not open with the header of another envelope', () => {
    const [a, b] = [1, 2].map(byte => Buffer.from(sealEnvelope(Buffer.alloc(10, byte), 'a', key))) as [Buffer, Buffer]
    const swapped = Buffer.concat([a.subarray(0, partsOf(a).body), b.subarray(partsOf(b).body)])
    expect(failure(() => openEnvelope(swapped, 'a', key))).toEqual(refused)
  })

  it('does not open under a second file key, though GCM alone would let one ciphertext have two', () => {
    // The attack: one header names two recipients whose wrapped file keys differ. Its maker knows both keys, so MAC and
    // tags could be made to fit each; the commitment fits only one.
    const honest = sealEnvelope(Buffer.from('for both'), 'a', key, fixed)
    const second = sealEnvelope(Buffer.from('for both'), 'a', other, { ...fixed, fileKey: Buffer.alloc(32, 9) })
    const header = readEnvelopeHeader(honest)!
    const forged = Buffer.from(
      canonicalJson({ ...header, recipients: [...header.recipients, ...readEnvelopeHeader(second)!.recipients] }),
    )
    const length = Buffer.alloc(4)
    length.writeUInt32BE(forged.length)
    const head = Buffer.concat([Buffer.from(magic), length, forged])
    const withMacOf = (fileKey: Uint8Array): Buffer => {
      const keys = Buffer.from(hkdfSync('sha256', fileKey, fixed.salt, 'attestry/vault/v1', 96))
      const mac = createHmac('sha256', keys.subarray(32, 64)).update(head).digest()
      const source = fileKey === fixed.fileKey ? honest : second
      return Buffer.concat([head, mac, source.subarray(partsOf(source).body)])
    }
    expect(Buffer.from(openEnvelope(withMacOf(fixed.fileKey), 'a', key)).toString()).toBe('for both')
    expect(failure(() => openEnvelope(withMacOf(Buffer.alloc(32, 9)), 'a', other))).toEqual(refused)
  })

  it('has one form only: an empty last chunk behind a full one is refused, even by the holder of the key', () => {
    const full = Buffer.alloc(chunkBytes, 1)
    const sealed = sealEnvelope(full, '', key, fixed)
    const enc = Buffer.from(hkdfSync('sha256', fixed.fileKey, fixed.salt, 'attestry/vault/v1', 96)).subarray(0, 32)
    const aad = Buffer.concat([Buffer.from('attestry-vault/v1'), fixed.salt, Buffer.from('05'.repeat(16))])
    const chunk = (nonce: string, text: Uint8Array): Buffer => {
      const cipher = createCipheriv('aes-256-gcm', enc, Buffer.from(nonce, 'hex')).setAAD(aad)
      return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
    }
    const head = Buffer.from(sealed).subarray(0, partsOf(sealed).body)
    const second = Buffer.concat([
      head,
      chunk('000000000000000000000000', full),
      chunk('000000000000000000000101', Buffer.alloc(0)),
    ])
    expect(failure(() => openEnvelope(second, '', key))).toEqual(refused)
  })

  it('is not taken for one when arbitrary bytes follow the magic', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        const fuzzed = Buffer.concat([Buffer.from(magic), bytes])
        expect(readEnvelopeHeader(fuzzed)).toBeUndefined()
        expect(failure(() => openEnvelope(fuzzed, 'a', key))).toEqual(refused)
      }),
    )
  })
})
