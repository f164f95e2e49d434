import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CardGate, type Application } from './card-gate.ts'

const jpki = '00A4040C0AD392F000260100000001'
const text = '00A4040C0AD3921000310001010408'
const file = (id: string) => `00A4020C02${id}`
const digestInfo = `3031300D060960864801650304020105000420${'AB'.repeat(32)}`
const sign = `802A008033${digestInfo}00`
const ok = Buffer.from('9000', 'hex')
const bytes = (hex: string) => Buffer.from(hex, 'hex')

/** Sends all but the last, to which the card says yes, and tells whether the last may follow. */
function allows(applications: readonly Application[], ...commands: string[]): boolean {
  const gate = new CardGate(applications)
  for (const command of commands.slice(0, -1)) {
    assert.ok(gate.allows(bytes(command)), `${command} on the way`)
    gate.answered(bytes(command), ok)
  }
  return gate.allows(bytes(commands.at(-1)!))
}

test('what a kiosk needs may pass', () => {
  for (const commands of [
    [jpki],
    [jpki, file('000A')],
    [jpki, file('000A'), '00B0000004'],
    [jpki, file('000A'), '00B0010000'],
    [jpki, file('0018'), '00200080'],
    [jpki, file('0018'), '002000800431323334'],
    [jpki, file('0017'), sign],
  ])
    assert.ok(allows(['jpki'], ...commands), commands.at(-1))
})

test('what a kiosk does not need may not', () => {
  const refused: [title: string, ...commands: string[]][] = [
    ['nothing selected', '00B0000004'],
    ['no application', file('000A')],
    ['the 署名用 certificate, with name and address', jpki, file('0001')],
    ['its key', jpki, file('001A')],
    ['its PIN', jpki, file('001B')],
    ['券面事項入力補助AP', text],
    ['券面事項確認AP', '00A4040C0AD3921000310001010402'],
    ['住基AP', '00A4040C0AD3921000310001010100'],
    ['another application altogether', '00A4040C07A0000000041010'],
    ['SELECT in another way', '00A4040008D392F00026010000'],
    ['reading a PIN file', jpki, file('0018'), '00B0000004'],
    ['reading a key', jpki, file('0017'), '00B0000004'],
    ['reading by short name', jpki, file('000A'), '00B08A0000'],
    ['a PIN shown to a certificate', jpki, file('000A'), '002000800431323334'],
    ['a PIN of five digits', jpki, file('0018'), '00200080053132333435'],
    ['a PIN of letters', jpki, file('0018'), '002000800441424344'],
    ['CHANGE REFERENCE DATA', jpki, file('0018'), '002400800431323334'],
    ['RESET RETRY COUNTER', jpki, file('0018'), '002C008000'],
    ['UPDATE BINARY', jpki, file('000A'), '00D6000001FF'],
    ['a signature over anything else', jpki, file('0017'), `802A008003ABCDEF00`],
    [
      'a signature over SHA-1',
      jpki,
      file('0017'),
      `802A0080233021300906052B0E03021A05000414${'AB'.repeat(20)}00`,
    ],
    ['a signature with the certificate selected', jpki, file('000A'), sign],
    ['something behind the signature', jpki, file('0017'), `${sign}00`],
    ['secure messaging', `0CA4040C0AD392F000260100000001`],
    ['an empty command', ''],
  ]
  for (const [title, ...commands] of refused) assert.equal(allows(['jpki'], ...commands), false, title)
})

test('where it is allowed, 基本4情報 may be read; the 個人番号 never', () => {
  const both = ['jpki', 'text'] as const
  assert.ok(allows(both, text, file('0011'), '002000800431323334'))
  assert.ok(allows(both, text, file('0002'), '00B0000000'))
  for (const id of ['0001', '0003', '0004', '0014', '0015'])
    assert.equal(allows(both, text, file(id)), false, id)
  // The same number is the 署名用 CA's certificate in the other application.
  assert.equal(allows(both, jpki, file('0002')), false)
})

test('an application the card refused is not selected, nor is the one before', () => {
  const gate = new CardGate(['jpki', 'text'])
  gate.answered(bytes(text), ok)
  gate.answered(bytes(jpki), bytes('6A82'))
  assert.equal(gate.allows(bytes(file('0002'))), false)
  assert.equal(gate.allows(bytes(file('000A'))), false)
})

test('a file the card refused leaves the one before', () => {
  const gate = new CardGate(['jpki'])
  gate.answered(bytes(jpki), ok)
  gate.answered(bytes(file('000A')), ok)
  gate.answered(bytes(file('0018')), bytes('6A82'))
  assert.equal(gate.allows(bytes('00B0000004')), true)
  assert.equal(gate.allows(bytes('00200080')), false)
  gate.forget()
  assert.equal(gate.allows(bytes('00B0000004')), false)
})
