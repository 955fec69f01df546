import { describe, expect, it } from 'vitest'
import { canonicalJson } from '@attestry/core'
import { checkEntry, decodeEntry, encodeEntry, type Entry } from '../src/index.js'
import { eventOf } from './workspace.js'

const entry = (fields: Record<string, unknown> = {}): Entry => ({ v: 1, ...eventOf('run-1'), ...fields }) as Entry

describe('the allow-list of header fields', () => {
  it.each([
    ['a field of another name', { message: 'hello' }, "'message' is not on the allow-list"],
    ['a prototype name', { constructor: 'x' }, 'is not on the allow-list'],
    ['a shared actor', { actor: 'Anonymous' }, "'actor' must name one person"],
    ['control characters in an actor', { actor: 'a\nb' }, "'actor'"],
    ['a subject that is not a random handle', { subjects: ['ana@example.org'] }, "'subjects'"],
    ['an object that is not a digest', { objects: ['tickets.csv'] }, "'objects'"],
    ['free text as a type', { type: 'it broke' }, "'type'"],
    ['a local time', { time: '2025-01-01T00:00:00+01:00' }, "'time'"],
    ['a payload', { payload: {} }, "'payload' is not on the allow-list"],
    ['too many subjects', { subjects: Array(501).fill('0'.repeat(32)) }, "'subjects'"],
  ])('refuses %s', (_, fields, message) => {
    expect(() => checkEntry(entry(fields) as never)).toThrow(message)
  })

  it('does not repeat the value that it refuses', () => {
    expect(() => checkEntry(entry({ subjects: ['123-45-6789'] }) as never)).toThrow(/^(?!.*123-45).*$/)
  })

  it('takes control ids as lawyers write them', () => {
    checkEntry(entry({ controls: ['HIPAA-164.312(b)', 'GDPR-5(1)(f)'] }) as never)
  })
})

describe('an entry', () => {
  it('is read back from its canonical bytes only', () => {
    const bytes = encodeEntry(entry())
    expect(decodeEntry(bytes)).toEqual(entry({ id: decodeEntry(bytes)!.id, time: decodeEntry(bytes)!.time }))
    const text = Buffer.from(bytes).toString()
    expect(decodeEntry(Buffer.from(text.replace('{', '{ ')))).toBeUndefined()
    expect(decodeEntry(Buffer.from(text.replace('{', '{"actor":"eve",')))).toBeUndefined()
    expect(decodeEntry(Buffer.from([0xff]))).toBeUndefined()
  })

  it('is refused above 65,535 bytes', () => {
    const controls = Array(400).fill('C'.repeat(190))
    expect(() => encodeEntry(entry({ controls }))).toThrow(/header has \d+ bytes, at most 65535 fit/)
    expect(canonicalJson(entry({ controls })).length).toBeGreaterThan(65_535)
  })
})
