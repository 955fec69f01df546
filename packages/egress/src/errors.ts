import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Every code of this package. */
export const errorCatalogue: ErrorCatalogue = {
  'EGRESS-E001': {
    title: 'a connection leaves this machine',
    explanation:
      'The run works locally, and something in the process tried to reach another host, to look its name up, or to start a program that could. The attempt was refused before a packet left, and is counted in the evidence. If the connection is meant, allow the host in the config, where it becomes part of the record; otherwise look for the library that tried.',
    example: '"network": { "allow": ["mail.example.org:587", "command:python3"] }',
  },
}

export const connectionRefused = (host: string, way: string): AttestryError =>
  new AttestryError({
    code: 'EGRESS-E001',
    message: `${way}: '${host}' may not be reached, this run stays on the machine`,
    help: `add '${way === 'child-process' ? `command:${host}` : host}' to network.allow in the config, if it is meant`,
  })
