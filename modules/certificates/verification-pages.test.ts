import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { codesOfPages } from '@open-bcl/platform/pdf/page-codes.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { goldenCases } from './golden/cases.ts'
import { print } from './golden/print.ts'
import { goldenPublicKey } from './golden/test-key.ts'
import { judge, scan, type TownKeys } from './verification-verdict.ts'
import { saysPage } from './verification.ts'

const hida: TownKeys = {
  municipalityCode: '212172',
  municipalityName: '岐阜県飛騨市',
  keys: [
    {
      ...{ keyId: 1, publicKey: goldenPublicKey.toString('base64') },
      ...{ fromOn: '2020-01-01', untilOn: null, revokedFrom: null },
    },
  ],
}

describe('the codes on the golden pages', () => {
  let engine: PdfEngine
  before(async () => {
    engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache') })
  })
  after(() => engine.close())

  for (const [name, one] of Object.entries(goldenCases)) {
    test(`${name}: each printed page says what its own code says, and no other page’s`, async () => {
      const { pdf } = await print(engine, one)
      const texts = extractPages(pdf)
      const codes = codesOfPages(pdf)
      assert.equal(codes.length, texts.length)
      for (const [at, text] of codes.entries()) {
        const scanned = scan(text ?? '')
        assert.ok(scanned.kind === 'code')
        assert.equal((await judge(scanned, hida, null)).kind, 'unconfirmed')
        for (const [other, words] of texts.entries())
          assert.equal(await saysPage(scanned.payload, scanned.code, words), other === at, `${at} ${other}`)
      }
    })
  }

  test('a document of 200 pages has its codes all the same', async () => {
    const { layout, body, paper } = goldenCases['risai-twelve-members']!
    const { pdf } = await print(engine, { layout, body, paper: { ...paper, copies: 100 } })
    const codes = codesOfPages(pdf)
    assert.equal(codes.length, 200)
    assert.equal(new Set(codes).size, 200)
    assert.ok(!codes.includes(null))
  })
})
