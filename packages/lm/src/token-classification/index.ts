export {
  openTokenClassifier,
  type LabelledSpan,
  type TokenClassifier,
  type TokenClassifierOptions,
} from './token-classifier.js'
