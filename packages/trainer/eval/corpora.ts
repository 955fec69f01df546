import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { DataConfig, RecordBatch } from '@attestry/core'

/** The folder with public corpora: ATTESTRY_SHARED, else `shared` in the repository or beside it. */
export function sharedFolder(): string | undefined {
  let root = process.env['ATTESTRY_ROOT'] ?? dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(root, 'nx.json')) && dirname(root) !== root) root = dirname(root)
  const places = [process.env['ATTESTRY_SHARED'], join(root, 'shared'), join(root, '..', 'shared')]
  return places.find(place => place !== undefined && existsSync(join(place, 'data', 'text', 'banking77')))
}

/** A public data set with its usual split. */
export interface Corpus {
  readonly name: string
  /** First 12 hexadecimal digits of the SHA-256 of the training file. */
  readonly digest: string
  readonly data: DataConfig
  readonly train: RecordBatch
  readonly test: RecordBatch
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 12)

const words = (text: string): readonly string[] => text.split(' ')

/** Columns of the census data of 1994 with the bounds and values that its documentation lists; null for those left out. */
const adultColumns: readonly (readonly [string, NonNullable<DataConfig['features']>[string] | null])[] = [
  ['age', { min: 17, max: 90 }],
  [
    'workclass',
    {
      values: words('? Federal-gov Local-gov Never-worked Private Self-emp-inc Self-emp-not-inc State-gov Without-pay'),
    },
  ],
  ['fnlwgt', null],
  [
    'education',
    {
      values: words(
        '10th 11th 12th 1st-4th 5th-6th 7th-8th 9th Assoc-acdm Assoc-voc Bachelors Doctorate HS-grad Masters Preschool Prof-school Some-college',
      ),
    },
  ],
  ['education-num', { min: 1, max: 16 }],
  [
    'marital-status',
    {
      values: words(
        'Divorced Married-AF-spouse Married-civ-spouse Married-spouse-absent Never-married Separated Widowed',
      ),
    },
  ],
  [
    'occupation',
    {
      values: words(
        '? Adm-clerical Armed-Forces Craft-repair Exec-managerial Farming-fishing Handlers-cleaners Machine-op-inspct Other-service Priv-house-serv Prof-specialty Protective-serv Sales Tech-support Transport-moving',
      ),
    },
  ],
  ['relationship', { values: words('Husband Not-in-family Other-relative Own-child Unmarried Wife') }],
  ['race', { values: words('Amer-Indian-Eskimo Asian-Pac-Islander Black Other White') }],
  ['sex', { values: words('Female Male') }],
  ['capital-gain', { min: 0, max: 100_000 }],
  ['capital-loss', { min: 0, max: 5000 }],
  ['hours-per-week', { min: 1, max: 99 }],
  ['native-country', null],
  ['income', null],
]

/** Adult: whether a person of the US census of 1994 earns over 50,000 dollars a year. */
export function readAdult(folder: string): Corpus {
  const bytes = readFileSync(join(folder, 'data', 'fairness', 'adult', 'adult.data.gz'))
  const test = readFileSync(join(folder, 'data', 'fairness', 'adult', 'adult.test.gz'))
  const features = Object.fromEntries(
    adultColumns.flatMap(([name, feature]) => (feature === null ? [] : [[name, feature] as const])),
  )
  return {
    name: 'Adult',
    digest: digestOf(bytes),
    data: { source: 'adult.data', label: 'income', classes: ['<=50K', '>50K'], features },
    train: adultBatch(gunzipSync(bytes).toString('utf8')),
    test: adultBatch(gunzipSync(test).toString('utf8')),
  }
}

function adultBatch(text: string): RecordBatch {
  const rows = text
    .split('\n')
    .map(line => line.split(', '))
    .filter(cells => cells.length === adultColumns.length)
  const columns = Object.fromEntries(
    adultColumns.map(([name, feature], i) => [
      name,
      feature !== null && 'min' in feature
        ? { kind: 'number' as const, values: Float64Array.from(rows, cells => Number(cells[i])) }
        : { kind: 'text' as const, values: rows.map(cells => cells[i]!.replace('.', '')) },
    ]),
  )
  return batchOf(rows.length, columns)
}

/** banking77: which of 77 intents a customer of a bank has. */
export function readBanking(folder: string): Corpus {
  const path = (file: string): string => join(folder, 'data', 'text', 'banking77', file)
  const bytes = readFileSync(path('train.csv'))
  const classes = JSON.parse(readFileSync(path('categories.json'), 'utf8')) as string[]
  return {
    name: 'banking77',
    digest: digestOf(bytes),
    data: { source: 'train.csv', label: 'category', classes, text: 'text' },
    train: bankingBatch(bytes.toString('utf8')),
    test: bankingBatch(readFileSync(path('test.csv'), 'utf8')),
  }
}

function bankingBatch(csv: string): RecordBatch {
  const rows = [...csv.matchAll(/^(?:"((?:[^"]|"")*)"|([^",\n]*)),([^\n]*)$/gm)].slice(1)
  return batchOf(rows.length, {
    text: { kind: 'text', values: rows.map(([, quoted, plain]) => (quoted ?? plain ?? '').replaceAll('""', '"')) },
    category: { kind: 'text', values: rows.map(([, , , category]) => category!.trim()) },
  })
}

function batchOf(rows: number, columns: RecordBatch['columns']): RecordBatch {
  const rowIds = Array.from({ length: rows }, (_, i) => `row:${i}`)
  return { rowIds, subjects: rowIds, columns }
}
