// Writes docs/errors/<CODE>.md from the catalogues of the built packages; with --check, fails when a page is not up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './command.mjs'

const load = name => import(pathToFileURL(join(root, 'packages', name, 'dist/index.js')).href)
const { allErrors } = await load('sdk')
const { errorCatalogue: cli } = await load('cli')
const { errorCatalogue: tfjs } = await load('tfjs')
const { errorCatalogue: lm } = await load('lm')
const catalogue = { ...allErrors, ...tfjs, ...lm, ...cli }
const folder = join(root, 'docs/errors')
const codes = Object.keys(catalogue).sort()

const page = (code, { title, explanation, example }) =>
  `# ${code}: ${title}\n\n${explanation}\n\n## Example\n\n\`\`\`\n${example}\n\`\`\`\n`
const index = `# Error codes\n\nEvery refusal has one code. \`attestry explain <CODE>\` prints the same pages.\n\n| code | meaning |\n|---|---|\n${codes
  .map(code => `| [${code}](${code}.md) | ${catalogue[code].title.replaceAll('|', '\\|')} |`)
  .join('\n')}\n`
const pages = new Map([['README.md', index], ...codes.map(code => [`${code}.md`, page(code, catalogue[code])])])

if (process.argv.includes('--check')) {
  const read = name => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return ''
    }
  }
  const stale = [...pages].filter(([name, text]) => read(name) !== text).map(([name]) => name)
  const extra = readdirSync(folder).filter(name => !pages.has(name))
  if (stale.length + extra.length > 0) {
    console.log(`not up to date: ${[...stale, ...extra].join(', ')}; run npm run docs:errors`)
    process.exit(1)
  }
} else {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
  console.log(`${codes.length} pages in docs/errors`)
}
