import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  combinePolicy,
  definePlugin,
  encryptAtRest,
  parseConfig,
  startRun,
  systemClock,
  ulid,
  versionOf,
  type Conflict,
  type EffectivePolicy,
  type Lineage,
  type LoraChoice,
  type ModelConfig,
  type Obligation,
  type Plugin,
  type Progress,
  type RunConfig,
  type Services,
  type ServiceToken,
  type TrainingConfig,
} from '@attestry/core'
import { openLineage } from '@attestry/data'
import { checklistText, deploymentChecklist, type ChecklistLine } from '@attestry/report'
import type { AnyLayersModel } from '@attestry/tfjs'
import { engineFor, layersEngine } from './engine.js'
import { baseModelUnknown, cannotSwitchOff, noRun } from './errors.js'
import { settle, type ComplianceConfig } from './compliance-config.js'
import type { ComplianceTemplate } from './compliance-manager.js'
import { fineTunedModel, type FineTunedModel } from './fine-tuned-model.js'
import { inferDataset, type DatasetHints } from './infer-dataset.js'
import { mechanisms } from './mechanisms.js'
import { withServices } from './open-composition.js'
import { ownRules, type OwnRule } from './own-rules.js'
import { fileOf, nameOf, pathOf, type DataInput } from './prepared-data.js'
import { reportInput, runsOf } from './report-input.js'
import { regulation, regulationPlugin } from './regulations.js'

export interface SdkOptions {
  /** Every fine-tuning passes the deploy gate. There is no other mode. */
  readonly complianceMode: true
  /** Every run keeps an audit log. */
  readonly auditLogging?: true
  /** Data at rest is encrypted (AES-256-GCM) whatever the regulations ask. */
  readonly dataEncryption?: boolean
  /** Folder that holds the workspace `.attestry` and that paths are relative to. */
  readonly directory: string
  /** Who runs: a principal's name. */
  readonly author?: string
  /** A file of consent events (JSON lines), relative to the directory. */
  readonly consent?: string
  readonly onProgress?: (progress: Progress) => void
}

/** What to train. Columns that are not named are read off the file. */
export interface FineTuneRequest extends DatasetHints {
  /**
   * A built-in architecture, `mlp`, `embedding-bag` or `text-convolution`; a folder with `config.json`, safetensors and
   * `tokenizer.json`, or a GGUF file; or a `tf.LayersModel` over the features.
   */
  readonly model?: string | AnyLayersModel
  /** The same as `model`. */
  readonly baseModel?: string | AnyLayersModel
  /** A CSV, JSONL or Parquet file, relative to the SDK's directory; rows; or what the preprocessor left. */
  readonly dataset: DataInput
  /** Every model is judged against policy and limits before it may be deployed. */
  readonly complianceChecks?: true
  readonly purpose?: string
  readonly training?: Partial<TrainingConfig>
  /** Adapters of a language model. */
  readonly lora?: Partial<LoraChoice>
  /** Tokens of a text that a language model reads. */
  readonly maxTokens?: number
  readonly limits?: Readonly<Record<string, number>>
  readonly testFraction?: number
  /** The change that asks for this model, where changes are managed. */
  readonly changeTicket?: string
}

export interface ChecklistRequest {
  readonly run?: string
  /** Gets the checklist as text, such as `console.log`. */
  readonly print?: (text: string) => void
}

/** The state of the composition after a template or setting was applied. */
export interface AppliedPolicy {
  readonly policy: EffectivePolicy
  /** Demands that disagree. A run stops at them, before any data is read, until a person resolves them. */
  readonly conflicts: readonly Conflict[]
}

const architectures = ['mlp', 'embedding-bag', 'text-convolution'] as const

/**
 * The whole framework in a few lines, over the same plugins and the same kernel as a config file.
 *
 * @example
 *   const sdk = await AttestrySDK.create({ complianceMode: true, directory })
 *   sdk.applyComplianceTemplate('GDPR')
 *   const model = await sdk.fineTune({ model: 'mlp', dataset: './tickets.jsonl', complianceChecks: true })
 */
export class AttestrySDK {
  readonly directory: string
  readonly workspace: string
  readonly #options: SdkOptions
  readonly #regulations = new Map<string, Readonly<Record<string, unknown>>>()
  readonly #obligations: Obligation[] = []
  readonly #rules = new Set<OwnRule>()
  #lineage: Lineage | undefined

  private constructor(options: SdkOptions) {
    this.#options = options
    this.directory = resolve(options.directory)
    this.workspace = join(this.directory, '.attestry')
    if (options.dataEncryption) this.#obligations.push(encryptAtRest(256, ownControl))
  }

  /** Opens (and makes, when it is new) the workspace. @throws SDK-E008 when a safeguard would be switched off */
  static async create(options: SdkOptions): Promise<AttestrySDK> {
    // The types forbid it; a caller in JavaScript must hear of it too, rather than be ignored.
    refuseOff('compliance mode', options.complianceMode)
    refuseOff('the audit log', options.auditLogging)
    const sdk = new AttestrySDK(options)
    await mkdir(sdk.workspace, { recursive: true, mode: 0o700 })
    return sdk
  }

  /**
   * Adds a regulation's template, or settings of one's own. Both may be applied repeatedly.
   *
   * @throws SDK-E005 when nothing answers a setting
   */
  applyComplianceConfig(config: ComplianceTemplate | ComplianceConfig): AppliedPolicy {
    if ('regulation' in config) this.#regulations.set(config.regulation, config.options)
    else {
      const { obligations, rules } = settle(config, ownControl)
      this.#obligations.push(...obligations)
      for (const rule of rules) this.#rules.add(rule)
    }
    return this.policy()
  }

  /** Adds a regulation with its starting options. @throws SDK-E001 when nobody speaks for it */
  applyComplianceTemplate(name: string, options: Readonly<Record<string, unknown>> = {}): AppliedPolicy {
    const { name: known, defaults } = regulation(name)
    this.#regulations.set(known, { ...defaults, ...options })
    return this.policy()
  }

  /** The policy in force now, with everybody who asked for something. */
  policy(extra: readonly Obligation[] = []): AppliedPolicy {
    const policy = combinePolicy(this.plugins(extra))
    return { policy, conflicts: policy.conflicts }
  }

  /** All plugins of the composition: mechanisms, regulations, and this object's own demands. */
  plugins(extra: readonly Obligation[] = [], engine?: Plugin): readonly Plugin[] {
    const own = sdkPlugin([...this.#obligations, ...extra], this.#rules)
    const chosen = [...this.#regulations].map(([name, options]) => regulationPlugin(name, options))
    const { consent } = this.#options
    const options = consent === undefined ? {} : { '@attestry/governance': { consent } }
    return [...mechanisms(this.directory, options, engine), ...chosen, own]
  }

  /** Services of the composition, outside a run. */
  withServices<T>(declared: readonly ServiceToken<unknown>[], work: (services: Services) => Promise<T>): Promise<T> {
    return withServices({ plugins: this.plugins(), workspace: this.workspace }, declared, work)
  }

  /** The lineage of what was prepared outside runs; each run has its own beside its log. */
  lineage(): Lineage {
    return (this.#lineage ??= openLineage(this.workspace))
  }

  /**
   * How every line of the deployment checklist stands now, for a run: present, attested, missing, stale or failed, each with
   * its evidence. Printed when `print` is given.
   *
   * @param run the newest unless given
   * @throws CORE-E022 when there is no run
   */
  async checklist({ run, print }: ChecklistRequest = {}): Promise<readonly ChecklistLine[]> {
    const runId = run ?? (await runsOf(this.workspace)).at(-1)
    if (runId === undefined) throw noRun(this.workspace)
    const lines = deploymentChecklist(await reportInput(this.workspace, runId), new Date(systemClock.now()))
    print?.(checklistText(lines))
    return lines
  }

  /**
   * Fine-tunes a model on a file, through every stage.
   *
   * @returns the model with its verdict; `waiting` and `vetoed` models are returned too, with the reasons
   * @throws SDK-E006, SDK-E007, and what the run throws
   */
  async fineTune(request: FineTuneRequest, extra: readonly Obligation[] = []): Promise<FineTunedModel> {
    refuseOff('compliance checks', request.complianceChecks)
    const { config, inferred } = await this.#configOf(request)
    const plugins = this.plugins(extra, await engineFor(config.model, this.directory))
    const record = await startRun({
      config,
      plugins,
      baseDirectory: this.directory,
      workspace: this.workspace,
      ...(this.#options.onProgress && { onProgress: this.#options.onProgress }),
    })
    return fineTunedModel(record, this, plugins, inferred)
  }

  /** Puts a model of the caller's own into the workspace, under its digest. */
  async #store(base: AnyLayersModel): Promise<ModelConfig> {
    const { isLayersModel, saveLayersModel } = await layersEngine()
    if (!isLayersModel(base)) throw baseModelUnknown(typeof base, [...architectures, 'a tf.LayersModel'])
    const unnamed = join(this.workspace, 'models', ulid())
    const { digest } = await saveLayersModel(base, unnamed)
    const folder = join(this.workspace, 'models', digest.slice('sha256:'.length))
    // The same model brought twice lies there already, with the same bytes.
    await rename(unnamed, folder).catch(() => rm(unnamed, { recursive: true, force: true }))
    return { architecture: 'layers-model', path: pathOf(folder, this.directory), digest }
  }

  async #configOf(request: FineTuneRequest): Promise<{ config: RunConfig; inferred: readonly string[] }> {
    const base = request.baseModel ?? request.model ?? 'mlp'
    const brought = await this.#broughtModel(base, request)
    const { file } = await fileOf(request.dataset, this)
    const { data, inferred } = await inferDataset(file, request)
    const model = brought ?? (data.text === undefined ? tableModel : textModel(base))
    const config = parseConfig({
      name: nameOf(request.dataset),
      purpose: request.purpose ?? 'model-training',
      author: this.#options.author ?? 'author',
      plugins: [],
      data: { ...data, source: pathOf(file, this.directory) },
      model,
      training: request.training ?? {},
      evaluation: {
        ...(request.testFraction !== undefined && { testFraction: request.testFraction }),
        ...(request.limits && { limits: request.limits }),
      },
      ...(request.changeTicket !== undefined && { deployment: { changeTicket: request.changeTicket } }),
    })
    const isAsAsked = brought !== undefined || model.architecture === base
    return { config, inferred: isAsAsked ? inferred : [...inferred, `architecture: ${model.architecture}`] }
  }

  /** The config of a model that the caller brings; undefined for a built-in architecture. */
  async #broughtModel(
    base: string | AnyLayersModel,
    { lora, maxTokens }: FineTuneRequest,
  ): Promise<AskedModel | undefined> {
    if (typeof base !== 'string') return this.#store(base)
    if (architectures.some(known => known === base)) return undefined
    const path = resolve(this.directory, base)
    if (!(await stat(path).catch(() => undefined))) throw baseModelUnknown(base, architectures)
    const { baseModelDigest } = await import('@attestry/lm')
    return {
      architecture: 'language-model',
      path: pathOf(path, this.directory),
      digest: await baseModelDigest(path),
      ...(lora && { lora }),
      ...(maxTokens !== undefined && { maxTokens }),
    }
  }
}

/** A model as a config file may give it, with defaults left out. */
type AskedModel = Readonly<Record<string, unknown>> & { readonly architecture: ModelConfig['architecture'] }

const tableModel: AskedModel = { architecture: 'mlp', hidden: [32] }

/** A text column needs embeddings in front of the layers; without one there is nothing to embed. */
const textModel = (asked: unknown): AskedModel => ({
  architecture: asked === 'text-convolution' ? asked : 'embedding-bag',
})

function refuseOff(what: string, setting: unknown): void {
  if (setting !== undefined && setting !== true) throw cannotSwitchOff(what)
}

const ownControl = 'SDK-1'

/** What the application itself demands, as a plugin like any other. */
const sdkPlugin = (obligations: readonly Obligation[], rules: ReadonlySet<OwnRule>): Plugin =>
  definePlugin(() => ({
    name: '@attestry/sdk',
    version: versionOf(import.meta.url),
    core: '^0.1.0',
    obligations,
    ...ownRules(rules),
  }))()
