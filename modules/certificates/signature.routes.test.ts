import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { serve } from '@open-bcl/platform/http/serve.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { codesOfPages } from '@open-bcl/platform/pdf/page-codes.ts'
import { readSignedPdf } from '@open-bcl/platform/pdf/signed-pdf.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { authenticate } from '../access/sessions.actions.ts'
import * as contract from './certificates.contract.ts'
import { certificatesRoutes } from './certificates.routes.ts'
import { rotatePaperKey } from './paper-keys.actions.ts'
import { getSignedDocument } from './signature.contract.ts'
import { judgeSignature } from './signature.ts'
import { issuing } from './testing/papers.ts'
import { judge, scan, type TownKeys } from './verification-verdict.ts'
import { getPaperKeys } from './verification.contract.ts'

describe('a signed document at the counter', () => {
  let cloud: TestCloud
  let engine: PdfEngine
  let app: FastifyInstance
  let clerk: Browser
  const hida = '212172' as MunicipalityCode

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, makeTown({ households: 5 }))
    engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache') })
    app = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    for (const route of certificatesRoutes({ ...issuing, engine, renderTimeoutMs: 20_000 }))
      serve(app, cloud.runtime, authenticate, route)
    await app.ready()
    clerk = await cloud.signIn(hida, 'clerk')
  })
  after(async () => {
    await app.close()
    await engine.close()
    await cloud.close()
  })

  async function call<E extends Endpoint>(endpoint: E, input: RawInputOf<E>, browser = clerk) {
    const { path: url, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const headers = { cookie: browser.cookie, 'x-csrf-token': browser.csrfToken, 'idempotency-key': uuidv7() }
    return await app.inject(
      endpoint.method === 'GET'
        ? { method: 'GET', url, headers }
        : { method: 'POST', url, payload: rest, headers },
    )
  }
  /** Issued, but still with us. */
  async function issued(): Promise<string> {
    const transactionId = randomBytes(16).toString('hex')
    const asked = { transactionId, kind: 'risai', subjectId: 'one', copies: 2, purpose: null } as const
    const answer = await call(contract.issueAtCounter, asked)
    assert.equal(answer.statusCode, 200, answer.body)
    return transactionId
  }
  const townKeys = async (): Promise<TownKeys> =>
    (
      await cloud.app.inject({ method: 'GET', url: getPaperKeys.path.replace(':municipalityCode', hida) })
    ).json<TownKeys>()
  const judged = async (document: Buffer) => {
    const read = readSignedPdf(document)!
    return await judgeSignature({ ...read, signedOn: todayInJapan(read.signedAt) }, await townKeys())
  }

  test('is what was delivered, to the byte, with the town’s signature after it; asked at once, by one certificate', async () => {
    const transactionId = await issued()
    const delivered = (await call(contract.getIssueDocument, { transactionId })).rawPayload
    const documents = await Promise.all([1, 2, 3].map(() => call(getSignedDocument, { transactionId })))
    for (const { statusCode, rawPayload, headers } of documents) {
      assert.equal(statusCode, 200)
      assert.equal(headers['content-type'], 'application/pdf')
      assert.ok(rawPayload.subarray(0, delivered.length).equals(delivered))
      assert.equal((await judged(rawPayload)).kind, 'genuine')
    }
    const [kept] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ certificate: Buffer }>(
        'select certificate from certificates.paper_key where municipality_code = $1 and until_on is null',
        [hida],
      ),
    )
    for (const { rawPayload } of documents)
      assert.ok(Buffer.from(readSignedPdf(rawPayload)!.cms).includes(kept!.certificate))
    assert.ok((await call(contract.getIssueDocument, { transactionId })).rawPayload.equals(delivered))
    // The pages of the document that was really delivered carry good codes, too.
    for (const text of codesOfPages(delivered)) {
      const scanned = scan(text!)
      assert.ok(scanned.kind === 'code')
      assert.equal((await judge(scanned, await townKeys(), null)).kind, 'unconfirmed')
    }
  })

  test('signed with the key in use, also what was issued before the key was changed', async () => {
    const transactionId = await issued()
    await call(contract.getIssueDocument, { transactionId })
    const before = (await call(getSignedDocument, { transactionId })).rawPayload
    await cloud.as(hida, (ctx) => rotatePaperKey(ctx, 'operator'))
    const after = (await call(getSignedDocument, { transactionId })).rawPayload
    assert.equal((await judged(before)).kind, 'genuine')
    assert.equal((await judged(after)).kind, 'genuine')
  })

  test('not before it was delivered, not when given up', async () => {
    const transactionId = await issued()
    assert.equal((await call(getSignedDocument, { transactionId })).statusCode, 409)
    await call(contract.getIssueDocument, { transactionId })
    assert.equal((await call(getSignedDocument, { transactionId })).statusCode, 200)
    await call(contract.abortCounterIssue, { transactionId, reason: 'paper' })
    assert.equal((await call(getSignedDocument, { transactionId })).statusCode, 409)
  })

  test('not for somebody without the right, and not for another town', async () => {
    const transactionId = await issued()
    await call(contract.getIssueDocument, { transactionId })
    const viewer = await cloud.signIn(hida, 'viewer')
    assert.equal((await call(getSignedDocument, { transactionId }, viewer)).statusCode, 403)
    const neighbour = await cloud.signIn('212032' as MunicipalityCode, 'clerk')
    assert.equal((await call(getSignedDocument, { transactionId }, neighbour)).statusCode, 404)
  })
})
