import { isAsciiLetter, isLetterOrDigit } from '../char-class.js'
import type { Scanner } from '../scanner.js'
import { blank } from '../text-view.js'
import { sign } from '../text-signs.js'

const schemes = new Set(['http', 'https', 'ftp', 'ftps', 'sftp', 'ssh', 'ws', 'wss'])
const longestScheme = 5

/** Links: `http://` and its kin, or `www.`, up to a space, a quote or an angle bracket. The whole run counts. */
export const urlScanner: Scanner = {
  id: 'url',
  types: ['URL'],
  needs: sign.colon | sign.point,
  scan({ text }, emit) {
    let floor = 0
    const link = (start: number, from: number, rule: string): void => {
      const end = linkEnd(text, from)
      if (end > from) emit({ type: 'URL', start, end, score: 0.9, rule })
      floor = Math.max(from, end)
    }
    for (let i = 0; i < text.length; i++) {
      if (i < floor) i = floor
      const unit = text.charCodeAt(i)
      if (unit === 0x3a && text.startsWith('://', i)) {
        const start = schemeStart(text, i, floor)
        if (start < i) link(start, i + 3, 'url/scheme')
      } else if ((unit | 0x20) === 0x77 && isWww(text, i)) link(i, i + 4, 'url/www')
    }
  },
}

/** Where the letters before `://` begin, if they are a known scheme; letters glued before it are left out. */
function schemeStart(text: string, end: number, floor: number): number {
  const lowest = Math.max(floor, end - longestScheme)
  let start = end
  while (start > lowest && isAsciiLetter(text.charCodeAt(start - 1))) start--
  for (; start < end; start++) if (schemes.has(text.slice(start, end).toLowerCase())) return start
  return end
}

const isWww = (text: string, at: number): boolean =>
  (text.charCodeAt(at + 1) | 0x20) === 0x77 &&
  (text.charCodeAt(at + 2) | 0x20) === 0x77 &&
  text.charCodeAt(at + 3) === 0x2e &&
  isLetterOrDigit(text.charCodeAt(at + 4)) &&
  !isLetterOrDigit(text.charCodeAt(at - 1))

const enders = new Set([...`<>"'\`|\\^{}`, blank].map(c => c.charCodeAt(0)))
const trailing = new Set([...'.,;:!?*_~)]'].map(c => c.charCodeAt(0)))

function linkEnd(text: string, from: number): number {
  let end = from
  let open = 0
  for (; end < text.length; end++) {
    const unit = text.charCodeAt(end)
    if (unit <= 0x20 || enders.has(unit)) break
    if (unit === 0x28 || unit === 0x5b) open++
    else if (unit === 0x29 || unit === 0x5d) open--
  }
  while (end > from && trailing.has(text.charCodeAt(end - 1))) {
    const unit = text.charCodeAt(end - 1)
    // A closing bracket stays when its opening one is part of the link.
    if ((unit === 0x29 || unit === 0x5d) && open >= 0) break
    if (unit === 0x29 || unit === 0x5d) open++
    end--
  }
  return end
}
