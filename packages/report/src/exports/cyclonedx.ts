import type { Assessment, JsonValue, ModelConfig, ReportInput, RunRecord } from '@attestry/core'
import { byText, clippingNormWords, sortedEntries } from '../format.js'
import { isGap } from '../limits.js'
import { visible } from '../markup.js'
import { modelCard, type EvaluationCard, type ModelCard } from '../model-card.js'
import { derivedUuid } from './uuid.js'

type Json = { readonly [key: string]: JsonValue }

/** What kind of model each architecture is, in words of the field. */
const families: Readonly<Record<ModelConfig['architecture'], string>> = {
  mlp: 'feed-forward network',
  'embedding-bag': 'bag of embeddings',
  'text-convolution': 'convolutional network',
  'layers-model': 'network of layers of its own',
  'language-model': 'transformer',
}

/**
 * The model and what it was made of as a CycloneDX 1.6 bill of materials: the model with the hashes of its files and its
 * card, the dataset and its shards by digest, and which of them the model was trained on.
 *
 * A run without a model gives a bill that names the run and its data and no model. Two renders are the same to the byte.
 *
 * @throws REPORT-E002 when a time of the record cannot be read
 */
export function cyclonedxMlBom(input: ReportInput): Json {
  const card = modelCard(input)
  const { record } = input
  const run: Json = {
    type: 'application',
    'bom-ref': `run:${text(record.id)}`,
    name: text(record.config.name),
    version: text(record.id),
    description: text(`Run of Attestry for the purpose '${record.config.purpose}'`),
  }
  const models = modelComponents(card, input)
  const datasets = dataComponents(record)
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${derivedUuid('ml-bom', record.id)}`,
    version: 1,
    metadata: {
      timestamp: new Date(card.assessedAt).toISOString(),
      tools: { components: plugins(record) },
      component: run,
    },
    components: [...models, ...datasets],
    dependencies: [
      { ref: `run:${text(record.id)}`, dependsOn: refs([...models, ...datasets]) },
      ...models.map(model => ({ ref: model['bom-ref']!, dependsOn: trainedOn(record) })),
      ...shardDependencies(record),
    ],
  }
}

const refs = (components: readonly Json[]): readonly JsonValue[] => components.map(one => one['bom-ref']!)

/** Every plugin once: the tools that made what the bill lists. */
const plugins = ({ plugins: loaded }: RunRecord): readonly Json[] =>
  once(
    [...loaded].sort((a, b) => byText(a.name, b.name)),
    ({ name }) => text(name),
  ).map(({ name, version }) => ({
    type: 'library',
    'bom-ref': `plugin:${text(name)}`,
    name: text(name),
    version: text(version),
  }))

function modelComponents(card: ModelCard, input: ReportInput): readonly Json[] {
  const { model, trainingData } = card
  if (!model) return []
  return [
    {
      type: 'machine-learning-model',
      'bom-ref': `model:${model.digest}`,
      name: text(card.name),
      version: text(card.run.id),
      description: text(`${model.plan.model.architecture} for ${card.intendedUse.purpose}`),
      hashes: [hash(model.digest)],
      properties: [
        property('digest-of', 'the list of files and their digests, in order'),
        property('verdict', card.verdict.headline),
        property('engine', model.plan.engine),
        property('plan', model.plan.digest),
        ...privacyProperties(card),
      ],
      components: once(model.files, ({ name, digest }) => `${digest} ${text(name)}`).map(({ name, digest }) => ({
        type: 'file',
        'bom-ref': `file:${digest}:${text(name)}`,
        name: text(name),
        hashes: [hash(digest)],
      })),
      modelCard: {
        modelParameters: {
          approach: { type: 'supervised' },
          task: 'classification',
          architectureFamily: families[model.plan.model.architecture],
          modelArchitecture: text(`${model.plan.model.architecture}, ${model.plan.parameters} parameters`),
          ...(trainingData && { datasets: [{ ref: `dataset:${trainingData.dataset.digest}` }] }),
          inputs: [{ format: input.record.config.data.text === undefined ? 'numbers and categories' : 'text' }],
          outputs: [{ format: text(`probabilities of ${model.plan.classes.length} classes`) }],
        },
        ...(card.evaluation && {
          quantitativeAnalysis: { performanceMetrics: metricsOf(card.evaluation).map(performanceMetric) },
        }),
        considerations: {
          useCases: [text(card.intendedUse.purpose)],
          technicalLimitations: card.limitations.map(text),
          ...(model.privacy && {
            performanceTradeoffs: ['Noise and clipping of training with differential privacy cost accuracy.'],
          }),
          ethicalConsiderations: risks(card),
          ...(card.evaluation && { fairnessAssessments: fairness(card.evaluation) }),
        },
      },
    },
  ]
}

function privacyProperties({ model }: ModelCard): readonly Json[] {
  if (!model?.privacy) return [property('differential-privacy', 'none')]
  const {
    epsilonSpent,
    epsilonPlanned,
    delta,
    sampler,
    clippingNorm,
    adaptiveClipping,
    noiseMultiplier,
    accountant,
    unit,
  } = model.privacy
  return [
    property('epsilon', String(epsilonSpent ?? epsilonPlanned)),
    property('delta', String(delta)),
    property('sampler', sampler),
    property('clipping-norm', String(clippingNorm)),
    ...(adaptiveClipping
      ? [
          property('clipping-quantile', String(adaptiveClipping.quantile)),
          property('clipping-count-noise', String(adaptiveClipping.countNoise)),
          property('clipping-last-norm', String(adaptiveClipping.lastNorm)),
        ]
      : []),
    property('noise-multiplier', String(noiseMultiplier)),
    property('accountant', accountant),
    property('neighbouring-datasets-differ-by', `one ${unit}`),
  ]
}

const metricsOf = ({
  overall,
  gaps,
  groups,
  classErrors,
  membershipInference,
}: EvaluationCard): readonly Assessment[] => [...overall, ...gaps, ...groups, ...classErrors, ...membershipInference]

function performanceMetric({ metric, value, interval, slice, attribute }: Assessment): Json {
  const about = slice
    ? sortedEntries(slice)
        .map(([name, group]) => `${name}=${group}`)
        .join(', ')
    : attribute !== undefined
      ? `over ${attribute}`
      : null
  return {
    type: text(metric),
    value: value === null ? 'not assessed' : String(value),
    ...(about !== null && { slice: text(about) }),
    ...(interval && { confidenceInterval: { lowerBound: String(interval[0]), upperBound: String(interval[1]) } }),
  }
}

/** Risks that the record shows, with what was done about them; none is made up. */
function risks(card: ModelCard): readonly Json[] {
  const { evaluation, model, trainingData } = card
  const over = evaluation?.limits.filter(({ state }) => state !== 'met') ?? []
  return [
    ...over.map(({ metric, state }) => ({
      name: text(`limit on ${metric} is ${state === 'over' ? 'not met' : 'not assessed'}`),
      mitigationStrategy: 'The deployment gate refuses the model until the limit is met.',
    })),
    {
      name: 'the model tells what single training records say',
      mitigationStrategy: model?.privacy
        ? text(
            `training with clipping norm ${clippingNormWords(model.privacy)} and noise multiplier ${model.privacy.noiseMultiplier}`,
          )
        : 'none: training was without differential privacy',
    },
    {
      name: 'identifiers of people in the training text',
      mitigationStrategy: trainingData?.identifiers
        ? 'identifiers that rules find were removed or masked'
        : 'none that evidence shows',
    },
  ]
}

/** Per attribute, what was measured between its groups. */
const fairness = ({ gaps, limits }: EvaluationCard): readonly Json[] =>
  gaps
    .filter(({ metric }) => isGap(metric))
    .map(({ metric, attribute, value, interval }) => {
      const limit = limits.find(one => one.metric === metric)
      const shown = value === null ? 'not assessed' : `${value}${interval ? ` [${interval[0]}, ${interval[1]}]` : ''}`
      return {
        groupAtRisk: text(`groups of ${attribute ?? ''}`),
        harms: text(`${metric}: ${shown}`),
        mitigationStrategy: limit ? text(`limit ${limit.max}, ${limit.state}`) : 'no limit is in force',
      }
    })

function dataComponents(record: RunRecord): readonly Json[] {
  const { preprocess } = record.stages
  if (!preprocess) return []
  const { dataset, rowsRead, rowsUsed, shards } = preprocess
  const holdsPeople = record.config.data.subject !== undefined
  return [
    {
      type: 'data',
      'bom-ref': `dataset:${dataset.digest}`,
      name: 'training data',
      description: text(`${dataset.format}, ${dataset.sizeBytes} bytes, ${rowsRead} rows read, ${rowsUsed} used`),
      hashes: [hash(dataset.digest)],
      data: [
        {
          type: 'dataset',
          name: 'training data',
          classification: holdsPeople ? 'personal' : 'not stated',
          contents: { properties: [property('rows-read', String(rowsRead)), property('rows-used', String(rowsUsed))] },
        },
      ],
    },
    ...shardsOnce(shards).map(({ digest, rows, split, encrypted }) => ({
      type: 'data',
      'bom-ref': `shard:${digest}`,
      name: text(`shard of ${split}`),
      hashes: [hash(digest)],
      properties: [property('rows', String(rows)), property('encrypted', String(encrypted))],
    })),
  ]
}

type Shards = NonNullable<RunRecord['stages']['preprocess']>['shards']

/** Shards are named by their content: two alike are one. */
const shardsOnce = (shards: Shards): Shards => once(shards, ({ digest }) => digest)

/** One item per key, because a bill must not name two things alike. */
const once = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] => [
  ...new Map(items.map(item => [keyOf(item), item])).values(),
]

const trainedOn = ({ stages: { preprocess } }: RunRecord): readonly string[] =>
  shardsOnce(preprocess?.shards ?? [])
    .filter(({ split }) => split === 'train')
    .map(({ digest }) => `shard:${digest}`)

const shardDependencies = ({ stages: { preprocess } }: RunRecord): readonly Json[] =>
  preprocess
    ? shardsOnce(preprocess.shards).map(({ digest }) => ({
        ref: `shard:${digest}`,
        dependsOn: [`dataset:${preprocess.dataset.digest}`],
      }))
    : []

const hash = (digest: string): Json => ({ alg: 'SHA-256', content: digest.replace(/^sha256:/, '') })

const property = (name: string, value: string): Json => ({ name: `attestry:${name}`, value: text(value) })

const text = (value: string): string => visible(value)
