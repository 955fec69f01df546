// Megabytes per second of detection and redaction on text made here: in memory, and of files.
import { cpus } from 'node:os'
import { benchPeers } from './pii/peers.mjs'
import { benchFiles } from './pii/files.mjs'
import { apply, createDetector, detectorVersion, identifierTypes } from '@attestry/pii'

const warmUpMs = 1200
const measureMs = 3000
const rounds = 5

/** Support tickets of about 300 characters; one in `every` holds identifiers. */
const tickets = every =>
  Array.from({ length: 2000 }, (_, i) => {
    const plain =
      `Ticket ${i}: the transfer that I made on Tuesday still shows as pending and the exchange rate changed twice since. ` +
      'Could somebody tell me when the money will arrive, and why the fee is higher than the one on your page? ' +
      'I have already tried the app and the website, both show the same message.'
    if (i % every !== 0) return plain
    return `${plain} My name is Maria Quark, write to maria${i}@example.org or call (310) 555-${1000 + (i % 9000)}. Regards,\nMaria`
  })

const { detect } = createDetector()
const rules = identifierTypes.map(type => ({ type, operator: 'redact' }))

function throughput(texts, durationMs) {
  const started = performance.now()
  let bytes = 0
  for (let i = 0; performance.now() - started < durationMs; i++) {
    const text = texts[i % texts.length]
    apply(text, detect(text), rules)
    bytes += Buffer.byteLength(text)
  }
  return bytes / 1e6 / ((performance.now() - started) / 1000)
}

console.log(`detector ${detectorVersion}, ${cpus()[0]?.model ?? 'unknown processor'}`)
for (const [name, every] of [
  ['one ticket in ten with identifiers', 10],
  ['every ticket with identifiers', 1],
]) {
  const texts = tickets(every)
  throughput(texts, warmUpMs)
  const measured = Array.from({ length: rounds }, () => throughput(texts, measureMs)).sort((a, b) => a - b)
  console.log(`${name}: ${measured[2].toFixed(2)} MB/s (median of ${rounds}); bar: 1.5 MB/s, set for other text`)
}

// `npm run bench -- pii --gigabyte` takes a gigabyte instead.
console.log('\nchat in JSON lines, rewritten to disk; bar for the structured rules: 100 MB per second of user CPU')
await benchFiles(process.argv.includes('--gigabyte') ? 1e9 : 1e8)

console.log('\nbeside other libraries, on labelled texts made here (short messages, half of them with one value)')
await benchPeers()
