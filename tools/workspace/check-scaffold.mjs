// A plugin scaffolded in a folder outside the repository, against packed tarballs, must build and pass untouched.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { root } from './command.mjs'

const outside = mkdtempSync(join(tmpdir(), 'attestry-scaffold-'))
const tarballs = join(outside, 'tarballs')
const plugin = join(outside, 'house-rules')

function must(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  console.log(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`)
  rmSync(outside, { recursive: true, force: true })
  process.exit(1)
}

must('mkdir', ['-p', tarballs], outside)
for (const folder of ['packages/core', 'tools/plugin-kit', 'tools/nx-plugin'])
  must('npm', ['pack', '--silent', '--pack-destination', tarballs, join(root, folder)], outside)
const [core, nxPlugin, kit] = readdirSync(tarballs)
  .sort()
  .map(name => join(tarballs, name))

// As a third party would: the scaffolder from its tarball, in a folder that knows nothing of this repository.
must('npm', ['init', '--yes'], outside)
must('npm', ['install', '--no-audit', '--no-fund', '--no-save', nxPlugin], outside)
must('npx', ['create-attestry-plugin', plugin], outside)
must('npm', ['install', '--no-audit', '--no-fund', '--save-dev', core, kit], plugin)
for (const script of ['build', 'typecheck', 'test']) must('npm', ['run', script], plugin)
console.log('a plugin scaffolded outside the repository builds and passes')
rmSync(outside, { recursive: true, force: true })
