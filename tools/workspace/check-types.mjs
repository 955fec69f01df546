// No `any` in a public signature: the built declarations of every published package are searched.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './command.mjs'

let found = 0
for (const group of ['packages', 'tools'])
  for (const name of readdirSync(join(root, group))) {
    const dist = join(root, group, name, 'dist')
    if (!existsSync(dist)) continue
    for (const file of readdirSync(dist).filter(entry => entry.endsWith('.d.ts')))
      readFileSync(join(dist, file), 'utf8')
        .replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
        .split('\n')
        .filter(line => /[:<|&(,=]\s*any\b(?!\s*[:=('])|\bany\[\]/.test(line))
        .forEach(line => {
          found++
          console.log(`${group}/${name}/dist/${file}: ${line.trim()}`)
        })
  }
process.exit(found === 0 ? 0 : 1)
