// No string that ships may claim more than evidence shows. Lines that forbid or quote such a claim say so themselves.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { root } from './command.mjs'

const claims = [
  /\b(?:fully |is |are |be |stay )?(?:GDPR|HIPAA|SOX|CCPA|PCI|SOC ?2|ISO)[- ]compliant\b/i,
  /\b(?:makes?|keeps?) you compliant\b/i,
  /\b(?:guarantees?|ensures?) compliance\b/i,
  /\b(?:SOC ?2|PCI|ISO|HIPAA|GDPR) certified\b/i,
  /\bpasses the audit\b/i,
  /\bimmutable (?:log|audit|record|trail)\b/i,
  /\btamper-?proof\b/i,
  /\berased from the model\b/i,
  /\b(?:data|text|model|dataset|output)s? (?:is|are) (?:now )?(?:fully )?anonymous\b/i,
]
/** A sentence that tells what is not claimed may name the words. */
const disclaims = /\bnever\b|\bnot\b|\bno\b|forbid|refus|claims?\b/i
const folders = ['packages', 'tools', 'examples', 'docs']
const files = folders
  .flatMap(folder => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter(entry => entry.isFile() && ['.ts', '.mjs', '.md', '.json', '.html'].includes(extname(entry.name)))
  .map(entry => join(entry.parentPath, entry.name))
  .filter(path => !/node_modules|\/dist\/|\/test\/|\.attestry|check-claims/.test(path))
const found = [join(root, 'README.md'), join(root, 'CONTRIBUTING.md'), ...files].flatMap(path =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, i) =>
      claims.some(claim => claim.test(line)) && !disclaims.test(line)
        ? [`${relative(root, path)}:${i + 1}: ${line.trim()}`]
        : [],
    ),
)
for (const line of found) console.log(line)
process.exit(found.length === 0 ? 0 : 1)
