import { plainWords } from '../gazetteer/plain-words.js'
import { triggersOf } from '../triggers.js'
import type { Scanner } from '../scanner.js'
import { sign } from '../text-signs.js'
import type { Words } from '../words.js'

/** Forms that services publish for their keys and tokens: each one bounded run after a fixed beginning. */
const forms: readonly (readonly [name: string, form: string])[] = [
  ['aws', '(?:AKIA|ASIA)[A-Z0-9]{16}'],
  ['github', 'gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}'],
  ['gitlab', 'glpat-[A-Za-z0-9_-]{20,64}'],
  ['slack', 'xox[abeoprs]-[A-Za-z0-9-]{10,250}'],
  ['stripe', '[rsp]k_(?:live|test)_[A-Za-z0-9]{16,99}'],
  ['google', 'AIza[A-Za-z0-9_-]{35}|ya29\\.[A-Za-z0-9_-]{20,250}'],
  ['openai', 'sk-[A-Za-z0-9_-]{20,200}'],
  ['npm', 'npm_[A-Za-z0-9]{36}'],
  ['sendgrid', 'SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}'],
  ['jwt', 'eyJ[A-Za-z0-9_-]{8,2000}\\.eyJ[A-Za-z0-9_-]{8,4000}\\.[A-Za-z0-9_-]{8,1000}'],
]
const token = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${forms.map(([, form]) => `(${form})`).join('|')})(?![A-Za-z0-9_-])`,
  'g',
)

const pemStart = '-----BEGIN '
const pemEnd = '-----END '

export const passwordLabels: ReadonlySet<string> = new Set(
  'password passwords passwort kennwort contrasena passwd pwd passphrase motdepasse senha wachtwoord secret token apikey key clave'.split(
    ' ',
  ),
)
export const pinLabels: ReadonlySet<string> = new Set('pin cvv cvc cvv2 cvc2 csc otp passcode'.split(' '))
const afterLabel = /^["']?(?: ?[:=]{1,2}[ \t]{0,2}| (is|es|ist|est|é|è|was)(?: now)?:? )["']?/i
const secretValue = /[^\s"'<>]{4,200}/y
const pinValue = /^\d{3,8}(?![\d.,]?\d)/

const triggers = triggersOf(passwordLabels, pinLabels)

/** Keys and tokens by their published forms, private keys in PEM, and what a label such as `password:` announces. */
export const secretScanner: Scanner = {
  id: 'secrets',
  types: ['SECRET'],
  triggers,
  scan(source, emit) {
    const { text } = source
    for (const match of source.signs & sign.token ? text.matchAll(token) : []) {
      const name = forms[match.slice(1).findIndex(group => group !== undefined)]![0]
      emit({
        type: 'SECRET',
        start: match.index,
        end: match.index + match[0].length,
        score: 0.95,
        rule: `secret/${name}`,
      })
    }
    for (let start = text.indexOf(pemStart); start >= 0; ) {
      const close = text.indexOf(pemEnd, start)
      if (close < 0) break
      const line = text.indexOf('-----', close + pemEnd.length)
      if (line < 0) break
      const end = line + 5
      const name = text.slice(start + pemStart.length, start + pemStart.length + 40)
      if (/^[A-Z ]{0,24}PRIVATE KEY/.test(name))
        emit({ type: 'SECRET', start, end, score: 0.98, rule: 'secret/private-key' })
      start = text.indexOf(pemStart, end)
    }
    const words = source.words()
    const triggered = source.triggers()
    for (let word = 0; word < words.count; word++) {
      if ((triggered[word]! & triggers.bit) === 0) continue
      const folded = words.folded(word)
      const isPin = pinLabels.has(folded)
      const range = isPin || passwordLabels.has(folded) ? labelled(words, word, isPin) : undefined
      if (range) emit({ type: 'SECRET', ...range, score: 0.7, rule: isPin ? 'secret/pin' : 'secret/label' })
    }
  },
}

function labelled(words: Words, word: number, isPin: boolean): { start: number; end: number } | undefined {
  const { text } = words
  const from = words.end[word]!
  const gap = afterLabel.exec(text.slice(from, from + 16)) ?? (isPin && /^ /.test(text[from] ?? '') ? [' '] : null)
  if (!gap) return undefined
  const start = from + gap[0].length
  if (isPin) {
    const digits = pinValue.exec(text.slice(start, start + 12))
    return digits ? { start, end: start + digits[0].length } : undefined
  }
  secretValue.lastIndex = start
  const found = secretValue.exec(text)?.[0].replace(/[.,;:!?)\]}]+$/, '') ?? ''
  const isMixed = /\d/.test(found) && /\D/.test(found)
  const isSigned = /[!@#$%^&*_~+]/.test(found) && /\p{L}/u.test(found)
  const isAlone =
    gap[1] === undefined && /^[ \t]*(?:$|[\r\n])/.test(text.slice(start + found.length, start + found.length + 4))
  const isShort = found.length < (/^(?:secret|token|key|apikey|clave)$/.test(words.folded(word)) ? 8 : 4)
  if (isShort || !(isMixed || isSigned || (isAlone && !plainWords.has(found.toLowerCase())))) return undefined
  return { start, end: start + found.length }
}
