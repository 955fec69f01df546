/** A failure to scaffold, with a stable code and what to do next. Plain, so that this package needs no kernel. */
export interface ScaffoldError extends Error {
  readonly code: string
  readonly help: string
}

/** Every code of the package, in the form of the kernel's `ErrorCatalogue`. */
export const errorCatalogue: Readonly<
  Record<string, { readonly title: string; readonly explanation: string; readonly example: string }>
> = {
  'SCAFFOLD-E001': {
    title: 'the name of the plugin cannot be used',
    explanation:
      'The name becomes part of a package name, of file names, of control ids and of variables. Only lower-case letters, digits and single dashes, starting with a letter, work in all of them. Write it that way and run the command again.',
    example: "'EU AI Act'   →   'eu-ai-act'",
  },
  'SCAFFOLD-E002': {
    title: 'there is something in the folder already',
    explanation:
      'The scaffold writes a whole package and overwrites nothing. The folder exists and is not empty, so some of its files might be lost. Choose another name or folder, or move what is there.',
    example: 'create-attestry-plugin ./ccpa   →   create-attestry-plugin ./ccpa-2',
  },
}

const failed = (code: string, message: string, help: string): ScaffoldError =>
  Object.assign(new Error(`${code}: ${message}; ${help}`), { code, help })

/** SCAFFOLD-E001. A name that fits nowhere. */
export const invalidName = (name: string): ScaffoldError =>
  failed(
    'SCAFFOLD-E001',
    `'${name}' is no name for a plugin`,
    "use lower-case letters, digits and single dashes, such as 'eu-ai-act'",
  )

/** SCAFFOLD-E002. Nothing is overwritten. */
export const folderNotEmpty = (folder: string): ScaffoldError =>
  failed('SCAFFOLD-E002', `${folder} is not empty`, 'choose another folder, or move what is there')
