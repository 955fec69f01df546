export { certifiedRadius, type RadiusInput } from './certified-radius.js'
export { errorCatalogue } from './errors.js'
export { lowerBound, normalQuantile, share } from './statistics.js'
export { attackSpace, type AttackSpace } from './attack-space.js'
export { attackedModel, type AttackedModel } from './attacked-model.js'
export type { Norm } from './ball.js'
export { gradientAttack, type GradientAttack } from './gradient-attack.js'
export { randomNoise, randomSearch, type RandomAttack } from './random-attack.js'
export { smoothing, type SmoothingTask } from './smoothing.js'
export {
  anyWords,
  restyle,
  typoAttack,
  weightyWords,
  type PredictTexts,
  type TextOutcome,
  type TextTarget,
} from './text-attack.js'
export { restylings, typos, wordLeftOut, wordsOf, type Restyling, type Typo, type Word } from './typos.js'
export { attackTable, type TableTask } from './attack-table.js'
export { attackTexts, type TextTask } from './attack-texts.js'
export { edgeCases } from './edge-cases.js'
export { byGroup, worstOf, type AttackedRows } from './groups.js'
export { maskingChecks, type Standing } from './masking-checks.js'
export { checkOptions, type RobustnessOptions, type RobustnessSettings } from './options.js'
export { default as robustness } from './plugin.js'
