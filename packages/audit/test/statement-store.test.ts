import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type StatementDraft } from '@attestry/core'
import {
  createPrincipalKey,
  formatVkey,
  loadLogKey,
  loadSigningKey,
  openStatementStore,
  preAuthEncoding,
  readPrincipals,
  readStatements,
  signStatement,
  type SigningKey,
  type StoreOptions,
} from '../src/index.js'
import { temporaryFolder } from './temporary-folder.js'

const evidence = (fields: StatementDraft['predicate'] = {}): StatementDraft => ({
  type: 'evidence',
  subjects: [{ name: 'model', digest: `sha256:${'0'.repeat(64)}` }],
  predicate: { type: 'pii-removal', ...fields },
})
const approval: StatementDraft = { type: 'approval', subjects: [], predicate: { decision: 'approve' } }

async function place(run = 'run-1'): Promise<StoreOptions> {
  const workspace = join(await temporaryFolder(), '.attestry')
  return { run, workspace, directory: join(workspace, 'runs', run), key: await loadLogKey(workspace) }
}

async function register(workspace: string, draft: StatementDraft, key: SigningKey, name = 'one'): Promise<void> {
  await mkdir(join(workspace, 'register'), { recursive: true })
  await signStatement(draft, key, join(workspace, 'register', `${name}.dsse.json`))
}

describe('DSSE', () => {
  it('signs the bytes that its specification prints', () => {
    const bytes = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'))
    expect(Buffer.from(bytes).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })

  it('counts bytes, not characters', () => {
    expect(Buffer.from(preAuthEncoding('é', Buffer.from('ü'))).toString()).toBe('DSSEv1 2 é 2 ü')
  })
})

describe('a statement store', () => {
  it('signs with the key of the run, names the run, and gives the statement back later', async () => {
    const where = await place()
    const written = await (await openStatementStore(where)).write(evidence())
    expect(written).toMatchObject({
      type: 'evidence',
      predicate: { type: 'pii-removal', run: 'run-1' },
      subjects: evidence().subjects,
      signer: where.key.name,
      roles: ['run'],
      file: 'evidence/0001-evidence-pii-removal.dsse.json',
    })
    const again = await openStatementStore(where)
    expect(await again.read('evidence')).toEqual([written])
    expect((await again.write(evidence())).file).toBe('evidence/0002-evidence-pii-removal.dsse.json')
  })

  it('writes in-toto statements under their own predicate type', async () => {
    const where = await place()
    const { file } = await (await openStatementStore(where)).write(evidence())
    const envelope = JSON.parse(await readFile(join(where.directory, file), 'utf8'))
    expect(envelope.payloadType).toBe('application/vnd.in-toto+json')
    expect(JSON.parse(Buffer.from(envelope.payload, 'base64').toString())).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      predicate: { run: 'run-1', type: 'pii-removal' },
      predicateType: 'https://attestry.dev/evidence/v1',
      subject: [{ digest: { sha256: '0'.repeat(64) }, name: 'model' }],
    })
  })

  it('leaves decisions to people, and statements about other runs to them', async () => {
    const store = await openStatementStore(await place())
    for (const draft of [approval, evidence({ run: 'run-2' })])
      await expect(store.write(draft)).rejects.toMatchObject({ code: 'AUDIT-E015' })
  })

  it('copies what people signed into the run, so that the folder tells it by itself', async () => {
    const where = await place()
    const { key } = await createPrincipalKey(where.workspace, 'Ana', ['approver', 'owner'])
    await register(where.workspace, approval, key)
    const [found] = await (await openStatementStore(where)).read('approval')
    expect(found).toMatchObject({ ...approval, signer: 'Ana', roles: ['approver', 'owner'] })
    expect(found!.file).toMatch(/^evidence\/approval-[0-9a-f]{16}\.dsse\.json$/)
    expect(await readFile(join(where.directory, found!.file))).toEqual(
      await readFile(join(where.workspace, 'register/one.dsse.json')),
    )
    expect(await (await openStatementStore(where)).read('approval')).toEqual([found])
    expect(await readdir(join(where.directory, 'evidence'))).toHaveLength(1)
  })

  it('sets aside, with the reason, what does not verify', async () => {
    const where = await place()
    const { key: ana } = await createPrincipalKey(where.workspace, 'ana', ['approver'])
    const { key: eve } = await createPrincipalKey(await temporaryFolder(), 'eve', ['approver'])
    await register(where.workspace, approval, eve, 'a-stranger')
    await register(where.workspace, evidence(), ana, 'b-observed-by-a-person')
    await register(where.workspace, approval, where.key, 'c-decided-by-the-run')
    await register(where.workspace, evidence({ run: 'run-0' }), where.key, 'd-another-run')
    await register(where.workspace, approval, ana, 'e-changed')
    const changed = join(where.workspace, 'register/e-changed.dsse.json')
    const envelope = JSON.parse(await readFile(changed, 'utf8'))
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace('"approve"', '"APPROVE"')
    await writeFile(changed, canonicalJson({ ...envelope, payload: Buffer.from(payload).toString('base64') }))
    await writeFile(join(where.workspace, 'register/f-broken.dsse.json'), '{')
    const store = await openStatementStore(where)
    expect(await store.read('approval')).toEqual([])
    expect(await store.read('evidence')).toEqual([])
    expect((await store.rejected()).map(({ file, reason }) => [file, reason.split(': ')[1]])).toEqual([
      ['register/a-stranger.dsse.json', 'no known principal has the key that signed it'],
      ['register/b-observed-by-a-person.dsse.json', 'a person signed what only the run can observe'],
      ['register/c-decided-by-the-run.dsse.json', 'only a person can decide it'],
      ['register/d-another-run.dsse.json', 'it is about another run'],
      ['register/e-changed.dsse.json', 'no known principal has the key that signed it'],
      ['register/f-broken.dsse.json', 'it is not JSON'],
    ])
    expect(await readdir(join(where.directory, 'evidence'))).toEqual([])
  })

  it('gives two names with one key the same key id', async () => {
    const where = await place()
    const { key } = await createPrincipalKey(where.workspace, 'ana', ['approver'])
    await register(where.workspace, approval, key, 'one')
    await register(where.workspace, { ...approval, predicate: { decision: 'deny' } }, { ...key, name: 'bob' }, 'two')
    const ids = (await (await openStatementStore(where)).read('approval')).map(({ keyId }) => keyId)
    expect([ids.length, new Set(ids).size]).toEqual([2, 1])
  })

  it('refuses a payload with a member twice, which parsers would read differently', async () => {
    const where = await place()
    const { key } = await createPrincipalKey(where.workspace, 'ana', ['approver'])
    await register(where.workspace, approval, key)
    const { signBytes } = await import('../src/signed-note.js')
    const body = Buffer.from(
      '{"_type":"https://in-toto.io/Statement/v1","predicate":{"decision":"deny","decision":"approve"},' +
        '"predicateType":"https://attestry.dev/approval/v1","subject":[]}',
    )
    const sig = Buffer.from(signBytes(key, preAuthEncoding('application/vnd.in-toto+json', body))).toString('base64')
    const payloadType = 'application/vnd.in-toto+json'
    await writeFile(
      join(where.workspace, 'register/one.dsse.json'),
      canonicalJson({ payload: body.toString('base64'), payloadType, signatures: [{ sig }] }),
    )
    const store = await openStatementStore(where)
    expect([await store.read('approval'), (await store.rejected()).length]).toEqual([[], 1])
  })

  it('can be read without a private key', async () => {
    const where = await place()
    const written = await (await openStatementStore(where)).write(evidence())
    const { statements, rejected } = await readStatements(where.directory, 'run-1', where.key)
    expect([statements, rejected]).toEqual([[written], []])
  })
})

describe('keys', () => {
  it('lie in files that only their owner reads', async () => {
    const where = await place()
    const { file } = await createPrincipalKey(where.workspace, 'ana', ['approver'])
    for (const path of [file, join(where.workspace, 'keys/log.key')])
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(where.workspace, 'keys'))).mode & 0o777).toBe(0o700)
  })

  it('of the log are made once, also when several ask at the same time', async () => {
    const workspace = join(await temporaryFolder(), '.attestry')
    const keys = await Promise.all([loadLogKey(workspace), loadLogKey(workspace), loadLogKey(workspace)])
    expect(new Set(keys.map(formatVkey)).size).toBe(1)
  })

  it('that do not belong to the verifier key beside them, or are lost, are refused and not replaced', async () => {
    const [where, other] = [await place(), await place()]
    const file = join(where.workspace, 'keys/log.key')
    await writeFile(file, await readFile(join(other.workspace, 'keys/log.key')))
    await expect(loadLogKey(where.workspace)).rejects.toMatchObject({ code: 'AUDIT-E012' })
    await writeFile(file, 'not a key')
    await expect(loadSigningKey(file)).rejects.toMatchObject({ code: 'AUDIT-E012' })
  })

  it('of a principal are never made twice for one name', async () => {
    const { workspace } = await place()
    await createPrincipalKey(workspace, 'ana', ['approver'])
    await expect(createPrincipalKey(workspace, 'ana', ['owner'])).rejects.toMatchObject({ code: 'AUDIT-E013' })
    expect((await readPrincipals(workspace)).map(({ name, roles }) => [name, roles])).toEqual([['ana', ['approver']]])
  })
})

describe('the principals file', () => {
  it.each([
    ['something that is not JSON', '{'],
    ['a list', '[]'],
    ['an unexpected field', '{"principals":[{"name":"a","roles":[],"keys":[],"admin":true}]}'],
    ['a principal without a name', '{"principals":[{"roles":[],"keys":[]}]}'],
    ['a name twice', '{"principals":[{"name":"a","roles":[],"keys":[]},{"name":"a","roles":[],"keys":[]}]}'],
  ])('is refused with %s', async (_, text) => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'principals.json'), text)
    await expect(readPrincipals(folder)).rejects.toMatchObject({ code: 'AUDIT-E014' })
  })

  it('is refused when two people have one key: their signatures would count twice', async () => {
    const { workspace, key } = await place()
    const keys = [formatVkey(key)]
    const principals = [
      { name: 'a', roles: [], keys },
      { name: 'b', roles: [], keys },
    ]
    await writeFile(join(workspace, 'principals.json'), canonicalJson({ principals }))
    await expect(readPrincipals(workspace)).rejects.toMatchObject({ code: 'AUDIT-E014' })
  })

  it('names nobody when it is absent', async () => {
    expect(await readPrincipals(await temporaryFolder())).toEqual([])
  })
})
