import type { Attribute } from './attributes.js'
import { layOut, type ExternalModel, type ExternalOptions, type Place } from './external.js'
import { liveNodes, type Graph, type Node, type Value } from './graph.js'
import { optimiseGraph } from './optimise-graph.js'
import { protobuf, type ProtobufWriter } from './protobuf.js'
import { elementTypes, type Tensor } from './tensor.js'

export interface EncodeOptions {
  /** Name of the graph, such as `fused`. */
  readonly name: string
  /** Facts that travel in the file (`metadata_props`), such as a plan's digest. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Symbolic axis names of inputs and outputs, by name: `{ x: ['batch', null] }` leaves axis 0 open. */
  readonly openAxes?: Readonly<Record<string, readonly (string | null)[]>>
  /** Write fewer nodes that compute the same to the last bit (`optimiseGraph`). True by default. */
  readonly optimise?: boolean
}

/** IR version 8 with opset 17 of the default domain: what every runtime since 2022 reads. */
export const onnxVersions: { readonly ir: number; readonly opset: number } = { ir: 8, opset: 17 }

// AttributeProto.AttributeType
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 }
// TensorProto.DataLocation
const dataLocations = { external: 1 }

/**
 * Encodes a graph as an ONNX model. The same graph gives the same bytes: no time, no host, names from counters, dead
 * nodes left out.
 *
 * With `external`, constants of a kilobyte and more go to a side file, which may be larger than the two gigabytes that a
 * model can hold.
 *
 * @see onnx/onnx.proto, field numbers of ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto
 */
export function encodeModel(
  graph: Graph,
  options: EncodeOptions & { readonly external: ExternalOptions },
): ExternalModel
export function encodeModel(graph: Graph, options: EncodeOptions): Uint8Array
export function encodeModel(
  graph: Graph,
  options: EncodeOptions & { readonly external?: ExternalOptions },
): Uint8Array | ExternalModel {
  const { name, metadata = {}, openAxes = {}, optimise = true } = options
  const { nodes, constants, outputs } = optimise ? optimiseGraph(graph) : { ...graph, nodes: liveNodes(graph) }
  const used = new Set<Value | null>([...nodes.flatMap(({ inputs }) => inputs), ...outputs.values()])
  const tensors = [...constants].filter(([value]) => used.has(value))
  const { location } = options.external ?? {}
  const { places, external } = layOut(location === undefined ? [] : tensors)
  const model = protobuf()
    .varint(1, onnxVersions.ir)
    .text(2, 'attestry')
    .message(7, writer => {
      for (const node of nodes) writer.message(1, inner => writeNode(inner, node))
      // An output may be asked for under several names, or be an input: an Identity gives each its own.
      for (const [output, value] of outputs)
        writer.message(1, inner =>
          inner.text(1, value.name).text(2, output).text(3, `out_${output}`).text(4, 'Identity'),
        )
      writer.text(2, name)
      for (const [value, tensor] of tensors) {
        const place = places.get(value)
        writer.message(5, inner => writeTensor(inner, value.name, tensor, place && { ...place, location: location! }))
      }
      for (const input of graph.inputs)
        writer.message(11, inner => writeValue(inner, input.name, input, openAxes[input.name]))
      for (const [output, value] of outputs)
        writer.message(12, inner => writeValue(inner, output, value, openAxes[output]))
    })
    .message(8, writer => writer.text(1, '').varint(2, onnxVersions.opset))
  for (const domain of new Set(nodes.map(({ op }) => domainOf(op))))
    if (domain) model.message(8, writer => writer.text(1, domain).varint(2, 1))
  for (const [key, value] of Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)))
    model.message(14, writer => writer.text(1, key).text(2, value))
  return location === undefined ? model.finish() : { model: model.finish(), external }
}

function writeNode(writer: ProtobufWriter, { op, inputs, output, attributes, origin }: Node): void {
  for (const input of inputs) writer.text(1, input?.name ?? '')
  const domain = domainOf(op)
  writer
    .text(2, output.name)
    .text(3, `${origin}/${output.name}`)
    .text(4, domain ? op.slice(domain.length + 1) : op)
  for (const [name, attribute] of Object.entries(attributes))
    writer.message(5, inner => writeAttribute(inner, name, attribute))
  if (domain) writer.text(7, domain)
}

/** Empty for ONNX's own operators. */
const domainOf = (op: string): string => op.slice(0, Math.max(0, op.indexOf(':')))

function writeAttribute(writer: ProtobufWriter, name: string, attribute: Attribute): void {
  writer.text(1, name)
  switch (attribute.type) {
    case 'float':
      writer.float(2, attribute.value)
      break
    case 'int':
      writer.varint(3, attribute.value)
      break
    case 'string':
      writer.text(4, attribute.value)
      break
    case 'ints':
      for (const value of attribute.value) writer.varint(8, value)
  }
  writer.varint(20, attributeTypes[attribute.type])
}

function writeTensor(
  writer: ProtobufWriter,
  name: string,
  { shape, dtype, data }: Tensor,
  elsewhere: (Place & ExternalOptions) | undefined,
): void {
  for (const size of shape) writer.varint(1, size)
  writer.varint(2, elementTypes[dtype]).text(8, name)
  if (!elsewhere) return void writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  for (const key of ['location', 'offset', 'length'] as const)
    writer.message(13, entry => entry.text(1, key).text(2, String(elsewhere[key])))
  writer.varint(14, dataLocations.external)
}

function writeValue(
  writer: ProtobufWriter,
  name: string,
  { shape, dtype }: Value,
  open: readonly (string | null)[] = [],
): void {
  writer.text(1, name).message(2, type =>
    type.message(1, tensor =>
      tensor.varint(1, elementTypes[dtype]).message(2, dims =>
        shape.forEach((size, axis) =>
          dims.message(1, dim => {
            const axisName = open[axis]
            if (axisName) dim.text(2, axisName)
            else dim.varint(1, size)
          }),
        ),
      ),
    ),
  )
}
