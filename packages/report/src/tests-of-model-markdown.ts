import { count, given } from './format.js'
import { bullets, code, plain } from './markdown.js'
import type { ExplanationsCard, RobustnessCard } from './tests-of-model.js'

/** What the attacks on the model assumed, and what nobody tried, for the card. */
export function robustnessMarkdown(card: RobustnessCard | null): string {
  if (!card) return 'No attack was tried on this model. That says nothing about what one would find.'
  const { threatModel, rows, isValid, notTested, outcome, evidence } = card
  return [
    ...(isValid === false
      ? ['**A masking check failed.** The attacks were not real ones, and their numbers say nothing about robustness.']
      : []),
    bullets([
      `Attacker: ${stated(threatModel.knowledge)}, who wants ${stated(threatModel.goal)}`,
      `Changes: ${listed(threatModel.perturbations)}; strength in ${stated(threatModel.unit)}`,
      `Changed by the attacker: ${listed(threatModel.attacked)}`,
      ...(threatModel.fixed.length > 0 ? [`Never changed: ${listed(threatModel.fixed)}`] : []),
      `Rows: ${amount(rows.attacked)} of ${amount(rows.test)} held-out ones were attacked`,
      `Outcome: ${outcome}, numbers in ${evidence.map(code).join(', ')}`,
    ]),
    open('What nobody tried', notTested),
  ].join('\n\n')
}

/** What predictions were explained by, and what these explanations do not say, for the card. */
export function explanationsMarkdown(card: ExplanationsCard | null): string {
  if (!card) return 'No explanation of this model was computed. What single predictions rest on is not known.'
  const { method, class: name, rows, threshold, notSaid, outcome, evidence } = card
  return [
    bullets([
      `Method: ${stated(method)}, for the class ${name === null ? 'not stated' : code(name)}`,
      `Rows: ${amount(rows.explained)} explained one by one, tables over ${amount(rows.global)} of ${amount(rows.test)} held-out ones`,
      ...(threshold === null ? [] : [`Reasons are withheld below an agreement of ${given(threshold)} with the model`]),
      `Outcome: ${outcome}, numbers in ${evidence.map(code).join(', ')}`,
    ]),
    open('What these explanations do not say', notSaid),
  ].join('\n\n')
}

const stated = (text: string | null): string => (text === null ? 'not stated' : plain(text))
const listed = (names: readonly string[]): string => names.map(plain).join(', ') || 'not stated'
const amount = (rows: number | null): string => (rows === null ? 'a number not stated' : count(rows))

/** Evidence that lists nothing has not said that everything was tested. */
const open = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? `${title}: not stated.` : `${title}:\n\n${bullets(lines.map(plain))}`
