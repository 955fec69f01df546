import { f32, sizeOf } from '@attestry/autograd'
import { llamaConfig, llamaLinears, llamaTensors } from '@attestry/lm'

/** A decoder of these sizes with random weights, the same every time. */
export function randomModel(shape) {
  const config = llamaConfig(shape.config)
  const tensors = llamaTensors(config)
  let seed = 1
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
  const weights = {}
  for (const { name, shape: sizes } of tensors) {
    const values = new Float32Array(sizeOf(sizes)).fill(1)
    if (sizes.length > 1) for (let i = 0; i < values.length; i++) values[i] = 0.05 * (2 * random() - 1)
    weights[name] = f32(sizes, values)
  }
  return {
    config,
    weights,
    shapes: new Map(tensors.map(tensor => [tensor.name, tensor.shape])),
    quantised: new Map(),
    linears: llamaLinears(config),
    parameterCount: tensors.reduce((total, tensor) => total + sizeOf(tensor.shape), 0),
  }
}
