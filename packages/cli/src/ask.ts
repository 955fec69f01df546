import { createInterface } from 'node:readline/promises'

/** A question with the answer that is taken when nobody is there to ask, or the line is left empty. */
export interface Question {
  readonly text: string
  readonly otherwise: string
}

/** Asks on a terminal; without one, takes what is taken otherwise. */
export async function ask(
  questions: readonly Question[],
  {
    input,
    output,
    isInteractive,
  }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; isInteractive: boolean },
): Promise<readonly string[]> {
  if (!isInteractive) return questions.map(({ otherwise }) => otherwise)
  const lines = createInterface({ input, output })
  try {
    const answers: string[] = []
    for (const { text, otherwise } of questions)
      answers.push((await lines.question(`${text}${otherwise === '' ? '' : ` [${otherwise}]`} `)).trim() || otherwise)
    return answers
  } finally {
    lines.close()
  }
}
