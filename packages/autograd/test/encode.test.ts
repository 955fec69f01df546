import { describe, expect, it } from 'vitest'
import { add, createGraph, encodeModel, f32, floats, mul, relu, type Graph } from '../src/index.js'
import { protobuf } from '../src/protobuf.js'
import { runtimes } from './runtimes.js'

/** relu(x · 2 + y) built by the library. */
function small(): Graph {
  const graph = createGraph()
  const x = graph.input('x', [3])
  const y = graph.input('y', [3])
  graph.output('z', relu(graph, add(graph, mul(graph, x, graph.scalar(2)), y)))
  return graph
}

/** Mul, Add, Relu over x and y of size 3, written field by field after onnx.proto. */
function byHand(): Uint8Array {
  const tensor = (name: string) => (writer: ReturnType<typeof protobuf>) =>
    writer
      .text(1, name)
      .message(2, type => type.message(1, t => t.varint(1, 1).message(2, s => s.message(1, d => d.varint(1, 3)))))
  const node = (op: string, inputs: readonly string[], output: string) => (writer: ReturnType<typeof protobuf>) => {
    for (const input of inputs) writer.text(1, input)
    writer.text(2, output).text(4, op)
  }
  return protobuf()
    .varint(1, 8)
    .message(7, graph =>
      graph
        .message(1, node('Mul', ['x', 'x'], 'a'))
        .message(1, node('Add', ['a', 'y'], 'b'))
        .message(1, node('Relu', ['b'], 'z'))
        .text(2, 'hand')
        .message(11, tensor('x'))
        .message(11, tensor('y'))
        .message(12, tensor('z')),
    )
    .message(8, opset => opset.text(1, '').varint(2, 17))
    .finish()
}

describe.each(runtimes)('the encoder on $name', ({ open }) => {
  it('writes three nodes by hand that the runtime loads and runs', async () => {
    const session = await (await open()).open(byHand())
    const { z } = await session.run({ x: f32([3], [1, 2, 3]), y: f32([3], [-5, 0, 1]) })
    expect(Array.from(floats(z!))).toEqual([0, 4, 10])
  })

  it('writes a built graph that the runtime loads and runs', async () => {
    const session = await (await open()).open(encodeModel(small(), { name: 'small' }))
    const { z } = await session.run({ x: f32([3], [1, 2, -3]), y: f32([3], [0, 1, 5]) })
    expect(Array.from(floats(z!))).toEqual([2, 5, 0])
  })

  it('leaves named axes open to any size', async () => {
    const model = encodeModel(small(), { name: 'small', openAxes: { x: ['n'], y: ['n'], z: ['n'] } })
    const session = await (await open()).open(model)
    const { z } = await session.run({ x: f32([2], [1, 2]), y: f32([2], [0, 0]) })
    expect(Array.from(floats(z!))).toEqual([2, 4])
  })
})

describe('encoded bytes', () => {
  it('are the same for the same graph', () => {
    expect(encodeModel(small(), { name: 'small' })).toEqual(encodeModel(small(), { name: 'small' }))
  })

  it('leave out nodes that reach no output', () => {
    const graph = small()
    relu(graph, graph.inputs[0]!)
    expect(encodeModel(graph, { name: 'small' })).toEqual(encodeModel(small(), { name: 'small' }))
  })

  it('carry metadata in key order', () => {
    const one = encodeModel(small(), { name: 'small', metadata: { b: '2', a: '1' } })
    const two = encodeModel(small(), { name: 'small', metadata: { a: '1', b: '2' } })
    expect(one).toEqual(two)
    expect(one).not.toEqual(encodeModel(small(), { name: 'small' }))
  })

  it('write varints as the protobuf specification does', () => {
    // protobuf.dev/programming-guides/encoding: field 1 with 150 is 08 96 01; -1 takes ten bytes.
    expect(protobuf().varint(1, 150).finish()).toEqual(Uint8Array.of(0x08, 0x96, 0x01))
    expect(protobuf().varint(1, -1).finish()).toEqual(
      Uint8Array.of(0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
    )
    expect(protobuf().text(2, 'testing').finish()).toEqual(
      Uint8Array.of(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67),
    )
  })
})
