import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { UnreadablePdf } from '@open-bcl/platform/pdf/pdf-objects.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { appendSignature, readSignedPdf } from '@open-bcl/platform/pdf/signed-pdf.ts'
import { startPdfEngine } from '@open-bcl/platform/pdf/typst.ts'
import { goldenCases } from './golden/cases.ts'
import { print } from './golden/print.ts'
import { judgeSignature, makePaperCertificate, signDetached, type SignatureVerdict } from './signature.ts'
import type { TownKeys } from './verification-verdict.ts'

type Key = { readonly publicKey: Buffer; readonly privateKey: Buffer; readonly certificate: Uint8Array }

async function newKey(keyId = 1): Promise<Key> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-65)
  const certificate = await makePaperCertificate({
    ...{ keyId, publicKey, privateKey, municipalityCode: '212172', municipalityName: '岐阜県飛騨市' },
    notBefore: new Date('2026-04-01T00:00:00+09:00'),
  })
  return { publicKey, privateKey, certificate }
}

const note = {
  signedAt: new Date('2026-11-21T03:04:05Z'),
  name: '岐阜県飛騨市',
  reason: '交付した証明書の記録',
}
const signWith = (pdf: Uint8Array, key: Key): Promise<Uint8Array> =>
  appendSignature(pdf, note, (bytes) => signDetached(bytes, key))

describe('a signed document', () => {
  let pdf: Uint8Array
  let key: Key
  let other: Key
  let signed: Buffer
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'signed-'))
  const townOf = (over: Partial<TownKeys['keys'][number]> = {}): TownKeys => ({
    municipalityCode: '212172',
    municipalityName: '岐阜県飛騨市',
    keys: [
      {
        ...{ keyId: 1, publicKey: key.publicKey.toString('base64') },
        ...{ fromOn: '2026-04-01', untilOn: null, revokedFrom: null, ...over },
      },
    ],
  })

  before(async () => {
    const engine = await startPdfEngine({ cacheDir: path.resolve(import.meta.dirname, '../../.cache') })
    pdf = (await print(engine, goldenCases['risai-twelve-members']!)).pdf
    await engine.close()
    ;[key, other] = [await newKey(), await newKey()]
    signed = Buffer.from(await signWith(pdf, key))
  })
  after(() => fs.rmSync(folder, { recursive: true }))

  async function verdictOf(
    document: Uint8Array,
    town = townOf(),
  ): Promise<SignatureVerdict['kind'] | 'unreadable'> {
    try {
      const read = readSignedPdf(document)
      return read === null
        ? 'unreadable'
        : (await judgeSignature({ ...read, signedOn: '2026-11-21' }, town)).kind
    } catch (error) {
      assert.ok(error instanceof UnreadablePdf, String(error))
      return 'unreadable'
    }
  }
  const pdfsig = (document: Uint8Array): string => {
    const file = path.join(folder, 'document.pdf')
    fs.writeFileSync(file, document)
    return execFileSync('pdfsig', [file], { encoding: 'utf8' })
  }

  test('keeps the delivered bytes as they were, and is good to us and to another reader', async () => {
    assert.ok(signed.subarray(0, pdf.length).equals(pdf))
    assert.equal(await verdictOf(signed), 'genuine')
    const read = readSignedPdf(signed)!
    assert.deepEqual(read.signedAt, note.signedAt)
    assert.deepEqual(extractPages(read.original), extractPages(pdf))
    const theirs = pdfsig(signed)
    assert.match(theirs, /Signature is Valid/)
    assert.match(theirs, /Total document signed/)
    assert.match(theirs, /ETSI\.CAdES\.detached/)
    assert.equal(readSignedPdf(pdf), null)
  })

  test('a changed byte anywhere is found', async () => {
    const places = [
      20,
      1000,
      pdf.length >> 1,
      pdf.length - 3,
      pdf.length + 40,
      signed.length - 8,
      signed.length - 200,
    ]
    for (const at of places) {
      const changed = Buffer.from(signed)
      changed[at]! ^= 1
      const kind = await verdictOf(changed)
      assert.ok(kind === 'altered' || kind === 'unreadable', `${at}: ${kind}`)
    }
    // Within the signature itself: the key in its certificate, the digest of the document, r and s. (Tags and names that
    // CMS leaves unsigned say nothing.)
    const { cms, signed: bytes } = readSignedPdf(signed)!
    const begin = signed.indexOf('/Contents <') + '/Contents <'.length
    const inside = Buffer.from(cms)
    const digest = createHash('sha256').update(bytes).digest()
    const key65 = inside.indexOf(key.publicKey)
    const spots = [key65 + 10, key65 + 60, inside.indexOf(digest) + 5, inside.length - 3, inside.length - 40]
    for (const at of spots) {
      assert.ok(at > 60)
      const changed = Buffer.from(signed)
      changed.write((inside[at]! ^ 1).toString(16).padStart(2, '0'), begin + 2 * at, 'latin1')
      assert.equal(await verdictOf(changed), 'altered', `signature ${at}`)
    }
  })

  test('signed anew by another key, with the town’s own name in its certificate', async () => {
    const forged = await signWith(pdf, other)
    assert.match(pdfsig(forged), /Signature is Valid/)
    const read = readSignedPdf(forged)!
    const { kind, ja } = await judgeSignature({ ...read, signedOn: '2026-11-21' }, townOf())
    assert.equal(kind, 'altered')
    assert.match(ja, /岐阜県飛騨市のものではありません/)
    // Their signature, our certificate.
    assert.equal(await verdictOf(await signWith(pdf, { ...key, privateKey: other.privateKey })), 'altered')
  })

  test('a page, a second signature or mere bytes appended after the signature', async () => {
    const appended = Buffer.concat([
      signed,
      Buffer.from(
        `\n9 0 obj\n<< >>\nendobj\nxref\n9 1\n${String(signed.length + 1).padStart(10, '0')} 00000 n \n`,
      ),
      trailerAfter(signed, signed.length + 22),
    ])
    const read = readSignedPdf(appended)!
    assert.equal(read.coversAll, false)
    assert.match((await judgeSignature({ ...read, signedOn: '2026-11-21' }, townOf())).ja, /追加または変更/)
    await assert.rejects(signWith(signed, other), UnreadablePdf)
    for (const rest of ['\n', ' % more\n%%EOF\n']) {
      const kind = await verdictOf(Buffer.concat([signed, Buffer.from(rest)]))
      assert.ok(kind === 'altered' || kind === 'unreadable', JSON.stringify(rest))
    }
    // An update of the delivered document that is no signature at all.
    const unsigned = Buffer.concat([
      Buffer.from(pdf),
      Buffer.from(
        `\n9 0 obj\n<< >>\nendobj\nxref\n9 1\n${String(pdf.length + 1).padStart(10, '0')} 00000 n \n`,
      ),
      trailerAfter(Buffer.from(pdf), pdf.length + 22),
    ])
    assert.throws(() => readSignedPdf(unsigned), UnreadablePdf)
  })

  /** A trailer like the last one, leading back to its table. */
  function trailerAfter(before: Buffer, table: number): Buffer {
    const tail = before.toString('latin1', before.lastIndexOf('trailer'))
    const start = /startxref\s+(\d+)/.exec(tail)![1]!
    const dict = /trailer\s*<<([\s\S]*)>>/.exec(tail)![1]!.replace(/\/Prev \d+/, '')
    return Buffer.from(`trailer\n<<${dict} /Prev ${start} >>\nstartxref\n${table}\n%%EOF\n`, 'latin1')
  }

  test('words hidden where the signature stands, and a range that leaves bytes out', async () => {
    const text = signed.toString('latin1')
    const hidden = Buffer.from(text.replace(/0{200}>/, `> (${'x'.repeat(197)}`), 'latin1')
    assert.ok(['altered', 'unreadable'].includes(await verdictOf(hidden)))
    const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\]/.exec(text)!
    for (const [first, second, rest] of [
      [range[1], range[2], Number(range[3]) - 10],
      [Number(range[1]) - 100, range[2], range[3]],
      [range[1], Number(range[2]) + 50, Number(range[3]) - 50],
    ]) {
      const other = `/ByteRange [0 ${first} ${second} ${rest}]`.padEnd(range[0].length)
      assert.equal(await verdictOf(Buffer.from(text.replace(range[0], other), 'latin1')), 'altered')
    }
  })

  test('a key of another time, a revoked key, a town without keys', async () => {
    assert.equal(await verdictOf(signed, townOf({ untilOn: '2026-11-20' })), 'altered')
    assert.equal(await verdictOf(signed, townOf({ fromOn: '2026-11-22' })), 'altered')
    assert.equal(await verdictOf(signed, townOf({ untilOn: '2026-11-21' })), 'genuine')
    assert.equal(await verdictOf(signed, townOf({ revokedFrom: '2026-12-01' })), 'withdrawn')
    assert.equal(await verdictOf(signed, { ...townOf(), keys: [] }), 'altered')
  })
})
