// Chat in JSON lines, made here: conversations of two to six messages, now and then with identifiers of nobody.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function numbers(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const sentences = [
  'The transfer that I made on Tuesday still shows as pending, and the exchange rate changed twice since.',
  'Could somebody tell me when the money will arrive, and why the fee is higher than the one on your page?',
  'I have already tried the app and the website, both show the same message.',
  'Thank you for getting in touch, I am sorry to hear about the trouble.',
  'Let me check that for you, it will only take a moment.',
  "It says that the top-up was declined, but the money has left my account, so what's going on here?",
  'We can refund the fee, or keep it as credit for the next transfer; which one would you prefer?',
  'Das habe ich schon zweimal versucht, leider ohne Erfolg – können Sie bitte nachsehen?',
  'My card arrived yesterday, and it does not work at any machine in town.',
  'Please restart the app, sign in again, and tell me whether the balance is right now.',
  'I waited for 3 weeks and called 2 times, and nothing happened since.',
  'That would be $45.50 for the express delivery, or nothing at all if you can wait until 2027.',
  'Great, that worked! 🙂 Have a nice day.',
  'It opens from 9:30 to 17:00, except on Sundays.',
]

const digits = (random, count) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('')

const identifiers = [
  random => `Write to quark${digits(random, 3)}@example.org please.`,
  random => `You can call me at (310) 555-01${digits(random, 2)} after work.`,
  () => 'The card is 4111 1111 1111 1111.',
  () => 'Transfer it to DE89 3704 0044 0532 0130 00.',
  random => `It happens at https://example.com/help/${digits(random, 5)}?lang=en on my phone.`,
  random => `My address is 192.0.2.${1 + Math.floor(random() * 250)}, if that helps.`,
]

/** One line. `share` of the messages hold an identifier. */
export function chatLine(random, share) {
  const turns = 2 + Math.floor(random() * 5)
  const messages = Array.from({ length: turns }, (_, turn) => {
    const text = Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => sentences[Math.floor(random() * sentences.length)],
    )
    if (random() < share) text.push(identifiers[Math.floor(random() * identifiers.length)](random))
    return { role: turn % 2 === 0 ? 'user' : 'assistant', content: text.join(random() < 0.2 ? '\n' : ' ') }
  })
  return `${JSON.stringify({ messages, topic: 'transfers', turns })}\n`
}

/** Writes at least `bytes` of it. The lines repeat after some 16 MB: what is measured is not the making. */
export async function writeChat(file, bytes, share, seed = 1) {
  const random = numbers(seed)
  let block = ''
  while (block.length < Math.min(bytes, 16e6)) block += chatLine(random, share)
  const part = Buffer.from(block)
  const out = createWriteStream(file)
  for (let written = 0; written < bytes; written += part.length) if (!out.write(part)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
}
