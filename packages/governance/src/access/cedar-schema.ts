/** What can be done. A policy that names another action does not validate, and a request for another is denied. */
export const accessActions = [
  'run',
  'approve',
  'deploy',
  'monitor',
  'read-data',
  'read-log',
  'read-report',
  'attest',
  'record-consent',
  'answer-request',
  'erase',
  'hold',
  'dispose',
  'rotate-keys',
  'grant',
  'revoke',
  'review',
] as const

/** Kinds of resources beside `workspace` itself, in which all of them lie: `run/01J...`, `dataset/...`. */
const resourceTypes: Readonly<Record<string, string>> = {
  run: 'Run',
  dataset: 'Dataset',
  model: 'Model',
  log: 'Log',
}

/** What a request may tell beside who, what and where. All are optional. */
const situation = `{
  author?: String,
  purpose?: String,
  dataClass?: String,
  role?: String,
  ticket?: String,
  rows?: Long,
  emergency?: Bool,
}`

const things = Object.values(resourceTypes)

/** The Cedar schema that every policy must fit. */
export const cedarSchema: string = `entity Role;
entity Principal in [Role] { name: String };
entity Workspace;
entity ${things.join(', ')} in [Workspace];
type Situation = ${situation};
action ${accessActions.map(action => `"${action}"`).join(', ')} appliesTo {
  principal: [Principal],
  resource: [Workspace, ${things.join(', ')}],
  context: Situation,
};
`

/** The Cedar entity of a resource; undefined for what is no resource. */
export function resourceEntity(resource: string): { readonly type: string; readonly id: string } | undefined {
  if (resource === 'workspace') return { type: 'Workspace', id: 'workspace' }
  const [, kind, id] = /^([a-z]{1,20})\/([A-Za-z0-9._:@-]{1,200})$/.exec(resource) ?? []
  const type = kind !== undefined && Object.hasOwn(resourceTypes, kind) ? resourceTypes[kind] : undefined
  return type === undefined || id === undefined ? undefined : { type, id }
}

export const isAccessAction = (action: string): boolean => (accessActions as readonly string[]).includes(action)
