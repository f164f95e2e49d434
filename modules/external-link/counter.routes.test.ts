import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getIssueDocument, issueAtCounter } from '../certificates/certificates.contract.ts'
import { setLedgerPlace } from '../disasters/ledger-place.contract.ts'
import { openDesk, type RisaiDesk } from '../risai/testing/desk.ts'
import * as contract from './external-link.contract.ts'
import { packed, resultLine, resultsCsv } from './testing/lines.ts'

/** Another system's result at the counter, and what becomes of it when its person goes into hiding. */
describe('外部システムの結果を窓口で交付する', () => {
  let cloud: TestCloud
  let desk: RisaiDesk
  let resultId: string
  before(async () => {
    cloud = await testCloud({ pdf: true })
    desk = await openDesk(cloud)
    const { disasterId } = desk
    await desk.reviewer.get(setLedgerPlace, {
      ...{ disasterId, settingNo: 0, elsewhere: true, fromOn: '2026-11-01', systemName: 'A社', note: '' },
    })
    const csv = resultsCsv([resultLine({ 宛名番号: '1', 構成員の宛名番号: '2' })])
    await desk.reviewer.get(contract.uploadResults, { disasterId, mode: 'delta', gzipBase64: packed(csv) })
    const { results } = await desk.clerk.get(contract.listResults, { disasterId })
    resultId = results[0]!.resultId
  })
  after(() => cloud.close())

  const issue = (transactionId: string, by = desk.clerk) =>
    by.call(issueAtCounter, {
      ...{ transactionId, kind: 'risai', subjectId: resultId, copies: 1, choices: {}, purpose: null },
    })

  test('the paper says what the other system decided; another town knows of none', async () => {
    const transactionId = uuidv7().replaceAll('-', '')
    const made = await issue(transactionId)
    assert.ok(made.ok, JSON.stringify(made))
    const paper = await desk.clerk.call(getIssueDocument, { transactionId })
    assert.ok(paper.ok)
    const text = extractPages(paper.bytes)[0]!.replace(/\s/gu, '')
    for (const words of ['外-1', '佐藤梅子', '古川町壱之町1番1号']) assert.ok(text.includes(words), words)
    assert.equal((await issue(uuidv7().replaceAll('-', ''), desk.neighbour)).ok, false)
  })

  test('once somebody of the household is in hiding nothing is issued, and the refusal names no place', async () => {
    const begun = uuidv7().replaceAll('-', '')
    assert.ok((await issue(begun)).ok)
    await desk.protect('2')
    const refused = await issue(uuidv7().replaceAll('-', ''))
    assert.ok(!refused.ok && refused.problem.type.endsWith('/suppressed'), JSON.stringify(refused))
    const stale = await desk.clerk.call(getIssueDocument, { transactionId: begun })
    assert.equal(stale.ok, false, 'a paper begun before is not handed out any more')
    for (const answer of [refused, stale])
      assert.ok(!answer.ok && !JSON.stringify(answer.problem).includes('壱之町'))
  })
})
