import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeTown } from '@open-bcl/demo/town.ts'
import type { MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { serve } from '@open-bcl/platform/http/serve.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { TEST_BUILD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { authenticate } from '../access/sessions.actions.ts'
import * as issueContract from './certificates.contract.ts'
import { certificatesRoutes, type Issuing } from './certificates.routes.ts'
import type { CertificateKind } from './certificates.ts'
import * as contract from './characters.contract.ts'
import { katsuragi } from './golden/cases.ts'
import { layoutOn } from './layouts.ts'
import { risaiBody, type RisaiFacts } from './papers/risai.ts'
import { newId, order, testExchange, type TestExchange } from './testing/exchange.ts'

const takayama = '212032' as MunicipalityCode
const hida = '212172' as MunicipalityCode

const subjects: Readonly<Record<string, Partial<RisaiFacts>>> = {
  emoji: { headName: '笑\u{1F600}　太郎', additional1: ['笑\u{1F600}　太郎（世帯主）'] },
  gaiji: { headName: '外\u{E000}　太郎' },
  zero: { headName: '空\u0000　太郎' },
  long: { cause: '台風'.repeat(400) },
}

const risai: CertificateKind<Ctx> = {
  code: 'risai',
  permission: 'risai.issue',
  forMovedOut: true,
  feeYen: () => 0,
  subjects: async () => [],
  choices: async () => [],
  people: async (_ctx, subjectId) => [`no-${subjectId}` as ResidentNo],
  blocks: async () => [],
  freeze: async (_ctx, subjectId, { issuedOn, paper }) => ({
    layout: layoutOn('risai', issuedOn),
    ...risaiBody({ ...katsuragi, ...subjects[subjectId] }, paper),
  }),
}

const byCode = (a: string, b: string): number => (a < b ? -1 : 1)

describe('印字できない文字の一覧', () => {
  let cloud: TestCloud
  let exchange: TestExchange
  let clerk: Browser
  let closeApp: () => Promise<unknown>
  let issue: (subjectId: string, transactionId?: string) => Promise<number>
  const list = async (browser = clerk, all = 'false') =>
    (await browser.get(contract.listUnprintable, { all })).rows

  before(async () => {
    cloud = await testCloud()
    exchange = await testExchange(cloud)
    await loadTown(cloud, makeTown({ municipalityCode: '212032', households: 20 }))
    const app = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    const issuing: Issuing = {
      kinds: [risai],
      engine: exchange.engine,
      build: TEST_BUILD,
      renderTimeoutMs: 20_000,
      archiveDays: 30,
      publicOrigin: 'https://bcl.test',
    }
    for (const route of certificatesRoutes(issuing)) serve(app, cloud.runtime, authenticate, route)
    await app.ready()
    clerk = await cloud.signIn(takayama, 'clerk')
    issue = async (subjectId, transactionId = newId()) => {
      const answer = await app.inject({
        method: 'POST',
        url: issueContract.issueAtCounter.path,
        payload: { transactionId, kind: 'risai', subjectId, copies: 1, purpose: null },
        headers: { cookie: clerk.cookie, 'x-csrf-token': clerk.csrfToken, 'idempotency-key': uuidv7() },
      })
      return answer.statusCode
    }
    closeApp = () => app.close()
  })
  after(async () => {
    await closeApp()
    await exchange.close()
    await cloud.close()
  })

  test('what kept a certificate from being printed stays although the certificate is rolled back', async () => {
    for (const subject of ['emoji', 'gaiji', 'zero', 'long']) assert.equal(await issue(subject), 422, subject)
    const rows = await list()
    assert.deepEqual(
      rows
        .map((row) => [row.reason, row.character, row.codePoints, row.item, row.residentNos.join()].join('|'))
        .toSorted(byCode),
      [
        'invisible||U+0000|世帯主氏名|no-zero',
        'no-glyph|\u{1F600}|U+1F600|世帯の構成員|no-emoji',
        'no-glyph|\u{1F600}|U+1F600|世帯主氏名|no-emoji',
        'overflow|||罹災原因|no-long',
        'private-use||U+E000|世帯主氏名|no-gaiji',
      ],
    )
    const issues = await cloud.as(takayama, (ctx) =>
      ctx.tx.sql('select 1 from certificates.issue where municipality_code = $1', [takayama]),
    )
    assert.deepEqual(issues, [], 'nothing else is left of them')
  })

  test('one transaction that is tried again counts once, another one counts', async () => {
    const times = async () => (await list()).find(({ codePoints }) => codePoints === 'U+E000')?.times
    const before = (await times()) ?? 0
    const id = newId()
    await issue('gaiji', id)
    await issue('gaiji', id)
    assert.equal(await times(), before + 1)
    await Promise.all([issue('gaiji'), issue('gaiji'), issue('gaiji')])
    assert.equal(await times(), before + 4)
  })

  test('it is settled, seen by nobody else first, and opens again when it is seen again', async () => {
    const gaiji = async (all = 'false') =>
      (await list(clerk, all)).find(({ codePoints }) => codePoints === 'U+E000')
    const { unprintableId, decisionNo } = (await gaiji())!
    const decide = (decision: 'resolved' | 'ignored' | 'reopened', afterNo: number | null) =>
      clerk.call(contract.decideUnprintable, { unprintableId, decision, afterNo })
    assert.equal((await decide('resolved', decisionNo)).status, 200)
    assert.equal((await decide('ignored', decisionNo)).status, 409, 'on what was on the screen before')
    assert.equal(await gaiji(), undefined)
    assert.deepEqual(
      [(await gaiji('true'))?.state, (await gaiji('true'))?.decidedBy],
      ['resolved', '試験 clerk'],
    )
    cloud.clock = new Date(cloud.clock.getTime() + 1000)
    await issue('gaiji')
    assert.equal((await gaiji())?.state, 'open')
    assert.equal((await decide('ignored', 1)).status, 200)
    cloud.clock = new Date(cloud.clock.getTime() + 1000)
    await issue('gaiji')
    assert.equal(await gaiji(), undefined, 'ignored stays ignored')
    assert.equal((await decide('reopened', 2)).status, 200)
    assert.equal((await gaiji())?.state, 'open')
  })

  test('a kiosk leaves its entry too, and says nothing of it', async () => {
    const { client } = exchange.bcl
    const quoted = await client.quoteIssue(await order(await exchange.signedIn('1007'), newId(), 'A-1007'))
    assert.equal(quoted.kind === 'refused' && quoted.code, 402)
    const at = await cloud.signIn(hida, 'clerk')
    assert.deepEqual(
      (await list(at)).map((row) => [row.codePoints, row.item, row.residentNos]),
      [['U+1F600', '世帯主氏名', ['1007']]],
    )
  })

  test('another town sees none of it and settles none of it, and a viewer may not look', async () => {
    const [row] = await list()
    const neighbour = await cloud.signIn(hida, 'clerk')
    assert.ok(
      (await list(neighbour, 'true')).every(({ unprintableId }) => unprintableId !== row?.unprintableId),
    )
    const foreign = {
      unprintableId: row!.unprintableId,
      decision: 'ignored',
      afterNo: row!.decisionNo,
    } as const
    assert.equal((await neighbour.call(contract.decideUnprintable, foreign)).status, 404)
    const viewer = await cloud.signIn(takayama, 'viewer')
    assert.equal((await viewer.call(contract.listUnprintable, {})).status, 403)
    assert.equal((await viewer.call(contract.downloadUnprintable, {})).status, 403)
  })

  test('the list is saved for a spreadsheet, and who looked is written down', async () => {
    const answer = await clerk.call(contract.downloadUnprintable, {})
    assert.ok(answer.ok)
    const lines = answer.bytes.toString('utf8').trimEnd().split('\r\n')
    assert.equal(
      lines[0],
      '\uFEFF"文字","符号位置","理由","証明書の種類","項目","宛名番号","回数","最初","最後","状態","処理した職員","処理日時"',
    )
    assert.ok(
      lines.some((line) =>
        line.startsWith('"\u{1F600}","U+1F600","書体にない文字","罹災証明書","世帯主氏名","no-emoji","1",'),
      ),
    )
    const events = await cloud.as(takayama, (ctx) =>
      ctx.tx.sql<{ event: string }>(
        `select distinct event from access.audit a join access.audit_subject s using (municipality_code, at, audit_id)
          where a.municipality_code = $1 and s.subject_id = 'no-emoji' and event like 'certificates.characters%' order by event`,
        [takayama],
      ),
    )
    assert.deepEqual(
      events.map(({ event }) => event),
      ['certificates.characters-exported', 'certificates.characters-listed'],
    )
  })

  test('no log line holds a word of it', () => {
    assert.deepEqual(
      cloud.logLines.filter((line) => /太郎|台風|1F600/.test(line)),
      [],
    )
  })
})
