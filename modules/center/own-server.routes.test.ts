import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { start, type OwnServer } from '../../simulators/own-server/main.ts'
import { HIDA, testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import { registerTown } from './enrolment.actions.ts'
import * as kioskContract from './kiosk.contract.ts'
import { applyForUse } from './registration.contract.ts'
import * as stages from './stages.contract.ts'

const TAKAYAMA = '212032' as MunicipalityCode
let center: TestCenter
let kiosk: TestKiosk
let own: OwnServer
let folder: string
let kubo: { issuerSki: string; serial: string }
let sato: { issuerSki: string; serial: string }

/**
 * 高山市 as pattern A②: 住民票・印鑑・税・戸籍 from its own server and 罹災証明書 from BCL, in the test environment. Satō lives in
 * 飛騨市, where the stand-in of BCL knows her card; her 本籍 is in 高山市.
 */
before(async () => {
  center = await testCenter(false, true)
  folder = await mkdtemp(path.join(tmpdir(), 'open-bcl-own-'))
  const { server, center: caller } = center.identities
  own = await start({
    ...{ folder, identity: server, centerCertificatePem: caller.certificatePem, port: 0, pagePort: 0 },
    ...{ roundTheClock: true, now: () => center.clock },
    cacheDir: path.resolve(import.meta.dirname, '../../.cache'),
  })
  const from = { fromOn: plainDate('2026-04-01'), untilOn: null }
  const kinds = ['juminhyo', 'inkan', 'tax', 'koseki', 'fuhyo']
  await registerTown(
    center.database.app,
    { municipalityCode: TAKAYAMA, prefecture: '岐阜県', name: '高山市' },
    [
      ...kinds.map((kind) => ({ kind, issuer: 'own', endpoint: own.origin, ...from }) as const),
      { kind: 'risai', issuer: 'bcl', endpoint: center.issuer.origin, ...from },
    ],
  )
  kiosk = await center.kiosk('kiosk-1')
  kubo = await center.makeCard('kubo')
  sato = await center.makeCard('sato')
  center.issuer.serials.delete(kubo.serial)
  await own.issuing.bind({ ...kubo, personId: 'kubo-ichiro', reach: 'resident' })
})
after(async () => {
  await own.close()
  await center.close()
  await rm(folder, { recursive: true })
})

/** From the card to the paper; the words of every page. */
async function take(sessionId: string, kind: string): Promise<string> {
  const subjects = await kiosk.get(kioskContract.listKioskSubjects, { sessionId, kind })
  assert.ok(subjects.kind === 'subjects', JSON.stringify(subjects))
  const { subjectId } = subjects.subjects[0]!
  const quoted = await kiosk.get(kioskContract.quoteTransaction, {
    ...{ sessionId, requestId: uuidv7(), kind, subjectId, copies: 1 },
  })
  assert.ok(quoted.kind === 'quoted', JSON.stringify(quoted))
  const at = { sessionId, transactionId: quoted.transactionId }
  await kiosk.get(kioskContract.buildTransaction, at)
  const delivered = await kiosk.get(kioskContract.deliverTransaction, at)
  assert.ok(delivered.kind === 'delivered', JSON.stringify(delivered))
  await kiosk.get(kioskContract.insertCoin, { ...at, coinNo: 1, yen: 500 })
  await kiosk.get(kioskContract.payTransaction, at)
  await kiosk.get(kioskContract.confirmKioskPrinted, at)
  return extractPages(Buffer.from(delivered.pdfBase64, 'base64')).join('\n').replace(/\s/gu, '')
}

describe('one town, two issuing servers', () => {
  test('a resident gets each kind of the own server; BCL’s kinds only where BCL knows the card', async () => {
    const { sessionId, answer } = await kiosk.signIn('kubo', TAKAYAMA)
    assert.ok(answer.kind === 'accepted', JSON.stringify(answer))
    assert.deepEqual(answer.kinds.map((one) => one.kind).toSorted(), [
      'fuhyo',
      'inkan',
      'juminhyo',
      'koseki',
      'tax',
    ])
    assert.match(await take(sessionId, 'koseki'), /全部事項証明.*久保一朗/)
    assert.match(await take(sessionId, 'juminhyo'), /住民票.*久保一朗/)
    const risai = await kiosk.get(kioskContract.listKioskSubjects, { sessionId, kind: 'risai' })
    assert.ok(risai.kind === 'refused' && risai.code === 506)
  })

  test('a card both servers know is offered both servers’ kinds, each from its own', async () => {
    center.issuer.serials.add(kubo.serial)
    center.issuer.heard.length = 0
    const { sessionId, answer } = await kiosk.signIn('kubo', TAKAYAMA)
    assert.ok(answer.kind === 'accepted' && answer.kinds.some((one) => one.kind === 'risai'))
    const subjects = await kiosk.get(kioskContract.listKioskSubjects, { sessionId, kind: 'risai' })
    assert.equal(subjects.kind, 'subjects')
    await take(sessionId, 'fuhyo')
    assert.deepEqual(
      center.issuer.heard.filter((name) => name === 'quoteIssue'),
      [],
      'BCL heard nothing of what the town’s own server issued',
    )
  })

  test('the own server of one town is never asked for another', async () => {
    const { answer } = await kiosk.signIn('kubo', HIDA)
    assert.ok(answer.kind === 'accepted')
    assert.deepEqual(
      answer.kinds.map((one) => one.kind),
      ['risai'],
    )
  })
})

describe('住所地≠本籍地', () => {
  const words = {
    ...{ registeredDomicile: '岐阜県高山市上一之町100番地', headOfRegister: '佐藤　太郎' },
    ...{ name: '佐藤　花子', birthOn: plainDate('1980-02-29'), phone: '0577-99-0001' },
  }
  const applicationId = uuidv7()
  const apply = async (cardId: string) => {
    const started = await kiosk.get(kioskContract.startSession, {})
    assert.ok(started.kind === 'started')
    const { sessionId } = started
    const proof = await kiosk.proof(sessionId, cardId)
    return await kiosk.get(applyForUse, {
      ...{ sessionId, municipalityCode: TAKAYAMA, applicationId, ...proof, ...words },
    })
  }

  test('without a prior 利用登録 the town of the 本籍 does not know the card', async () => {
    const { answer } = await kiosk.signIn('sato', TAKAYAMA)
    assert.ok(answer.kind === 'accepted', 'BCL knows her card')
    assert.deepEqual(
      answer.kinds.map((one) => one.kind),
      ['risai'],
    )
  })

  test('she applies at a machine, the town approves, and her 戸籍 comes out in another town', async () => {
    assert.deepEqual(await apply('sato'), { kind: 'application', state: 'waiting' })
    const [application] = own.issuing.applications()
    assert.equal(application?.serial, sato.serial)
    assert.equal(await own.issuing.decide(application!.applicationId, true), true)
    assert.deepEqual(await apply('sato'), { kind: 'application', state: 'approved' })
    const { sessionId, answer } = await kiosk.signIn('sato', TAKAYAMA)
    assert.ok(answer.kind === 'accepted')
    const text = await take(sessionId, 'koseki')
    assert.match(text, /佐藤花子/)
    const resident = await kiosk.get(kioskContract.listKioskSubjects, { sessionId, kind: 'juminhyo' })
    assert.ok(resident.kind === 'refused' && resident.code === 300, 'she lives elsewhere')
  })

  test('what she wrote is in no table of the centre and in no log line', async () => {
    await inCenter(center.database.app, async (tx) => {
      const tables = await tx.sql<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables
          where schemaname = 'center'`,
      )
      assert.ok(tables.length > 20)
      for (const { name } of tables)
        for (const { text } of await tx.sql<{ text: string }>(`select t::text as text from ${name} t`))
          assert.doesNotMatch(text, /佐藤|花子|上一之町|0577-99-0001/, `${name} keeps personal data`)
    })
    assert.doesNotMatch(center.logLines.join('\n'), /佐藤|花子|上一之町|0577-99-0001/)
  })
})

describe('工程2 and 工程3', () => {
  const order = { municipalityCode: TAKAYAMA, kind: 'koseki', note: '導入試験' }

  test('the centre runs the messages, and in stage 3 prints on the town’s behalf', async () => {
    const operator = await center.staff('operator')
    const second = await operator.get(stages.runStageTest, { ...order, stage: 2, testCard: kubo })
    assert.equal(second.test.passed, true, JSON.stringify(second.test.steps))
    assert.equal(second.pdfBase64, null)
    assert.equal(second.test.steps.at(-1)?.message, 'abortIssue')
    const third = await operator.get(stages.runStageTest, { ...order, stage: 3, testCard: kubo })
    assert.equal(third.test.passed, true, JSON.stringify(third.test.steps))
    assert.equal(third.test.steps.at(-1)?.message, '印刷済みになる')
    assert.match(extractPages(Buffer.from(third.pdfBase64!, 'base64')).join(''), /全部事項証明/)
    const listed = await operator.get(stages.listStageTests, { municipalityCode: TAKAYAMA })
    assert.deepEqual(listed.tests.map((one) => `${one.stage} ${one.passed}`).toSorted(), ['2 true', '3 true'])
  })

  test('a server that does not know the card fails, and the step says where', async () => {
    const operator = await center.staff('operator', 'second')
    const unknown = { issuerSki: kubo.issuerSki, serial: '4242' }
    const failed = await operator.get(stages.runStageTest, { ...order, stage: 3, testCard: unknown })
    assert.equal(failed.test.passed, false)
    assert.equal(failed.pdfBase64, null)
    const last = failed.test.steps.at(-1)
    assert.deepEqual([last?.message, last?.answer], ['authenticateCard', 'refused 201'])
  })
})
