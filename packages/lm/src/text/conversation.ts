import {
  chatTemplates,
  parseChatTemplate,
  type ChatTemplate,
  type Message,
  type RenderOptions,
} from './chat-template.js'
import { badConversation, noChatTemplate, rewrittenTurns } from './errors.js'
import type { ChatTemplateChoice } from './sft-settings.js'
import type { Tokenizer } from './tokenizer.js'

/** Label of a token that is read and not learned. */
export const ignoredLabel = -100

/** Tokens with what is to be learned of them. */
export interface LabelledTokens {
  readonly tokens: Int32Array
  /** The same ids where the model learns to say them, -100 elsewhere. */
  readonly labels: Int32Array
}

/** What is learned of a conversation: all that the assistant says, its last turn only, or everything. */
export type LossOn = 'assistant' | 'last' | 'all'

export interface LabelledConversation extends LabelledTokens {
  /** What is learned; `all` also when a template rewrites earlier turns and that was accepted. */
  readonly lossOn: LossOn
}

export interface ConversationOptions {
  /** By default the tokenizer's own. */
  readonly template?: ChatTemplate
  /** By default `assistant`. */
  readonly lossOn?: LossOn
  /** What happens when the template rewrites earlier turns; by default it is refused. */
  readonly onRewrite?: 'refuse' | 'all'
}

/** The parsed template of a tokenizer. @throws LM-E035 without one, LM-E036 and LM-E037 as `parseChatTemplate` */
export function chatTemplateOf({ chatTemplate }: Tokenizer): ChatTemplate {
  if (chatTemplate === undefined) throw noChatTemplate('the tokenizer has no chat template')
  return parseChatTemplate(chatTemplate)
}

/** The template that a config chooses. @throws LM-E035 when the tokenizer should have one, LM-E036 and LM-E037 */
export function chosenTemplate(choice: ChatTemplateChoice, tokenizer: Tokenizer): ChatTemplate {
  switch (choice.kind) {
    case 'tokenizer':
      return chatTemplateOf(tokenizer)
    case 'tokenizer-or-chatml':
      return parseChatTemplate(tokenizer.chatTemplate ?? chatTemplates.chatml)
    case 'chatml':
      return parseChatTemplate(chatTemplates.chatml)
    case 'source':
      return parseChatTemplate(choice.source)
  }
}

/**
 * Tokens of a conversation, with labels where the assistant speaks.
 *
 * A turn of the assistant is what the rendering with it has more than the rendering before it, which ends with the
 * opening of the turn. Each rendering must begin with the one before; otherwise it is not known where a turn stands. A
 * token that reaches over the beginning of a turn is learned, one that reaches over its end is not.
 *
 * @throws LM-E035 to LM-E038 as the template, LM-E038 when nothing would be learned, LM-E039 for a template that rewrites
 *   earlier turns
 */
export function labelledConversation(
  messages: readonly Message[],
  tokenizer: Tokenizer,
  { template = chatTemplateOf(tokenizer), lossOn = 'assistant', onRewrite = 'refuse' }: ConversationOptions = {},
): LabelledConversation {
  const special = {
    ...(tokenizer.bos && { bosToken: tokenizer.bos.text }),
    ...(tokenizer.eos && { eosToken: tokenizer.eos.text }),
  }
  const render = (until: number, options: RenderOptions = {}): string =>
    template.render(messages.slice(0, until), { ...special, ...options })
  const encode = (text: string): Int32Array => tokenizer.encode(text, { special: false })
  const text = render(messages.length)
  const tokens = encode(text)
  if (lossOn === 'all') return { tokens, labels: tokens.slice(), lossOn }

  const spoken = messages.flatMap(({ role }, turn) => (role === 'assistant' ? [turn] : []))
  const labels = new Int32Array(tokens.length).fill(ignoredLabel)
  for (const turn of lossOn === 'last' ? spoken.slice(-1) : spoken) {
    const before = render(turn, { addGenerationPrompt: true })
    const after = turn + 1 === messages.length ? text : render(turn + 1)
    if (!after.startsWith(before) || !text.startsWith(after)) {
      if (onRewrite === 'all') return { tokens, labels: tokens.slice(), lossOn: 'all' }
      throw rewrittenTurns(`the rendering up to message ${turn} is not the beginning of the rendering after it`)
    }
    const from = commonLength(tokens, encode(before))
    const to = after.length === text.length ? tokens.length : commonLength(tokens, encode(after))
    if (from < to) labels.set(tokens.subarray(from, to), from)
  }
  if (labels.every(label => label === ignoredLabel))
    throw badConversation(`none of the ${messages.length} messages has anything that the assistant says`)
  return { tokens, labels, lossOn }
}

/** How many tokens two lists begin with together. */
function commonLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length)
  for (let i = 0; i < most; i++) if (a[i] !== b[i]) return i
  return most
}

/**
 * Tokens of a text that continues another, without a chat template. Only the continuation is learned, and the end of the
 * text after it, when the tokenizer has one. With an empty beginning all of it is learned.
 *
 * @throws LM-E034 as the tokenizer, LM-E038 when nothing would be learned
 */
export function labelledCompletion(prompt: string, completion: string, tokenizer: Tokenizer): LabelledTokens {
  if (completion === '') throw badConversation('the completion is empty')
  const body = tokenizer.encode(prompt + completion)
  const given = prompt === '' ? 0 : commonLength(body, tokenizer.encode(prompt))
  const isEnded = !tokenizer.eos || body.at(-1) === tokenizer.eos.id
  const tokens = isEnded ? body : Int32Array.from([...body, tokenizer.eos!.id])
  const labels = tokens.slice()
  labels.fill(ignoredLabel, 0, given)
  return { tokens, labels }
}
