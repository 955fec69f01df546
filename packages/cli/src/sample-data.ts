/** Made-up support tickets for a config that runs before there is data of one's own. Seeded: the same rows every time. */
export function sampleTickets(rows = 400): string {
  let state = 20_261_125
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const pick = (words: readonly string[]): string => words[Math.floor(next() * words.length)]!
  const lines = Array.from({ length: rows }, (_, i) => {
    const label = next() < 0.5 ? 'billing' : 'technical'
    const text = Array.from({ length: 12 }, () => pick(next() < 0.4 ? words[label]! : filler)).join(' ')
    return JSON.stringify({ customer: `c${i % 150}`, text, region: pick(['north', 'south', 'east']), label })
  })
  return `${lines.join('\n')}\n`
}

const words: Readonly<Record<string, readonly string[]>> = {
  billing: ['invoice', 'charged', 'refund', 'payment', 'price', 'subscription', 'card', 'twice'],
  technical: ['crash', 'error', 'login', 'screen', 'update', 'slow', 'install', 'freezes'],
}
const filler = ['please', 'help', 'today', 'again', 'my', 'the', 'with', 'since', 'account', 'thanks']
