import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { makeMyNumber } from '@open-bcl/core/ja/check-digits.ts'
import {
  createAuthority,
  createCertificateRequest,
  issueIdentity,
  type MachineIdentity,
} from '@open-bcl/platform/pki.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { reveal } from '../access/guarded.ts'
import { findResident } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { fingerprintOf } from './gateway.actions.ts'
import { linkPaths, type LinkStatus } from './gateway.contract.ts'
import { revokeAgent, listAgents } from './linkage.actions.ts'
import { askResend } from './linkage.contract.ts'
import {
  enrolledAgent,
  enrolmentCode,
  exchange,
  linkFile,
  problemOf,
  putFile,
  receiptOf,
  sendFile,
  sendMessage,
  stateOf,
  testGateway,
  type TestGateway,
} from './testing/gateway.ts'
import { residentRow, smallTown } from './testing/rows.ts'

const people = smallTown.residents.slice(0, 12)
const [first, second, third] = people as [ResidentRecord, ResidentRecord, ResidentRecord]
const rows = people.map((record) => residentRow(record))
const none = { inserted: 0, updated: 0, deleted: 0, unchanged: 0, refused: 0, parked: 0, blocked: 0 }

describe('the link gateway', () => {
  let cloud: TestCloud
  let gateway: TestGateway
  let hida: MunicipalityCode
  let agent: MachineIdentity
  before(async () => {
    cloud = await testCloud()
    gateway = await testGateway(cloud)
    hida = await cloud.onboard('212172', '飛騨市')
    agent = await enrolledAgent(cloud, gateway, hida)
  })
  after(async () => {
    await gateway.close()
    await cloud.close()
  })
  /** The number the town expects next; tests share one town, in order. */
  let next = 1
  beforeEach(async () => {
    next = (await standing()).nextFileNo
  })

  const file = (over: Parameters<typeof linkFile>[4] = {}, fileRows: readonly string[][] = rows) =>
    linkFile('212172', 'residents', next, fileRows, over)
  const askStatus = (identity: MachineIdentity) =>
    sendMessage(gateway, identity, {
      method: 'POST',
      path: linkPaths.status,
      body: { agentVersion: 'test', mode: 'production', unsent: {} },
    })
  const statusOf = async (identity: MachineIdentity): Promise<LinkStatus> => {
    const { status, json } = await askStatus(identity)
    assert.equal(status, 200, JSON.stringify(json))
    return json as LinkStatus
  }
  const standing = async (identity = agent) =>
    (await statusOf(identity)).businesses.find((one) => one.business === 'residents')!
  const versionCount = () =>
    cloud.as(hida, async (ctx) => {
      const [row] = await ctx.tx.sql<{ count: bigint }>(
        'select count(*) from residents.version where municipality_code = $1',
        [hida],
      )
      return Number(row!.count)
    })
  const find = (record: ResidentRecord) =>
    cloud.as(hida, async (ctx) => {
      const found = await findResident(ctx, record.residentNo, { seq: null })
      return found === null ? null : await reveal(ctx, found, 'view')
    })
  /** Sends a wrong file and proves that nothing of it stands. */
  const refused = async (wrong: ReturnType<typeof linkFile>) => {
    const count = await versionCount()
    const receipt = await receiptOf(sendFile(gateway, agent, wrong))
    assert.equal(receipt.state, 'refused')
    assert.equal(receipt.seq, null)
    assert.equal(await versionCount(), count)
    assert.equal((await standing()).nextFileNo, wrong.manifest.fileNo)
    return receipt
  }
  const places = (errors: readonly { line: number | null; item: string }[]) =>
    errors.map(({ line, item }) => `${line ?? '-'}:${item}`)

  test('a full file is applied whole, and each person reads as the town sent them', async () => {
    const receipt = await receiptOf(sendFile(gateway, agent, file()))
    assert.deepEqual(receipt.counts, { ...none, rows: 12, inserted: 12 })
    assert.equal(receipt.state, 'applied')
    assert.deepEqual(await find(first), first)
    const { nextFileNo, last } = await standing()
    assert.equal(nextFileNo, 2)
    assert.deepEqual(last, receipt)
  })

  test('the same file again gets the first receipt and changes nothing', async () => {
    const same = linkFile('212172', 'residents', next - 1, rows)
    const before = await versionCount()
    const receipt = await receiptOf(sendFile(gateway, agent, same))
    assert.deepEqual(receipt, (await standing()).last)
    assert.equal(await versionCount(), before)
  })

  test('a second full file writes only the differences, deletions included', async () => {
    const changed = { ...second, relationText: '世帯主', historyNo: second.historyNo }
    const withNewName = { ...changed, name: { ...second.name, kana: `${second.name.kana}　シン` } }
    const fewer = [residentRow(withNewName), ...rows.slice(2)]
    const before = await versionCount()
    const { counts } = await receiptOf(sendFile(gateway, agent, file({}, fewer)))
    assert.deepEqual(counts, { ...none, rows: 11, updated: 1, deleted: 1, unchanged: 10 })
    assert.equal(await versionCount(), before + 2)
    assert.equal(await find(first), null)
    assert.equal((await find(second))?.name.kana, withNewName.name.kana)
  })

  test('a delta touches only what it names, and 削除フラグ deletes', async () => {
    const delta = [residentRow(first), residentRow(third, { deleted: true, latest: false })]
    const { counts } = await receiptOf(sendFile(gateway, agent, file({ mode: 'delta' }, delta)))
    assert.deepEqual(counts, { ...none, rows: 2, inserted: 1, deleted: 1 })
    assert.equal((await find(first))?.residentNo, first.residentNo)
    assert.equal(await find(third), null)
  })

  test('the same number with other content is refused', async () => {
    const other = linkFile('212172', 'residents', next - 1, rows.slice(3))
    const { status, body } = await problemOf(putFile(gateway, agent, other))
    assert.equal(status, 409)
    assert.equal(body.type, '/problems/linkage/number-taken')
    assert.match(body.errors![0]!.message, new RegExp(`${next}です`))
  })

  test('a gap in the numbers is held until the missing file comes, and is then applied by itself', async () => {
    const late = file({ fileNo: next + 1 })
    assert.deepEqual(await stateOf(sendFile(gateway, agent, late)), { state: 'held', rowsDone: 0, rows: 12 })
    assert.deepEqual((await standing()).held, [next + 1])
    const other = linkFile('212172', 'suppressions', 1, [])
    assert.equal((await receiptOf(sendFile(gateway, agent, other))).state, 'applied')
    assert.equal((await standing()).nextFileNo, next)
    await receiptOf(sendFile(gateway, agent, file()))
    await gateway.queue.settled()
    const { nextFileNo, held } = await standing()
    assert.deepEqual([nextFileNo, held], [next + 2, []])
  })

  test('a number far ahead of the next one is not taken at all', async () => {
    const { status, body } = await problemOf(putFile(gateway, agent, file({ fileNo: next + 5_000 })))
    assert.deepEqual([status, body.type], [409, '/problems/linkage/gap'])
    assert.match(body.errors![0]!.message, new RegExp(`通番は${next}です`))
  })

  test('two sendings of one file at once apply it once and get the same receipt', async () => {
    const both = file()
    const before = await versionCount()
    const answers = await Promise.all([
      receiptOf(sendFile(gateway, agent, both)),
      receiptOf(sendFile(gateway, agent, both)),
    ])
    assert.equal(answers[0].state, 'applied')
    assert.deepEqual(answers[0], answers[1])
    // third came back; the changed kana of second went back: one new version each.
    assert.equal(await versionCount(), before + answers[0].counts.inserted + answers[0].counts.updated)
    assert.equal((await standing()).nextFileNo, next + 1)
  })

  describe('refuses whole, with line and item and without values,', () => {
    test('a missing column', async () => {
      const narrow = Buffer.from(file().csv.toString('utf8').replace('"氏名",', '"名前",'))
      const receipt = await refused(file({ csv: narrow }))
      assert.ok(places(receipt.errors).includes('1:氏名'))
    })

    test('another encoding', async () => {
      const shiftJis = Buffer.concat([file().csv, Buffer.from([0x8d, 0xb2, 0x93, 0xa1, 0x0a])])
      const receipt = await refused(file({ csv: shiftJis }))
      assert.equal(receipt.errors[0]?.line, 14)
      assert.match(receipt.errors[0].message, /UTF-8/)
    })

    test('a file cut short in the middle of a row', async () => {
      const { csv } = file()
      const receipt = await refused(file({ csv: csv.subarray(0, csv.length - 40) }))
      assert.match(receipt.errors[0]!.message, /途中で切れて/)
    })

    test('a file cut short between two rows, by its count and its SHA-256', async () => {
      const cut = file({}, rows.slice(0, 6))
      const receipt = await refused({ csv: cut.csv, manifest: file().manifest })
      assert.deepEqual(places(receipt.errors), ['-:SHA-256', '-:件数'])
    })

    test('one flipped bit that leaves the row readable', async () => {
      const whole = file()
      const flipped = Buffer.from(whole.csv)
      const at = flipped.indexOf('5094') + 3
      flipped[at] = flipped[at]! ^ 1
      const receipt = await refused({ csv: flipped, manifest: whole.manifest })
      assert.deepEqual(places(receipt.errors), ['-:SHA-256'])
    })

    test('a wrong count of deletions', async () => {
      const receipt = await refused(file({ deleteCount: 1 }))
      assert.deepEqual(places(receipt.errors), ['-:削除件数'])
    })

    test('an empty file, before a byte of it is sent', async () => {
      const { status, body } = await problemOf(putFile(gateway, agent, file({ csv: Buffer.alloc(0) })))
      assert.deepEqual([status, body.type], [400, '/problems/linkage/bad-manifest'])
      assert.match(body.errors![0]!.message, /空です/)
    })

    test('and the corrected file of the same number is applied', async () => {
      await refused(file({ deleteCount: 1 }))
      const receipt = await receiptOf(sendFile(gateway, agent, file()))
      assert.equal(receipt.state, 'applied')
    })

    test('and the same wrong file again gets the first refusal, until staff ask for it again', async () => {
      const wrong = file({ deleteCount: 1 })
      const first = await refused(wrong)
      assert.equal((await receiptOf(putFile(gateway, agent, wrong))).fileId, first.fileId)
      const clerk = await cloud.signIn(hida, 'admin')
      await clerk.get(askResend, { business: 'residents', fromFileNo: next })
      assert.equal((await standing()).wanted, next)
      const again = await receiptOf(sendFile(gateway, agent, wrong))
      assert.deepEqual([again.state, again.fileId === first.fileId], ['refused', false])
      assert.equal((await standing()).wanted, null)
    })
  })

  test('個人番号 are not stored, and the receipt says how many were sent', async () => {
    const myNumber = makeMyNumber('12345678901')
    const { notes, state } = await receiptOf(
      sendFile(gateway, agent, file({}, [residentRow(first, { myNumber }), ...rows.slice(1)])),
    )
    assert.equal(state, 'applied')
    assert.match(notes[0]!, /個人番号が1件.*保存していません/)
    assert.ok(!JSON.stringify(await find(first)).includes(myNumber))
  })

  test('a restarted gateway goes on where the old one stopped', async () => {
    const port = Number(new URL(gateway.origin).port)
    const { authority } = gateway
    await gateway.close()
    gateway = await testGateway(cloud, { port, authority })
    const receipt = await receiptOf(sendFile(gateway, agent, file()))
    assert.equal(receipt.counts.unchanged, 12)
  })

  test('a manifest of another town is refused, whatever its rows say', async () => {
    const takayama = await cloud.onboard('212032', '高山市')
    const theirs = await enrolledAgent(cloud, gateway, takayama)
    const { status, body } = await problemOf(putFile(gateway, theirs, file()))
    assert.equal(status, 403)
    assert.equal(body.type, '/problems/linkage/other-municipality')
    const { businesses } = await statusOf(theirs)
    assert.ok(businesses.every((one) => one.nextFileNo === 1 && one.last === null))
  })

  test('a certificate of a foreign authority is refused by TLS', async () => {
    const now = new Date()
    const foreign = await createAuthority({ name: '試験認証局', now, validDays: 100 })
    const spy = await issueIdentity(foreign, {
      machineName: 'urn:open-bcl:agent:212172',
      hosts: [],
      uses: ['client'],
      now,
      validDays: 10,
    })
    const pretending = { ...spy, authorityPem: gateway.authority.certificatePem }
    await assert.rejects(putFile(gateway, pretending, file()), (error: NodeJS.ErrnoException) =>
      /ALERT|ECONNRESET|EPIPE|SSL/.test(`${error.code} ${error.message}`),
    )
  })

  test('a machine of ours that is no agent, and a revoked agent, are refused', async () => {
    const centre = await issueIdentity(gateway.authority, {
      machineName: 'urn:open-bcl:center',
      hosts: [],
      uses: ['client'],
      now: new Date(),
      validDays: 10,
    })
    const no = await problemOf(putFile(gateway, centre, file()))
    assert.deepEqual([no.status, no.body.type], [403, '/problems/linkage/not-an-agent'])
    const old = await enrolledAgent(cloud, gateway, hida)
    await cloud.as(hida, async (ctx) => {
      const [row] = await ctx.tx.sql<{ id: string }>(
        'select agent_id as id from linkage.agent where municipality_code = $1 and fingerprint = $2',
        [hida, fingerprintOf(old.certificatePem)],
      )
      await revokeAgent(ctx, { agentId: row!.id })
      const { agents } = await listAgents(ctx)
      assert.ok(agents.some((one) => one.agentId === row!.id && one.revokedAt !== null))
    })
    const revoked = await problemOf(putFile(gateway, old, file()))
    assert.deepEqual([revoked.status, revoked.body.type], [403, '/problems/linkage/not-enrolled'])
    assert.equal((await askStatus(old)).status, 403)
  })

  test('a message signed by another key, or for another machine, is refused', async () => {
    const other = await enrolledAgent(cloud, gateway, hida)
    const signedByOther = await problemOf(putFile(gateway, agent, file(), { over: { signedWith: other } }))
    const forAnother = await problemOf(
      putFile(gateway, agent, file(), { over: { origin: 'https://elsewhere' } }),
    )
    for (const { status, body } of [signedByOther, forAnother])
      assert.deepEqual([status, body.type], [403, '/problems/linkage/bad-signature'])
  })

  test('a clock that is twenty minutes off is refused with words about the clock', async () => {
    const at = (minutes: number) => new Date(Date.now() + minutes * 60_000)
    for (const minutes of [-20, 20]) {
      const { status, body } = await problemOf(putFile(gateway, agent, file(), { over: { at: at(minutes) } }))
      assert.deepEqual([status, body.type], [403, '/problems/linkage/wrong-clock'])
    }
    assert.equal((await putFile(gateway, agent, file(), { over: { at: at(-10) } })).status, 200)
  })

  test('an expired certificate is refused by TLS', async () => {
    const lastYear = new Date(Date.now() - 400 * 86_400_000)
    const expired = await issueIdentity(gateway.authority, {
      machineName: 'urn:open-bcl:agent:212172',
      hosts: [],
      uses: ['client'],
      now: lastYear,
      validDays: 365,
    })
    await assert.rejects(putFile(gateway, expired, file()), (error: NodeJS.ErrnoException) =>
      /ALERT|ECONNRESET|EPIPE|SSL/.test(`${error.code} ${error.message}`),
    )
  })

  test('a manifest that does not fit its address or its own rules is refused', async () => {
    const wrongPath = await problemOf(
      putFile(gateway, agent, file(), { path: linkPaths.file('residents', next + 1) }),
    )
    const wrongSha = await problemOf(putFile(gateway, agent, file({ sha256: 'xyz' })))
    assert.deepEqual([wrongPath.status, wrongSha.status], [400, 400])
    assert.equal(wrongSha.body.errors?.[0]?.pointer, '/sha256')
  })

  test('a code enrols once, by any writing of it, and a broken request does not use it up', async () => {
    const ask = (code: string, requestPem: string) =>
      problemOf(
        exchange(new URL(linkPaths.enrol, gateway.enrolUrl), {
          method: 'POST',
          ca: gateway.authority.certificatePem,
          headers: { 'content-type': 'application/json' },
          body: Readable.from([JSON.stringify({ code, requestPem })]),
        }),
      )
    const code = await enrolmentCode(cloud, hida)
    const { requestPem } = await createCertificateRequest('urn:open-bcl:agent:999999')
    const broken = await ask(code, 'no request')
    assert.deepEqual([broken.status, broken.body.type], [400, '/problems/linkage/bad-certificate-request'])
    const typed = await ask(code.toLowerCase().replaceAll('-', ' '), requestPem)
    assert.equal(typed.status, 200)
    const { certificatePem } = typed.body as unknown as { certificatePem: string }
    // The town is that of the code, whatever the request asks for.
    assert.match(new X509Certificate(certificatePem).subjectAltName!, /urn:open-bcl:agent:212172$/)
    for (const wrong of [code, '212172-AAAAAA-AAAAAA-AAAAAA-AAAAAA', 'hello']) {
      const { status, body } = await ask(wrong, requestPem)
      assert.deepEqual([status, body.type], [403, '/problems/linkage/wrong-code'])
    }
  })

  test('no log line holds a name, a kana or an address of the files sent', () => {
    const text = cloud.logLines.join('')
    assert.ok(text.includes('linkage.applied') && text.includes('linkage.refused'))
    for (const { name, address, residentNo } of people)
      for (const word of [name.full, name.kana, address.town, residentNo as ResidentNo])
        assert.ok(word === '' || !text.includes(word), word)
  })
})
