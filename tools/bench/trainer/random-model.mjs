import { f32, quantisedFeeds, sizeOf } from '@attestry/autograd'
import { llamaConfig, llamaLinears, llamaTensors } from '@attestry/lm'

let seed = 1
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647

/** A matrix in blocks of random numbers with a standard deviation of about 0.02. */
function randomBlocks(shape, bits) {
  const count = (shape[0] * shape[1]) / 32
  const bytes = new Uint8Array(4 * bits * count)
  for (let i = 0; i < bytes.length; i++) bytes[i] = 256 * random()
  const constant = value => new Float32Array(count).fill(value)
  if (bits === 8) return { bits, shape, quants: new Int8Array(bytes.buffer), scales: constant(2.7e-4) }
  return { bits, shape, quants: bytes, scales: constant(4.3e-3), offsets: constant(-7.5 * 4.3e-3) }
}

/**
 * A decoder of these sizes with random weights, the same every time.
 *
 * @param bits 4 or 8 for linear layers in blocks; by default they are floats
 */
export function randomModel(shape, bits) {
  const config = llamaConfig(shape.config)
  const tensors = llamaTensors(config)
  const linears = llamaLinears(config)
  const quantised = new Map(bits ? linears.map(path => [`${path}.weight`, bits]) : [])
  const weights = {}
  for (const { name, shape: sizes } of tensors) {
    if (quantised.has(name)) {
      Object.assign(weights, quantisedFeeds(name, randomBlocks(sizes, bits)))
      continue
    }
    const values = new Float32Array(sizeOf(sizes)).fill(1)
    if (sizes.length > 1) for (let i = 0; i < values.length; i++) values[i] = 0.05 * (2 * random() - 1)
    weights[name] = f32(sizes, values)
  }
  return {
    config,
    weights,
    quantised,
    shapes: new Map(tensors.map(tensor => [tensor.name, tensor.shape])),
    linears,
    parameterCount: tensors.reduce((total, tensor) => total + sizeOf(tensor.shape), 0),
  }
}
