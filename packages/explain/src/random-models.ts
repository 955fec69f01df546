import type { Predict } from './predict.js'
import { mix, normalDraw, seededRandom, type Random } from '@attestry/core'
import { tokenise } from './tokens.js'

const hidden = 8
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * A model of tables that knows nothing: two layers with random weights. An explanation that looks the same for it as for a
 * trained model does not depend on the model.
 *
 * @see Adebayo et al. 2018, arXiv 1810.03292
 */
export function randomTableModel(width: number, random: Random): Predict {
  const first = Float64Array.from({ length: hidden * width }, () => normalDraw(random) / Math.sqrt(width))
  const second = Float64Array.from({ length: hidden }, () => normalDraw(random))
  return async matrix =>
    Float64Array.from({ length: matrix.length / width }, (_, row) => {
      let out = 0
      for (let unit = 0; unit < hidden; unit++) {
        let sum = 0
        for (let place = 0; place < width; place++) sum += first[unit * width + place]! * matrix[row * width + place]!
        out += second[unit]! * Math.tanh(sum)
      }
      return sigmoid(out)
    })
}

/** A model of texts that knows nothing: the sum of a random weight per distinct word. */
export const randomTextModel = (random: Random): ((texts: readonly string[]) => Promise<Float64Array>) => {
  const seed = Math.floor(random() * 0xffffffff)
  const weight = (word: string): number => {
    let bits = seed
    for (let i = 0; i < word.length; i++) bits = mix(bits ^ word.charCodeAt(i))
    return normalDraw(seededRandom(bits))
  }
  return async texts =>
    Float64Array.from(texts, text => {
      const words = tokenise(text).map(({ from, to }) => text.slice(from, to).toLowerCase())
      return sigmoid(words.reduce((sum, word) => sum + weight(word), 0) / Math.sqrt(1 + words.length))
    })
}
