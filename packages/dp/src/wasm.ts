// The few instructions of WebAssembly that a kernel of this package needs, and the binary form of a module.
// Expressions are trees: each function takes the bytes of its operands and gives its own.

/** The bytes of an expression or a statement. */
export type Code = readonly number[]

/** An instruction behind its operands. */
type Instruction = (...operands: Code[]) => Code
/** A load or store at `address + offset`, in bytes. */
export type Access = (offset: number, ...operands: Code[]) => Code
type Instructions<Name extends string> = Readonly<Record<Name, Instruction>>

const op =
  (code: number): Instruction =>
  (...operands) => [...operands.flat(), code]

/** Aligned to 2^align bytes. */
const access =
  (code: number, align: number): Access =>
  (offset, ...operands) => [...operands.flat(), code, align, ...unsigned(offset)]

/** LEB128, as all whole numbers of a module are written; constants are signed. */
function unsigned(value: number): number[] {
  const bytes = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest & 127) | 128)
  }
}

function signed(value: bigint): number[] {
  const bytes = []
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 127n)
    if (rest >> 6n === 0n || rest >> 6n === -1n) return [...bytes, low]
    bytes.push(low | 128)
  }
}

export const i32: Instructions<'eqz' | 'gtU' | 'add' | 'and' | 'shl' | 'wrap'> & { const(value: number): Code } = {
  const: value => [0x41, ...signed(BigInt(value))],
  eqz: op(0x45),
  gtU: op(0x4b),
  add: op(0x6a),
  and: op(0x71),
  shl: op(0x74),
  wrap: op(0xa7),
}

export const i64: Instructions<'ltS' | 'sub' | 'and' | 'or' | 'shl' | 'shrU'> & {
  const(value: bigint): Code
  readonly load: Access
} = {
  const: value => [0x42, ...signed(value)],
  load: access(0x29, 2),
  ltS: op(0x53),
  sub: op(0x7d),
  and: op(0x83),
  or: op(0x84),
  shl: op(0x86),
  shrU: op(0x88),
}

export const f64: Instructions<'lt' | 'gt' | 'abs' | 'neg' | 'add' | 'mul' | 'div' | 'ofI64'> & {
  const(value: number): Code
  readonly load: Access
  readonly store: Access
} = {
  const: value => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  load: access(0x2b, 3),
  store: access(0x39, 3),
  lt: op(0x63),
  gt: op(0x64),
  abs: op(0x99),
  neg: op(0x9a),
  add: op(0xa0),
  mul: op(0xa2),
  div: op(0xa3),
  ofI64: op(0xb9),
}

export const f32: Instructions<'ofF64'> & { readonly store: Access } = { store: access(0x38, 2), ofF64: op(0xb6) }

export const get = (local: number): Code => [0x20, local]
export const set = (local: number, value: Code): Code => [...value, 0x21, local]
export const globalGet = (index: number): Code => [0x23, index]
export const globalSet = (index: number, value: Code): Code => [...value, 0x24, index]
export const call = (index: number, ...operands: Code[]): Code => [...operands.flat(), 0x10, index]
export const give: Instruction = op(0x0f)
/** Where control cannot come to. */
export const never: Code = [0x00]

const none = 0x40
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  ...condition,
  ...[0x04, none, ...then],
  ...(otherwise.length > 0 ? [0x05, ...otherwise] : []),
  0x0b,
]
/** Repeats its body for ever; `give` leaves it. */
export const forever = (body: Code): Code => [0x03, none, ...body, 0x0c, 0, 0x0b]

export type Type = 'i32' | 'i64' | 'f64'
const types: Readonly<Record<Type, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c }

export interface Signature {
  readonly takes: readonly Type[]
  readonly gives: readonly Type[]
}

export interface Program {
  /** Functions of the module `js`; they have the lowest indices. */
  readonly imports: readonly (Signature & { readonly name: string })[]
  /** Number of 64 KB pages of memory, exported as `memory`. */
  readonly pages: number
  /** 32-bit variables that are 0 at first, exported under their names. */
  readonly globals: readonly string[]
  readonly functions: readonly (Signature & {
    /** Exported under this name where there is one. */
    readonly name?: string
    /** Locals behind the parameters. */
    readonly locals: readonly Type[]
    readonly body: Code
  })[]
}

/**
 * The binary form of a module, version 1.
 *
 * @see WebAssembly Core Specification 2.0, chapter 5
 */
export function encodeModule({ imports, pages, globals, functions }: Program): Uint8Array {
  const list = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
  const section = (id: number, items: readonly Code[]): number[] => {
    const content = list(items)
    return [id, ...unsigned(content.length), ...content]
  }
  const text = (value: string): number[] => list([...new TextEncoder().encode(value)].map(byte => [byte]))
  const valueTypes = (of: readonly Type[]): number[] => list(of.map(type => [types[type]]))
  const bodies = functions.map(({ locals, body }) => {
    const content = [...list(locals.map(type => [1, types[type]])), ...body, 0x0b]
    return [...unsigned(content.length), ...content]
  })
  const exported = functions.flatMap(({ name }, i) => (name ? [[...text(name), 0x00, imports.length + i]] : []))
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      [...imports, ...functions].map(({ takes, gives }) => [0x60, ...valueTypes(takes), ...valueTypes(gives)]),
    ),
    ...section(
      2,
      imports.map(({ name }, i) => [...text('js'), ...text(name), 0x00, i]),
    ),
    ...section(
      3,
      functions.map((_, i) => [imports.length + i]),
    ),
    ...section(5, [[0x00, ...unsigned(pages)]]),
    ...section(
      6,
      globals.map(() => [types.i32, 1, ...i32.const(0), 0x0b]),
    ),
    ...section(7, [[...text('memory'), 0x02, 0], ...globals.map((name, i) => [...text(name), 0x03, i]), ...exported]),
    ...section(10, bodies),
  ])
}
