import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

const environment = {
  ...process.env,
  NX_NO_CLOUD: 'true',
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  // Consumers of onnxruntime-node need this to skip a download of GPU files that exits 1 offline.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
}

/** Runs a command in the root with its output shown; gives its exit code. */
export function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: environment, ...options })
  return status ?? 1
}

/** The same with the output kept; shown only when the command fails. */
export function quietly(command, args, variables = {}) {
  return new Promise(resolve => {
    const chunks = []
    const child = spawn(command, args, { cwd: root, env: { ...environment, ...variables } })
    child.stdout.on('data', chunk => chunks.push(chunk))
    child.stderr.on('data', chunk => chunks.push(chunk))
    child.on('close', code => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}

/** Path of a tool that npm installed. */
export const bin = name => join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name)

/** Installs what the lockfile names, unless that was done since the lockfile changed. */
export function ensureInstalled() {
  const lockfile = join(root, 'package-lock.json')
  const installed = join(root, 'node_modules/.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs - 1_000) return 0
  console.log('installing from the lockfile (npm ci) …')
  return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** Builds every package whose sources changed. */
export const build = () => run(bin('nx'), ['run-many', '-t', 'build', '--outputStyle=static', '--parallel=2'])
