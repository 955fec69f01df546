/** One prediction, as an application gives it. Nothing of it is kept but counts and the sketches of its declared features. */
export interface Prediction {
  /** The predicted class. Without it: the class of the highest probability, or the positive one from a score of 0.5 on. */
  readonly class?: string
  /** Probability of the positive class, or the probabilities of all classes in order. */
  readonly score?: number | readonly number[]
  /** The true class, once known. */
  readonly truth?: string | null
  /** Inputs by name. Only declared ones are looked at; others are counted, not kept. */
  readonly features?: Readonly<Record<string, unknown>>
  /** Group by attribute. */
  readonly groups?: Readonly<Record<string, string | null>>
  /** To notice predictions that are recorded twice. Hashed, and not kept. */
  readonly id?: string
}

/** Why a prediction was not counted. */
export type RejectReason =
  /** Not an object. */
  | 'not-an-object'
  /** Its class is none of the declared ones, and no score says which it is. */
  | 'unknown-class'
  /** Reading it threw, as a getter may. */
  | 'unreadable'
  /** It came after the recorder was closed. */
  | 'closed'

export const rejectReasons: readonly RejectReason[] = ['not-an-object', 'unknown-class', 'unreadable', 'closed']
