import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import {
  cardSerialsCsv,
  makeTown,
  residentsCsv,
  suppressionsCsv,
  type DemoTown,
} from '@open-bcl/demo/town.ts'
import { newAgeKeyPair, readAgeFile, writeAgeFile, type AgeKeyPair } from '@open-bcl/platform/age.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { createAuthority, issueIdentity, saveIdentity, type MachineIdentity } from '@open-bcl/platform/pki.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { bytesOf, chunksOf, onLink, sendFile } from '../../apps/cloud/testing/send-file.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { test as ask } from '../access/guarded.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { csvLine, readCsv } from '../interfaces/interfaces.csv.ts'
import { searchResidents } from '../residents/residents.actions.ts'
import { compareWithReceived } from './recovery-proof.actions.ts'
import { makePackage, NoSuchMoment, verifyPackage, type PackageVerdict } from './recovery.actions.ts'
import type { RecoveryPackage } from './recovery.ts'

const hida = '212172' as MunicipalityCode
const takayama = '212032' as MunicipalityCode
const vectors = path.resolve(import.meta.dirname, '../interfaces/vectors/valid')

describe('giving a town its data back', () => {
  const master = randomBytes(32)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'recovery-'))
  let cloud: TestCloud
  let town: DemoTown
  let keys: AgeKeyPair
  let signer: MachineIdentity
  /** What was sent last of each business. */
  const sent = new Map<Business, Buffer>()

  before(async () => {
    cloud = await testCloud({ masterKey: master })
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    town = makeTown({ households: 60 })
    keys = await newAgeKeyPair()
    signer = await newSigner()
    await send(
      cloud,
      takayama,
      'residents',
      await bytesOf(residentsCsv(makeTown({ municipalityCode: '212032' }))),
      1,
    )
    for (const business of businesses) sent.set(business, await fileOf(business))
    for (const [business, bytes] of sent) await send(cloud, hida, business, bytes, 1)
  })
  after(async () => {
    fs.rmSync(folder, { recursive: true, force: true })
    await cloud.close()
  })

  async function newSigner(): Promise<MachineIdentity> {
    const now = new Date()
    const authority = await createAuthority({ name: 'Test authority', now, validDays: 30 })
    const profile = {
      machineName: 'urn:open-bcl:cloud',
      hosts: [],
      uses: ['server'],
      now,
      validDays: 10,
    } as const
    return await issueIdentity(authority, profile)
  }

  async function fileOf(business: Business): Promise<Buffer> {
    if (business === 'residents') return await bytesOf(residentsCsv(town))
    if (business === 'suppressions') return await bytesOf(suppressionsCsv(town))
    if (business === 'card-serials') return await bytesOf(cardSerialsCsv(town))
    return fs.readFileSync(path.join(vectors, `${business}-1.0.csv`))
  }

  async function send(
    to: TestCloud,
    municipality: MunicipalityCode,
    business: Business,
    bytes: Buffer,
    fileNo: number,
  ): Promise<bigint> {
    return (await sendFile(to, municipality, { business, bytes, fileNo, mode: 'full' })).seq
  }

  async function recover(
    name: string,
    wanted: Parameters<typeof makePackage>[0]['wanted'] = null,
    municipality = hida,
  ): Promise<{ folder: string; list: RecoveryPackage }> {
    return await makePackage({
      municipality,
      scope: (work, options) =>
        withCtx(
          cloud.runtime,
          { actor: { kind: 'job', task: 'recover' }, municipality, traceId: 'test' },
          work,
          options,
        ),
      wanted,
      out: path.join(folder, name),
      recipient: keys.recipient,
      signer,
      now: () => cloud.clock,
      producerVersion: 'test',
      tell: () => undefined,
    })
  }

  const opened = (from: string, name: string): Promise<Buffer> =>
    bytesOf(readAgeFile(path.join(from, `${name}.age`), [keys.identity]))
  const judge = (from: string, authorityPem: string | null = signer.authorityPem): Promise<PackageVerdict> =>
    verifyPackage(from, { identities: [keys.identity], authorityPem })

  test('every business comes back row for row and value for value as it was sent', async () => {
    const made = await recover('whole')
    assert.deepEqual(made.list.files.map(({ business }) => business).toSorted(), [...businesses].toSorted())
    for (const [business, bytes] of sent) {
      const back = await rowsOf(business, await opened(made.folder, `${business}.csv`))
      assert.deepEqual(back, await rowsOf(business, bytes), business)
      assert.ok(back.length > 0, business)
    }
    const verdict = await judge(made.folder)
    assert.deepEqual(verdict.problems, [])
    assert.ok(verdict.authorityKnown)
    // Nothing of a clear file is left beside the package.
    const names = fs.readdirSync(made.folder)
    assert.ok(names.every((name) => name.endsWith('.age')))
    assert.equal(names.length, 4 + 2 * businesses.length)
  })

  test('it equals what was received, business by business, and says so where nothing can be compared', async () => {
    const scope = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> => cloud.as(hida, work)
    const compared = await compareWithReceived(scope, null, () => undefined)
    const agreeing = compared.filter(({ agrees }) => agrees === true).map(({ business }) => business)
    for (const business of ['residents', 'suppressions', 'card-serials'] as const)
      assert.ok(agreeing.includes(business))
    await onLink(cloud, hida, (ctx) =>
      ctx.tx.sql(
        `update residents.version set to_seq = 999 where municipality_code = $1 and to_seq is null
            and resident_no = (select max(resident_no) from residents.version where municipality_code = $1) returning 1`,
        [hida],
      ),
    )
    const later = await compareWithReceived(scope, null, () => undefined)
    assert.equal(
      later.find(({ business }) => business === 'residents')?.agrees,
      true,
      'as of its file it still held',
    )
    await onLink(cloud, hida, (ctx) =>
      ctx.tx.sql('update residents.version set to_seq = null where municipality_code = $1 and to_seq = 999', [
        hida,
      ]),
    )
    await onLink(cloud, hida, (ctx) =>
      ctx.tx.sql(
        `update residents.version set to_seq = from_seq where municipality_code = $1 and to_seq is null
            and resident_no = (select max(resident_no) from residents.version where municipality_code = $1)`,
        [hida],
      ),
    )
    const lost = await compareWithReceived(scope, null, () => undefined)
    assert.equal(
      lost.find(({ business }) => business === 'residents')?.agrees,
      false,
      'a lost row is noticed',
    )
    await onLink(cloud, hida, (ctx) =>
      ctx.tx.sql(
        'update residents.version set to_seq = null where municipality_code = $1 and to_seq = from_seq',
        [hida],
      ),
    )
  })

  test('it brings back a named moment, however much has changed since', async () => {
    const before = cloud.clock
    const original = await rowsOf('residents', sent.get('residents')!)
    cloud.clock = new Date('2026-12-01T00:00:00Z')
    const gone = original.filter((row) => row[1] !== original[0]![1])
    const text = [fileInterfaces.residents.columns.map(({ name }) => name), ...gone]
      .map((row) => csvLine(row))
      .join('')
    const seq = await send(cloud, hida, 'residents', Buffer.from(text), 2)
    const then = await recover('then', { at: new Date('2026-11-25T00:00:00Z') })
    assert.deepEqual(await rowsOf('residents', await opened(then.folder, 'residents.csv')), original)
    assert.equal(then.list.appliedAt, before.toISOString())
    const now = await recover('now', { seq })
    assert.deepEqual(await rowsOf('residents', await opened(now.folder, 'residents.csv')), gone)
    await assert.rejects(recover('never', { at: new Date('2020-01-01T00:00:00Z') }), NoSuchMoment)
    await assert.rejects(recover('never', { seq: seq + 1n }), NoSuchMoment)
    cloud.clock = new Date('2026-12-02T00:00:00Z')
    await send(cloud, hida, 'residents', sent.get('residents')!, 3)
    cloud.clock = before
  })

  test('in a fresh installation it gives the same 中間DB: hash totals, people found, another recovery of it', async () => {
    const made = await recover('round')
    const fresh = await testCloud()
    try {
      await fresh.onboard(hida, '飛騨市')
      const order = ['suppressions', ...businesses.filter((one) => one !== 'suppressions')] as Business[]
      for (const business of order)
        await send(fresh, hida, business, await opened(made.folder, `${business}.csv`), 1)
      const compared = await compareWithReceived(
        (work) => fresh.as(hida, work),
        null,
        () => undefined,
      )
      assert.deepEqual(
        compared.map(({ business, rows, hashTotal }) => ({ business, rows, hashTotal })),
        businesses.map((business) => {
          const { rows, hashTotal } = made.list.files.find((file) => file.business === business)!
          return { business, rows, hashTotal }
        }),
      )
      for (const name of ['佐藤', '髙', '飛騨'])
        assert.deepEqual(await namesFound(fresh, name), await namesFound(cloud, name), name)
    } finally {
      await fresh.close()
    }
  })

  async function namesFound(where: TestCloud, name: string): Promise<[string, boolean][]> {
    return await where.as(hida, async (ctx) => {
      const { people } = await searchResidents(ctx, { name }, { seq: null })
      return people.map((person) => [
        `${ask(person, (one) => one.historyNo > 0)} ${person.subject.id}`,
        person.suppressed,
      ])
    })
  }

  test('holds nothing of the neighbour', async () => {
    const made = await recover('neighbour', null, takayama)
    assert.deepEqual(
      made.list.files.map(({ business }) => business),
      ['residents'],
    )
    const rows = await rowsOf('residents', await opened(made.folder, 'residents.csv'))
    assert.ok(rows.length > 0 && rows.every((row) => row[0] === takayama))
  })

  describe('a package that somebody meddled with', () => {
    let good: string
    let other: string
    before(async () => {
      good = (await recover('good')).folder
      other = (await recover('other', { at: new Date('2026-12-01T12:00:00Z') })).folder
    })

    function copyOf(name: string): string {
      const to = path.join(folder, name)
      fs.cpSync(good, to, { recursive: true })
      return to
    }

    test('a flipped bit in any of its files is found', async () => {
      for (const name of fs.readdirSync(good)) {
        const copy = copyOf(`flip-${name}`)
        const bytes = fs.readFileSync(path.join(copy, name))
        bytes[bytes.length - 20]! ^= 1
        fs.writeFileSync(path.join(copy, name), bytes)
        assert.ok((await judge(copy)).problems.length > 0, name)
        fs.rmSync(copy, { recursive: true })
      }
    })

    test('a file left out, a file added, a file of another package, a shortened file: each is named', async () => {
      const without = copyOf('without')
      fs.rmSync(path.join(without, 'seals.csv.age'))
      assert.match((await judge(without)).problems.join(), /seals\.csv\.age がありません/)
      const added = copyOf('added')
      fs.writeFileSync(path.join(added, 'run-me.exe'), 'x')
      assert.match((await judge(added)).problems.join(), /run-me\.exe は/)
      const swapped = copyOf('swapped')
      for (const name of ['residents.csv.age', 'residents.json.age'])
        fs.copyFileSync(path.join(other, name), path.join(swapped, name))
      assert.match((await judge(swapped)).problems.join(), /residents/)
      const cut = copyOf('cut')
      fs.truncateSync(path.join(cut, 'residents.csv.age'), 70_000)
      assert.match((await judge(cut)).problems.join(), /residents\.csv\.age を開けません/)
    })

    test('rows changed and everything encrypted again to the town, without the signer’s key: found', async () => {
      const forged = copyOf('forged')
      const text = (await opened(good, 'residents.csv')).toString().replace('佐藤', '加藤')
      await writeAgeFile(
        path.join(forged, 'residents.csv.age'),
        [keys.recipient],
        chunksOf(Buffer.from(text)),
      )
      assert.match((await judge(forged)).problems.join(), /SHA-256/)
      const list = JSON.parse((await opened(good, 'package.json')).toString()) as RecoveryPackage
      const file = list.files.find(({ business }) => business === 'residents')!
      const renewed = {
        ...list,
        files: list.files.map((one) =>
          one === file ? { ...one, sha256: createHash('sha256').update(text).digest('hex') } : one,
        ),
      }
      await writeAgeFile(
        path.join(forged, 'package.json.age'),
        [keys.recipient],
        chunksOf(Buffer.from(JSON.stringify(renewed))),
      )
      assert.match((await judge(forged)).problems.join(), /署名が一覧と合いません/)
    })

    test('a stranger who signs with an authority of their own is found by the authority the town knows', async () => {
      const real = signer
      signer = await newSigner()
      const stranger = (await recover('stranger')).folder
      signer = real
      assert.match(
        (await judge(stranger, real.authorityPem)).problems.join(),
        /手元の認証局の証明書と違います/,
      )
      const unknown = await judge(stranger, null)
      assert.deepEqual(unknown.problems, [])
      assert.equal(unknown.authorityKnown, false)
    })

    test('another town’s key opens nothing', async () => {
      const { identity } = await newAgeKeyPair()
      const verdict = await verifyPackage(good, { identities: [identity], authorityPem: null })
      assert.equal(verdict.list, null)
      assert.ok(verdict.problems.length >= 4)
    })
  })

  describe('the operator’s command', () => {
    const files: Record<string, string> = {}
    before(async () => {
      const put = (name: string, text: string): string => {
        fs.writeFileSync(path.join(folder, name), text)
        return path.join(folder, name)
      }
      files['OPEN_BCL_APP_DATABASE_FILE'] = put('app', cloud.database.urls.app)
      files['OPEN_BCL_MASTER_KEY_FILE'] = put('master', master.toString('hex'))
      files['OPEN_BCL_PKI_FOLDER'] = path.join(folder, 'pki')
      await saveIdentity(path.join(folder, 'pki', 'cloud.pem'), signer)
      put('identity.txt', `# created: 2026-11-21\n# public key: ${keys.recipient}\n${keys.identity}\n`)
      put('authority.pem', signer.authorityPem)
    })

    function start(...args: string[]) {
      const child = spawn(process.execPath, [path.resolve('tools/open-bcl.ts'), ...args], {
        env: { ...process.env, ...files },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
      return { child, said: () => said }
    }

    async function run(...args: string[]): Promise<{ code: number; said: string }> {
      const { child, said } = start(...args)
      const [code] = (await once(child, 'close')) as [number]
      return { code, said: said() }
    }

    test('recovers, verifies, and is seen by the town’s auditor and the operators’', async () => {
      const out = path.join(folder, 'command')
      const made = await run('recover', '--municipality', hida, '--out', out, '--recipient', keys.recipient)
      assert.equal(made.code, 0, made.said)
      const [name] = fs.readdirSync(out)
      const place = path.join(out, name!)
      const identity = ['--identity', path.join(folder, 'identity.txt')]
      const checked = await run(
        'verify',
        place,
        ...identity,
        '--authority',
        path.join(folder, 'authority.pem'),
      )
      assert.equal(checked.code, 0, checked.said)
      const unknown = await run('verify', place, ...identity)
      assert.equal(unknown.code, 1)
      assert.match(unknown.said, /認証局は確かめていません/)
      const inCloud = await run('verify', '--against-database', '--municipality', hida)
      assert.match(inCloud.said, /住民情報: データの番号/)
      for (const realm of [hida, '000000' as MunicipalityCode]) {
        const told = await cloud.as(realm, (ctx) =>
          ctx.tx.sql<{ event: string }>(
            `select event from access.audit where municipality_code = $1 and event like 'linkage.recovery%' order by at`,
            [realm],
          ),
        )
        assert.deepEqual(
          told.map(({ event }) => event),
          ['linkage.recovery-begun', 'linkage.recovery-made', 'linkage.recovery-compared'],
        )
      }
      for (const said of [made.said, checked.said, inCloud.said]) assert.doesNotMatch(said, /佐藤|古川町/)
    })

    test('killed in the middle it leaves nothing that looks like a package, and the next attempt is whole', async () => {
      const out = path.join(folder, 'killed')
      const args = ['recover', '--municipality', hida, '--out', out, '--recipient', keys.recipient]
      const first = start(...args)
      const closed = once(first.child, 'close')
      while (!fs.existsSync(out) || fs.readdirSync(out).length === 0)
        await new Promise((resolve) => setImmediate(resolve))
      first.child.kill('SIGKILL')
      await closed
      assert.deepEqual(
        fs.readdirSync(out).filter((name) => !name.endsWith('.partial')),
        [],
      )
      assert.equal((await run(...args)).code, 0)
      assert.equal(fs.readdirSync(out).length, 1)
    })

    test('says in plain words what it cannot do', async () => {
      const out = path.join(folder, 'no')
      const base = ['--municipality', hida, '--out', out]
      for (const [args, words] of [
        [['recover', ...base, '--recipient', 'age1nonsense'], /団体から受け取った公開鍵/],
        [['recover', ...base, '--recipient', keys.recipient, '--at', '2026-11-21'], /時差を付けて/],
        [['recover', ...base, '--recipient', keys.recipient, '--seq', '99999'], /データはありません/],
        [['recover', '--municipality', '123456', '--out', out], /団体コード/],
        [['verify', out], /--identity/],
      ] as const) {
        const { code, said } = await run(...args)
        assert.equal(code, 1)
        assert.match(said, words)
      }
    })
  })
})

/** Rows that stand, in the interface's order of columns: without 削除フラグ rows, and without 個人番号, which no town here keeps. */
async function rowsOf(business: Business, bytes: Buffer): Promise<string[][]> {
  const { columns } = fileInterfaces[business]
  const rows: string[][] = []
  let order: number[] | undefined
  for await (const batch of readCsv(chunksOf(bytes))) {
    const header = batch.rows[0]!
    if (order === undefined) order = columns.map(({ name }) => header.indexOf(name))
    else for (const row of batch.rows) rows.push(order.map((at) => row[at]!))
  }
  const myNumberAt = columns.findIndex(({ name }) => name === '個人番号')
  const deletedAt = columns.findIndex(({ name }) => name === '削除フラグ')
  return rows
    .filter((row) => row[deletedAt] !== '1')
    .map((row) => row.map((value, i) => (i === myNumberAt ? '' : value)))
    .sort((a, b) => (a.join() < b.join() ? -1 : 1))
}
