import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const root = (() => {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'nx.json'))) folder = dirname(folder)
  return folder
})()

/** The folder with development data, or undefined when it is not at hand. */
const shared = [process.env['ATTESTRY_SHARED'], join(root, 'shared'), join(root, '..', 'shared')].find(
  folder => folder !== undefined && existsSync(folder),
)

/** A file of the development data; undefined, with a line that says so, when it is absent. Gzip is unpacked. */
export function sharedFile(path: string): string | undefined {
  const file = shared && join(shared, path)
  if (!file || !existsSync(file)) {
    process.stderr.write(`skipped: ${path} is not at hand (set ATTESTRY_SHARED to the folder that holds it)\n`)
    return undefined
  }
  const bytes = readFileSync(file)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}
