/**
 * A measured number with its confidence interval, both ends included. A null value was not assessed, and `reason` says why.
 */
export interface MeasuredValue {
  readonly value: number | null
  readonly interval: readonly [number, number] | null
  /** Rows that it rests on. */
  readonly n: number
  readonly reason?: string
}

/** How much one feature matters. */
export interface FeatureImportance extends MeasuredValue {
  /** A data column; for texts a kind of token, such as `number` or `word of 4 to 7 letters`. Never a value. */
  readonly feature: string
}

/** Importance of all features by one measure, the largest first. */
export interface ImportanceTable {
  /** What is measured, in words with the unit. */
  readonly measure: string
  readonly rows: readonly FeatureImportance[]
}

/** One point of a partial dependence curve. */
export interface DependencePoint {
  /** A value of the feature in its own unit, or a declared category. */
  readonly at: number | string
  /** Mean prediction over rows when the feature has this value. */
  readonly mean: number
  /** 10th and 90th percentile of the rows' own curves (ICE). */
  readonly low: number
  readonly high: number
}

/** What one prediction rests on, without the row it was made for: no id and no value of it. */
export interface LocalExplanationFacts {
  /** The class whose probability is explained. */
  readonly class: string
  readonly probability: number
  /** Mean prediction over the background (for texts: of the text without its tokens). */
  readonly base: number
  /** Largest first. They add up to probability - base, up to `residual`. */
  readonly contributions: readonly {
    /** A data column, or for texts `token 3 (number)`: a 0-based position and a kind. */
    readonly feature: string
    readonly value: number
    /** Null when the value is exact. */
    readonly standardError: number | null
  }[]
  /** What the contributions leave unexplained. At most 1e-6 for Shapley values; large for texts with interacting words. */
  readonly residual: number
  /** Sentences without values, up to four. Empty when withheld. */
  readonly reasons: readonly string[]
  /** Why there are no reasons; null when there are. */
  readonly withheld: string | null
}

/** How far explanations can be trusted. */
export interface FidelityFacts {
  /** Below this, reasons are withheld. */
  readonly threshold: number
  /** R² of the additive explanation against the model on rows with some features hidden; 1 is exact. */
  readonly agreement: MeasuredValue
  /**
   * Mean prediction while features are hidden (`deletion`) or shown (`insertion`), most important first, and in random
   * order. Hiding must bring the prediction down faster than chance, showing must bring it up faster.
   */
  readonly deletion: { readonly ordered: number | null; readonly random: number | null }
  readonly insertion: { readonly ordered: number | null; readonly random: number | null }
  /** Rank correlation of contributions after a tiny change of the input; 1 is unchanged. */
  readonly stability: MeasuredValue
  /** Correlation with the explanations of models with random weights: high means that the method ignores the model. */
  readonly randomModels: MeasuredValue
  /** Largest |sum of contributions - (prediction - base)|. */
  readonly additivityError: number
  /** Local explanations whose reasons are withheld. */
  readonly withheld: number
}

export interface CounterfactualFacts {
  /** Rows for which changes were looked for. */
  readonly rows: number
  /** Rows for which at least one was found; each was checked again on the model. */
  readonly found: number
  /** Mean number of changed columns of the smallest one. */
  readonly meanChanges: number | null
  /** Columns that were never changed. */
  readonly fixed: readonly string[]
  /** How often each column was changed in the smallest one. */
  readonly changed: readonly { readonly feature: string; readonly count: number }[]
}

/** Facts of evidence of type `explanation`. */
export interface ExplanationFacts {
  readonly kind: 'tabular' | 'text'
  /** How contributions were computed, such as `exact interventional Shapley values`. */
  readonly method: string
  /** The class whose probability the global tables are about. */
  readonly class: string
  readonly rows: {
    /** Held-out rows there are. */
    readonly test: number
    /** Held-out rows that the global tables rest on. */
    readonly global: number
    /** Held-out rows that were explained one by one. */
    readonly explained: number
    /** Training rows that stand for "not known"; 0 for texts. */
    readonly background: number
  }
  readonly seed: number
  /** Of every interval. */
  readonly confidence: number
  /** Mean absolute contribution first, then permutation importance. */
  readonly importance: readonly ImportanceTable[]
  readonly partialDependence: readonly { readonly feature: string; readonly points: readonly DependencePoint[] }[]
  readonly local: readonly LocalExplanationFacts[]
  readonly fidelity: FidelityFacts
  /** Null where none were looked for. */
  readonly counterfactuals: CounterfactualFacts | null
  /** What these explanations do not say. */
  readonly limits: readonly string[]
}

/** Who attacks, with what. */
export interface ThreatModel {
  /** `white-box`: knows gradients; `black-box`: asks for predictions only. */
  readonly knowledge: 'white-box' | 'black-box'
  readonly goal: string
  /** Such as `l-infinity` or `l2`, or kinds of typos. */
  readonly perturbations: readonly string[]
  /** What epsilon is a share of. */
  readonly unit: string
  /** Columns that the attacker can change. */
  readonly attacked: readonly string[]
  /** Columns that it cannot change, such as categories. */
  readonly fixed: readonly string[]
}

/** Accuracy before and after for one protected group. */
export interface GroupRobustness {
  readonly attribute: string
  readonly group: string
  readonly clean: MeasuredValue
  /** Share of rows that are right and stay right under attack. */
  readonly attacked: MeasuredValue
}

/** One attack at one strength. */
export interface AttackFacts {
  /** Such as `PGD, l-infinity` or `letters swapped`. */
  readonly attack: string
  /** Null for texts. */
  readonly epsilon: number | null
  /** Share of rows that are right and stay right. */
  readonly accuracy: MeasuredValue
  /** Share of the rows that were right and did not stay so. */
  readonly success: MeasuredValue
  /** Predictions or gradients per attacked row. */
  readonly meanQueries: number
  /** Mean share of characters changed; null for tables. */
  readonly changedShare: number | null
  /** What the attack keeps, in words, such as `at most 2 words, each still readable`. */
  readonly constraint: string
  readonly groups: readonly GroupRobustness[]
}

/** Accuracy under growing attack. */
export interface SecurityCurve {
  readonly attack: string
  readonly points: readonly { readonly epsilon: number; readonly accuracy: MeasuredValue }[]
  /** Accuracy under random noise of the same size. */
  readonly randomNoise: readonly { readonly epsilon: number; readonly accuracy: MeasuredValue }[]
}

/** One check that the attacks were real ones. */
export interface MaskingCheck {
  readonly check: string
  readonly isPassed: boolean
  readonly note: string
}

/** What was found of some rows. */
export interface RadiusShares {
  readonly rows: number
  /** Rows for which no class was certain enough. */
  readonly abstained: number
  /** Null without a row whose class was certain, and for a group that is too small. */
  readonly medianRadius: number | null
  /** Share of rows with the right class whose radius is at least this. */
  readonly points: readonly { readonly radius: number; readonly accuracy: MeasuredValue }[]
}

/** Radii that hold against every attack of the norm, each with probability at least 1 - alpha (Cohen et al. 2019). */
export interface RadiusFacts extends RadiusShares {
  readonly norm: 'l2'
  /** Standard deviation of the noise, in the unit of the threat model. */
  readonly sigma: number
  readonly alpha: number
  /** Noisy copies per row: for choosing the class, and for the bound. */
  readonly selectionSamples: number
  readonly samples: number
  /** The same for each group of each attribute. */
  readonly groups: readonly (RadiusShares & { readonly attribute: string; readonly group: string })[]
}

/** What the model does with an unusual input. */
export interface EdgeCaseFacts {
  /** Such as `number missing`, `number infinite`, `category undeclared`, `text empty`. */
  readonly name: string
  readonly rows: number
  /** Rows whose probabilities were finite and added up to 1. */
  readonly defined: number
  /** Rows that were refused with an error instead. */
  readonly refused: number
  /** Share of rows whose class changed; null where nothing was predicted. */
  readonly changed: number | null
}

/** Facts of evidence of type `robustness`. */
export interface RobustnessFacts {
  readonly kind: 'tabular' | 'text'
  /** False when a masking check failed: the numbers then say nothing about robustness. */
  readonly isValid: boolean
  readonly threatModel: ThreatModel
  readonly rows: { readonly test: number; readonly attacked: number }
  readonly seed: number
  /** Of every interval (Wilson). */
  readonly confidence: number
  readonly clean: MeasuredValue
  /** Accuracy of always answering with the most frequent class. */
  readonly chance: number | null
  /** All attacks; for tables at the epsilon that is assessed. */
  readonly attacks: readonly AttackFacts[]
  /** The group that fares worst under the strongest attack; null when no group could be assessed. */
  readonly worstGroup: GroupRobustness | null
  /** Empty for texts. */
  readonly curves: readonly SecurityCurve[]
  /** Empty for texts, whose attacks use no gradient. */
  readonly maskingChecks: readonly MaskingCheck[]
  readonly radii: RadiusFacts | null
  readonly edgeCases: readonly EdgeCaseFacts[]
  /** What nobody tried. */
  readonly notTested: readonly string[]
}
