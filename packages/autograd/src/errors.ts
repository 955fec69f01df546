import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of `@attestry/autograd`. */
export const errorCatalogue: ErrorCatalogue = {
  'AUTOGRAD-E001': {
    title: 'shapes do not fit',
    explanation:
      'An operator was given values whose shapes it cannot combine. All shapes are known while the graph is built, so the mistake is reported there, with the name of the layer, and not by the runtime. Compare the shapes in the message with what the layer declares.',
    example: 'linear(graph, x /* [8, 3] */, weight /* [4, 5] */)  ->  give weight the shape [4, 3]',
  },
  'AUTOGRAD-E002': {
    title: 'wrong element type',
    explanation:
      'An operator was given a value of a type that it does not take, such as text positions where numbers are multiplied. Types are checked while the graph is built. Token ids and labels are i64; everything that is computed with is f32.',
    example: "embedding(graph, table, tokens /* f32 */)  ->  graph.input('tokens', [8, 4], 'i64')",
  },
  'AUTOGRAD-E003': {
    title: 'a name is used twice',
    explanation:
      'Inputs, parameters and outputs of a graph are found by name, so each name may occur once. A second value of the same name would silently take the place of the first. Give one of them another name.',
    example: "graph.input('x', [1]); graph.input('x', [2])  ->  graph.input('y', [2])",
  },
  'AUTOGRAD-E004': {
    title: 'no gradient reaches the parameters',
    explanation:
      'Backward was asked for a value that depends on no parameter, so there is nothing to train. Usually the loss was computed from an input only. Check that the layers between parameter and loss are connected.',
    example: 'backward(graph, loss of an input only, seed)  ->  compute the loss from a layer with parameters',
  },
  'AUTOGRAD-E005': {
    title: 'a parameter has no per-example rule',
    explanation:
      'Per-example clipping needs the norm of each example’s own gradient. That is known for linear layers and embeddings; a parameter that entered any other operator has no such rule, and its gradient summed over the batch cannot be clipped per example. Use a layer with a rule, or train without clipping.',
    example: 'mul(graph, x, scale /* a parameter */) under clipping  ->  linear(graph, x, weight, bias)',
  },
  'AUTOGRAD-E006': {
    title: 'a parameter is used twice',
    explanation:
      'The squared norms of several uses of one parameter do not add up: the cross term between them is missing. Clipping with such a norm would let an example through that is longer than the bound. Give each layer parameters of its own, or train without clipping.',
    example: 'linear(g, linear(g, x, w), w) under clipping  ->  two weights, w1 and w2',
  },
  'AUTOGRAD-E007': {
    title: 'no runtime is installed',
    explanation:
      'Neither onnxruntime-node nor onnxruntime-web could be loaded, so no graph can run. On Linux the install script of onnxruntime-node tries to fetch GPU files from another host and npm drops the package silently when that fails. Set the install flag named in the help, or install onnxruntime-web, which has no native code.',
    example: 'npm install onnxruntime-node  ->  ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node',
  },
  'AUTOGRAD-E008': {
    title: 'the runtime refused a graph',
    explanation:
      'The runtime could not open the encoded graph. Shapes and types are checked before encoding, so this points at an operator that this runtime lacks or at a damaged model. The runtime’s own words are in the note.',
    example: 'opening random bytes as a model  ->  open the bytes that encodeModel returned',
  },
  'AUTOGRAD-E009': {
    title: 'a feed does not match the graph',
    explanation:
      'A run was given a tensor that is missing, unknown, of another shape or of another length than its shape says. Feeds are compared with the inputs that the graph declares before the runtime sees them. Feed exactly the declared inputs.',
    example: 'session.run({ x: f32([2, 3], …) }) where x is [4, 3]  ->  feed 4 rows',
  },
  'AUTOGRAD-E010': {
    title: 'a run failed inside the runtime',
    explanation:
      'The runtime stopped while it computed a graph. The inputs had the declared shapes, so the usual causes are an index outside its table or too little memory. The runtime’s own words are in the note.',
    example: 'a token id of 99 for a table of 16 rows  ->  ids from 0 to 15',
  },
  'AUTOGRAD-E011': {
    title: 'a matrix cannot be kept in blocks',
    explanation:
      'A frozen matrix is kept as small whole numbers in blocks of 32 neighbours of a row, with one step for each block. That needs rows of whole blocks, and finite elements: one infinite element would take its whole block with it. Keep such a matrix in floats.',
    example: 'quantise(values, [4, 48], 8)  ->  rows of 32 or 64 elements, or no blocks',
  },
  'AUTOGRAD-E012': {
    title: 'a setting of an optimiser is not in its range',
    explanation:
      'Averages of an optimiser are weighted by numbers from 0 to below 1, decays are not negative, and what a root is kept away from zero by is positive. With another number steps would grow without end, go up instead of down, or divide by zero. Nothing was compiled; the message names the setting.',
    example: 'beta2: 1  ->  beta2: 0.999',
  },
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** AUTOGRAD-E001. */
export const shapesDoNotFit = (
  origin: string,
  op: string,
  shapes: readonly (readonly number[])[],
  expected: string,
): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E001',
    message: `${op} in '${origin}' cannot take ${shapes.map(shapeText).join(' and ')}: ${expected}`,
    help: `change the layer '${origin}' so that ${expected}`,
  })

/** AUTOGRAD-E002. */
export const wrongType = (origin: string, op: string, given: string, expected: string): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E002',
    message: `${op} in '${origin}' was given ${given}, not ${expected}`,
    help: `declare the input of '${origin}' as ${expected}`,
  })

/** AUTOGRAD-E003. */
export const nameTwice = (name: string): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E003',
    message: `the graph has two values named '${name}'`,
    help: `rename one of the values named '${name}'`,
  })

/** AUTOGRAD-E004. */
export const nothingToTrain = (name: string): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E004',
    message: `'${name}' depends on no parameter`,
    help: 'compute the loss from a layer with parameters',
  })

/** AUTOGRAD-E005. */
export const noPerExampleRule = (parameter: string): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E005',
    message: `parameter '${parameter}' is used by an operator without a per-example gradient rule`,
    help: 'use a linear layer or an embedding, or train without clipping',
  })

/** AUTOGRAD-E006. */
export const sharedParameter = (parameter: string, uses: number): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E006',
    message: `parameter '${parameter}' is used ${uses} times, and no rule covers the cross terms`,
    help: 'give each layer parameters of its own, or train without clipping',
  })

/** AUTOGRAD-E007. */
export const noRuntime = (reasons: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E007',
    message: 'no ONNX runtime could be loaded',
    notes: reasons,
    help: 'run ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node, or npm install onnxruntime-web',
  })

/** AUTOGRAD-E008. */
export const modelRefused = (runtime: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E008',
    message: `${runtime} could not open the graph`,
    notes: [words(cause)],
    help: 'open the bytes that encodeModel returned, unchanged',
    cause,
  })

/** AUTOGRAD-E009. */
export const feedMismatch = (input: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E009',
    message: `feed '${input}' ${problem}`,
    help: `feed '${input}' as the graph declares it`,
  })

/** AUTOGRAD-E010. */
export const runFailed = (runtime: string, cause: unknown): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E010',
    message: `${runtime} failed while it ran the graph`,
    notes: [words(cause)],
    help: 'check index ranges and memory',
    cause,
  })

/** AUTOGRAD-E011. */
export const notInBlocks = (reason: string): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E011',
    message: `a matrix cannot be kept in blocks: ${reason}`,
    help: 'keep this matrix in floats',
  })

/** AUTOGRAD-E012. */
export const badOptimiser = (setting: string, value: number, range: string): AttestryError =>
  new AttestryError({
    code: 'AUTOGRAD-E012',
    message: `${setting} of the optimiser is ${value}, and not ${range}`,
    help: `give a number ${range}`,
  })

const words = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).slice(0, 500)
