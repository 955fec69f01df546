import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chatTemplates,
  chosenTemplate,
  ignoredLabel,
  labelledCompletion,
  labelledConversation,
  makeTokenizer,
  parseChatTemplate,
  tokenizerFromGguf,
  type LabelledTokens,
  type Message,
  type Tokenizer,
} from '../../src/index.js'
import { trainedMeta } from './byte-bpe.js'
import { wordPieceJson } from './other-tokenizers.js'

const code = (value: string): unknown => expect.objectContaining({ code: value })
const tokenizer = tokenizerFromGguf({ ...trainedMeta('smollm'), chatTemplate: chatTemplates.chatml })

/** What is learned, as text; a bar stands where something in between is not. */
function learned({ tokens, labels }: LabelledTokens, by: Tokenizer = tokenizer): string {
  const parts: number[][] = []
  labels.forEach((label, i) => {
    if (label === ignoredLabel) return
    expect(label).toBe(tokens[i])
    if (i === 0 || labels[i - 1] === ignoredLabel) parts.push([])
    parts.at(-1)!.push(label)
  })
  return parts.map(part => by.decode(part)).join('|')
}

const messages: readonly Message[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'the quick brown fox' },
  { role: 'assistant', content: 'the lazy dog' },
  { role: 'user', content: '12 the other' },
  { role: 'assistant', content: '日本語 😀' },
]

describe('labels of a conversation', () => {
  it('stand on what the assistant says and on the end of its turns, nowhere else', () => {
    const labelled = labelledConversation(messages, tokenizer)
    expect(learned(labelled)).toBe('the lazy dog<|im_end|>\n|日本語 😀<|im_end|>\n')
    expect(labelled.lossOn).toBe('assistant')
    expect(tokenizer.decode(labelled.tokens)).toBe(parseChatTemplate(chatTemplates.chatml).render(messages))
  })

  it('can stand on the last turn only, or on everything', () => {
    expect(learned(labelledConversation(messages, tokenizer, { lossOn: 'last' }))).toBe('日本語 😀<|im_end|>\n')
    const all = labelledConversation(messages, tokenizer, { lossOn: 'all' })
    expect(all.labels).toEqual(all.tokens)
  })

  it('stand on the answer for any texts, whatever merges over the borders', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }), turns => {
        const talk = turns.flatMap(([user, assistant]): Message[] => [
          { role: 'user', content: Buffer.from(user).toString() },
          { role: 'assistant', content: Buffer.from(assistant).toString() },
        ])
        const spoken = talk.filter(({ role }) => role === 'assistant').map(({ content }) => `${content}<|im_end|>\n`)
        const found = learned(labelledConversation(talk, tokenizer)).split('|')
        // A line feed at the start of an answer may merge with the one that opens the turn.
        expect(found.join('|').replaceAll('\n', '')).toBe(spoken.join('|').replaceAll('\n', ''))
      }),
    )
  })

  it('include a token that reaches over the beginning of a turn', () => {
    const source =
      "{% for m in messages %}{{ m.role + ':' + m.content }}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
    const merging = tokenizerFromGguf({ ...trainedMeta('gpt-2') })
    const labelled = labelledConversation(
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: ':b' },
      ],
      merging,
      { template: parseChatTemplate(source) },
    )
    expect(learned(labelled, merging)).toMatch(/:?b$/)
  })

  it('are refused, or visibly cover everything, when the template rewrites earlier turns', () => {
    const source =
      "{% for m in messages %}{% if m.role != 'assistant' or loop.last %}{{ m.content }}<|im_end|>{% endif %}{% endfor %}"
    const template = parseChatTemplate(source)
    expect(() => labelledConversation(messages, tokenizer, { template })).toThrow(code('LM-E039'))
    const all = labelledConversation(messages, tokenizer, { template, onRewrite: 'all' })
    expect(all.lossOn).toBe('all')
    expect(all.labels).toEqual(all.tokens)
    expect(labelledConversation(messages, tokenizer, { template, lossOn: 'last' }).lossOn).toBe('last')
  })

  it('are refused when the opening of a turn is not what the turn begins with', () => {
    const source =
      "{% for m in messages %}{{ m.role + ':' + m.content }}{% endfor %}{% if add_generation_prompt %}assistant:<think>{% endif %}"
    const template = parseChatTemplate(source)
    expect(() => labelledConversation(messages, tokenizer, { template })).toThrow(code('LM-E039'))
  })

  it('are refused when there is nothing to learn or no template', () => {
    expect(() => labelledConversation(messages.slice(0, 2), tokenizer)).toThrow(code('LM-E038'))
    expect(() => labelledConversation([], tokenizer)).toThrow(code('LM-E038'))
    expect(() => labelledConversation(messages, tokenizerFromGguf(trainedMeta('smollm')))).toThrow(code('LM-E035'))
  })
})

describe('the template that a config chooses', () => {
  it("is the tokenizer's own, ChatML, or one that is written out", () => {
    const hi: readonly Message[] = [{ role: 'user', content: 'hi' }]
    const own = tokenizerFromGguf({ ...trainedMeta('smollm'), chatTemplate: 'own' })
    const bare = tokenizerFromGguf(trainedMeta('smollm'))
    const chatml = '<|im_start|>user\nhi<|im_end|>\n'
    expect(chosenTemplate({ kind: 'tokenizer' }, own).render(hi)).toBe('own')
    expect(() => chosenTemplate({ kind: 'tokenizer' }, bare)).toThrow(code('LM-E035'))
    expect(chosenTemplate({ kind: 'tokenizer-or-chatml' }, own).render(hi)).toBe('own')
    expect(chosenTemplate({ kind: 'tokenizer-or-chatml' }, bare).render(hi)).toBe(chatml)
    expect(chosenTemplate({ kind: 'chatml' }, own).render(hi)).toBe(chatml)
    expect(chosenTemplate({ kind: 'source', source: '{{ messages[0].content }}' }, own).render(hi)).toBe('hi')
  })
})

describe('labels of a completion', () => {
  it('stand on the completion and the end of the text', () => {
    expect(learned(labelledCompletion('the quick', ' brown fox', tokenizer))).toBe(' brown fox<|im_end|>')
    expect(learned(labelledCompletion('', 'the lazy dog', tokenizer))).toBe('the lazy dog<|im_end|>')
    expect(() => labelledCompletion('the', '', tokenizer)).toThrow(code('LM-E038'))
  })

  it('end once when the tokenizer ends texts itself', () => {
    const bert = makeTokenizer({ json: wordPieceJson(true), config: { eos_token: '[SEP]' }, file: 'tokenizer.json' })
    const { tokens, labels } = labelledCompletion('the', ' other', bert)
    expect(bert.decode(tokens)).toBe('[CLS] the other [SEP]')
    expect(Array.from(labels.slice(0, 2))).toEqual([ignoredLabel, ignoredLabel])
    expect(labels.slice(2)).toEqual(tokens.slice(2))
  })
})
