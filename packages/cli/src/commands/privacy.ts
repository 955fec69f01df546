import { join } from 'node:path'
import { adjacencyOf, type Adjacency, type Sampling } from '@attestry/core'
import {
  knownBatchesEpsilon,
  passesOf,
  privacySpending,
  privacySpendingOfPeople,
  trainingEpsilon,
  trainingNoise,
  type DatasetSpending,
  type PeopleSpending,
  type SampledNoise,
} from '@attestry/dp'
import { exit, text, type Command, type Given } from '../command.js'
import { badNumber, missingArgument, noSuchDataset, unreadableOption } from '../errors.js'
import { count, table, type Terminal } from '../terminal.js'
import { runVerb } from '../verbs.js'
import { workspaceOf } from '../workspace.js'

export const privacy: Command = {
  summary: 'show what was spent on datasets and people, and work out epsilon or noise before a training',
  usage:
    'privacy [ledger [dataset]|epsilon|noise] [--sampler <poisson|fixed-size|shuffled>] [--sampling <q>] [--pass <n>] [--steps <n>] [--noise <sigma>] [--delta <d>]',
  options: {
    sampler: { type: 'string' },
    sampling: { type: 'string' },
    pass: { type: 'string' },
    steps: { type: 'string' },
    noise: { type: 'string' },
    epsilon: { type: 'string' },
    delta: { type: 'string' },
  },
  about: {
    sampler: 'how batches are drawn: poisson (the default), fixed-size or shuffled',
    sampling: 'poisson, fixed-size: share of the records that a step draws, (expected) batch / records',
    pass: 'shuffled: steps of one pass over the data, records / batch rounded up',
    steps: 'noisy steps of the whole training',
    noise: 'standard deviation of the noise, divided by the clipping norm',
    epsilon: 'what all steps together may spend',
    delta: 'in (0, 1), well below one over the number of people (default: 1e-5)',
  },
  examples: ['privacy ledger', 'privacy noise --epsilon 3 --sampling 0.01 --steps 1000'],
  run: (given, terminal) => runVerb(given, terminal, ledger, { ledger, epsilon, noise }),
}

async function ledger(given: Given, terminal: Terminal): Promise<number> {
  const file = join(workspaceOf(given), 'privacy-ledger.jsonl')
  const spending = await privacySpending(file)
  const word = given.words[1]
  return word === undefined
    ? listed(spending, await privacySpendingOfPeople(file), terminal)
    : detailed(spending, word, terminal)
}

function listed(spending: readonly DatasetSpending[], people: PeopleSpending | null, terminal: Terminal): number {
  terminal.json({ datasets: spending, people })
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
  if (people)
    terminal.print(
      `\n${count(people.people)} people are named by these charges; epsilon ${figure(people.most.epsilon)} at delta ${figure(people.most.delta)} is the most that one bears, and ${count(people.peopleAtMost)} bear it\n${wholePeople(people)}`,
    )
  return exit.done
}

const wholePeople = ({ mostOfPerson: { epsilon, delta }, budget, exhausted }: PeopleSpending): string =>
  `with all records of a person together: epsilon ${figure(epsilon)} at delta ${figure(delta)} at most, ${
    budget
      ? `of ${figure(budget.epsilon)} at delta ${figure(budget.delta)}; ${count(exhausted!)} people have none left`
      : 'for which no budget was set'
  }`

function detailed(spending: readonly DatasetSpending[], word: string, terminal: Terminal): number {
  const found = spending.filter(
    ({ dataset }) => dataset.startsWith(word) || dataset.slice(dataset.indexOf(':') + 1).startsWith(word),
  )
  if (found.length !== 1) throw noSuchDataset(word, found.length)
  const { dataset, epsilon, delta, adjacency, charges } = found[0]!
  terminal.json(found[0]!)
  terminal.print(
    `${dataset}\nepsilon ${figure(epsilon)} at delta ${figure(delta)} for ${relation[adjacency]}, borne by everybody in it\n`,
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
  const sampling = samplingOf(given)
  const noiseMultiplier = number(given, 'noise')
  const steps = number(given, 'steps')
  return print({ ...sampling, noiseMultiplier }, steps, number(given, 'delta', 1e-5), terminal)
}

function noise(given: Given, terminal: Terminal): number {
  const sampling = samplingOf(given)
  const steps = number(given, 'steps')
  const delta = number(given, 'delta', 1e-5)
  const noiseMultiplier = trainingNoise(sampling, { epsilon: number(given, 'epsilon'), delta, steps })
  return print({ ...sampling, noiseMultiplier }, steps, delta, terminal)
}

function print(mechanism: SampledNoise, steps: number, delta: number, terminal: Terminal): number {
  const { lower, upper, method } = trainingEpsilon(mechanism, steps, delta)
  const epochs = passesOf(mechanism, steps)
  const withoutSampling = knownBatchesEpsilon(mechanism, steps, delta)
  terminal.json({
    ...mechanism,
    steps,
    delta,
    epsilon: upper,
    epsilonLower: lower,
    method,
    adjacency: adjacencyOf(mechanism),
    epochs,
    epsilonWithoutSampling: withoutSampling,
  })
  terminal.print(
    table([
      ['noise multiplier', String(mechanism.noiseMultiplier)],
      ['epsilon', `${figure(upper)} at delta ${figure(delta)}, for ${relation[adjacencyOf(mechanism)]}`],
      ['at least', `${figure(lower)}: no accountant could claim less`],
      [
        'without sampling',
        `${figure(withoutSampling)}: each record once in each of ${count(epochs)} epochs, in batches that are known`,
      ],
    ]),
  )
  return exit.done
}

const relation: Readonly<Record<Adjacency, string>> = {
  'add-or-remove-one': 'adding or removing one record',
  'replace-one': 'exchanging one record for another',
}

/** @throws CLI-E002, CLI-E010 */
function samplingOf(given: Given): Sampling {
  const sampler = text(given, 'sampler') ?? 'poisson'
  switch (sampler) {
    case 'poisson':
      return { sampler, samplingProbability: number(given, 'sampling') }
    case 'fixed-size':
      return { sampler, batchShare: number(given, 'sampling') }
    case 'shuffled': {
      const stepsPerEpoch = number(given, 'pass')
      if (!(Number.isSafeInteger(stepsPerEpoch) && stepsPerEpoch >= 1))
        throw badNumber('pass', text(given, 'pass')!, 'a whole number of at least 1')
      return { sampler, stepsPerEpoch }
    }
    default:
      throw unreadableOption('--sampler', sampler, 'poisson, fixed-size or shuffled')
  }
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
