import type { RunRecord } from '@attestry/core'
import { modelOf, newest, type Measurement } from './checklist/facts.js'
import type { EvidenceItem } from './evidence-list.js'
import { numberIn, objectIn, textIn, textsIn } from './facts.js'

/** Where a test of the model stands in the evidence, and what came of it. */
export interface TestCard {
  readonly outcome: EvidenceItem['outcome']
  /** Evidence files that hold its numbers. */
  readonly evidence: readonly string[]
}

/** What the attacks on the model assumed, and what nobody tried. Null stands for what the evidence does not state. */
export interface RobustnessCard extends TestCard {
  /** False when a masking check failed: the attacks were not real ones, and say nothing about robustness. */
  readonly isValid: boolean | null
  readonly threatModel: {
    /** What the attacker knows, such as `white-box`. */
    readonly knowledge: string | null
    readonly goal: string | null
    /** Norms of numbers, or kinds of changes to a text. */
    readonly perturbations: readonly string[]
    /** What strength is counted in. */
    readonly unit: string | null
    /** Columns that the attacks change. */
    readonly attacked: readonly string[]
    /** Columns that they leave alone. */
    readonly fixed: readonly string[]
  }
  /** Held-out rows, and how many of them were attacked. */
  readonly rows: { readonly test: number | null; readonly attacked: number | null }
  readonly notTested: readonly string[]
}

/** What predictions were explained by, and what these explanations do not say. */
export interface ExplanationsCard extends TestCard {
  readonly method: string | null
  /** The class whose probability is explained. */
  readonly class: string | null
  /** Held-out rows, those that the tables are over, and those explained one by one. */
  readonly rows: { readonly test: number | null; readonly global: number | null; readonly explained: number | null }
  /** Reasons of a prediction are withheld below this agreement with the model (R²). */
  readonly threshold: number | null
  readonly notSaid: readonly string[]
}

/** The newest attacks on the model of the run; null when there is no such evidence, or only about another model. */
export function robustnessCard(record: RunRecord, items: readonly EvidenceItem[]): RobustnessCard | null {
  const found = newestOfModel('robustness', record, items)
  if (!found) return null
  const { facts } = found.item
  const [threat, rows] = [objectIn(facts['threatModel']), objectIn(facts['rows'])]
  return {
    ...testCard(found),
    isValid: typeof facts['isValid'] === 'boolean' ? facts['isValid'] : null,
    threatModel: {
      knowledge: textIn(threat?.['knowledge']),
      goal: textIn(threat?.['goal']),
      perturbations: textsIn(threat?.['perturbations']),
      unit: textIn(threat?.['unit']),
      attacked: textsIn(threat?.['attacked']),
      fixed: textsIn(threat?.['fixed']),
    },
    rows: { test: numberIn(rows?.['test']), attacked: numberIn(rows?.['attacked']) },
    notTested: textsIn(facts['notTested']),
  }
}

/** The newest explanations of the model of the run; null when there is no such evidence, or only about another model. */
export function explanationsCard(record: RunRecord, items: readonly EvidenceItem[]): ExplanationsCard | null {
  const found = newestOfModel('explanation', record, items)
  if (!found) return null
  const { facts } = found.item
  const rows = objectIn(facts['rows'])
  return {
    ...testCard(found),
    method: textIn(facts['method']),
    class: textIn(facts['class']),
    rows: {
      test: numberIn(rows?.['test']),
      global: numberIn(rows?.['global']),
      explained: numberIn(rows?.['explained']),
    },
    threshold: numberIn(objectIn(facts['fidelity'])?.['threshold']),
    notSaid: textsIn(facts['limits']),
  }
}

function newestOfModel(type: string, record: RunRecord, items: readonly EvidenceItem[]): Measurement | null {
  const model = modelOf({ record })
  return model && newest({ items }, type, model)
}

const testCard = ({ item, files, hasFailed }: Measurement): TestCard => ({
  outcome: hasFailed ? 'fail' : item.outcome,
  evidence: files,
})
