import type { DataConfig } from '@attestry/core'

/** Architectures that need nothing but the data. */
export type BuiltIn = 'mlp' | 'embedding-bag' | 'text-convolution'

/** How each is written. */
export const builtIns: Readonly<Record<BuiltIn, string>> = {
  mlp: "{ architecture: 'mlp', hidden: [32] }",
  'embedding-bag': "{ architecture: 'embedding-bag', buckets: 16384, dimension: 16 }",
  'text-convolution':
    "{ architecture: 'text-convolution', buckets: 16384, dimension: 32, widths: [2, 3, 4], filters: 64 }",
}

/** What `init` was told, and what it read off the data. */
export interface ConfigFacts {
  readonly author: string
  readonly data: DataConfig
  readonly regulations: readonly { readonly name: string; readonly options: Readonly<Record<string, unknown>> }[]
  readonly model: BuiltIn
  /** Hosts beyond this machine that the run may reach. */
  readonly hosts: readonly string[]
  /** Facts that were read off the data instead of being declared. */
  readonly inferred: readonly string[]
}

/** A config that runs at once, as a module with a sentence beside every choice. */
export function configText({ author, data, regulations, model, hosts, inferred }: ConfigFacts): string {
  const plugins = regulations.map(({ name, options }) => `    ${literal({ use: name, options })},`).join('\n')
  return `// What is trained, on which data, under which rules. Every path is relative to this file.
export default {
  name: 'my-model',

  // What the data is used for. Consent and attestations are compared with this word.
  purpose: 'model-training',

  // Who asks for the run. This person cannot approve it.
  author: ${literal(author)},

  // Each regulation is a package of its own. \`attestry policy\` shows what they demand together, and where they disagree.
  plugins: [
${plugins === '' ? '    // none yet: attestry plugins lists those that are known by name' : plugins}
  ],

  data: {
    source: ${literal(data.source)},
    label: ${literal(data.label)},
    // Declared, so that finding them out costs no privacy${inferred.length > 0 ? '; these were read off the file, so check them' : ''}.
    classes: ${literal(data.classes)},
${data.text === undefined ? '' : `    text: ${literal(data.text)},\n`}${data.features ? `    // Numbers with bounds, categories with values. Nothing about them is read from the data later.\n    features: ${indented(data.features)},\n` : ''}${data.groups ? `    // Error rates are reported for each of these groups. They are no features unless they are listed there too.\n    groups: ${literal(data.groups)},\n` : ''}${data.subject === undefined ? '' : `    // Names the person a row is about: for consent, requests and erasure.\n    subject: ${literal(data.subject)},\n`}  },

  model: ${builtIns[model]},

  training: {
    epochs: 10,
    batchSize: 64,
    learningRate: 0.02,
    optimizer: 'adam',
    // Differential privacy: at most this much of the data's budget. Smaller is more private and less accurate.
    privacy: { epsilon: 8, delta: 1e-5, clippingNorm: 1 },
  },

  evaluation: { testFraction: 0.25 },

  // Where it runs: nothing but this machine is reached, except what is named here.
  network: { localOnly: true, allow: ${literal(hosts)} },
}
`
}

/** A value as JavaScript in this project's style, on one line. */
function literal(value: unknown): string {
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, entry]) => `${keyOf(key)}: ${literal(entry)}`)
      .join(', ')} }`
  return JSON.stringify(value)
}

const indented = (value: object): string =>
  `{\n${Object.entries(value)
    .map(([key, entry]) => `      ${keyOf(key)}: ${literal(entry)},`)
    .join('\n')}\n    }`

const keyOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key))
