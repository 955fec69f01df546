import type { Scanner } from '../scanner.js'
import { isBase58Check, isBech32 } from '../validators/crypto-address.js'
import { sign } from '../text-signs.js'

// Every alternative is one bounded run that begins at a word's edge, so each place is tried once.
const address =
  /(?<![A-Za-z0-9])(?:0x[0-9a-fA-F]{40}|bc1[02-9ac-hj-np-z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9])/g

/** A cheap look for what every address holds. */
const longToken = /[A-Za-z0-9]{26}/

/** Bitcoin addresses by their checksums, Ethereum addresses by their form. */
export const cryptoAddressScanner: Scanner = {
  id: 'crypto-address',
  types: ['CRYPTO'],
  needs: sign.token,
  scan({ text }, emit) {
    if (!longToken.test(text)) return
    for (const { 0: found, index } of text.matchAll(address)) {
      const end = index + found.length
      if (found.startsWith('0x')) emit({ type: 'CRYPTO', start: index, end, score: 0.85, rule: 'crypto/ethereum' })
      else if (found.startsWith('bc1')) {
        if (isBech32(found))
          emit({ type: 'CRYPTO', start: index, end, score: 0.98, rule: 'crypto/bitcoin', validator: 'bech32' })
      } else if (isBase58Check(found))
        emit({ type: 'CRYPTO', start: index, end, score: 0.98, rule: 'crypto/bitcoin', validator: 'base58check' })
    }
  },
}
