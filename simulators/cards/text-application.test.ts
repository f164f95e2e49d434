import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { basicDataFile, type BasicData } from './basic-data.ts'
import { freshTextTries, insertCard, type Card, type CardContents } from './card.ts'
import { numberOfNobody } from './wallet.ts'

const data: BasicData = {
  name: '佐藤　太郎',
  address: '岐阜県飛騨市古川町本町２番２２号',
  bornOn: '19800401',
  sex: '1',
}
const individualNumber = numberOfNobody('sato')
const numberB = '80040120351234'
const contents: CardContents = {
  cardId: 'sato',
  label: '佐藤さんのカード',
  pin: '1234',
  triesLeft: 3,
  certificatePem: 'QUJD',
  caCertificatePem: 'QUJD',
  privateKeyPem: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string,
  text: { data, individualNumber, pin: '4321', numberB, triesLeft: freshTextTries },
}

function laidOn(given: CardContents = contents): { card: Card; stored: CardContents[] } {
  const stored: CardContents[] = []
  return { card: insertCard(given, async (changed) => void stored.push(changed)), stored }
}

async function send(card: Card, ...apdus: string[]): Promise<string> {
  let answer = ''
  for (const apdu of apdus)
    answer = Buffer.from(await card.transmit(Buffer.from(apdu, 'hex'))).toString('hex')
  return answer
}

const selectText = '00A4040C0AD3921000310001010408'
const selectJpki = '00A4040C0AD392F000260100000001'
const file = (id: string) => `00A4020C02${id}`
const verify = (digits: string) =>
  `00200080${digits.length.toString(16).padStart(2, '0')}${Buffer.from(digits).toString('hex')}`
const readAll = '00B0000000'

/** Tag (two bytes here) → text; as public readers take it apart. */
function items(bytes: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>()
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.subarray(at, at + 2).toString('hex')
    const long = bytes[at + 2] === 0x81 ? 1 : bytes[at + 2] === 0x82 ? 2 : 0
    const length = long === 0 ? bytes[at + 2]! : bytes.readUIntBE(at + 3, long)
    const from = at + 3 + long
    found.set(tag, bytes.subarray(from, from + length))
    at = from + length
  }
  return found
}

test('with its own PIN the application tells the four items', async () => {
  const { card } = laidOn()
  const answer = Buffer.from(
    await send(card, selectText, file('0011'), verify('4321'), file('0002'), readAll),
    'hex',
  )
  assert.equal(answer.subarray(-2).toString('hex'), '9000')
  const inner = items(items(answer.subarray(0, -2)).get('ff20')!)
  assert.deepEqual(
    ['df22', 'df23', 'df24', 'df25'].map((tag) => inner.get(tag)!.toString()),
    [data.name, data.address, data.bornOn, data.sex],
  )
})

test('the header says where each item begins, also when the address is long', () => {
  for (const address of [data.address, '長'.repeat(60), '長'.repeat(200)]) {
    const bytes = basicDataFile({ ...data, address })
    const header = items(items(bytes).get('ff20')!).get('df21')!
    const tags = [0, 2, 4, 6].map((at) => {
      const place = header.readUInt16BE(at)
      return bytes.subarray(place, place + 2).toString('hex')
    })
    assert.deepEqual(tags, ['df22', 'df23', 'df24', 'df25'])
  }
})

test('who may read what', async () => {
  const reading = async (pinFile: string | null, digits: string, wanted: string): Promise<string> => {
    const { card } = laidOn()
    if (pinFile !== null) await send(card, selectText, file(pinFile), verify(digits))
    else await send(card, selectText)
    return (await send(card, file(wanted), readAll)).slice(-4)
  }
  assert.equal(await reading(null, '', '0002'), '6982')
  assert.equal(await reading(null, '', '0001'), '6982')
  assert.equal(await reading('0011', '4321', '0002'), '9000')
  assert.equal(await reading('0011', '4321', '0001'), '9000')
  // 照合番号A opens the 個人番号 alone, 照合番号B the four items alone.
  assert.equal(await reading('0014', individualNumber, '0001'), '9000')
  assert.equal(await reading('0014', individualNumber, '0002'), '6982')
  assert.equal(await reading('0015', numberB, '0002'), '9000')
  assert.equal(await reading('0015', numberB, '0001'), '6982')
  // The PIN of the other application opens nothing here.
  assert.equal(await reading('0011', '1234', '0002'), '6982')
})

test('each PIN counts for itself: three tries, ten of the printed numbers', async () => {
  const { card, stored } = laidOn()
  assert.equal(await send(card, selectText, file('0011'), '00200080'), '63c3')
  assert.equal(await send(card, verify('0000')), '63c2')
  assert.equal(await send(card, file('0014'), '00200080'), '63ca')
  assert.equal(await send(card, verify('000000000000')), '63c9')
  assert.equal(await send(card, file('0015'), '00200080'), '63ca')
  assert.equal(await send(card, selectJpki, file('0018'), '00200080'), '63c3')
  assert.deepEqual(stored.at(-1)?.text?.triesLeft, { pin: 2, numberA: 9, numberB: 10 })
  const again = laidOn(stored.at(-1))
  assert.equal(await send(again.card, selectText, file('0011'), '00200080'), '63c2')
})

test('files of one application are not there in the other', async () => {
  const { card } = laidOn()
  assert.equal(await send(card, selectText, file('000a')), '6a82')
  assert.equal(await send(card, selectJpki, file('0002')), '6a82')
})

test('a right taken in one application ends when another is selected, and when the field goes', async () => {
  const { card } = laidOn()
  await send(card, selectText, file('0011'), verify('4321'), selectJpki, selectText, file('0002'))
  assert.equal(await send(card, readAll), '6982')
  await send(card, file('0011'), verify('4321'))
  card.reset()
  assert.equal(await send(card, file('0002')), '6a82')
})

test('a telephone has no such application', async () => {
  const { text: _text, ...telephone } = contents
  assert.equal(await send(laidOn(telephone).card, selectText), '6a82')
})

test('the 個人番号 of a virtual card can be nobody’s: its check digit is wrong', () => {
  // 総務省令85号(平成26年)5条: check digit = 11 − (Σ P(n)·Q(n) mod 11), 0 when the remainder is 0 or 1.
  for (let i = 0; i < 200; i++) {
    const digits = Array.from(numberOfNobody(`card-${i}`), Number)
    assert.equal(digits.length, 12)
    const body = digits.slice(0, 11).toReversed()
    const sum = body.reduce((total, digit, index) => {
      const n = index + 1
      return total + digit * (n <= 6 ? n + 1 : n - 5)
    }, 0)
    const right = sum % 11 <= 1 ? 0 : 11 - (sum % 11)
    assert.notEqual(digits[11], right)
  }
})
