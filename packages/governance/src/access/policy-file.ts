import { isUtf8 } from 'node:buffer'
import { readFileSync, statSync } from 'node:fs'
import { policiesUnreadable } from './errors.js'
import { parsePolicies, type AccessPolicies } from './policies.js'

const maximumBytes = 256 * 1024

/**
 * Reads a file of policies, which add to those shipped here.
 *
 * @param file how errors name it
 * @throws GOV-E401 when it cannot be read, GOV-E402 to GOV-E404 when a policy of it is refused
 */
export function readPolicyFile(path: string, file: string = path): AccessPolicies {
  let bytes: Buffer
  try {
    const facts = statSync(path)
    if (!facts.isFile()) throw policiesUnreadable(file, 'it is not a regular file')
    if (facts.size > maximumBytes) throw policiesUnreadable(file, `${facts.size} bytes > ${maximumBytes} bytes`)
    bytes = readFileSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' ? policiesUnreadable(file, 'it is not there') : error
  }
  if (!isUtf8(bytes)) throw policiesUnreadable(file, 'it is not UTF-8')
  return parsePolicies(bytes.toString().replace(/^\ufeff/, ''), file)
}
