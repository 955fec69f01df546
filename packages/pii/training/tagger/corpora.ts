import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleOf, type Example, type Kind, type Piece } from './example.js'

export interface Corpus {
  readonly file: string
  readonly sha256: string
  readonly examples: readonly Example[]
}

const files = [
  'BTC-a.conll',
  'BTC-b.conll',
  'BTC-e.conll',
  'BTC-f.conll',
  'WNUT17-dev.conll',
  'WNUT17-train.conll',
  'wikigold-wikigold.conll.txt',
]

const kinds: Readonly<Record<string, Kind>> = {
  PER: 1,
  person: 1,
  LOC: 2,
  location: 2,
  ORG: 3,
  corporation: 3,
  group: 3,
}

/** The corpora under CC BY 4.0 in `shared/data/pii/ner-train`, one token and tag per line, a blank line after a sentence. */
export function readCorpora(shared: string): readonly Corpus[] {
  return files.map(file => {
    const bytes = readFileSync(join(shared, 'data', 'pii', 'ner-train', file))
    const blocks = bytes.toString('utf8').split(/\r?\n\s*\r?\n/)
    const examples = blocks.map(readSentence).filter(({ text }) => text !== '')
    return { file, sha256: createHash('sha256').update(bytes).digest('hex'), examples }
  })
}

const closes = /^(?:[.,;:!?)\]%]+|['’´](?:s|m|d|t|re|ve|ll)|n['’]t)$/i
const opens = /^[([@#$]$/

function readSentence(block: string): Example {
  const pieces: Piece[] = []
  let before: 0 | Kind = 0
  let glue = ''
  for (const line of block.split(/\r?\n/)) {
    const [token, tag = 'O'] = line.trim().split(/[\t ]/)
    if (token === undefined || token === '' || token === '-DOCSTART-') continue
    const [prefix, label = ''] = tag.split('-')
    // A handle is no name: another rule finds it.
    const isHandle = pieces.at(-1)?.text.endsWith('@') || token.startsWith('@')
    const kind = isHandle ? 0 : (kinds[label] ?? 0)
    const joins = kind !== 0 && kind === before && prefix === 'I'
    if (pieces.length > 0 && glue !== '' && !closes.test(token))
      pieces.push({ text: ' ', kind: joins ? kind : 0, joins })
    pieces.push({ text: token, kind, joins })
    before = kind
    glue = opens.test(token) ? '' : ' '
  }
  return exampleOf(pieces)
}
