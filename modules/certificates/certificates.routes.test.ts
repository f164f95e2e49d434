import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { serve } from '@open-bcl/platform/http/serve.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { RenderTimeout } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { TEST_BUILD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { authenticate } from '../access/sessions.actions.ts'
import { addLinkContact } from '../linkage/alarms.actions.ts'
import { withdrawIssues } from './certificates.actions.ts'
import * as contract from './certificates.contract.ts'
import { certificatesRoutes, type Issuing } from './certificates.routes.ts'
import type { CertificateKind } from './certificates.ts'
import { katsuragi } from './golden/cases.ts'
import { layoutOn } from './layouts.ts'
import { risaiBody, type RisaiFacts } from './papers/risai.ts'
import { acknowledgeAlarm } from './stops.actions.ts'
import { findEvidence, listAlarms } from './stops.store.ts'

/** What each subject's certificate says differently. */
const subjects: Readonly<Record<string, Partial<RisaiFacts>>> = {
  sato: { headName: '佐藤　梅子' },
  suzuki: { headName: '鈴木　一郎' },
  gaiji: { headName: '外\u{E000}　太郎' },
  emoji: { headName: '笑\u{1F600}　太郎' },
  long: { cause: '台風'.repeat(400) },
  hidden: {},
}

const risai: CertificateKind<Ctx> = {
  code: 'risai',
  permission: 'risai.issue',
  forMovedOut: true,
  feeYen: () => 0,
  subjects: async () => [],
  choices: async () => [],
  people: async () => [],
  blocks: async (_ctx, subjectId) => (subjectId === 'hidden' ? [{ code: 302, ja: '支援措置' }] : []),
  freeze: async (_ctx, subjectId, { issuedOn, paper }) => ({
    layout: layoutOn('risai', issuedOn),
    ...risaiBody({ ...katsuragi, ...subjects[subjectId] }, paper),
  }),
}

const newId = (): string => randomBytes(16).toString('hex')
const counts = { copies: 1, purpose: null, kind: 'risai' } as const

describe('issuing at the counter', () => {
  let cloud: TestCloud
  let engine: PdfEngine
  let app: FastifyInstance
  let clerk: Browser
  let viewer: Browser
  const hida = '212172' as MunicipalityCode
  const takayama = '212032' as MunicipalityCode
  const apps: FastifyInstance[] = []

  /** The cloud with the counter's routes and this engine, on the same database. */
  async function cloudWith(own: Partial<Issuing> = {}): Promise<FastifyInstance> {
    const issuing: Issuing = {
      kinds: [risai],
      engine,
      build: TEST_BUILD,
      renderTimeoutMs: 20_000,
      archiveDays: 30,
      publicOrigin: 'https://bcl.test',
      ...own,
    }
    const made = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    for (const route of certificatesRoutes(issuing)) serve(made, cloud.runtime, authenticate, route)
    await made.ready()
    apps.push(made)
    return made
  }

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    // Nothing is issued of a register that holds nobody.
    await loadTown(cloud, makeTown({ households: 30 }))
    await loadTown(cloud, makeTown({ municipalityCode: '212032', households: 30 }))
    engine = await startPdfEngine({
      workers: 1,
      cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)),
    })
    app = await cloudWith()
    await cloud.as(hida, (ctx) => addLinkContact(ctx, { name: '市民課', mail: 'shimin@example.jp' }))
    clerk = await cloud.signIn(hida, 'clerk')
    viewer = await cloud.signIn(hida, 'viewer')
  })
  after(async () => {
    for (const made of apps) await made.close()
    await engine.close()
    await cloud.close()
  })

  async function call<E extends Endpoint>(
    browser: Browser,
    endpoint: E,
    input: RawInputOf<E>,
    on: FastifyInstance = app,
  ) {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const headers = {
      cookie: browser.cookie,
      'x-csrf-token': browser.csrfToken,
      'idempotency-key': uuidv7(),
    }
    const answer = await on.inject(
      endpoint.method === 'GET'
        ? { method: 'GET', url: path, query: rest as Record<string, string>, headers }
        : { method: 'POST', url: path, payload: rest, headers },
    )
    const json = <T>() => answer.json<T>()
    return { status: answer.statusCode, bytes: answer.rawPayload, json, text: answer.body }
  }
  const issue = (transactionId: string, subjectId: string, on?: FastifyInstance) =>
    call(clerk, contract.issueAtCounter, { transactionId, subjectId, ...counts }, on)
  const document = (transactionId: string, browser = clerk, on?: FastifyInstance) =>
    call(browser, contract.getIssueDocument, { transactionId }, on)
  const issueCount = (transactionId: string) =>
    cloud.as(hida, async (ctx) => {
      const [row] = await ctx.tx.sql<{ issues: number; artefacts: number }>(
        `select (select count(*)::int from certificates.issue where municipality_code = $1 and transaction_id = $2) as issues,
                (select count(*)::int from certificates.artefact where municipality_code = $1 and transaction_id = $2) as artefacts`,
        [hida, transactionId],
      )
      return row
    })

  test('a certificate goes from the clerk to paper, and says what was frozen', async () => {
    const id = newId()
    const made = await issue(id, 'sato')
    assert.equal(made.status, 200, made.text)
    const body = made.json<{ sha256: string; state: string; pages: number }>()
    assert.deepEqual([body.state, body.pages], ['built', 1])
    const pdf = await document(id)
    assert.equal(pdf.status, 200)
    assert.equal(createHash('sha256').update(pdf.bytes).digest('hex'), body.sha256)
    const [page] = extractPages(pdf.bytes)
    assert.ok(page?.includes('佐藤'))
    assert.ok(page?.replace(/\s/g, '').includes(id))
    const printed = await call(clerk, contract.confirmIssuePrinted, { transactionId: id })
    assert.equal(printed.json<{ state: string }>().state, 'printed')
    const history = await call(clerk, contract.listIssues, { kind: 'risai', subjectId: 'sato' })
    const [first] = history.json<{ issues: { transactionId: string; state: string }[] }>().issues
    assert.deepEqual([first?.transactionId, first?.state], [id, 'printed'])
  })

  test('the same transaction id twice, and two at once, give one artefact with the same bytes', async () => {
    const id = newId()
    const answers = await Promise.all([issue(id, 'suzuki'), issue(id, 'suzuki'), issue(id, 'suzuki')])
    answers.push(await issue(id, 'suzuki'))
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200, 200],
    )
    assert.equal(new Set(answers.map((answer) => answer.json<{ sha256: string }>().sha256)).size, 1)
    assert.deepEqual(await issueCount(id), { issues: 1, artefacts: 1 })
    const [first, again] = [await document(id), await document(id)]
    assert.ok(first.bytes.equals(again.bytes))
  })

  test('a transaction id that stands for one person is refused for another', async () => {
    const id = newId()
    assert.equal((await issue(id, 'sato')).status, 200)
    const other = await issue(id, 'suzuki')
    assert.equal(other.status, 409)
    assert.equal(other.json<ProblemBody>().type, '/problems/certificates/transaction-reused')
    assert.ok(extractPages((await document(id)).bytes)[0]?.includes('佐藤'))
  })

  test("another town's transaction id is not found, and a viewer issues nothing", async () => {
    const id = newId()
    assert.equal((await issue(id, 'sato')).status, 200)
    const neighbour = await cloud.signIn(takayama, 'clerk')
    assert.equal((await document(id, neighbour)).status, 404)
    assert.equal((await call(neighbour, contract.confirmIssuePrinted, { transactionId: id })).status, 404)
    assert.equal((await document(id, viewer)).status, 403)
    const refused = await call(viewer, contract.issueAtCounter, {
      transactionId: newId(),
      subjectId: 'sato',
      ...counts,
    })
    assert.equal(refused.status, 403)
  })

  test('a character that no font has is named with its code points, and nothing is made', async () => {
    const id = newId()
    const refused = await issue(id, 'emoji')
    assert.equal(refused.status, 422)
    const problem = refused.json<ProblemBody>()
    assert.equal(problem.type, '/problems/certificates/unprintable')
    assert.equal(
      problem.errors?.[0]?.message,
      '世帯主氏名の『\u{1F600}』(U+1F600) を印字できる書体がありません',
    )
    const gaiji = (await issue(newId(), 'gaiji')).json<ProblemBody>()
    assert.equal(gaiji.errors?.[0]?.message, '世帯主氏名の『外字』(U+E000) を印字できる書体がありません')
    assert.deepEqual(await issueCount(id), { issues: 0, artefacts: 0 })
    assert.equal((await document(id)).status, 404)
  })

  test('a text that does not fit names its field', async () => {
    const refused = await issue(newId(), 'long')
    assert.equal(refused.status, 422)
    assert.deepEqual(refused.json<ProblemBody>().errors, [
      { pointer: '/cause', message: '罹災原因が欄に収まりません' },
    ])
  })

  test('a protected person gets no certificate, and the refusal is kept for the auditor', async () => {
    const id = newId()
    const refused = await issue(id, 'hidden')
    assert.equal(refused.status, 403)
    assert.equal(refused.json<ProblemBody>().type, '/problems/access/suppressed')
    const rows = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ facts: { code: number } }>(
        `select facts from access.audit a join access.audit_subject s using (municipality_code, at, audit_id)
          where a.municipality_code = $1 and s.subject_id = $2 and a.event = 'certificates.refused'`,
        [hida, id],
      ),
    )
    assert.deepEqual(
      rows.map((row) => row.facts.code),
      [302],
    )
  })

  test('a render that runs out of time leaves nothing that could be delivered', async () => {
    const slow = await cloudWith({
      engine: { ...engine, render: () => Promise.reject(new RenderTimeout(5)) },
    })
    const id = newId()
    const refused = await issue(id, 'sato', slow)
    assert.equal(refused.status, 503)
    assert.equal(refused.json<ProblemBody>().type, '/problems/certificates/timeout')
    assert.equal((await document(id)).status, 404)
  })

  test('an aborted issue is undeliverable and unprintable for ever', async () => {
    const id = newId()
    await issue(id, 'sato')
    const abort = { transactionId: id, reason: 'mistake' } as const
    assert.equal((await call(clerk, contract.abortCounterIssue, abort)).status, 200)
    assert.equal((await call(clerk, contract.abortCounterIssue, abort)).status, 200)
    assert.equal((await document(id)).status, 409)
    assert.equal((await call(clerk, contract.confirmIssuePrinted, { transactionId: id })).status, 409)
    const refund = { transactionId: id, refundedYen: 0 }
    assert.equal((await call(clerk, contract.refundCounterIssue, refund)).status, 422)
  })

  test('a withdrawn decision voids printed paper and gives up what is on its way', async () => {
    const [printed, built] = [newId(), newId()]
    for (const id of [printed, built]) {
      const made = await call(clerk, contract.issueAtCounter, {
        ...counts,
        transactionId: id,
        subjectId: 'withdrawn',
      })
      assert.equal(made.status, 200)
    }
    await document(printed)
    await call(clerk, contract.confirmIssuePrinted, { transactionId: printed })
    const withdraw = () => cloud.as(hida, (ctx) => withdrawIssues(ctx, 'risai', 'withdrawn', 'decision'))
    assert.deepEqual(await withdraw(), { withdrawn: 1, aborted: 1 })
    assert.deepEqual(await withdraw(), { withdrawn: 0, aborted: 0 })
    assert.equal((await document(printed)).status, 409)
  })

  test("a renderer that draws another person's page is caught, and the town stops until somebody looks", async () => {
    const crossed = await cloudWith({
      engine: {
        ...engine,
        render: (layout, snapshot, options) =>
          // The label is right, transaction id and digest too: only the words are another person's.
          engine.render(layout, { ...snapshot, headName: '鈴木　一郎' }, options),
      },
    })
    const before = newId()
    assert.equal((await issue(before, 'sato')).status, 200)
    const id = newId()
    const refused = await issue(id, 'sato', crossed)
    assert.equal(refused.status, 503)
    assert.equal(refused.json<ProblemBody>().type, '/problems/certificates/mismatch')
    assert.equal((await document(id)).status, 404)

    assert.equal((await issue(newId(), 'sato')).status, 503, 'the healthy renderer is stopped too')
    assert.equal((await document(before)).status, 503, 'and what was built before')
    const status = await call(viewer, contract.getIssuingStatus, {})
    assert.equal(status.json<{ issuing: boolean; openAlarms: number }>().openAlarms, 1)
    const neighbour = await cloud.signIn(takayama, 'clerk')
    const next = await call(neighbour, contract.issueAtCounter, {
      transactionId: newId(),
      subjectId: 'sato',
      ...counts,
    })
    assert.equal(next.status, 200, 'another town goes on')

    const alarms = await cloud.as(hida, async (ctx) => listAlarms(ctx.tx, await ctx.keys()))
    assert.deepEqual(
      alarms.map(({ transactionId, finding, stage }) => ({ transactionId, finding, stage })),
      [{ transactionId: id, finding: 'words', stage: 'build' }],
    )
    const alarmId = alarms[0]!.alarmId
    const evidence = await cloud.as(hida, async (ctx) => findEvidence(ctx.tx, await ctx.keys(), alarmId))
    assert.ok(extractPages(Buffer.from(evidence!.pdfBase64, 'base64'))[0]?.includes('鈴木'))
    assert.ok(!JSON.stringify(alarms).includes('鈴木'))
    assert.ok(cloud.logLines.some((line) => line.includes('certificates.alarm')))

    // The refused issue was rolled back; whoever looks into it sees the page all the same.
    const reviewer = await cloud.signIn(hida, 'reviewer')
    const seen = await call(reviewer, contract.getAlarmEvidence, { alarmId })
    assert.equal(seen.status, 200)
    assert.ok(seen.json<{ pages: string[][] }>().pages[0]?.some((word) => word.includes('佐藤')))
    const mails = await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        `select notice_id from notices.notice where municipality_code = $1 and kind = 'issuing-alarm'`,
        [hida],
      ),
    )
    assert.equal(mails.length, 1, 'the contact of the town was told at once')

    await cloud.as(hida, (ctx) => acknowledgeAlarm(ctx, { alarmId, note: '試験のための故障' }))
    assert.equal((await document(before)).status, 200)
    assert.equal((await issue(newId(), 'sato')).status, 200)
  })

  test('bytes changed in the archive never leave', async () => {
    const [mine, other] = [newId(), newId()]
    await issue(mine, 'sato')
    await issue(other, 'suzuki')
    // As the operator's hand or a restore could do: the other person's whole artefact under my transaction id.
    await cloud.as(hida, async (ctx) => {
      const keys = await ctx.keys()
      const place = 'certificates.archive.sealed_pdf'
      const [row] = await ctx.tx.sql<{ sealed: Buffer }>(
        'select sealed_pdf as sealed from certificates.archive where municipality_code = $1 and transaction_id = $2',
        [hida, other],
      )
      const sealed = keys.seal(place, mine, keys.open(place, other, row!.sealed))
      await asMigrator(
        cloud,
        hida,
        'update certificates.archive set sealed_pdf = $2 where transaction_id = $1',
        [mine, sealed],
      )
      const [artefact] = await ctx.tx.sql<{ sha: string }>(
        'select pdf_sha256 as sha from certificates.artefact where municipality_code = $1 and transaction_id = $2',
        [hida, other],
      )
      await asMigrator(
        cloud,
        hida,
        'update certificates.artefact set pdf_sha256 = $2 where transaction_id = $1',
        [mine, artefact!.sha],
      )
    })
    const refused = await document(mine)
    assert.equal(refused.status, 503)
    assert.ok(!refused.text.includes('鈴木'))
    const alarms = await cloud.as(hida, async (ctx) => listAlarms(ctx.tx, await ctx.keys()))
    const alarm = alarms.find((one) => one.transactionId === mine)
    assert.deepEqual([alarm?.stage, alarm?.finding], ['deliver', 'words'])
    await cloud.as(hida, (ctx) => acknowledgeAlarm(ctx, { alarmId: alarm!.alarmId, note: '試験' }))
  })

  test('no log line holds a word of a certificate', () => {
    const words = /佐藤|鈴木|葛|古川町|台風/
    assert.deepEqual(
      cloud.logLines.filter((line) => words.test(line)),
      [],
    )
  })
})

async function asMigrator(
  cloud: TestCloud,
  code: MunicipalityCode,
  text: string,
  values: readonly unknown[],
): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: cloud.database.urls.migrator })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(`set local app.municipality_code = '${code}'`)
    const { rowCount } = await client.query(text, [...values])
    assert.equal(rowCount, 1)
    await client.query('commit')
  } finally {
    await client.end()
  }
}
