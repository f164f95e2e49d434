import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, test } from 'node:test'
import { encode } from 'uqr'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { goldenCases } from './golden/cases.ts'
import { layouts } from './layouts.ts'
import { signerOf, type Signer } from './paper-keys.actions.ts'
import { printedWords } from './paper.ts'
import { codePng, makeCodes } from './verification-codes.actions.ts'
import { pixelsOf, readQrPng } from './testing/read-code.ts'
import { dictionaries } from './verification-dictionaries.ts'
import { judge, scan, type PaperRecord, type TownKeys, type Verdict } from './verification-verdict.ts'
import {
  codeText,
  decodePage,
  encodePage,
  payloadIn,
  roomFor,
  saysPage,
  SIGNATURE,
  wordsOf,
  type PageCode,
} from './verification.ts'

const ORIGIN = 'https://bcl.example.jp'
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

type Key = { readonly signer: Signer; readonly publicKey: string }

function newKey(keyId: number): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = (key: KeyObject, type: 'pkcs8' | 'spki'): Buffer =>
    key.export({ type: type as 'pkcs8', format: 'der' })
  return {
    signer: signerOf(keyId, der(privateKey, 'pkcs8')),
    publicKey: der(publicKey, 'spki').subarray(-65).toString('base64'),
  }
}

const first = newKey(1)
const second = newKey(2)
const strange = newKey(1)

const hida: TownKeys = {
  municipalityCode: '212172',
  municipalityName: '岐阜県飛騨市',
  keys: [
    { keyId: 1, publicKey: first.publicKey, fromOn: '2026-04-01', untilOn: '2026-10-31', revokedFrom: null },
    { keyId: 2, publicKey: second.publicKey, fromOn: '2026-10-31', untilOn: null, revokedFrom: null },
  ],
}

const { paper, body } = goldenCases['risai-twelve-members']!
const words = printedWords(paper, body(paper).pages)
const code: PageCode = {
  keyId: 2,
  municipalityCode: '212172' as MunicipalityCode,
  transactionId: paper.transactionId,
  copy: 1,
  copies: 1,
  page: 1,
  pages: 2,
  issuedOn: paper.issuedOn,
}

function payloadOf(over: Partial<PageCode> = {}, key: Key = second, roomBytes = 700): Uint8Array {
  const page = { kind: 'risai', layoutVersion: 'risai-2020', words: words[0]! }
  return encodePage({ ...code, ...over }, page, roomBytes, (bytes) => key.signer.sign(bytes), sha256)
}

async function verdictOf(
  payload: Uint8Array,
  {
    town = hida,
    record = null as PaperRecord | null,
  }: { town?: TownKeys | null; record?: PaperRecord | null } = {},
): Promise<Verdict> {
  const scanned = scan(codeText(ORIGIN, payload))
  return scanned.kind === 'none' ? scanned.verdict : await judge(scanned, town, record)
}

const recordOf = (payload: Uint8Array, state: PaperRecord['state']): PaperRecord => ({
  state,
  codes: ['0'.repeat(64), sha256(payload).toString('hex')],
})

describe('the code of a page', () => {
  test('holds every word of the page, and what the foot says', () => {
    const payload = payloadOf()
    assert.deepEqual(decodePage(payload), { code, isOfLaterFormat: false })
    assert.deepEqual(wordsOf(payload), {
      kind: 'risai',
      layoutVersion: 'risai-2020',
      issueNo: paper.issueNo,
      words: words[0]!.slice(0, -5),
      omitted: 0,
      drawing: null,
    })
  })

  test('is read from the whole address, from what follows its #, and from a text broken by a mailer', () => {
    const payload = payloadOf()
    const text = codeText(ORIGIN, payload)
    assert.match(text, /^https:\/\/bcl\.example\.jp\/verify#/)
    const fragment = text.slice(text.indexOf('#') + 1)
    for (const form of [text, `  ${text}\n`, fragment, `#${fragment}`, fragment.replace(/.{70}/g, '$&\r\n')])
      assert.deepEqual(Buffer.from(payloadIn(form)!), Buffer.from(payload))
    for (const other of ['', 'https://bcl.example.jp/verify', '#', '令和', 'x'.repeat(5000)]) {
      assert.equal(payloadIn(other), null)
      assert.equal(scan(other).kind, 'none')
    }
  })

  test('words for which there is no room are cut off, told of, and still proved by a digest', async () => {
    const long = [
      '罹災証明書',
      ...Array.from({ length: 300 }, (_, i) => `${i}葛\u{E0100}城${String.fromCodePoint(0x5000 + i * 7)}`),
    ]
    const all = [...long, '発行番号', paper.issueNo, paper.transactionId, '1部目', '1／2']
    const room = roomFor(ORIGIN, 858)
    const page = { kind: 'risai', layoutVersion: 'risai-2020', words: all }
    const payload = encodePage(code, page, room, (bytes) => second.signer.sign(bytes), sha256)
    assert.ok(payload.length <= room && payload.length > room - 20, String(payload.length))
    const said = wordsOf(payload)
    assert.ok(said.words.length > 50 && said.omitted > 50)
    assert.deepEqual(said.words, long.slice(0, said.words.length))
    assert.equal(said.omitted + said.words.length, long.length)
    const text = all.with(-2, '1部目').join('\n')
    assert.equal(await saysPage(payload, code, text), true)
    for (const at of [0, 60, -10, -4])
      assert.equal(await saysPage(payload, code, all.with(at, '別の語').join('\n')), false, String(at))
    assert.equal((await verdictOf(payload)).kind, 'unconfirmed')
  })

  test('a 印影 goes with the words where there is room, and before any word is cut it is left out', () => {
    const bits = Uint8Array.from({ length: 288 }, (_, i) => (i * 37) & 0xff)
    const drawing = { width: 48, height: 48, bits }
    const page = { kind: 'inkan', layoutVersion: 'inkan-2025', words: words[0]!, drawing }
    const make = (room: number): Uint8Array =>
      encodePage(code, page, room, (bytes) => second.signer.sign(bytes), sha256)
    const whole = make(1200)
    assert.deepEqual(wordsOf(whole), {
      ...wordsOf(whole),
      drawing,
      words: words[0]!.slice(0, -5),
      omitted: 0,
    })
    const narrow = wordsOf(make(whole.length - 10))
    assert.deepEqual([narrow.drawing, narrow.omitted], [null, 0])
  })

  test('every layout has its dictionary; without one the words are said all the same', () => {
    for (const { version } of layouts)
      assert.ok(
        dictionaries.some(({ layout }) => layout === version),
        `run tools/paper-words.ts: ${version}`,
      )
    const page = { kind: 'risai', layoutVersion: 'new-2030', words: words[0]! }
    const payload = encodePage(code, page, 2000, (bytes) => second.signer.sign(bytes), sha256)
    assert.deepEqual(wordsOf(payload).words, words[0]!.slice(0, -5))
  })
})

/**
 * First digits of the SHA-256 of the words, in their order. Papers refer to them for ever: a line is added for a new layout,
 * and none is changed. (Before the first release `tools/paper-words.ts --anew` may make them all again.)
 */
const DICTIONARIES = [
  ' e3b0c44298fc1c14',
  'risai-2020 3ac6d1a4cf8925d7',
  'hisai-1 858372b9ea1ea837',
  'inkan-2025 47b19189830b435b',
  'tax-assessment-2025 01cc845297d64ba6',
  'tax-income-2025 1dec037043d26666',
  'tax-payment-2025 ee922fe6264ee47c',
  'juminhyo-joint-2025 19f13fd2aeaacf3d',
  'juminhyo-single-2025 037ad7109b745839',
  'kisai-joint-2025 023b65c90a0fea7f',
  'kisai-single-2025 ac5029518e3bbd16',
]

test('the dictionaries are those that papers were printed with', () => {
  const present = dictionaries.map(
    ({ layout, words: said }) => `${layout} ${sha256(Buffer.from(said)).toString('hex', 0, 8)}`,
  )
  assert.deepEqual(present.slice(0, DICTIONARIES.length), DICTIONARIES)
})

describe('a code is judged', () => {
  test('genuine with a record in force; unconfirmed without a network', async () => {
    const payload = payloadOf()
    const genuine = await verdictOf(payload, { record: recordOf(payload, 'genuine-and-in-force') })
    assert.equal(genuine.kind, 'genuine')
    assert.deepEqual(genuine.said?.page.words, words[0]!.slice(0, -5))
    const offline = await verdictOf(payload)
    assert.equal(offline.kind, 'unconfirmed')
    assert.ok(offline.said)
  })

  test('withdrawn, not printed and unknown papers', async () => {
    const payload = payloadOf()
    assert.equal((await verdictOf(payload, { record: recordOf(payload, 'withdrawn') })).kind, 'withdrawn')
    assert.equal((await verdictOf(payload, { record: recordOf(payload, 'not-printed') })).kind, 'unknown')
    assert.equal((await verdictOf(payload, { record: { state: 'unknown', codes: [] } })).kind, 'unknown')
  })

  test('every bit that is changed takes the code out of belief: nothing of it is shown', async () => {
    const payload = payloadOf()
    for (let byte = 0; byte < payload.length; byte++) {
      const altered = payload.with(byte, payload[byte]! ^ (1 << (byte % 8)))
      const { kind, said } = await verdictOf(altered, { record: recordOf(altered, 'genuine-and-in-force') })
      assert.ok(kind === 'altered' || kind === 'unknown', `byte ${byte}: ${kind}`)
      assert.equal(said, null, `byte ${byte}`)
    }
  })

  test('each field of the code, written anew over the old signature, is refused', async () => {
    const payload = payloadOf()
    const others: Partial<PageCode>[] = [
      { keyId: 1 },
      { municipalityCode: '212032' as MunicipalityCode },
      { transactionId: 'f'.repeat(32) },
      ...[{ copy: 2 }, { copies: 2 }, { page: 2 }, { pages: 1 }],
      { issuedOn: '2026-11-20' as PageCode['issuedOn'] },
    ]
    for (const over of others) {
      const other = payloadOf(over)
      const forged = new Uint8Array([...other.slice(0, -SIGNATURE), ...payload.slice(-SIGNATURE)])
      const { kind, said } = await verdictOf(forged)
      assert.ok((kind === 'altered' || kind === 'unknown') && said === null, JSON.stringify(over))
    }
  })

  test('cut short or made longer', async () => {
    const payload = payloadOf()
    for (const wrong of [payload.slice(0, -1), payload.slice(1), new Uint8Array([...payload, 0])]) {
      const { kind, said } = await verdictOf(wrong)
      assert.ok((kind === 'altered' || kind === 'unknown') && said === null)
    }
  })

  test('a key that is not the town’s, of another town, unknown, or used outside its time', async () => {
    assert.equal((await verdictOf(payloadOf({}, strange))).kind, 'altered')
    const takayama: TownKeys = { ...hida, municipalityCode: '212032', municipalityName: '岐阜県高山市' }
    assert.equal((await verdictOf(payloadOf(), { town: takayama })).kind, 'unknown')
    // Another town's key under this town's name.
    const theirs = { ...hida, keys: [{ ...hida.keys[1]!, publicKey: strange.publicKey }] }
    assert.equal((await verdictOf(payloadOf(), { town: theirs })).kind, 'altered')
    assert.equal((await verdictOf(payloadOf(), { town: null })).kind, 'unknown')
    assert.equal((await verdictOf(payloadOf({ keyId: 9 }))).kind, 'unknown')
    assert.equal(
      (await verdictOf(payloadOf({ keyId: 1 }, first))).kind,
      'altered',
      'after the key was changed',
    )
    const before = { keyId: 1, issuedOn: '2026-10-31' as PageCode['issuedOn'] }
    assert.equal((await verdictOf(payloadOf(before, first))).kind, 'unconfirmed', 'a rotated key stays good')
    const early = { keyId: 1, issuedOn: '2026-03-31' as PageCode['issuedOn'] }
    assert.equal((await verdictOf(payloadOf(early, first))).kind, 'altered', 'before the key was made')
  })

  test('a compromised key: void from the day; before it only the record decides', async () => {
    const revoked: TownKeys = {
      ...hida,
      keys: hida.keys.map((key) => ({ ...key, revokedFrom: '2026-10-15' })),
    }
    const on = (issuedOn: string): Uint8Array =>
      payloadOf({ keyId: 1, issuedOn: issuedOn as PageCode['issuedOn'] }, first)
    const late = on('2026-10-15')
    const inForce = recordOf(late, 'genuine-and-in-force')
    assert.equal((await verdictOf(late, { town: revoked, record: inForce })).kind, 'withdrawn')
    const early = on('2026-10-14')
    assert.equal((await verdictOf(early, { town: revoked })).kind, 'unknown')
    const record = recordOf(early, 'genuine-and-in-force')
    assert.equal((await verdictOf(early, { town: revoked, record })).kind, 'genuine')
    // The thief signs other words for a paper that exists: the signature is right, the record knows another code.
    const forged = on('2026-10-14')
    assert.notDeepEqual(forged, early)
    assert.equal((await verdictOf(forged, { town: revoked, record })).kind, 'altered')
  })

  test('a code of a later format is not guessed at', async () => {
    for (const [at, value] of [
      [0, 2],
      [2, 250],
    ] as const) {
      const { kind, ja } = await verdictOf(payloadOf().with(at, value))
      assert.equal(kind, 'unknown')
      assert.match(ja, /新しいもの/)
    }
  })
})

describe('the picture of a code', () => {
  test('is the matrix of its text, module by module, at whole dots of a 600 dpi printer, within 24.7 mm', () => {
    for (const length of [230, 330, 430, 530, 630, 730, 858]) {
      const text = `${ORIGIN}/verify#`.padEnd(length, 'aZ09_-')
      const { size, mmPerPixel, isDark } = pixelsOf(codePng(text))
      assert.equal(readQrPng(codePng(text)), text)
      const { data } = encode(text, { border: 0, ecc: 'L', boostEcc: true, maskPattern: 0 })
      assert.equal(size, data.length)
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) assert.equal(isDark(x, y), data[y]![x], `${x} ${y}`)
      assert.ok(size * mmPerPixel < 24.73, `${size * mmPerPixel} mm`)
      assert.ok(mmPerPixel > 0.2535, `${mmPerPixel} mm a module`)
      const dots = (mmPerPixel / 25.4) * 600
      assert.ok(Math.abs(dots - Math.round(dots)) < 0.01, `${dots} dots`)
    }
  })

  test('every golden page fits a code that a phone reads, with all its words', () => {
    for (const [name, one] of Object.entries(goldenCases)) {
      const pages = printedWords(one.paper, one.body(one.paper).pages)
      const { layout } = one
      const made = makeCodes({
        ...{ paper: one.paper, kind: layout.form, layoutVersion: layout.version, words: pages },
        ...{ publicOrigin: ORIGIN, signer: second.signer },
      })
      assert.equal(made.codes.length, pages.length)
      for (const { codePng: png } of made.codes)
        assert.ok(pixelsOf(Buffer.from(png, 'base64')).size <= 97, name)
      for (const page of pages) {
        const wordy = { kind: layout.form, layoutVersion: layout.version, words: page }
        const payload = encodePage(
          code,
          wordy,
          roomFor(ORIGIN, 858),
          (bytes) => second.signer.sign(bytes),
          sha256,
        )
        assert.equal(wordsOf(payload).omitted, 0, name)
      }
    }
  })
})
