import { invalidName } from './errors.js'

/** The forms that one name takes in a scaffolded package. */
export interface Names {
  /** `eu-ai-act`. */
  readonly fileName: string
  /** `EU-AI-ACT`: id of the regulation, and area of its control ids and error codes. */
  readonly id: string
  /** `euAiAct`. */
  readonly camelName: string
  /** `EuAiAct`. */
  readonly pascalName: string
}

/**
 * @param name such as `eu-ai-act`; a leading `attestry-plugin-` or `plugin-` is left out
 * @throws SCAFFOLD-E001 when it has other characters than lower-case letters, digits and single dashes
 */
export function namesOf(name: string): Names {
  const fileName = name.replace(/^(?:attestry-)?plugin-/, '')
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(fileName) || fileName.length > 60) throw invalidName(name)
  const pascalName = fileName.split('-').map(capitalised).join('')
  const camelName = pascalName.charAt(0).toLowerCase() + pascalName.slice(1)
  return {
    fileName,
    id: fileName.toUpperCase(),
    pascalName,
    camelName: reserved.has(camelName) ? `${camelName}Plugin` : camelName,
  }
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** One-word names that cannot be a variable in the scaffolded files. */
const reserved = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield ' +
    'conformance controls definePlugin describe expect it register runPlugin schema service signedOff signOff z'
  ).split(' '),
)
