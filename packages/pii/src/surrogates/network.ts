import { foldWord } from '../words.js'
import type { Draw } from './draw.js'
import { surrogateLists } from './lists.js'

/** Domains that are kept for examples (RFC 2606). */
const domains = ['example.com', 'example.org', 'example.net']
/** Blocks that are kept for documentation (RFC 5737). */
const blocks = ['192.0.2', '198.51.100', '203.0.113']

const plain = (name: string | undefined): string => foldWord(name ?? 'someone').replaceAll(/[^a-z]/g, '')
const never = (): boolean => false

/** A made-up person at a domain for examples; the same domain for the same domain. */
export function surrogateEmail(value: string, canonical: string, draw: Draw, language: string | undefined): string {
  const at = canonical.lastIndexOf('@')
  const { given, family } = surrogateLists(language)
  const first = plain(draw.from(given, `EMAIL|given|${canonical}`, never))
  const last = plain(draw.from(family, `EMAIL|family|${canonical}`, never))
  const separator = /[._-]/.exec(value.slice(0, value.lastIndexOf('@')))?.[0]
  const number = draw.below(900, `EMAIL|number|${canonical}`) + 100
  const local = separator === undefined ? `${first}${number}` : `${first}${separator}${last}${number}`
  return `${local}@${domains[draw.below(domains.length, `DOMAIN|${canonical.slice(at + 1)}`)]!}`
}

export function surrogateHandle(value: string, canonical: string, draw: Draw, language: string | undefined): string {
  const name = plain(draw.from(surrogateLists(language).given, `HANDLE|${canonical}`, never))
  return `${value.startsWith('@') ? '@' : ''}${name}${draw.below(9000, `HANDLE|number|${canonical}`) + 1000}`
}

export const surrogateDomain = (canonical: string, draw: Draw, language: string | undefined): string => {
  const name = plain(draw.from(surrogateLists(language).family, `DOMAIN|name|${canonical}`, never))
  return `${name}${draw.below(900, `DOMAIN|number|${canonical}`) + 100}.${domains[draw.below(domains.length, `DOMAIN|${canonical}`)]!}`
}

/** The scheme, a domain for examples and, where there was a path, another one. */
export function surrogateUrl(value: string, canonical: string, draw: Draw, language: string | undefined): string {
  const [head = '', rest = ''] = [/^(?:[a-z]+:\/\/)?(?:www\.)?/i.exec(value)?.[0], value.replace(/^[a-z]+:\/\//i, '')]
  const path = /\/./.test(rest) ? `/${draw.below(2 ** 40, `URL|path|${canonical}`).toString(36)}` : ''
  return `${head}${surrogateDomain(canonical, draw, language)}${path}`
}

export function surrogateIp(value: string, canonical: string, draw: Draw): string {
  const next = draw.series(`IP_ADDRESS|${canonical}`)
  const rest = /[/%].*$/.exec(value)?.[0] ?? ''
  if (!value.includes(':')) return `${blocks[next(blocks.length)]!}.${1 + next(254)}${rest}`
  // 2001:db8::/32 is kept for documentation (RFC 3849).
  return `2001:db8::${(1 + next(0xffff)).toString(16)}:${(1 + next(0xffff)).toString(16)}${rest}`
}
