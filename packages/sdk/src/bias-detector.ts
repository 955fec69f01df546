import { definePlugin, positiveClass, versionOf, type Digest, type Plugin, nearest } from '@attestry/core'
import { readStatements, readLogVkey, parseVkey } from '@attestry/audit'
import {
  analyzeBias,
  compareAnalyses,
  type AnalysisComparison,
  type BiasAnalysis,
  type BiasAnalysisInput,
} from '@attestry/bias'
import { nothingToDebias, unknownWord } from './errors.js'
import type { FineTunedModel } from './fine-tuned-model.js'
import { labelledPredictions, type Bands } from './labelled-predictions.js'
import { fileOf, type DataInput } from './prepared-data.js'
import type { AttestrySDK } from './sdk.js'

export interface AnalyzeRequest extends Pick<BiasAnalysisInput, 'depth' | 'thresholds' | 'confidence' | 'minimumRows'> {
  readonly model: FineTunedModel
  /** Rows with the label, what the model reads, and the sensitive attributes. */
  readonly testData: DataInput
  readonly sensitiveAttributes: readonly string[]
  /** Where columns of numbers are cut into groups; at the quartiles of the test data unless given. */
  readonly bands?: Bands
}

/** A row per group and per intersection, and whether a gap is more than chance. */
export interface BiasResults extends BiasAnalysis {
  readonly bands: Bands
}

export interface DebiasRequest {
  /** `reweighting`: example weights that make label and group independent in the training data. */
  readonly strategy: string
  /** The group column of the training data to weigh by; that of the widest gap unless given. */
  readonly attribute?: string
}

/** A model that was trained again, with the same analysis of it and of the model before. */
export interface DebiasedModel extends FineTunedModel {
  readonly before: BiasResults
  readonly after: BiasResults
  readonly comparison: AnalysisComparison
  /** What the training rows were weighed by. */
  readonly attribute: string
}

const strategies = ['reweighting', 'reweighing']

/** Measures a model over groups and their intersections, and trains it again with the gap in mind. */
export class BiasDetector {
  readonly #sdk: AttestrySDK
  /** The latest analysis of each model, so that debiasing knows what it is about. */
  readonly #analyses = new Map<string, { readonly request: AnalyzeRequest; readonly results: BiasResults }>()

  constructor({ sdk }: { readonly sdk: AttestrySDK }) {
    this.#sdk = sdk
  }

  /**
   * Predicts the test data and compares the groups. `biasDetected` is true only where a gap is over its threshold and more
   * than chance among equal groups explains; false is no finding of parity.
   *
   * @throws BIAS-E… when the rows do not allow it, DATA-E… when a column is missing
   */
  async analyzeModel(request: AnalyzeRequest): Promise<BiasResults> {
    const { model, testData, sensitiveAttributes, bands: given, ...settings } = request
    const { data } = model.record.config
    const { file } = await fileOf(testData, this.#sdk)
    const { table, bands } = await model.use(opened =>
      labelledPredictions(opened, file, data, sensitiveAttributes, given),
    )
    const { depth, thresholds, confidence, minimumRows } = settings
    const analysis = analyzeBias({
      table,
      attributes: sensitiveAttributes,
      positiveClass: positiveClass(data),
      ...(depth !== undefined && { depth }),
      ...(thresholds && { thresholds }),
      ...(confidence !== undefined && { confidence }),
      ...(minimumRows !== undefined && { minimumRows }),
    })
    const results = { ...analysis, bands }
    this.#analyses.set(model.runId, { request: { ...request, bands }, results })
    return results
  }

  /**
   * Trains again with example weights (Kamiran and Calders 2012, section 4.2) and analyses the result the same way, on the
   * same rows and bands. The new run's report holds the measurement of both models. Weights make label and group
   * independent in the training data; what the model makes of them is measured, not promised.
   *
   * @throws SDK-E009 for a strategy that is not known, SDK-E013 without an analysis or a gap that it could attribute
   */
  async applyDebiasing(model: FineTunedModel, { strategy, attribute }: DebiasRequest): Promise<DebiasedModel> {
    if (!strategies.includes(strategy))
      throw unknownWord('strategy', strategy, strategies, nearest(strategy, strategies))
    const analysed = this.#analyses.get(model.runId)
    if (!analysed) throw nothingToDebias('this model has not been analysed')
    const { request, results: before } = analysed
    const reweigh = attribute ?? widestGap(before)
    const earlier = await measurementOf(this.#sdk.workspace, model)
    const again = await model.retrain({
      training: { reweigh },
      groups: [reweigh],
      plugins: earlier ? [measuredBefore(model, earlier)] : [],
    })
    const after = await this.analyzeModel({ ...request, model: again })
    return { ...again, before, after, comparison: compareAnalyses(before, after), attribute: reweigh }
  }
}

/** The single attribute with the widest gap in selection rates among those that show a disparity. */
function widestGap({ metrics }: BiasResults): string {
  const gaps = metrics.filter(
    ({ attributes, verdict, value }) => attributes.length === 1 && verdict === 'disparity' && value !== null,
  )
  const [widest] = [...gaps].sort((a, b) => b.value! - a.value!)
  if (!widest) throw nothingToDebias('the analysis shows no disparity over a single attribute')
  return widest.attributes[0]!
}

type Facts = Readonly<Record<string, unknown>>

/** What the run of a model recorded about its groups. */
async function measurementOf(workspace: string, { directory, runId }: FineTunedModel): Promise<Facts | undefined> {
  const key = parseVkey(await readLogVkey(workspace))
  const { statements } = await readStatements(directory, runId, key)
  const found = statements.findLast(({ predicate }) => predicate.type === 'bias-assessment')
  return found?.predicate.facts as Facts | undefined
}

/** Carries the earlier measurement into the new run, before its own is made, so that both stand in one report. */
const measuredBefore = ({ digest }: FineTunedModel, facts: Facts): Plugin =>
  definePlugin(() => ({
    name: '@attestry/sdk/measured-before',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    hooks: {
      evaluate: {
        order: 'pre' as const,
        async handler(_input, context) {
          await context.evidence({
            type: 'bias-assessment',
            controls: ['SDK-3'],
            outcome: 'info',
            subjects: [{ name: 'model before debiasing', digest: digest as Digest }],
            facts,
          })
          return []
        },
      },
    },
  }))()
