// Every TypeScript sample of a README or a page in docs must compile against the built packages.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { bin, quietly, root } from './command.mjs'

const pages = [
  join(root, 'README.md'),
  ...readdirSync(join(root, 'docs'))
    .filter(name => name.endsWith('.md'))
    .map(name => join(root, 'docs', name)),
  ...['packages', 'tools'].flatMap(group =>
    readdirSync(join(root, group)).map(name => join(root, group, name, 'README.md')),
  ),
]
const read = page => {
  try {
    return readFileSync(page, 'utf8')
  } catch {
    return ''
  }
}

// Inside the repository, so that packages resolve as they do for everybody.
mkdirSync(join(root, '.nx'), { recursive: true })
const folder = mkdtempSync(join(root, '.nx/samples-'))
let count = 0
for (const page of pages)
  for (const [, code] of read(page).matchAll(/^```ts\n([^]*?)^```/gm)) {
    const name = `${relative(root, page).replaceAll(/[^\w]/g, '_')}_${++count}.ts`
    writeFileSync(join(folder, name), `${code}\nexport {}\n`)
  }
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: { noEmit: true, isolatedDeclarations: false, declaration: false },
    include: ['*.ts'],
  }),
)
const { code, output } = await quietly(bin('tsc'), ['-p', folder])
rmSync(folder, { recursive: true, force: true })
console.log(code === 0 ? `${count} samples compile` : output)
process.exit(code)
