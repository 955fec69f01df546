import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { combinePolicy } from '@attestry/core'
import { registerKinds } from '@attestry/governance'
import { regulationPlugin, regulations } from '@attestry/sdk'
import { describe, expect, it } from 'vitest'

const kinds = new Set(registerKinds.map(({ kind }) => kind))
const packages = fileURLToPath(new URL('../../', import.meta.url))

const sourceOf = (name: string): string =>
  readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => readFileSync(join(packages, name, 'src', file), 'utf8'))
    .join('\n')

/** The ways in which plugins and the report name a kind of attestation. */
const ways: readonly RegExp[] = [
  /requireDocument\('([a-z-]+)'/g,
  /\.find\('([a-z-]+)', \{/g,
  /isSigned\('([a-z-]+)'/g,
  /attested\(facts, '([a-z-]+)'\)/g,
  /predicate\['kind'\] === '([a-z-]+)'/g,
  /^const kind = '([a-z-]+)'$/gm,
  /\{ (?:kind|document): '([a-z-]+)', control: /g,
  /attest --kind ([a-z-]+)/g,
]
const lists = /Records = \[([^\]]*)\] as const/g

const namedIn = (source: string): readonly string[] => [
  ...ways.flatMap(way => [...source.matchAll(way)].map(([, name]) => name!)),
  ...[...source.matchAll(lists)].flatMap(([, list]) => [...list!.matchAll(/'([a-z-]+)'/g)].map(([, name]) => name!)),
]

const named = readdirSync(packages)
  .filter(name => name.startsWith('plugin-') || name === 'report')
  .flatMap(name => namedIn(sourceOf(name)).map(kind => ({ name, kind })))

describe('what plugins ask people to attest', () => {
  it('is a kind of the register, so that its signer, period and scope are ruled', () => {
    for (const { name, kind } of named) expect(kinds, `${name} asks for '${kind}'`).toContain(kind)
  })

  it('is found in the sources of every plugin that asks', () => {
    const by = (name: string): readonly string[] => named.filter(one => one.name === name).map(({ kind }) => kind)
    expect(by('plugin-gdpr')).toEqual(expect.arrayContaining(['dpia', 'legal-basis', 'processor-contract']))
    expect(by('plugin-hipaa')).toEqual(expect.arrayContaining(['baa', 'expert-determination', 'no-actual-knowledge']))
    expect(by('plugin-eu-ai-act')).toEqual(expect.arrayContaining(['ai-act-role', 'human-oversight']))
    expect(by('plugin-ccpa')).toEqual(expect.arrayContaining(['deidentified-contract', 'admt-opt-out-route']))
    expect(by('plugin-soc2')).toContain('change-impact')
    expect(by('plugin-iso27001')).toContain('ai-impact-assessment')
    expect(by('plugin-pci-dss')).toContain('back-out-plan')
    expect(by('report')).toContain('staff-training')
  })

  it('includes every document that a policy of the regulations demands', () => {
    const { documents } = combinePolicy(regulations.map(({ name }) => regulationPlugin(name)))
    expect(documents.length).toBeGreaterThan(5)
    for (const { value, sources } of documents) expect(kinds, sources[0]?.control).toContain(value)
  })
})
