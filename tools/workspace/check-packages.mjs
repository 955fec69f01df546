// Release checks over every published package: publint, attw, and what npm would put in the tarball.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bin, quietly, root } from './command.mjs'

const folders = ['packages', 'tools']
  .flatMap(group => readdirSync(join(root, group)).map(name => join(root, group, name)))
  .filter(folder => existsSync(join(folder, 'package.json')))
let failed = 0
for (const folder of folders) {
  const { name, private: isPrivate } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (isPrivate) continue
  const results = [
    ['publint', await quietly(bin('publint'), [folder, '--strict'])],
    ['attw', await quietly(bin('attw'), ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii'])],
    ['npm pack', await quietly('npm', ['pack', '--dry-run', '--json', '--silent', folder])],
  ]
  const files =
    results[2][1].code === 0 ? JSON.parse(results[2][1].output.slice(results[2][1].output.indexOf('['))) : []
  const unexpected = (files[0]?.files ?? [])
    .map(({ path }) => path)
    .filter(
      path =>
        !/^(dist\/|files\/|model\/|README\.md$|LICENSE$|NOTICE$|package\.json$|generators\.json$|schema\.json$|bin\/)/.test(
          path,
        ),
    )
  for (const [tool, { code, output }] of results)
    if (code !== 0) {
      failed++
      console.log(`${name}: ${tool} failed\n${output}`)
    }
  if (unexpected.length > 0) {
    failed++
    console.log(`${name}: unexpected files in the tarball: ${unexpected.join(', ')}`)
  }
  console.log(
    `${failed === 0 ? 'ok' : '..'}  ${name}  ${files[0] ? `${Math.round(files[0].size / 1024)} KiB packed` : ''}`,
  )
}
process.exit(failed === 0 ? 0 : 1)
