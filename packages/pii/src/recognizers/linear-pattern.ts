import { isLetterOrDigit } from '../char-class.js'

/** What a pattern can say of one character, as a UTF-16 code unit. */
type Accepts = (unit: number) => boolean

/** One instruction of a pattern; numbers are places of others. */
type Instruction =
  | { readonly op: 'unit'; readonly accepts: Accepts }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'boundary'; readonly isOne: boolean }
  | { readonly op: 'match' }

/** A pattern that is matched in time linear in the text, whatever the text. */
export interface LinearPattern {
  /** The places of all matches, leftmost first and longest among those, without overlaps. */
  matches(text: string): Iterable<{ readonly start: number; readonly end: number }>
}

const mostInstructions = 4000
const mostRepeats = 1000
/** Longest match in code units; what goes on longer is not one. */
export const longestMatch = 512

const isWord: Accepts = unit => isLetterOrDigit(unit) || unit === 0x5f
const isDigitUnit: Accepts = unit => unit >= 0x30 && unit <= 0x39
const isSpaceUnit: Accepts = unit => /\s/.test(String.fromCharCode(unit))
const not =
  (accepts: Accepts): Accepts =>
  unit =>
    !accepts(unit)

const classes: Readonly<Record<string, Accepts>> = {
  d: isDigitUnit,
  D: not(isDigitUnit),
  w: isWord,
  W: not(isWord),
  s: isSpaceUnit,
  S: not(isSpaceUnit),
}
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }

/**
 * Compiles the part of the language of regular expressions that needs no way back: characters, classes, groups,
 * alternatives, repeats up to 1,000 and `\b`. Letters and digits of all scripts are word characters.
 *
 * @param refuse makes the error for what cannot be compiled, such as a back reference
 * @see Thompson 1968, "Regular expression search algorithm"; Pike's machine of threads, leftmost and longest
 */
export function compilePattern(source: string, ignoreCase: boolean, refuse: (reason: string) => Error): LinearPattern {
  const program: Instruction[] = []
  let at = 0
  const emit = (instruction: Instruction): number => {
    if (program.length >= mostInstructions) throw refuse(`it compiles to more than ${mostInstructions} steps`)
    return program.push(instruction) - 1
  }
  const literal = (character: string): Accepts => {
    const units = new Set(ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : [character])
    const codes = new Set([...units].filter(one => one.length === 1).map(one => one.charCodeAt(0)))
    return unit => codes.has(unit)
  }

  const alternatives = (depth: number): void => {
    if (depth > 50) throw refuse('its groups are nested more than 50 deep')
    const ends: number[] = []
    while (true) {
      const start = program.length
      sequence(depth)
      if (source[at] !== '|') break
      at++
      // The branch so far becomes the first arm of a split.
      insert(start, { op: 'split', first: start + 1, second: program.length + 2 })
      ends.push(emit({ op: 'jump', to: -1 }))
    }
    for (const end of ends) program[end] = { op: 'jump', to: program.length }
  }

  const sequence = (depth: number): void => {
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const start = program.length
      atom(depth)
      repeat(start)
    }
  }

  const atom = (depth: number): void => {
    const character = source[at++]!
    switch (character) {
      case '(':
        if (source[at] === '?') {
          if (source[at + 1] !== ':') throw refuse(`it has a group of the kind (?${source.slice(at + 1, at + 3)}`)
          at += 2
        }
        alternatives(depth + 1)
        if (source[at++] !== ')') throw refuse('a group is not closed')
        return
      case '[':
        emit({ op: 'unit', accepts: set() })
        return
      case '.':
        emit({ op: 'unit', accepts: unit => unit !== 0x0a && unit !== 0x0d })
        return
      case '\\':
        escaped()
        return
      case '*':
      case '+':
      case '?':
      case '{':
        throw refuse(`'${character}' has nothing to repeat`)
      case '^':
      case '$':
        throw refuse(`it has the anchor '${character}': values are looked for inside of texts; \\b is a word boundary`)
      default:
        emit({ op: 'unit', accepts: literal(character) })
    }
  }

  const escaped = (): void => {
    const character = source[at++]
    if (character === undefined) throw refuse('it ends with a backslash')
    if (character === 'b' || character === 'B') emit({ op: 'boundary', isOne: character === 'b' })
    else if (/[0-9k]/.test(character)) throw refuse('it has a back reference')
    else if (character in classes) emit({ op: 'unit', accepts: classes[character]! })
    else if (character in escapes) emit({ op: 'unit', accepts: literal(escapes[character]!) })
    else if (/[A-Za-z]/.test(character)) throw refuse(`it has \\${character}`)
    else emit({ op: 'unit', accepts: literal(character) })
  }

  const set = (): Accepts => {
    const isNegated = source[at] === '^'
    if (isNegated) at++
    const parts: Accepts[] = []
    const one = (): string | Accepts => {
      const character = source[at++]!
      if (character !== '\\') return character
      const next = source[at++]
      if (next === undefined) throw refuse('a class is not closed')
      if (next in classes) return classes[next]!
      if (next in escapes) return escapes[next]!
      if (/[A-Za-z0-9]/.test(next)) throw refuse(`it has \\${next} in a class`)
      return next
    }
    while (source[at] !== ']') {
      if (at >= source.length) throw refuse('a class is not closed')
      const from = one()
      if (source[at] === '-' && source[at + 1] !== ']' && typeof from === 'string') {
        at++
        if (at >= source.length) throw refuse('a class is not closed')
        const to = one()
        if (typeof to !== 'string' || to < from) throw refuse('a class has a range that runs backwards')
        parts.push(range(from.charCodeAt(0), to.charCodeAt(0), ignoreCase))
      } else parts.push(typeof from === 'string' ? literal(from) : from)
    }
    at++
    const accepts: Accepts = unit => parts.some(part => part(unit))
    return isNegated ? not(accepts) : accepts
  }

  /** Repeats what was compiled from `start` on, as the next characters say. */
  const repeat = (start: number): void => {
    const [least, most] = quantifier()
    if (least === 1 && most === 1) return
    const piece = program.splice(start)
    const copy = (): void => {
      const shift = program.length - start
      for (const instruction of piece) emit(moved(instruction, shift))
    }
    for (let i = 0; i < least; i++) copy()
    if (most === Infinity) {
      const split = emit({ op: 'jump', to: -1 })
      copy()
      emit({ op: 'jump', to: split })
      program[split] = { op: 'split', first: split + 1, second: program.length }
      return
    }
    const splits: number[] = []
    for (let i = least; i < most; i++) {
      splits.push(emit({ op: 'jump', to: -1 }))
      copy()
    }
    for (const split of splits) program[split] = { op: 'split', first: split + 1, second: program.length }
  }

  const quantifier = (): readonly [least: number, most: number] => {
    const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(source.slice(at, at + 16))
    if (!found) {
      if (source[at] === '{') throw refuse('a repeat is not written as {n}, {n,} or {n,m}')
      return [1, 1]
    }
    at += found[0].length
    if (/^[*+?{]/.test(source.slice(at, at + 1))) throw refuse('a repeat is repeated, lazy or possessive')
    if (found[0] === '*') return [0, Infinity]
    if (found[0] === '+') return [1, Infinity]
    if (found[0] === '?') return [0, 1]
    const least = Number(found[1])
    const most = found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3])
    if (least > mostRepeats || (most !== Infinity && most > mostRepeats))
      throw refuse(`it repeats more than ${mostRepeats} times`)
    if (most < least) throw refuse('a repeat has more at least than at most')
    return [least, most]
  }

  const insert = (place: number, instruction: Instruction): void => {
    const rest = program.splice(place)
    emit(instruction)
    for (const one of rest) emit(moved(one, 1))
  }

  alternatives(0)
  if (at < source.length) throw refuse('a group is closed that was not opened')
  emit({ op: 'match' })
  return { matches: text => run(program, text) }
}

const moved = (instruction: Instruction, shift: number): Instruction => {
  if (instruction.op === 'split')
    return { op: 'split', first: instruction.first + shift, second: instruction.second + shift }
  return instruction.op === 'jump' ? { op: 'jump', to: instruction.to + shift } : instruction
}

function range(from: number, to: number, ignoreCase: boolean): Accepts {
  const isIn = (unit: number): boolean => unit >= from && unit <= to
  if (!ignoreCase) return isIn
  return unit => {
    const character = String.fromCharCode(unit)
    return isIn(unit) || isIn(character.toLowerCase().charCodeAt(0)) || isIn(character.toUpperCase().charCodeAt(0))
  }
}

/**
 * All threads of the program advance together, one code unit at a time. Threads that began earlier stand first; of two in one
 * place the earlier one stays, so a unit costs at most one look per instruction.
 */
function* run(program: readonly Instruction[], text: string): Generator<{ start: number; end: number }> {
  const seen = new Int32Array(program.length).fill(-1)
  let [places, starts]: [number[], number[]] = [[], []]
  let best: { start: number; end: number } | undefined
  let tick = 0

  const add = (place: number, start: number, at: number, into: number[], from: number[]): void => {
    const open = [place]
    while (open.length > 0) {
      const next = open.pop()!
      if (seen[next] === tick) continue
      seen[next] = tick
      const instruction = program[next]!
      switch (instruction.op) {
        case 'jump':
          open.push(instruction.to)
          break
        case 'split':
          open.push(instruction.second, instruction.first)
          break
        case 'boundary':
          if (isBoundary(text, at) === instruction.isOne) open.push(next + 1)
          break
        case 'match':
          if (at > start && (!best || start < best.start || (start === best.start && at > best.end)))
            best = { start, end: at }
          break
        case 'unit':
          into.push(next)
          from.push(start)
      }
    }
  }

  for (let at = 0; at <= text.length; ) {
    tick++
    // Threads of the step before were added under this tick already when they moved here.
    const [nextPlaces, nextStarts]: [number[], number[]] = [[], []]
    for (let i = 0; i < places.length; i++)
      if (at - starts[i]! <= longestMatch && (!best || starts[i]! <= best.start))
        add(places[i]!, starts[i]!, at, nextPlaces, nextStarts)
    if (!best) add(0, at, at, nextPlaces, nextStarts)
    if (best && !nextStarts.some(start => start <= best!.start)) {
      yield best
      at = best.end
      best = undefined
      ;[places, starts] = [[], []]
      continue
    }
    if (at === text.length) {
      if (!best) return
      yield best
      at = best.end
      best = undefined
      ;[places, starts] = [[], []]
      continue
    }
    const unit = text.charCodeAt(at)
    ;[places, starts] = [[], []]
    for (let i = 0; i < nextPlaces.length; i++) {
      const instruction = program[nextPlaces[i]!]!
      if (instruction.op === 'unit' && instruction.accepts(unit)) {
        places.push(nextPlaces[i]! + 1)
        starts.push(nextStarts[i]!)
      }
    }
    at++
  }
}

const isBoundary = (text: string, at: number): boolean =>
  isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))
