import type { WordSource } from './keystream.js'
import {
  call,
  encodeModule,
  f32,
  f64,
  forever,
  get,
  give,
  globalGet,
  globalSet,
  i32,
  i64,
  never,
  set,
  when,
  type Code,
  type Program,
} from './wasm.js'

/** What a ziggurat is: its layers, widest first, layer 0 with the tail. */
export interface Ziggurat {
  /** Right ends of 256 layers and the 0 behind them. */
  readonly ends: Float64Array
  /** The density, without its factor, at each end. */
  readonly heights: Float64Array
}

/** Makes noise from the words at hand. */
export interface NoiseKernel {
  /**
   * Fills `target` from place `from` on, until it is full or a value needs words that are not at hand, of which none is taken
   * then: single draws in single precision, half sums of four in double.
   *
   * @returns the place of the first value that is not made
   */
  fill(target: Float32Array | Float64Array, from: number, source: WordSource): number
}

// Places in memory, in bytes: for layer and sign the width and the end of the box; for each layer the wedge; words; results.
const wedgesAt = 512 * 16
const wordsAt = wedgesAt + 256 * 16
const mostWords = 16_384
const resultsAt = wordsAt + 4 * mostWords
const mostValues = mostWords / 2
const pages = Math.ceil((resultsAt + 4 * mostValues) / 65_536)

const [exp, log, uniform, tail, draw] = [0, 1, 2, 3, 4]
/** Addresses of the next word and behind the last, and whether a draw wanted a word behind it. */
const [at, end, isShort] = [0, 1, 2]

const advance = (bytes: number): Code => globalSet(at, i32.add(globalGet(at), i32.const(bytes)))
const areWordsShort = (address: Code, bytes: number): Code =>
  i32.gtU(i32.add(address, i32.const(bytes)), globalGet(end))

/** The 53 random bits of two words in one: the upper 21 of the first, then the second. */
const placeOf = (pair: Code): Code =>
  i64.or(
    i64.shl(i64.and(i64.shrU(pair, i64.const(11n)), i64.const(0x1fffffn)), i64.const(32n)),
    i64.shrU(pair, i64.const(32n)),
  )

/** The address of the width and the box's end of a draw's layer and sign. */
const entryOf = (pair: Code): Code => i32.shl(i32.and(i32.wrap(pair), i32.const(511)), i32.const(4))

const unit = 2 ** -53

/** Uniform in (0, 1]. Something, where words are short. */
function uniformBody(): Code {
  const pair = 0
  return [
    ...when(areWordsShort(globalGet(at), 8), [...globalSet(isShort, i32.const(1)), ...give(f64.const(0.5))]),
    ...set(pair, i64.load(0, globalGet(at))),
    ...advance(8),
    ...f64.mul(f64.add(f64.ofI64(placeOf(get(pair))), f64.const(1)), f64.const(unit)),
  ]
}

/** A normal beyond the edge (Marsaglia 1964). */
function tailBody(edge: number): Code {
  const [x, y] = [0, 1]
  const minusLog = f64.neg(call(log, call(uniform)))
  return [
    ...forever([
      ...set(x, f64.div(minusLog, f64.const(edge))),
      ...set(y, minusLog),
      ...when(f64.gt(f64.mul(f64.const(2), get(y)), f64.mul(get(x), get(x))), give(f64.add(f64.const(edge), get(x)))),
    ]),
    ...never,
  ]
}

/** One draw, step by step: box, tail, wedge, or the size of another draw with the first one's sign. */
function drawBody(): Code {
  const [pair, entry, x] = [0, 1, 2]
  const layer = i32.and(get(entry), i32.const(255 * 16))
  const isNegative = i32.gtU(get(entry), i32.const(255 * 16))
  const giveSigned = (size: Code): Code => [...when(isNegative, give(f64.neg(size))), ...give(size)]
  return [
    ...when(areWordsShort(globalGet(at), 8), [...globalSet(isShort, i32.const(1)), ...give(f64.const(0))]),
    ...set(pair, i64.load(0, globalGet(at))),
    ...advance(8),
    ...set(entry, entryOf(get(pair))),
    ...set(x, f64.mul(f64.ofI64(placeOf(get(pair))), f64.load(0, get(entry)))),
    ...when(i64.ltS(placeOf(get(pair)), i64.load(8, get(entry))), give(get(x))),
    ...when(i32.eqz(layer), giveSigned(call(tail))),
    ...when(
      f64.lt(
        f64.add(f64.load(wedgesAt, layer), f64.mul(call(uniform), f64.load(wedgesAt + 8, layer))),
        call(exp, f64.mul(f64.mul(f64.const(-0.5), get(x)), get(x))),
      ),
      give(get(x)),
    ),
    ...giveSigned(f64.abs(call(draw))),
    ...never,
  ]
}

/** Values of `size` bytes, one after another until the words at hand are short: `each` sets `value`, or calls `draw` for it. */
function fillBody(size: number, bytesEach: number, each: Code, store: Code): Code {
  return [
    ...forever([
      ...when(i32.eqz(i32.gtU(get(outEnd), get(out))), give(get(out))),
      ...set(from, globalGet(at)),
      ...when(areWordsShort(get(from), bytesEach), give(get(out))),
      ...each,
      ...when(globalGet(isShort), [
        ...globalSet(isShort, i32.const(0)),
        ...globalSet(at, get(from)),
        ...give(get(out)),
      ]),
      ...store,
      ...set(out, i32.add(get(out), i32.const(size))),
    ]),
    ...never,
  ]
}

/** Parameters and locals of the two forms of filling. */
const [out, outEnd, from, pair, inside, value, entry] = [0, 1, 2, 3, 4, 5, 6]

/** A single draw: 99 of 100 end in their box. */
const oneDraw: Code = [
  ...set(pair, i64.load(0, get(from))),
  ...set(entry, entryOf(get(pair))),
  ...set(value, f64.mul(f64.ofI64(placeOf(get(pair))), f64.load(0, get(entry)))),
  ...when(i64.ltS(placeOf(get(pair)), i64.load(8, get(entry))), advance(8), set(value, call(draw))),
]

/**
 * Half the sum of four draws. Where all four end in their boxes, which 94 of 100 do, one branch decides it: the signs of place minus
 * box's end are taken together.
 */
function halfSum(): Code {
  const width = f64.load(0, get(entry))
  const aDraw = (i: number): Code => [
    ...set(pair, i64.load(8 * i, get(from))),
    ...set(entry, entryOf(get(pair))),
    ...set(inside, i64.and(get(inside), i64.sub(placeOf(get(pair)), i64.load(8, get(entry))))),
    ...set(
      value,
      i === 0
        ? f64.mul(f64.ofI64(placeOf(get(pair))), width)
        : f64.add(get(value), f64.mul(f64.ofI64(placeOf(get(pair))), width)),
    ),
  ]
  const one = call(draw)
  return [
    ...set(inside, i64.const(-1n)),
    ...[0, 1, 2, 3].flatMap(aDraw),
    ...when(
      i64.ltS(get(inside), i64.const(0n)),
      advance(32),
      set(value, f64.add(f64.add(f64.add(one, one), one), one)),
    ),
    ...set(value, f64.mul(get(value), f64.const(0.5))),
  ]
}

function programOf(edge: number): Program {
  const fills = { takes: ['i32', 'i32'], gives: ['i32'], locals: ['i32', 'i64', 'i64', 'f64', 'i32'] } as const
  return {
    imports: ['exp', 'log'].map(name => ({ name, takes: ['f64'], gives: ['f64'] })),
    pages,
    globals: ['at', 'end', 'isShort'],
    functions: [
      { takes: [], gives: ['f64'], locals: ['i64'], body: uniformBody() },
      { takes: [], gives: ['f64'], locals: ['f64', 'f64'], body: tailBody(edge) },
      { takes: [], gives: ['f64'], locals: ['i64', 'i32', 'f64'], body: drawBody() },
      { ...fills, name: 'fill64', body: fillBody(8, 32, halfSum(), f64.store(0, get(out), get(value))) },
      { ...fills, name: 'fill32', body: fillBody(4, 8, oneDraw, f32.store(0, get(out), f32.ofF64(get(value)))) },
    ],
  }
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly at: { value: number }
  readonly end: { value: number }
  fill64(out: number, outEnd: number): number
  fill32(out: number, outEnd: number): number
}

/** The part of the global object that is used; the types of Node 20 lack it. */
interface Host {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (
      module: object,
      imports: Readonly<Record<string, Readonly<Record<string, (x: number) => number>>>>,
    ) => { readonly exports: object }
  }
}

/** The least place from which `place · width` no longer lies inside the box, rounding included. */
function boxEnd(width: number, inner: number): number {
  let place = Math.ceil(inner / width)
  while (place > 0 && (place - 1) * width >= inner) place--
  while (place * width < inner) place++
  return place
}

/**
 * The sampler as a module of WebAssembly: the same values from the same words as its plain form, to the last bit.
 *
 * @returns undefined where the host runs no WebAssembly, or orders bytes otherwise than it does
 */
export function noiseKernel({ ends, heights }: Ziggurat): NoiseKernel | undefined {
  const { WebAssembly } = globalThis as Host
  if (!WebAssembly || new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) return undefined
  const module = new WebAssembly.Module(encodeModule(programOf(ends[1]!)))
  const kernel = new WebAssembly.Instance(module, { js: { exp: Math.exp, log: Math.log } }).exports as Exports
  const { buffer } = kernel.memory
  const boxes = new DataView(buffer)
  for (let i = 0; i < 256; i++) {
    const width = ends[i]! * unit
    const inner = BigInt(boxEnd(width, ends[i + 1]!))
    for (const [entry, signed] of [
      [i, width],
      [256 + i, -width],
    ] as const) {
      boxes.setFloat64(16 * entry, signed, true)
      boxes.setBigInt64(16 * entry + 8, inner, true)
    }
    boxes.setFloat64(wedgesAt + 16 * i, heights[i]!, true)
    boxes.setFloat64(wedgesAt + 16 * i + 8, heights[i + 1]! - heights[i]!, true)
  }
  const words = new Uint32Array(buffer, wordsAt, mostWords)
  const doubles = new Float64Array(buffer, resultsAt, mostValues / 2)
  const singles = new Float32Array(buffer, resultsAt, mostValues)
  return {
    fill(target, from, source) {
      let made = from
      while (made < target.length) {
        const given = source.words.subarray(source.used, source.used + mostWords)
        words.set(given)
        kernel.at.value = wordsAt
        kernel.end.value = wordsAt + 4 * given.length
        const isSingle = target instanceof Float32Array
        const most = Math.min(isSingle ? mostValues : mostValues / 2, target.length - made)
        const reached = isSingle
          ? kernel.fill32(resultsAt, resultsAt + 4 * most)
          : kernel.fill64(resultsAt, resultsAt + 8 * most)
        const count = (reached - resultsAt) / (isSingle ? 4 : 8)
        target.set((isSingle ? singles : doubles).subarray(0, count), made)
        made += count
        source.used += (kernel.at.value - wordsAt) / 4
        if (count === 0) break
      }
      return made
    },
  }
}
