import { AttestryError, type ErrorCatalogue, type Reason } from '@attestry/core'

/** Codes of access. */
export const accessErrors: ErrorCatalogue = {
  'GOV-E401': {
    title: 'the file of access policies cannot be read',
    explanation:
      'The option policies names a file in Cedar, and it is missing, not a regular file, not UTF-8 or too large. Going on without it could allow what it forbids. Paths are relative to the folder of the config. Mend the path or the file.',
    example: "{ use: '@attestry/governance', options: { policies: 'access.cedar' } } fails when the file is not there.",
  },
  'GOV-E402': {
    title: 'an access policy is not valid',
    explanation:
      'A policy cannot be read as Cedar, or names an action, a type or a field that the schema does not have. A forbid that never applies because of a misspelt action would look like protection and be none. So no policy of a file that does not validate is used, and nothing is allowed. Mend the place that the message names.',
    example: 'forbid (principal, action == Action::"aprove", resource); fails: the action is called "approve".',
  },
  'GOV-E403': {
    title: 'an access policy has no id of its own',
    explanation:
      'Every decision is recorded with the ids of the policies that made it. So each policy carries an annotation @id that no other policy has, those shipped with this package included. Letters, digits and hyphens are enough, and the id stays the same when policies are moved around. Write one before the policy.',
    example: '@id("no-nights") forbid (principal, action, resource) when { context has emergency }; is accepted.',
  },
  'GOV-E404': {
    title: 'an access policy permits everybody something',
    explanation:
      'A permit whose scope names neither a role nor a person gives whoever has any grant more than the role says. What one may do should follow from a role that somebody granted, and end with it. Name a role or a person in the scope of the permit. A forbid may be about everybody.',
    example: 'permit (principal in Role::"engineer", action == Action::"run", resource); is accepted.',
  },
  'GOV-E405': {
    title: 'a role cannot be granted',
    explanation:
      'A grant names one person, a role that a policy knows, and an end within the longest period of the role. It is given by a different person, so that nobody lets themselves in, and a grant of emergency access says why. The message names what is amiss. Mend it, or let somebody else grant the role.',
    example: 'attestry access grant dana --role engineer --as emil --expires 2027-06-30',
  },
  'GOV-E406': {
    title: 'the person may not change access',
    explanation:
      'Roles are given, taken away and reviewed by people whose own role permits it, normally admin and for reviews auditor. Nobody reviews a grant of their own. Only while nobody holds the role admin may anybody with a key make somebody else admin, which the record shows. Let a person do it who may.',
    example: 'attestry access grant dana --role engineer --as fred fails when fred is only an engineer.',
  },
  'GOV-E407': {
    title: 'there is no such grant',
    explanation:
      'Nobody of this name holds this role now, so there is nothing to take away or to review. A grant that has ended needs no revocation, and only emergency access is reviewed after its end. List the grants to see names and roles as they were given.',
    example: 'attestry access',
  },
  'GOV-E408': {
    title: 'no role lets the author run this',
    explanation:
      'Roles are granted in this workspace, so access counts: the author of a run needs a role that may run when it is to be deployed. The author has none that is in force, or a policy forbids it. The reason names the policies that decided. Grant a role, or let somebody run it who has one.',
    example: 'attestry access grant dana --role engineer --as emil --expires 2027-06-30',
  },
  'GOV-E409': {
    title: 'somebody without a grant is allowed something',
    explanation:
      'A name that nobody has was asked about before deployment, and access was not denied. Then nothing that was decided here can be relied on, and deployment is refused. Find the plugin that provides AccessControl and the policies that it uses, and mend them.',
    example: 'A provider that answers allow to every question fails.',
  },
}

/** GOV-E401. */
export const policiesUnreadable = (file: string, reason: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E401',
    message: `the file of access policies '${file}' cannot be read: ${reason}`,
    where: { file },
    help: 'mend the option policies of @attestry/governance, or the file',
  })

/** GOV-E402. */
export const policyInvalid = (file: string, problems: readonly string[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E402',
    message: `a policy of '${file}' is not valid: ${problems[0]}`,
    notes: problems.slice(1, 10),
    where: { file },
    help: 'mend the policy: actions, types and fields are those of the Cedar schema in the README of @attestry/governance',
  })

/** GOV-E403. */
export const policyUnnamed = (file: string, problem: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E403',
    message: `${problem} in '${file}'`,
    where: { file },
    help: 'write @id("letters-and-hyphens") before each policy, another one for each',
  })

/** GOV-E404. */
export const permitForAll = (file: string, id: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E404',
    message: `the policy '${id}' in '${file}' permits something to everybody`,
    where: { file },
    help: 'name a role or a person in its scope: permit (principal in Role::"...", ...)',
  })

/** GOV-E405. */
export const grantRefused = (why: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E405',
    message: `the role is not granted: ${why}`,
    help: 'attestry access grant <name> --role <role> --as <somebody else> --expires <date>',
  })

/** GOV-E406. */
export const mayNotChange = (what: string, why: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E406',
    message: `${what} is refused: ${why}`,
    help: 'let somebody do it whose role permits it; attestry access shows who has which',
  })

/** GOV-E407. */
export const noSuchGrant = (what: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E407',
    message: `there is no grant that could be ${what}`,
    help: 'attestry access shows names, roles and ends as they were given',
  })

/** GOV-E408, as a reason: a person can still meet it. */
export const authorMayNotRun = (author: string, by: readonly string[]): Reason => ({
  code: 'GOV-E408',
  note: `no role lets '${author}' run this${by.length > 0 ? `: ${by.join(', ')}` : ''}`,
  kind: 'pending',
  help: 'attestry access grant <author> --role engineer --as <somebody else> --expires <date>',
})

/** GOV-E409, as a reason: it stands for this run. */
export const strangerAllowed = (allowed: number, asked: number): Reason => ({
  code: 'GOV-E409',
  note: `somebody without a grant may do ${allowed} of ${asked} things`,
  kind: 'refused',
  help: 'mend the access policies: nothing may be allowed without a grant',
})
