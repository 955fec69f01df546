import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { namesOf, type Names } from './names.js'

/** Version of the kernel that scaffolded plugins ask for. */
export const coreVersion = '0.1.0'

/** Where a plugin is scaffolded: in a workspace with shared configs, or in a folder of its own. */
export type Surroundings = 'workspace' | 'standalone'

export interface PluginTemplate {
  /** Such as `ccpa`. */
  readonly name: string
  readonly packageName: string
  readonly surroundings: Surroundings
  /** ISO date that the example control carries as `checkedOn`. */
  readonly today: string
}

/**
 * Files of a plugin package that builds and passes its tests untouched: one control, one obligation, one `deploy` handler,
 * the conformance suite and a README. By path relative to the package, with `/`.
 *
 * @throws SCAFFOLD-E001
 */
export function pluginFiles({
  name,
  packageName,
  surroundings,
  today,
}: PluginTemplate): Readonly<Record<string, string>> {
  const words = { ...namesOf(name), packageName, today, coreVersion }
  return Object.fromEntries(
    ['common', surroundings].flatMap(folder =>
      templatesIn(join(templateFolder, folder)).map(({ path, text }) => [path, fill(text, words)]),
    ),
  )
}

// Both src/ and dist/ lie beside files/.
const templateFolder = fileURLToPath(new URL('../files', import.meta.url))

function templatesIn(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.template'))
    .sort()
    .map(path => ({
      path: path.replaceAll('\\', '/').slice(0, -'.template'.length),
      text: readFileSync(join(folder, path), 'utf8'),
    }))
}

type Words = Names & { readonly packageName: string; readonly today: string; readonly coreVersion: string }

const fill = (text: string, words: Words): string =>
  text.replace(/<%= (\w+) %>/g, (slot, word: string) => {
    if (word in words) return words[word as keyof Words]
    throw new Error(`the template has an unknown slot ${slot}`)
  })
