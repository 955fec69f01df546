import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Made-up support tickets from a seeded generator; no text of real people.

const random = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

const words = {
  billing: ['invoice', 'charged', 'refund', 'payment', 'price', 'subscription', 'card', 'twice'],
  technical: ['crash', 'error', 'login', 'screen', 'update', 'slow', 'install', 'freezes'],
}
const filler = ['please', 'help', 'today', 'again', 'my', 'the', 'with', 'since', 'account', 'thanks']
const regions = ['north', 'south', 'east']

/** Writes `tickets.jsonl`: a customer, a text that holds an e-mail address, a label, a region, an age. */
export function writeTickets(folder: string, rows = 400, seed = 7): string {
  const next = random(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  const lines = Array.from({ length: rows }, (_, i) => {
    const label = next() < 0.5 ? 'billing' : 'technical'
    const text = Array.from({ length: 12 }, () => (next() < 0.4 ? pick(words[label]) : pick(filler))).join(' ')
    return JSON.stringify({
      customer: `c${i % 150}`,
      text: `${text}, reach me at user${i}@example.org`,
      label,
      region: pick(regions),
      age: 20 + Math.floor(next() * 50),
    })
  })
  const file = join(folder, 'tickets.jsonl')
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

/** Writes `wages.csv`: numbers that tell the class, and a group that they do not. */
export function writeWages(folder: string, rows = 600, seed = 11): string {
  const next = random(seed)
  const lines = Array.from({ length: rows }, () => {
    const education = 6 + Math.floor(next() * 14)
    const experience = Math.floor(next() * 40)
    const isHigh = education * 3 + experience + next() * 10 > 60
    return [education, experience, next() < 0.5 ? 'women' : 'men', isHigh ? 'upper' : 'lower'].join(',')
  })
  const file = join(folder, 'wages.csv')
  writeFileSync(file, `education,experience,gender,label\n${lines.join('\n')}\n`)
  return file
}
