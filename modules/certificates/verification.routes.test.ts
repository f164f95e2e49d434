import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import type { Endpoint, OutputOf } from '@open-bcl/core/endpoint.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { loadTown } from '../../apps/cloud/testing/load-town.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import type { IssueState } from './certificates.ts'
import { katsuragi } from './golden/cases.ts'
import { paperKey, revokePaperKey, rotatePaperKey, signerOf } from './paper-keys.actions.ts'
import { listPaperKeys } from './paper-keys.store.ts'
import { printedWords, type Paper } from './paper.ts'
import { risaiBody } from './papers/risai.ts'
import { checkPaper, getPaperKeys } from './verification.contract.ts'
import { makeCodes } from './verification-codes.actions.ts'
import { judge, scan } from './verification-verdict.ts'
import { makePaper } from './testing/papers.ts'
import { readQrPng } from './testing/read-code.ts'

describe('checking a paper', () => {
  let cloud: TestCloud
  const hida = '212172' as MunicipalityCode
  const takayama = '212032' as MunicipalityCode
  const newId = (): string => randomBytes(16).toString('hex')

  before(async () => {
    cloud = await testCloud()
    await cloud.onboard(hida, '飛騨市')
    await cloud.onboard(takayama, '高山市')
    await loadTown(cloud, makeTown({ households: 5 }))
    await loadTown(cloud, makeTown({ municipalityCode: '212032', households: 5 }))
  })
  after(() => cloud.close())

  /** As somebody who is not signed in, with nothing but the address and the body. */
  async function ask<E extends Endpoint>(endpoint: E, input: Record<string, string>): Promise<OutputOf<E>> {
    const answer = await cloud.app.inject(
      endpoint.method === 'GET'
        ? { method: 'GET', url: endpoint.path.replace(':municipalityCode', input['municipalityCode']!) }
        : { method: 'POST', url: endpoint.path, payload: input },
    )
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json<OutputOf<E>>()
  }

  const paperOf = (town: MunicipalityCode, ...states: IssueState[]) => makePaper(cloud, town, states)
  const scanned = (paper: Paper, at = 0) => {
    const read = scan(readQrPng(Buffer.from(paper.codes[at]!.codePng, 'base64')))
    assert.ok(read.kind === 'code')
    return read
  }
  const judged = async (paper: Paper, at = 0) => {
    const read = scanned(paper, at)
    const { municipalityCode, transactionId } = read.code
    const town = await ask(getPaperKeys, { municipalityCode })
    return await judge(read, town, await ask(checkPaper, { municipalityCode, transactionId }))
  }
  const printed = ['built', 'delivered', 'printed'] as const

  test('the code in the snapshot of each page says the page and is genuine, once it is printed', async () => {
    const paper = await paperOf(hida, ...printed)
    const words = printedWords(paper, risaiBody(katsuragi, paper).pages)
    assert.equal(paper.codes.length, 2)
    for (const [at, page] of words.entries()) {
      const { kind, said } = await judged(paper, at)
      assert.equal(kind, 'genuine')
      assert.deepEqual(said?.page.words, page.slice(0, -5))
      assert.deepEqual([said?.code.copy, said?.code.page], [at + 1, 1])
      assert.equal(said?.municipalityName, '岐阜県飛騨市')
    }
  })

  test('not printed yet, given up, withdrawn, paid back', async () => {
    assert.equal((await judged(await paperOf(hida, 'built', 'delivered'))).kind, 'unknown')
    assert.equal((await judged(await paperOf(hida, 'aborted'))).kind, 'unknown')
    assert.equal((await judged(await paperOf(hida, ...printed, 'withdrawn'))).kind, 'withdrawn')
  })

  test('nothing of a person is told, and nothing at all of another town’s paper or of an id nobody has', async () => {
    const { transactionId } = await paperOf(hida, ...printed)
    const told = await ask(checkPaper, { municipalityCode: hida, transactionId })
    assert.deepEqual(Object.keys(told).toSorted(), ['codes', 'issuedOn', 'state'])
    const nothing = { state: 'unknown', issuedOn: null, codes: [] }
    assert.deepEqual(await ask(checkPaper, { municipalityCode: takayama, transactionId }), nothing)
    assert.deepEqual(await ask(checkPaper, { municipalityCode: hida, transactionId: newId() }), nothing)
    const [unknownTown] = [await cloud.app.inject({ method: 'GET', url: '/api/verify/keys/131016' })]
    assert.equal(unknownTown.statusCode, 404)
  })

  test('who asks is not kept: no audit, no log line with an address, an id or a town', async () => {
    const { transactionId } = await paperOf(hida, ...printed)
    const audits = () =>
      cloud.as(hida, async (ctx) => {
        const [row] = await ctx.tx.sql<{ n: number }>(
          'select count(*)::int as n from access.audit where municipality_code = $1',
          [hida],
        )
        return row!.n
      })
    const before = await audits()
    const lines = cloud.logLines.length
    await ask(checkPaper, { municipalityCode: hida, transactionId })
    await ask(getPaperKeys, { municipalityCode: hida })
    assert.equal(await audits(), before)
    for (const line of cloud.logLines.slice(lines))
      for (const word of [transactionId, hida, '127.0.0.1']) assert.ok(!line.includes(word), line)
  })

  test('each town has a key of its own; its private half is stored sealed only', async () => {
    const [one, other] = await Promise.all([
      ask(getPaperKeys, { municipalityCode: hida }),
      paperOf(takayama, ...printed).then(() => ask(getPaperKeys, { municipalityCode: takayama })),
    ])
    assert.notEqual(one.keys[0]!.publicKey, other.keys[0]!.publicKey)
    // A code of one town does not pass under the keys of the other.
    const read = scanned(await paperOf(takayama, ...printed))
    const posing = { ...one, municipalityCode: takayama }
    assert.equal((await judge(read, posing, null)).kind, 'altered')
    const [row] = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ sealed: Buffer; municipality: string }>(
        'select sealed_private as sealed from certificates.paper_key where municipality_code = $1',
        [hida],
      ),
    )
    const { privateKey } = await cloud.as(hida, paperKey)
    assert.ok(!row!.sealed.includes(privateKey.subarray(-40)))
    assert.throws(() => signerOf(1, row!.sealed))
  })

  test('two first papers at once have the same key', async () => {
    const shiga = await cloud.onboard('252018', '大津市')
    const keys = await Promise.all(
      Array.from({ length: 4 }, () => cloud.as(shiga, async (ctx) => (await paperKey(ctx)).keyId)),
    )
    assert.deepEqual(keys, [1, 1, 1, 1])
    assert.equal((await ask(getPaperKeys, { municipalityCode: shiga })).keys.length, 1)
  })

  test('a changed key signs what comes; what came before stays genuine; the old private half is gone', async () => {
    const old = await paperOf(hida, ...printed)
    const changed = await cloud.as(hida, (ctx) => rotatePaperKey(ctx, 'operator'))
    assert.equal(changed.before, changed.keyId - 1)
    const fresh = await paperOf(hida, ...printed)
    assert.equal(scanned(old).code.keyId, changed.before)
    assert.equal(scanned(fresh).code.keyId, changed.keyId)
    assert.equal((await judged(old)).kind, 'genuine')
    assert.equal((await judged(fresh)).kind, 'genuine')
    const kept = await cloud.as(hida, (ctx) =>
      ctx.tx.sql<{ key_id: number }>(
        'select key_id from certificates.paper_key where municipality_code = $1 and sealed_private is not null',
        [hida],
      ),
    )
    assert.deepEqual(kept, [{ key_id: changed.keyId }])
  })

  test('a stolen key: a forged code for a true paper is altered; papers from the day on are void', async () => {
    const genuine = await paperOf(takayama, ...printed)
    const thief = await cloud.as(takayama, async (ctx) => {
      const { keyId, privateKey } = await paperKey(ctx)
      return signerOf(keyId, privateKey)
    })
    const forged = makeCodes({
      paper: { ...genuine, issuedOn: '2026-11-21' as PlainDate },
      ...{ kind: 'risai', layoutVersion: 'risai-2020', publicOrigin: 'https://bcl.test', signer: thief },
      words: printedWords(genuine, risaiBody({ ...katsuragi, gradeCode: 'G1' }, genuine).pages),
    })
    assert.equal((await judged({ ...genuine, codes: forged.codes })).kind, 'altered')
    await cloud.as(takayama, (ctx) => revokePaperKey(ctx, 'operator', thief.keyId, '2026-11-22' as PlainDate))
    assert.equal((await judged(genuine)).kind, 'genuine', 'issued before the day, and in the record')
    assert.equal(
      (await judge(scanned(genuine), await ask(getPaperKeys, { municipalityCode: takayama }), null)).kind,
      'unknown',
    )
    await cloud.as(takayama, (ctx) => revokePaperKey(ctx, 'operator', thief.keyId, '2026-11-21' as PlainDate))
    assert.equal((await judged(genuine)).kind, 'withdrawn')
    // A later day does not make it good again, and a new key is in use.
    await cloud.as(takayama, (ctx) => revokePaperKey(ctx, 'operator', thief.keyId, '2026-12-31' as PlainDate))
    assert.equal((await judged(genuine)).kind, 'withdrawn')
    assert.equal((await judged(await paperOf(takayama, ...printed))).kind, 'genuine')
    assert.equal(
      await cloud.as(takayama, (ctx) => revokePaperKey(ctx, 'operator', 99, '2026-11-21' as PlainDate)),
      false,
    )
    const keys = await cloud.as(takayama, (ctx) => listPaperKeys(ctx.tx))
    assert.deepEqual(
      keys.map(({ keyId, untilOn, revokedFrom }) => [keyId, untilOn, revokedFrom]),
      [
        [1, '2026-11-21', '2026-11-21'],
        [2, null, null],
      ],
    )
  })

  test('a flood of questions is turned away, and forgotten in some seconds', async () => {
    const flood = await Promise.all(
      Array.from({ length: 260 }, () =>
        cloud.app
          .inject({ method: 'GET', url: `/api/verify/keys/${hida}` })
          .then((answer) => answer.statusCode),
      ),
    )
    assert.ok(flood.includes(429))
    assert.deepEqual(
      [...new Set(flood)].toSorted((a, b) => a - b),
      [200, 429],
    )
    cloud.clock = new Date(cloud.clock.getTime() + 15_000)
    await ask(getPaperKeys, { municipalityCode: hida })
  })
})
