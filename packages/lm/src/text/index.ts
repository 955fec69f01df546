export { openModelTokenizer, openTokenizer } from './open-tokenizer.js'
export { makeTokenizer, type SpecialToken, type Tokenizer, type TokenizerSource } from './tokenizer.js'
export { tokenizerFromGguf, type GgufTokenizerMeta } from './gguf-tokenizer.js'
export {
  chatTemplates,
  parseChatTemplate,
  roles,
  type ChatTemplate,
  type Message,
  type RenderOptions,
  type Role,
} from './chat-template.js'
export { templateLimits, type TemplateLimits } from './template-budget.js'
export {
  chatTemplateOf,
  chosenTemplate,
  ignoredLabel,
  labelledCompletion,
  labelledConversation,
  type ConversationOptions,
  type LabelledConversation,
  type LabelledTokens,
  type LossOn,
} from './conversation.js'
export { fitExamples, type FitOptions, type FittedExamples } from './fit.js'
export {
  bucketLength,
  packExamples,
  paddingSegment,
  padRow,
  type PackedRow,
  type PackOptions,
} from './pack.js'
export { type DataFormat, type TrainingExample } from './data-formats.js'
export { dataLimits, type DataLimits } from './data-records.js'
export {
  openTrainingData,
  type ColumnNames,
  type DataOptions,
  type TrainingData,
  type TrainingRow,
} from './datasets.js'
export { parseTrainingYaml } from './training-yaml.js'
export { openTrainingConfig, type TrainingConfig } from './training-config.js'
export {
  type ChatTemplateChoice,
  type DatasetSettings,
  type Frequency,
  type IgnoredKey,
  type LearningSchedule,
  type SftSettings,
} from './sft-settings.js'
export type { PlacedTokens } from './token-offsets.js'
