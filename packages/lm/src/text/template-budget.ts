import { templateLimit } from './errors.js'

/** What rendering a template may cost. Real templates with long conversations stay far below. */
export interface TemplateLimits {
  /** Characters of the template. */
  readonly source: number
  /** Messages of one conversation. */
  readonly messages: number
  /** Characters of one conversation, all messages together. */
  readonly characters: number
  /** Size of any value on the way and of the output: characters of texts and items of lists, all levels together. */
  readonly size: number
  /** Work of one rendering: 64 for each step and each turn of a loop, 1 for each character or item that a step gives. */
  readonly work: number
}

export const templateLimits: TemplateLimits = {
  source: 262_144,
  messages: 1_000,
  characters: 1_048_576,
  size: 2_097_152,
  work: 67_108_864,
}

/** A value of the template language: texts, numbers, lists, and maps for objects and namespaces. */
export interface TemplateValue {
  readonly type: string
  readonly value: unknown
}

/** A node of a parsed template. */
export interface TemplateNode {
  readonly type: string
  /** What a loop goes through; one with a condition has it as `lhs`. */
  readonly iterable?: TemplateNode
  readonly lhs?: TemplateNode
}

/** What of the library's interpreter is used; its own types do not resolve. */
export interface TemplateInterpreter {
  run(program: unknown): TemplateValue
  evaluate(statement: TemplateNode | undefined, environment: unknown): TemplateValue
}

const workOfStep = 64
/** Steps within each other: expressions, blocks and calls of macros. */
const stepDepth = 200

/**
 * Makes an interpreter stop at the limits: after every step the value that it gave is weighed, and what was weighed is
 * counted. A value counts at every place where it stands, so that lists which hold one list many times cannot be
 * written out into gigabytes.
 */
export function limitInterpreter(interpreter: TemplateInterpreter, limits: TemplateLimits): void {
  const weights = new WeakMap<object, number>()
  let work = 0
  let within = 0

  const spend = (amount: number): void => {
    work += amount
    if (work > limits.work) throw templateLimit(`the chat template takes more than ${limits.work} units of work`)
  }

  function weigh(value: TemplateValue, depth: number): number {
    const { value: content } = value
    if (typeof content === 'string') return content.length
    const isList = Array.isArray(content)
    if (!isList && !(content instanceof Map)) return 1
    const known = weights.get(value)
    if (known !== undefined) return known
    if (depth > 100) throw templateLimit('the chat template nests values deeper than 100 levels')
    const items: readonly TemplateValue[] = isList ? content : [...content.values()]
    spend(items.length)
    let weight = isList ? 1 : [...content.keys()].reduce((sum: number, key: string) => sum + key.length, 1)
    for (const item of items) weight += weigh(item, depth + 1)
    // Only namespaces change, and they may hold themselves, so what holds one is weighed anew each time.
    if (!holdsNamespace(value, items, weights)) weights.set(value, weight)
    return weight
  }

  /** Lists of loops, whose turns cost work even when their body is empty. */
  const looped = new WeakSet<object>()
  const evaluate = interpreter.evaluate.bind(interpreter)
  interpreter.evaluate = (statement, environment) => {
    spend(workOfStep)
    if (statement?.type === 'For' && statement.iterable) looped.add(statement.iterable.lhs ?? statement.iterable)
    if (++within > stepDepth) throw templateLimit(`the chat template nests more than ${stepDepth} steps`)
    let value: TemplateValue
    try {
      value = evaluate(statement, environment)
    } finally {
      within--
    }
    if (weigh(value, 0) > limits.size) throw tooLarge(limits)
    const { value: content } = value
    if (typeof content === 'string' || Array.isArray(content)) spend(content.length)
    if (statement && looped.has(statement) && isContainer(value)) spend(workOfStep * lengthOf(value))
    return value
  }
}

const tooLarge = ({ size }: TemplateLimits): Error =>
  templateLimit(`the chat template makes a value of more than ${size} characters`)

const lengthOf = ({ value }: TemplateValue): number => (value instanceof Map ? value.size : (value as unknown[]).length)

const isContainer = ({ value }: TemplateValue): boolean => Array.isArray(value) || value instanceof Map

const holdsNamespace = (
  value: TemplateValue,
  items: readonly TemplateValue[],
  known: WeakMap<object, number>,
): boolean => value.type === 'NamespaceValue' || items.some(item => isContainer(item) && !known.has(item))
