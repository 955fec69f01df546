import { join } from 'node:path'
import {
  accountant,
  calibrateNoise,
  gaussian,
  privacySpending,
  subsampledGaussian,
  type DatasetSpending,
} from '@attestry/dp'
import { exit, text, type Command, type Given } from '../command.js'
import { badNumber, missingArgument, noSuchDataset } from '../errors.js'
import { count, table, type Terminal } from '../terminal.js'
import { runVerb } from '../verbs.js'
import { workspaceOf } from '../workspace.js'

export const privacy: Command = {
  summary: 'show what was spent on each dataset, and work out epsilon or noise before a training',
  usage: 'privacy [ledger [dataset]|epsilon|noise] [--sampling <q>] [--steps <n>] [--noise <sigma>] [--delta <d>]',
  options: {
    sampling: { type: 'string' },
    steps: { type: 'string' },
    noise: { type: 'string' },
    epsilon: { type: 'string' },
    delta: { type: 'string' },
  },
  about: {
    sampling: 'probability with which a step draws each record: expected batch / records',
    steps: 'noisy steps: epochs / sampling probability',
    noise: 'standard deviation of the noise, divided by the clipping norm',
    epsilon: 'what all steps together may spend',
    delta: 'in (0, 1), well below one over the number of people (default: 1e-5)',
  },
  examples: ['privacy ledger', 'privacy noise --epsilon 3 --sampling 0.01 --steps 1000'],
  run: (given, terminal) => runVerb(given, terminal, ledger, { ledger, epsilon, noise }),
}

async function ledger(given: Given, terminal: Terminal): Promise<number> {
  const spending = await privacySpending(join(workspaceOf(given), 'privacy-ledger.jsonl'))
  const word = given.words[1]
  return word === undefined ? listed(spending, terminal) : detailed(spending, word, terminal)
}

function listed(spending: readonly DatasetSpending[], terminal: Terminal): number {
  terminal.json({ datasets: spending })
  terminal.print(
    spending.length === 0
      ? 'nothing has been spent yet'
      : table([
          ['dataset', 'epsilon', 'delta', 'under', 'charges', 'newest'],
          ...spending.map(({ dataset, epsilon, delta, adjacency, charges }) => [
            short(dataset),
            figure(epsilon),
            figure(delta),
            adjacency,
            count(charges.length),
            charges.at(-1)!.at,
          ]),
        ]),
  )
  return exit.done
}

function detailed(spending: readonly DatasetSpending[], word: string, terminal: Terminal): number {
  const found = spending.filter(
    ({ dataset }) => dataset.startsWith(word) || dataset.slice(dataset.indexOf(':') + 1).startsWith(word),
  )
  if (found.length !== 1) throw noSuchDataset(word, found.length)
  const { dataset, epsilon, delta, adjacency, charges } = found[0]!
  terminal.json(found[0]!)
  terminal.print(
    `${dataset}\nepsilon ${figure(epsilon)} at delta ${figure(delta)} under ${adjacency}, borne by everybody in it\n`,
  )
  terminal.print(
    table([
      ['when', 'by', 'epsilon', 'delta', 'under', 'for'],
      ...charges.map(charge => [
        charge.at,
        charge.id,
        figure(charge.epsilon),
        figure(charge.delta),
        charge.adjacency,
        charge.mechanism,
      ]),
    ]),
  )
  return exit.done
}

function epsilon(given: Given, terminal: Terminal): number {
  const samplingProbability = number(given, 'sampling')
  const noiseMultiplier = number(given, 'noise')
  const steps = number(given, 'steps')
  return print({ samplingProbability, noiseMultiplier, steps, delta: number(given, 'delta', 1e-5) }, terminal)
}

function noise(given: Given, terminal: Terminal): number {
  const samplingProbability = number(given, 'sampling')
  const steps = number(given, 'steps')
  const delta = number(given, 'delta', 1e-5)
  const noiseMultiplier = calibrateNoise({ epsilon: number(given, 'epsilon'), delta, samplingProbability, steps })
  return print({ samplingProbability, noiseMultiplier, steps, delta }, terminal)
}

function print(
  run: { samplingProbability: number; noiseMultiplier: number; steps: number; delta: number },
  terminal: Terminal,
): number {
  const { steps, samplingProbability, noiseMultiplier, delta } = run
  const { lower, upper, method } = accountant().compose(subsampledGaussian(run), steps).epsilon(delta)
  const epochs = Math.max(1, Math.ceil(steps * samplingProbability - 1e-9))
  const withoutSampling = accountant().compose(gaussian(run), epochs).epsilon(delta).upper
  terminal.json({
    ...run,
    epsilon: upper,
    epsilonLower: lower,
    method,
    epochs,
    epsilonWithoutSampling: withoutSampling,
  })
  terminal.print(
    table([
      ['noise multiplier', String(noiseMultiplier)],
      ['epsilon', `${figure(upper)} at delta ${figure(delta)}, for adding or removing one record`],
      ['at least', `${figure(lower)}: no accountant could claim less`],
      [
        'without sampling',
        `${figure(withoutSampling)}: each record once in each of ${count(epochs)} epochs, in batches that are known`,
      ],
    ]),
  )
  return exit.done
}

/** @throws CLI-E002 when the option is missing, CLI-E010 when it is no number */
function number(given: Given, name: string, otherwise?: number): number {
  const word = text(given, name)
  if (word === undefined) {
    if (otherwise !== undefined) return otherwise
    throw missingArgument(`--${name}`, `attestry ${privacy.usage}`)
  }
  const value = word.trim() === '' ? Number.NaN : Number(word)
  if (Number.isNaN(value)) throw badNumber(name, word, 'a number')
  return value
}

const short = (digest: string): string => digest.slice(0, 19)
const figure = (value: number): string => String(Number(value.toPrecision(4)))
