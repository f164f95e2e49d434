import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { goldenCases, type GoldenCase } from '@open-bcl/modules/certificates/golden/cases.ts'
import { print } from '@open-bcl/modules/certificates/golden/print.ts'
import { goldenPublicKey } from '@open-bcl/modules/certificates/golden/test-key.ts'
import { makePaperCertificate, signDetached } from '@open-bcl/modules/certificates/signature.ts'
import { codesOfPages } from '@open-bcl/platform/pdf/page-codes.ts'
import { appendSignature } from '@open-bcl/platform/pdf/signed-pdf.ts'
import { startPdfEngine, type PdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { Refusal } from './installation.ts'
import { verifyPaper } from './verify-paper.ts'

const root = path.resolve(import.meta.dirname, '../..')

describe('open-bcl verify-paper', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'verify-paper-'))
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let engine: PdfEngine
  let pdf: Uint8Array

  before(async () => {
    engine = await startPdfEngine({ cacheDir: path.join(root, '.cache') })
    pdf = (await print(engine, goldenCases['risai-twelve-members']!)).pdf
    const key = (keyId: number, publicKey: Buffer) => ({
      ...{ keyId, publicKey: publicKey.toString('base64') },
      ...{ fromOn: '2026-04-01', untilOn: null, revokedFrom: null },
    })
    write('keys.json', {
      ...{ municipalityCode: '212172', municipalityName: '岐阜県飛騨市' },
      keys: [key(1, goldenPublicKey), key(2, pointOf(privateKey.export({ type: 'pkcs8', format: 'der' })))],
    })
  })
  after(async () => {
    await engine.close()
    fs.rmSync(folder, { recursive: true })
  })

  function pointOf(pkcs8: Buffer): Buffer {
    const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
    return key.export({ type: 'spki', format: 'der' }).subarray(-65)
  }
  function write(name: string, content: Uint8Array | object): string {
    const file = path.join(folder, name)
    fs.writeFileSync(file, content instanceof Uint8Array ? content : JSON.stringify(content))
    return file
  }
  async function verify(
    paper: string,
    keys = path.join(folder, 'keys.json'),
  ): Promise<{ code: number; said: string }> {
    const lines: string[] = []
    try {
      await verifyPaper([paper, '--keys', keys], (line) => lines.push(line))
      return { code: 0, said: lines.join('\n') }
    } catch (error) {
      assert.ok(error instanceof Refusal, String(error))
      return { code: 1, said: [...lines, error.message].join('\n') }
    }
  }
  async function sign(document: Uint8Array, pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })) {
    const signer = { privateKey: pkcs8, publicKey: pointOf(pkcs8) }
    const certificate = await makePaperCertificate({
      ...{ ...signer, keyId: 2, municipalityCode: '212172', municipalityName: '岐阜県飛騨市' },
      notBefore: new Date('2026-04-01T00:00:00+09:00'),
    })
    const note = { signedAt: new Date('2026-11-21T03:00:00Z'), name: '岐阜県飛騨市', reason: '' }
    return await appendSignature(document, note, (bytes) => signDetached(bytes, { ...signer, certificate }))
  }

  test('the text of a code: what the page says, without a network', async () => {
    const [text] = codesOfPages(pdf)
    const { code, said } = await verify(text!)
    assert.equal(code, 0, said)
    for (const words of [
      '署名は真正',
      '岐阜県飛騨市',
      '1部のうち1部目、2ページのうち1ページ目',
      '葛\u{E0100}城　髙太郎',
    ])
      assert.ok(said.includes(words), said)
    const forged = await verify(`${text!.slice(0, -4)}${text!.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`)
    assert.equal(forged.code, 1)
    assert.match(forged.said, /改ざん・偽造のおそれ/)
    assert.ok(!forged.said.includes('髙太郎'))
  })

  test('a signed document, page by page', async () => {
    const { code, said } = await verify(write('signed.pdf', await sign(pdf)))
    assert.equal(code, 0, said)
    assert.match(said, /1ページ: ○[\s\S]*2ページ: ○[\s\S]*文書の署名: 真正/)
    const plain = await verify(write('plain.pdf', pdf))
    assert.equal(plain.code, 0, plain.said)
    assert.match(plain.said, /署名付き文書ではありません/)
  })

  test('a document signed by another key, a changed one, one with something appended', async () => {
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const forged = await verify(
      write('forged.pdf', await sign(pdf, stranger.export({ type: 'pkcs8', format: 'der' }))),
    )
    assert.equal(forged.code, 1)
    assert.match(forged.said, /文書の署名: 改ざん.*岐阜県飛騨市のものではありません/)
    const signed = Buffer.from(await sign(pdf))
    const appended = await verify(write('appended.pdf', Buffer.concat([signed, Buffer.from('% more\n')])))
    assert.equal(appended.code, 1)
    assert.match(appended.said, /この文書を信用しないでください/)
    signed[signed.length >> 1]! ^= 1
    const changed = await verify(write('changed.pdf', signed))
    assert.equal(changed.code, 1)
    assert.match(changed.said, /この文書を信用しないでください/)
  })

  test('a page that says other words than its code, and pages that are missing', async () => {
    // Other words under the codes of the true page: what a forger prints who copies a code.
    const { layout, paper } = goldenCases['risai-twelve-members']!
    const other: GoldenCase = { layout, paper, body: goldenCases['risai-issued-again']!.body }
    let picture: string | undefined
    await print({ render: async (_, snapshot) => keep(snapshot) }, goldenCases['risai-twelve-members']!)
    function keep(snapshot: object): Uint8Array {
      picture = (snapshot as { paper: typeof paper }).paper.codes[0]!.codePng
      return new Uint8Array()
    }
    const forged = await engine.render(
      layout.version,
      { ...other.body(paper).facts, paper: { ...paper, codes: [{ codePng: picture! }] } },
      { timeoutMs: 30_000 },
    )
    const { code, said } = await verify(write('other-words.pdf', forged))
    assert.equal(code, 1)
    assert.match(said, /1ページ: × ページの記載が、二次元コードの内容と違います/)
    assert.match(said, /2ページのはずが1ページ/)
  })

  test('keys that are missing, of another town or no keys at all', async () => {
    const [text] = codesOfPages(pdf)
    assert.match((await verify(text!, path.join(folder, 'none.json'))).said, /公開鍵のファイルが読めません/)
    assert.match((await verify(text!, write('broken.json', { keys: [] }))).said, /公開鍵のファイルの形/)
    const takayama = { municipalityCode: '212032', municipalityName: '岐阜県高山市', keys: [] }
    const { code, said } = await verify(text!, write('takayama.json', [takayama]))
    assert.equal(code, 1)
    assert.match(said, /不明/)
  })

  test('the command itself needs no database and no configuration', () => {
    const [text] = codesOfPages(pdf)
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(root, 'tools/open-bcl.ts'), 'verify-paper', text!, '--keys', path.join(folder, 'keys.json')],
      { encoding: 'utf8', env: { PATH: process.env['PATH'], OPEN_BCL_DATA: folder } },
    )
    assert.equal(status, 0, stderr)
    assert.match(stdout, /署名は真正/)
  })
})
