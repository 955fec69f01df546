import { isJsonObject, type JsonObject } from '../files/json-object.js'
import { count, label, list, pattern, text, withinDepth, type RefusePart } from './part-fields.js'

type Reading = (part: JsonObject, refuse: RefusePart) => JsonObject

/** How GPT-2 cuts text, with `\s` in the meaning of Unicode's White_Space. */
export const gpt2Pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"

/** How Llama 3 cuts text. */
export const llama3Pattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"

/** Cuts out every match of a pattern as a piece of its own. */
export const isolate = (pattern: string): JsonObject => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
})

export const sequence = (...pretokenizers: readonly JsonObject[]): JsonObject => ({ type: 'Sequence', pretokenizers })

/** Maps bytes to the letters of a byte-level vocabulary, without cutting. */
export const byteLetters: JsonObject = {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: false,
}

const remove = (pattern: string): JsonObject => ({ ...isolate(pattern), behavior: 'Removed' })

const punctuation = '[\\p{P}$+<=>^`|~]'

/**
 * Pre-tokenizers, in words of the library that give the ids of the reference implementation. Where the library reads a
 * part in another way (its digits are ASCII, its white space is JavaScript's), the part is written as a pattern.
 */
const preTokenizers: Readonly<Record<string, Reading>> = {
  Sequence: (part, refuse) =>
    sequence(
      ...list(part.pretokenizers, refuse).map(inner => readPart(preTokenizers, 'pre_tokenizer', inner, refuse)!),
    ),
  ByteLevel: part => {
    if (part.use_regex === false) return { ...byteLetters, add_prefix_space: part.add_prefix_space === true }
    const cut = [isolate(gpt2Pattern), byteLetters]
    if (part.add_prefix_space === false) return sequence(...cut)
    return sequence({ type: 'Replace', pattern: { Regex: '\\A[^ ]' }, content: ' $&' }, ...cut)
  },
  Digits: part => isolate(part.individual_digits === true ? '\\p{N}' : '\\p{N}+'),
  Split: (part, refuse) => {
    const inverted = part.invert === true
    const { String: literal, Regex } = pattern(part.pattern, refuse)
    // A text becomes a pattern: the library would keep the matches of a text that is to be removed.
    const cut = { Regex: Regex ?? (literal as string).replace(/[.*+?^${}()|[\]\\]/g, '\\$&') }
    const kept = { type: 'Split', pattern: cut, invert: inverted, behavior: part.behavior }
    if (part.behavior === 'Removed' || (part.behavior === 'Isolated' && !inverted)) return kept
    throw refuse(`has a Split with behavior ${label(part.behavior)}${inverted ? ', inverted' : ''}`)
  },
  BertPreTokenizer: () => sequence(remove('\\s+'), isolate(punctuation)),
  Whitespace: () => ({ ...remove('\\w+|[^\\w\\s]+'), invert: true }),
  WhitespaceSplit: () => remove('\\s+'),
  Punctuation: (part, refuse) => {
    if (part.behavior === undefined || part.behavior === 'Isolated') return isolate(punctuation)
    if (part.behavior === 'Contiguous') return isolate(`${punctuation}+`)
    throw refuse(`has a Punctuation with behavior ${label(part.behavior)}`)
  },
  Metaspace: (part, refuse) => {
    const replacement = part.replacement ?? '▁'
    const scheme = part.prepend_scheme ?? (part.add_prefix_space === false ? 'never' : 'always')
    if (replacement !== '▁') throw refuse('has a Metaspace with another replacement than U+2581')
    if (scheme !== 'always' && scheme !== 'first' && scheme !== 'never')
      throw refuse(`has a Metaspace with prepend_scheme ${label(scheme)}`)
    const kept = { type: 'Metaspace', replacement, prepend_scheme: scheme }
    return part.split === false ? kept : sequence(kept, isolate('▁[^▁]*'))
  },
}

const plain: Reading = ({ type }) => ({ type })

const postProcessors: Readonly<Record<string, Reading>> = {
  Sequence: (part, refuse) => ({
    type: 'Sequence',
    processors: list(part.processors, refuse).map(inner => readPart(postProcessors, 'post_processor', inner, refuse)),
  }),
  ByteLevel: plain,
  TemplateProcessing: (part, refuse) => ({
    type: 'TemplateProcessing',
    single: list(part.single, refuse),
    pair: list(part.pair, refuse),
  }),
  BertProcessing: ({ type, cls, sep }, refuse) => ({ type, cls: list(cls, refuse), sep: list(sep, refuse) }),
  RobertaProcessing: ({ type, cls, sep }, refuse) => ({ type, cls: list(cls, refuse), sep: list(sep, refuse) }),
}

const decoders: Readonly<Record<string, Reading>> = {
  Sequence: (part, refuse) => ({
    type: 'Sequence',
    decoders: list(part.decoders, refuse).map(inner => readPart(decoders, 'decoder', inner, refuse)),
  }),
  ByteLevel: plain,
  ByteFallback: plain,
  Fuse: plain,
  WordPiece: ({ type, prefix, cleanup }, refuse) => ({
    type,
    prefix: text(prefix, 'prefix', refuse),
    cleanup: cleanup === true,
  }),
  Metaspace: part =>
    part.prepend_scheme === 'never' || part.add_prefix_space === false
      ? { type: 'Replace', pattern: { String: '▁' }, content: ' ' }
      : { type: 'Metaspace', replacement: '▁' },
  Replace: (part, refuse) => ({
    type: 'Replace',
    pattern: pattern(part.pattern, refuse),
    content: text(part.content, 'content', refuse).replaceAll('$', '$$$$'),
  }),
  Strip: ({ type, content, start, stop }, refuse) => ({
    type,
    content: text(content, 'content', refuse),
    start: count(start, refuse),
    stop: count(stop, refuse),
  }),
}

/** Reads a pre-tokenizer; null when there is none. */
export const readPreTokenizer = (part: unknown, refuse: RefusePart): JsonObject | null =>
  readPart(preTokenizers, 'pre_tokenizer', part, refuse)

/** Reads a post-processor; null when there is none. */
export const readPostProcessor = (part: unknown, refuse: RefusePart): JsonObject | null =>
  readPart(postProcessors, 'post_processor', part, refuse)

/** Reads a decoder; null when there is none. */
export const readDecoder = (part: unknown, refuse: RefusePart): JsonObject | null =>
  readPart(decoders, 'decoder', part, refuse)

function readPart(
  readings: Readonly<Record<string, Reading>>,
  kind: string,
  part: unknown,
  refuse: RefusePart,
): JsonObject | null {
  if (part === null || part === undefined) return null
  if (!withinDepth(part)) throw refuse(`nests a ${kind} too deep`)
  if (!isJsonObject(part)) throw refuse(`has a ${kind} that is not an object`)
  const { type } = part
  if (typeof type !== 'string' || !Object.hasOwn(readings, type)) throw refuse(`has a ${kind} of type ${label(type)}`)
  return readings[type]!(part, refuse)
}
