import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  call,
  encodeModule,
  f64,
  forever,
  get,
  give,
  i32,
  i64,
  never,
  set,
  when,
  type Code,
  type Program,
} from '../src/wasm.js'

interface Host {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object, imports: object) => { readonly exports: { run(x: number): unknown } }
    validate(bytes: Uint8Array): boolean
  }
}
const { WebAssembly } = globalThis as unknown as Host

const programOf = (functions: Program['functions'], imports: Program['imports'] = []): Program => ({
  imports,
  pages: 1,
  globals: [],
  functions,
})
const run = (program: Program, x = 0, js: object = {}): unknown =>
  new WebAssembly.Instance(new WebAssembly.Module(encodeModule(program)), { js }).exports.run(x)
const giving = (type: 'i32' | 'i64' | 'f64', body: Code): Program =>
  programOf([{ name: 'run', takes: [], gives: [type], locals: [], body }])

describe('a module', () => {
  it('holds every constant as it was given', () => {
    fc.assert(
      fc.property(fc.integer(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.double(), (small, big, double) => {
        expect(run(giving('i32', i32.const(small)))).toBe(small)
        expect(run(giving('i64', i64.const(big)))).toBe(big)
        expect(run(giving('f64', f64.const(double)))).toBe(double)
      }),
    )
  })

  it('writes the constants at which LEB128 takes another byte', () => {
    for (const power of [6n, 7n, 13n, 14n, 31n, 62n])
      for (const value of [2n ** power - 1n, 2n ** power, -(2n ** power), -(2n ** power) - 1n])
        expect(run(giving('i64', i64.const(value)))).toBe(value)
  })

  it('holds functions whose bodies and types take more than one byte to count', () => {
    const long = Array.from({ length: 300 }, () => 1).reduce<Code>((sum, x) => i32.add(sum, i32.const(x)), i32.const(0))
    expect(run(giving('i32', long))).toBe(300)
  })

  it('loops, branches, and calls what it imports', () => {
    // The sum of f(1) to f(x), with f from outside.
    const [n, sum] = [0, 1]
    const body: Code = [
      ...forever([
        ...when(i32.eqz(i32.gtU(get(n), i32.const(0))), give(get(sum)), [
          ...set(sum, f64.add(get(sum), call(0, f64.const(2)))),
          ...set(n, i32.add(get(n), i32.const(-1))),
        ]),
      ]),
      ...never,
    ]
    const program = programOf(
      [{ name: 'run', takes: ['i32'], gives: ['f64'], locals: ['f64'], body }],
      [{ name: 'f', takes: ['f64'], gives: ['f64'] }],
    )
    expect(run(program, 7, { f: (x: number) => x * 1.5 })).toBe(21)
  })
})
