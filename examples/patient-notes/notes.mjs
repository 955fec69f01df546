// Patient notes from a seeded generator. No text of real people: names, numbers and histories are put together at random.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const first = ['Anna', 'Ben', 'Carla', 'David', 'Elena', 'Farid', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Karin', 'Luis']
const last = [
  'Adams',
  'Berger',
  'Costa',
  'Diaz',
  'Evans',
  'Fischer',
  'Garcia',
  'Hansen',
  'Ito',
  'Jensen',
  'Keller',
  'Lopez',
]
const findings = {
  urgent: [
    'chest pain at rest with sweating',
    'sudden weakness of the left arm',
    'oxygen saturation 84 percent on room air',
    'fever of 40 and a stiff neck',
    'bleeding that does not stop after the procedure',
    'confusion and a very low blood pressure',
  ],
  routine: [
    'wound is dry and healing well',
    'blood pressure well controlled on the current dose',
    'seasonal allergy, antihistamine helps',
    'back pain after gardening, better with rest',
    'asks for a repeat prescription',
    'vaccination given without reaction',
  ],
}
const either = ['sleeps well', 'appetite is normal', 'walks without help', 'no known allergies', 'lives with family']

function generator(seed) {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return {
    next,
    pick: list => list[Math.floor(next() * list.length)],
    digits: n => String(Math.floor(next() * 10 ** n)).padStart(n, '0'),
  }
}

/** Writes notes to train on, later ones to watch, those of the next quarter, and everybody's consent; gives the patients. */
export function writeNotes(folder, { rows = 3000, later = 600, seed = 11 } = {}) {
  const { next, pick, digits } = generator(seed)
  const patients = Array.from({ length: 400 }, (_, i) => ({
    id: `P-${1000 + i}`,
    name: `${pick(first)} ${pick(last)}`,
    phone: `(415) 555-${digits(4)}`,
    mail: `patient${i}@example.org`,
    ward: pick(['north', 'south', 'children']),
    sex: pick(['female', 'male']),
  }))
  const note = () => {
    const patient = pick(patients)
    const label = next() < 0.4 ? 'urgent' : 'routine'
    // One note in twelve reads like the other kind: triage is not that easy.
    const told = next() < 1 / 12 ? (label === 'urgent' ? 'routine' : 'urgent') : label
    const parts = [pick(findings[told]), pick(either), pick(findings[told]), pick(either)]
    const who = pick([
      `${patient.name}, seen on the ward:`,
      `Pt ${patient.name} calls from ${patient.phone}:`,
      `Letter to ${patient.name} (${patient.mail}):`,
      `MRN ${digits(7)}, ${patient.name}:`,
    ])
    return { patient: patient.id, text: `${who} ${parts.join('; ')}.`, label, ward: patient.ward, sex: patient.sex }
  }
  const write = (name, count) =>
    writeFileSync(join(folder, name), Array.from({ length: count }, () => `${JSON.stringify(note())}\n`).join(''))
  write('notes.jsonl', rows)
  write('later.jsonl', later)
  write('next-quarter.jsonl', rows)
  const consent = patients.map(({ id }) => said(id, 'given', '2026-01-15'))
  writeFileSync(join(folder, 'consent.jsonl'), `${consent.join('\n')}\n`)
  return patients
}

/** One line of the consent file. */
export const said = (subject, state, at) =>
  JSON.stringify({ subject, purpose: 'follow-up-triage', state, at, notice: 'notice-3', source: 'form' })
