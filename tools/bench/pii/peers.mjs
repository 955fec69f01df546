// Ours beside other libraries on the same labelled texts, made here: time, and recall and precision of the types that all claim.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createDetector, createRewriter } from '@attestry/pii'
import { numbers } from './chat.mjs'

const packages = { openredaction: '1.1.5', 'redact-pii': '3.4.0', '@redactpii/node': '1.0.17', compromise: '14.17.0' }

const fillers = [
  'The transfer is still pending, and nobody answers.',
  'I have tried the app and the website, both show the same message.',
  'Could somebody look into this before the weekend?',
  'The fee is higher than the one on your page.',
]

/** Texts with an address, a number or a link of nobody in half of them: `{ text, values }`. */
export function labelledTexts(count, seed = 7) {
  const random = numbers(seed)
  const digits = length => Array.from({ length }, () => Math.floor(random() * 10)).join('')
  const kinds = [
    () => ['EMAIL', `quark${digits(3)}@example.org`],
    () => ['PHONE', `(310) 555-01${digits(2)}`],
    () => [
      'US_SSN',
      `${219 + Math.floor(random() * 300)}-${10 + Math.floor(random() * 89)}-${1000 + Math.floor(random() * 8999)}`,
    ],
    () => ['CREDIT_CARD', '4111 1111 1111 1111'],
  ]
  return Array.from({ length: count }, (_, i) => {
    const filler = () => fillers[Math.floor(random() * fillers.length)]
    if (i % 2 === 0) return { text: `${filler()} ${filler()}`, values: [] }
    const [type, value] = kinds[Math.floor(random() * kinds.length)]()
    const lead = { EMAIL: 'Write to', PHONE: 'Call me at', US_SSN: 'My SSN is', CREDIT_CARD: 'My card is' }[type]
    return { text: `${filler()} ${lead} ${value}. ${filler()}`, values: [{ type, value }] }
  })
}

/** Each gives the text without what it found. */
const peers = {
  async openredaction(load) {
    const { OpenRedaction } = await load('openredaction')
    const redactor = new OpenRedaction()
    return async text => (await redactor.detect(text)).redacted
  },
  async 'redact-pii'(load) {
    const { SyncRedactor } = await load('redact-pii')
    const redactor = new SyncRedactor()
    return text => redactor.redact(text)
  },
  async '@redactpii/node'(load) {
    const { Redactor } = await load('@redactpii/node')
    const redactor = new Redactor({ rules: { CREDIT_CARD: true, EMAIL: true, NAME: true, PHONE: true, SSN: true } })
    return text => redactor.redact(text)
  },
  async compromise(load) {
    const { default: nlp } = await load('compromise')
    return text => {
      const doc = nlp(text)
      let written = text
      for (const found of [
        doc.people(),
        doc.places(),
        doc.organizations(),
        doc.emails(),
        doc.phoneNumbers(),
        doc.urls(),
      ])
        for (const value of found.out('array')) written = written.replaceAll(value.replace(/[.,;:!?]+$/, ''), '[X]')
      return written
    }
  },
}

const types = ['EMAIL', 'PHONE', 'US_SSN', 'CREDIT_CARD']

/** A value counts as found when none of it but its last four characters is left; a text without values as clean when it is as it was. */
function score(texts, written) {
  const by = Object.fromEntries(types.map(type => [type, { found: 0, all: 0 }]))
  let changed = 0
  let plain = 0
  texts.forEach(({ text, values }, i) => {
    for (const { type, value } of values) {
      by[type].all++
      if (!written[i].includes(value) && !written[i].includes(value.slice(0, -4))) by[type].found++
    }
    if (values.length > 0) return
    plain++
    if (written[i] !== text) changed++
  })
  const recalls = types.map(type => `${type} ${(by[type].found / by[type].all).toFixed(2)}`).join(', ')
  return `recall ${recalls}; ${((100 * changed) / plain).toFixed(1)} of 100 texts without values changed`
}

/** Seconds of user CPU for all texts, the least of three after one to warm up. */
async function timed(texts, redact) {
  let written = []
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 4; run++) {
    const before = process.cpuUsage()
    written = []
    for (const { text } of texts) written.push(await redact(text))
    if (run > 0) best = Math.min(best, process.cpuUsage(before).user / 1e6)
  }
  return { written, seconds: best }
}

function ours(rules) {
  const { detect } = createDetector({ rules })
  return text => {
    let written = ''
    let at = 0
    for (const { type, start, end } of detect(text)) {
      written += `${text.slice(at, start)}[${type}]`
      at = end
    }
    return written + text.slice(at)
  }
}

/** All texts as one file of JSON lines. */
function asFile(texts) {
  const bytes = Buffer.from(texts.map(({ text }) => `${JSON.stringify(text)}\n`).join(''))
  let written = ''
  let seconds = Number.POSITIVE_INFINITY
  for (let run = 0; run < 4; run++) {
    const before = process.cpuUsage()
    written = Buffer.from(
      createRewriter({ format: 'jsonl', policy: 'ccpa', rules: 'structured' }).push(bytes, true),
    ).toString()
    if (run > 0) seconds = Math.min(seconds, process.cpuUsage(before).user / 1e6)
  }
  return {
    written: written
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line)),
    seconds,
  }
}

const presidio = `
import json, sys, time
from presidio_analyzer import AnalyzerEngine
texts = json.load(open(sys.argv[1]))
engine = AnalyzerEngine()
def redact(text):
    out = text
    for found in sorted(engine.analyze(text=text, language='en'), key=lambda one: -one.start):
        out = out[:found.start] + '[X]' + out[found.end:]
    return out
for text in texts[:20]: redact(text)
began = time.process_time()
written = [redact(text) for text in texts]
json.dump({'seconds': time.process_time() - began, 'written': written}, sys.stdout)
`

export async function benchPeers(count = 2000) {
  const texts = labelledTexts(count)
  const megabytes = texts.reduce((all, { text }) => all + Buffer.byteLength(text), 0) / 1e6
  const folder = mkdtempSync(join(tmpdir(), 'attestry-peers-'))
  let base
  const print = (name, { written, seconds }) => {
    base ??= seconds
    const ratio = `${(seconds / base).toFixed(2)} times our time`
    console.log(
      `${name.padEnd(26)} ${(megabytes / seconds).toFixed(2).padStart(7)} MB per second of user CPU (${ratio}); ${score(texts, written)}`,
    )
  }
  try {
    print('attestry, all rules', await timed(texts, ours('all')))
    print('attestry, structured', await timed(texts, ours('structured')))
    print('attestry, structured, file', asFile(texts))
    for (const [name, version] of Object.entries(packages)) {
      const place = join(folder, name.replaceAll(/\W/g, '-'))
      try {
        execFileSync(
          'npm',
          [
            'install',
            '--no-save',
            '--ignore-scripts',
            '--no-audit',
            '--no-fund',
            '--prefix',
            place,
            `${name}@${version}`,
          ],
          {
            stdio: ['ignore', 'ignore', 'pipe'],
            timeout: 120_000,
          },
        )
        const load = async wanted => import(pathToFileURL(entryOf(join(place, 'node_modules', wanted))).href)
        print(`${name} ${version}`, await timed(texts, await peers[name](load)))
      } catch (failure) {
        console.log(`${name} ${version}: skipped, ${String(failure.message).split('\n')[0].slice(0, 160)}`)
      }
    }
    benchPresidio(texts, folder, print)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The file that `import` of a package would take. */
function entryOf(folder) {
  const { exports: given, module, main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entry = given?.['.'] ?? given
  const target = [
    entry?.import?.default,
    entry?.import,
    entry?.default,
    entry,
    entry?.require?.default,
    entry?.require,
    module,
    main,
  ].find(one => typeof one === 'string')
  return join(folder, target ?? 'index.js')
}

function benchPresidio(texts, folder, print) {
  const python = process.env['ATTESTRY_PYTHON']
  if (!python) return console.log('presidio: skipped, ATTESTRY_PYTHON names no Python with presidio-analyzer')
  const file = join(folder, 'texts.json')
  writeFileSync(file, JSON.stringify(texts.map(({ text }) => text)))
  try {
    const told = execFileSync(python, ['-c', presidio, file], { maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'pipe'] })
    print('presidio', JSON.parse(told.toString()))
  } catch (failure) {
    console.log(
      `presidio: skipped, ${String(failure.stderr ?? failure.message)
        .trim()
        .split('\n')
        .at(-1)
        .slice(0, 160)}`,
    )
  }
}
