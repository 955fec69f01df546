import { Environment, Interpreter, parse as parseTokens, tokenize } from '@huggingface/jinja'
import { isAttestryError } from '@attestry/core'
import { badChatTemplate, badConversation, templateLimit } from './errors.js'
import { templateNestsTooDeep, type TemplateToken } from './template-depth.js'
import { limitInterpreter, templateLimits, type TemplateInterpreter, type TemplateLimits } from './template-budget.js'

/** Who speaks. */
export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One turn of a conversation. */
export interface Message {
  readonly role: Role
  readonly content: string
}

export const roles: readonly Role[] = ['system', 'user', 'assistant', 'tool']

export interface RenderOptions {
  /** Ends with the opening of the assistant's next turn; by default no. */
  readonly addGenerationPrompt?: boolean
  /** Texts of special tokens that templates write out; by default empty. */
  readonly bosToken?: string
  readonly eosToken?: string
}

/** Makes one text of a conversation. */
export interface ChatTemplate {
  /**
   * @throws LM-E036 when the template fails or refuses the conversation, LM-E037 at a limit, LM-E038 for a conversation
   *   that is not valid; messages of errors hold no content
   */
  render(messages: readonly Message[], options?: RenderOptions): string
}

/** Templates that need no model: the form of ChatML, which many models are tuned with. */
export const chatTemplates: Readonly<Record<'chatml', string>> = {
  chatml:
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
}

/**
 * Parses a chat template, which comes from a model folder and is untrusted: it sees plain data only, has no clock and no
 * way out, and stops at limits of length, work and size.
 *
 * @throws LM-E036 for a template that does not parse, LM-E037 for one that is too long
 */
export function parseChatTemplate(source: string, limits: TemplateLimits = templateLimits): ChatTemplate {
  if (source.length > limits.source)
    throw templateLimit(`the chat template has ${source.length} characters, at most ${limits.source} are read`)
  const parsed = parse(source)
  return {
    render(messages, { addGenerationPrompt = false, bosToken = '', eosToken = '' } = {}) {
      checkConversation(messages, limits)
      const environment = new Environment() as TemplateScope
      const given = {
        ...constants,
        range: limitedRange,
        raise_exception: (text: unknown) => {
          throw new RaisedByTemplate(String(text))
        },
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: addGenerationPrompt,
        bos_token: bosToken,
        eos_token: eosToken,
      }
      for (const [name, value] of Object.entries(given)) environment.set(name, value)
      const interpreter = new Interpreter(environment) as TemplateInterpreter
      limitInterpreter(interpreter, limits)
      try {
        return interpreter.run(parsed).value as string
      } catch (error) {
        throw isAttestryError(error) ? error : badChatTemplate(reasonOf(error, source))
      }
    },
  }
}

interface TemplateScope {
  set(name: string, value: unknown): unknown
}

const constants = { true: true, false: false, none: null, True: true, False: false, None: null }

const rangeLength = 10_000

function limitedRange(...args: readonly unknown[]): number[] {
  const [first = 0, second, step = 1] = args as readonly (number | undefined)[]
  const [from, to] = second === undefined ? [0, first] : [first, second]
  const length = Math.ceil((to - from) / step)
  if (!(length <= rangeLength)) throw templateLimit(`the chat template asks for a range of more than ${rangeLength}`)
  return Array.from({ length: Math.max(0, length) }, (_, i) => from + i * step)
}

class RaisedByTemplate extends Error {}

/** Some templates mark what the assistant says, for libraries that read the marks; here they are blocks without effect. */
const withoutMarks = (source: string): string =>
  source
    .replace(/(\{%[-+]?\s{0,20})generation(\s{0,20}[-+]?%\})/g, '$1if true$2')
    .replace(/(\{%[-+]?\s{0,20})endgeneration(\s{0,20}[-+]?%\})/g, '$1endif$2')

function parse(source: string): unknown {
  try {
    // As transformers sets up Jinja.
    const tokens = tokenize(withoutMarks(source), {
      lstrip_blocks: true,
      trim_blocks: true,
    }) as readonly TemplateToken[]
    if (templateNestsTooDeep(tokens)) throw templateLimit('the chat template nests too deep, or has too long a block')
    return parseTokens(tokens)
  } catch (cause) {
    if (isAttestryError(cause)) throw cause
    throw badChatTemplate(
      `the chat template does not parse: ${cause instanceof Error ? cause.message : ''}`.slice(0, 200),
    )
  }
}

/** Failures of the interpreter that speak of the template only. */
const aboutTemplate =
  /^(?:Cannot perform operation \S+ on undefined values|Unknown \w+ filter: \w+|Unknown filter|Unknown test)/

/** Why rendering failed, without content of the conversation: texts are given only where the template has them. */
function reasonOf(error: unknown, source: string): string {
  const text = error instanceof Error ? error.message : ''
  if (error instanceof RaisedByTemplate)
    return source.includes(text) && text !== ''
      ? `the chat template refuses the conversation: ${text.slice(0, 200)}`
      : 'the chat template refuses the conversation'
  const known = aboutTemplate.exec(text)
  if (known) return `the chat template fails: ${known[0]}`
  return `the chat template fails while it is rendered (${error instanceof Error ? error.name : 'error'})`
}

/** @throws LM-E038 */
function checkConversation(messages: readonly Message[], limits: TemplateLimits): void {
  if (!Array.isArray(messages)) throw badConversation('the conversation is not a list of messages')
  if (messages.length > limits.messages)
    throw badConversation(`the conversation has ${messages.length} messages, at most ${limits.messages} are read`)
  let characters = 0
  messages.forEach((message: Partial<Message> | null, i) => {
    if (!roles.includes(message?.role as Role))
      throw badConversation(`message ${i} has none of the roles ${roles.join(', ')}`)
    if (typeof message?.content !== 'string') throw badConversation(`message ${i} has no text`)
    characters += message.content.length
  })
  if (characters > limits.characters)
    throw badConversation(`the conversation has ${characters} characters, at most ${limits.characters} are read`)
}
