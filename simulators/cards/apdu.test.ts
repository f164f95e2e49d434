import assert from 'node:assert/strict'
import { publicDecrypt, X509Certificate, constants, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { CardError, cardDialogue } from '@open-bcl/modules/center/card-dialogue.ts'
import { makeAuthority, makeCertificate, userExtensions } from '../jpki/profile.ts'
import { parseCommand } from './apdu.ts'
import { insertCard, type Card, type CardContents } from './card.ts'

const life = { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: new Date('2030-01-01T00:00:00Z') }
const authority = await makeAuthority(generateKeyPairSync('rsa', { modulusLength: 2048 }), {
  serial: '1',
  ...life,
})
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const certificate = await makeCertificate(
  authority,
  { serial: '114400001', subject: 'C=JP, CN=0011AABBCCDD2233', publicKey: keys.publicKey, ...life },
  await userExtensions(authority, keys.publicKey),
)
const contents: CardContents = {
  cardId: 'sato',
  label: '佐藤さんのカード',
  pin: '1234',
  triesLeft: 3,
  certificatePem: certificate.toString('pem'),
  caCertificatePem: authority.certificate.toString('pem'),
  privateKeyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
}
const digestInfo = Buffer.concat([
  Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  Buffer.alloc(32, 0xab),
])

const selectJpki = '00A4040C0AD392F000260100000001'
const selectPin = '00A4020C020018'
const selectKey = '00A4020C020017'
const rightPin = '002000800431323334'
const wrongPin = '002000800430303030'

/** The card on the reader, with its file as a plain value. */
function laidOn(given: Partial<CardContents> = {}) {
  const file = { ...contents, ...given }
  const stored: number[] = []
  const card = insertCard(file, async ({ triesLeft }) => void stored.push(triesLeft))
  return { card, stored }
}

async function send(card: Card, ...apdus: string[]): Promise<string> {
  let answer = ''
  for (const apdu of apdus) {
    answer = Buffer.from(await card.transmit(Buffer.from(apdu, 'hex')))
      .toString('hex')
      .toUpperCase()
  }
  return answer
}

test('the public byte sequences get the answers a card gives', async () => {
  const der = Buffer.from(certificate.rawData).toString('hex').toUpperCase()
  const vectors: [title: string, apdus: string[], answer: string][] = [
    ['select the JPKI application', [selectJpki], '9000'],
    ['another application is not there', ['00A4040C0AD3921000310001010408'], '6A82'],
    ['no file before an application', ['00A4020C02000A'], '6A82'],
    ['select the certificate', [selectJpki, '00A4020C02000A'], '9000'],
    ['an unknown file', [selectJpki, '00A4020C020099'], '6A82'],
    ['its first four bytes', [selectJpki, '00A4020C02000A', '00B0000004'], `${der.slice(0, 8)}9000`],
    ['256 bytes from 256', [selectJpki, '00A4020C02000A', '00B0010000'], `${der.slice(512, 1024)}9000`],
    ['behind its end', [selectJpki, '00A4020C02000A', '00B07F0000'], '6B00'],
    ['nothing selected to read', [selectJpki, '00B0000004'], '6986'],
    ['the key cannot be read', [selectJpki, selectKey, '00B0000004'], '6982'],
    ['tries left cost nothing', [selectJpki, selectPin, '00200080', '00200080'], '63C3'],
    ['the right PIN', [selectJpki, selectPin, rightPin], '9000'],
    ['a wrong PIN', [selectJpki, selectPin, wrongPin], '63C2'],
    ['a PIN of another length is wrong too', [selectJpki, selectPin, '00200080053132333435'], '63C2'],
    ['three wrong PINs', [selectJpki, selectPin, wrongPin, wrongPin, wrongPin], '63C0'],
    ['the right PIN after that', [selectJpki, selectPin, wrongPin, wrongPin, wrongPin, rightPin], '6984'],
    ['the right PIN gives the tries back', [selectJpki, selectPin, wrongPin, rightPin, '00200080'], '63C3'],
    ['PIN without its file', [selectJpki, rightPin], '6986'],
    ['signature without PIN', [selectJpki, selectKey, `802A008033${digestInfo.toString('hex')}00`], '6982'],
    ['unknown instruction', ['00CA000000'], '6D00'],
    ['unknown class', ['90A4040C00'], '6E00'],
    ['a length that lies', ['00A4040C0AD392'], '6700'],
  ]
  for (const [title, apdus, answer] of vectors)
    assert.equal(await send(laidOn().card, ...apdus), answer, title)
})

test('with the PIN, the card signs a DigestInfo by PKCS #1 v1.5', async () => {
  const answer = await send(
    laidOn().card,
    selectJpki,
    selectPin,
    rightPin,
    selectKey,
    `802A008033${digestInfo.toString('hex')}00`,
  )
  assert.equal(answer.length, 2 * 258)
  const signature = Buffer.from(answer.slice(0, 512), 'hex')
  const opened = publicDecrypt({ key: keys.publicKey, padding: constants.RSA_PKCS1_PADDING }, signature)
  assert.deepEqual(opened, digestInfo)
})

test('selecting the application anew forgets the PIN', async () => {
  const { card } = laidOn()
  await send(card, selectJpki, selectPin, rightPin, selectJpki, selectKey)
  assert.equal(await send(card, `802A008033${digestInfo.toString('hex')}00`), '6982')
})

test('a wrong PIN after a right one takes the right to sign away', async () => {
  const { card } = laidOn()
  await send(card, selectJpki, selectPin, rightPin, wrongPin, selectKey)
  assert.equal(await send(card, `802A008033${digestInfo.toString('hex')}00`), '6982')
})

test('the try is taken away and stored before the PIN is compared', async () => {
  const { card, stored } = laidOn()
  await send(card, selectJpki, selectPin, rightPin)
  assert.deepEqual(stored, [2, 3])
  const broken = insertCard(contents, async () => {
    throw new Error('disk full')
  })
  await send(broken, selectJpki, selectPin)
  await assert.rejects(send(broken, rightPin))
  assert.equal(await send(broken, selectKey, `802A008033${digestInfo.toString('hex')}00`), '6982')
})

test('guesses sent all at once still count one by one', async () => {
  const { card } = laidOn()
  await send(card, selectJpki, selectPin)
  const guesses = await Promise.all([wrongPin, wrongPin, wrongPin, rightPin].map((apdu) => send(card, apdu)))
  assert.deepEqual(guesses, ['63C2', '63C1', '63C0', '6984'])
})

test('the kiosk dialogue reads, counts, verifies and signs', async () => {
  const { card } = laidOn()
  const dialogue = cardDialogue((apdu) => send(card, apdu))
  const der = await dialogue.readCertificate()
  assert.equal(
    new X509Certificate(der).serialNumber,
    BigInt('114400001').toString(16).toUpperCase().padStart(8, '0'),
  )
  assert.equal(await dialogue.tries(), 3)
  await assert.rejects(
    dialogue.sign(digestInfo),
    (error) => error instanceof CardError && error.kind === 'pin-needed',
  )
  assert.deepEqual(await dialogue.verifyPin('9999'), { kind: 'wrong', triesLeft: 2 })
  await assert.rejects(dialogue.verifyPin('12a4'), RangeError)
  assert.equal(await dialogue.tries(), 2)
  assert.deepEqual(await dialogue.verifyPin('1234'), { kind: 'ok' })
  assert.equal((await dialogue.sign(digestInfo)).length, 256)
  assert.equal(await dialogue.tries(), 3)
})

test('the kiosk dialogue says locked at the third error and ever after', async () => {
  const { card } = laidOn({ triesLeft: 1 })
  const dialogue = cardDialogue((apdu) => send(card, apdu))
  assert.deepEqual(await dialogue.verifyPin('0000'), { kind: 'locked' })
  assert.deepEqual(await dialogue.verifyPin('1234'), { kind: 'locked' })
  assert.equal(await dialogue.tries(), 0)
})

test('another chip card is told from a My Number card', async () => {
  const dialogue = cardDialogue(async () => '6A82')
  await assert.rejects(
    dialogue.readCertificate(),
    (error) => error instanceof CardError && error.kind === 'not-my-number-card',
  )
})

test('a hostile card neither hangs nor fools the kiosk', async () => {
  const answer = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => `${Buffer.from(bytes).toString('hex')}9000`),
    fc.constantFrom('9000', '3082FFFF9000', '308210009000', '63CF', '6100'),
  )
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(answer), async (answers) => {
      const dialogue = cardDialogue(async () => answers.next().value as string)
      await assert.rejects(dialogue.readCertificate(), CardError)
    }),
  )
})

test('no bytes whatever make the card throw or give up its secrets', async () => {
  const { card } = laidOn()
  const secret = Buffer.from(contents.privateKeyPem.replace(/-----[^-]+-----|\n/g, ''), 'base64')
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const answer = Buffer.from(await card.transmit(bytes))
      assert.ok(answer.length >= 2)
      assert.equal(answer.includes(secret.subarray(100, 140)), false)
    }),
  )
})

test('a command is read back as it was written', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ maxLength: 255 }),
      fc.option(fc.integer({ min: 1, max: 256 })),
      (head, data, expectedLength) => {
        const bytes = [...head, ...(data.length > 0 ? [data.length, ...data] : [])]
        const command = parseCommand(
          Uint8Array.from([...bytes, ...(expectedLength === null ? [] : [expectedLength % 256])]),
        )
        assert.deepEqual(command && [Buffer.from(command.data), command.expectedLength], [
          Buffer.from(data),
          expectedLength,
        ])
      },
    ),
  )
})
