import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { PdfFile } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { pagesOf } from '@open-bcl/platform/pdf/readback.ts'
import { testCenter, type TestCenter, type TestKiosk } from '../../apps/center/testing/center.ts'
import { walkAs } from '../../apps/center/testing/walk.ts'
import { openBackPages, type BackPages } from '../backpage/backpage.actions.ts'
import type { Centre } from './center.actions.ts'
import * as contract from './kiosk.contract.ts'

let center: TestCenter
let kiosk: TestKiosk
let backPages: BackPages

const makingBy = (makeBackPage: Centre['makeBackPage']): void => {
  Object.assign(center.centre, { makeBackPage })
}

before(async () => {
  center = await testCenter()
  kiosk = await center.kiosk('kiosk-1')
  await center.makeCard('sato')
  backPages = await openBackPages({
    ...{ pool: center.database.app, log: openLog('center', { write: () => undefined }), processes: 1 },
    ...{ now: () => center.clock, masters: [new Uint8Array(randomBytes(32))], origin: center.origin },
    cacheDir: fileURLToPath(new URL('../../.cache', import.meta.url)),
  })
})
after(async () => {
  await backPages.close()
  await center.close()
})
beforeEach(() => makingBy(backPages.make))

describe('the second file of a certificate', () => {
  test('at a kiosk: a page for each page, and the front is the very document that was built', async () => {
    const at = await walkAs(kiosk, 'built')
    const delivered = await kiosk.get(contract.deliverTransaction, at)
    assert.ok(delivered.kind === 'delivered' && delivered.backPdfBase64 !== null)
    const [front, back] = [delivered.pdfBase64, delivered.backPdfBase64].map((text) =>
      Buffer.from(text, 'base64'),
    )
    assert.equal(pagesOf(new PdfFile(back!)).length, pagesOf(new PdfFile(front!)).length)
    makingBy(null)
    const again = await kiosk.get(contract.deliverTransaction, at)
    assert.ok(again.kind === 'delivered')
    assert.equal(again.pdfBase64, delivered.pdfBase64)
  })

  test('at a counter none is made: the paper itself shows that it is a copy', async () => {
    let made = 0
    makingBy(async () => {
      made += 1
      return new Uint8Array()
    })
    const usage = async (value: string): Promise<void> => {
      await inCenter(center.database.app, (tx) => tx.sql('update center.kiosk set usage = $1', [value]))
    }
    await usage('counter')
    const delivered = await kiosk.get(contract.deliverTransaction, await walkAs(kiosk, 'built'))
    await usage('kiosk')
    assert.ok(delivered.kind === 'refused' || delivered.backPdfBase64 === null)
    assert.equal(made, 0)
    await kiosk.get(contract.deliverTransaction, await walkAs(kiosk, 'built'))
    assert.equal(made, 1)
  })

  test('one that cannot be made: no paper, no money; the machine may ask again', async () => {
    makingBy((_front, about) => backPages.make(Buffer.from('no PDF'), about))
    const at = await walkAs(kiosk, 'built')
    const refused = await kiosk.call(contract.deliverTransaction, at)
    assert.ok(!refused.ok)
    assert.deepEqual([refused.status, refused.problem.type], [503, '/problems/backpage/cannot-be-made'])
    const coin = await kiosk.call(contract.insertCoin, { ...at, coinNo: 1, yen: 10 })
    assert.equal(coin.status, 409)
    makingBy(backPages.make)
    assert.equal((await kiosk.get(contract.deliverTransaction, at)).kind, 'delivered')
  })
})
