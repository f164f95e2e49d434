import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PcscReader } from './pcsc-reader.ts'
import { readerState, type Pcsc } from './pcsc.ts'

/** A contact reader with a card in it, which answers a command by the table, and the next part by its turn. */
function contactReader(answers: Readonly<Record<string, string>>): { pcsc: Pcsc; sent: string[] } {
  const sent: string[] = []
  let ended: (() => void) | null = null
  let seen = false
  const pcsc: Pcsc = {
    establish: async () => 1,
    release: async () => undefined,
    cancel: () => ended?.(),
    listReaders: async () => ['contact reader'],
    waitForChange: async () => {
      if (!seen) {
        seen = true
        return [readerState.present | (1 << 16)]
      }
      await new Promise<void>((resolve) => (ended = resolve))
      return null
    },
    connect: async () => ({ handle: 1, protocol: 1 }),
    transmit: async (_connection, apdu) => {
      const hex = Buffer.from(apdu).toString('hex').toUpperCase()
      sent.push(hex)
      return Buffer.from(
        answers[`${sent.filter((one) => one === hex).length}:${hex}`] ?? answers[hex] ?? '6F00',
        'hex',
      )
    },
    disconnect: async () => undefined,
  }
  return { pcsc, sent }
}

async function exchange(answers: Readonly<Record<string, string>>, apdu: string) {
  const { pcsc, sent } = contactReader(answers)
  const reader = new PcscReader(pcsc)
  let insertionId: string | undefined
  while (insertionId === undefined) {
    insertionId = (await reader.status()).inserted?.insertionId
    await new Promise((resolve) => setImmediate(resolve))
  }
  const answer = await reader.transmit(insertionId, Buffer.from(apdu, 'hex'))
  await reader.close()
  return { answer: Buffer.from(answer).toString('hex').toUpperCase(), sent }
}

test('an answer that comes in parts is one answer to the page', async () => {
  const { answer, sent } = await exchange(
    { '802A008001AA00': '6104', '1:00C0000004': '010261FF', '1:00C00000FF': '03049000' },
    '802A008001AA00',
  )
  assert.equal(answer, '010203049000')
  assert.deepEqual(sent, ['802A008001AA00', '00C0000004', '00C00000FF'])
})

test('a card that wants another length is asked for that', async () => {
  const { answer, sent } = await exchange({ '00B0000000': '6C03', '00B0000003': 'AABBCC9000' }, '00B0000000')
  assert.equal(answer, 'AABBCC9000')
  assert.deepEqual(sent, ['00B0000000', '00B0000003'])
})

test('a card that never comes to an end does not hold the bridge up', async () => {
  const { sent } = await exchange({ '00B0000000': '6101', '00C0000001': 'AA6101' }, '00B0000000')
  assert.ok(sent.length < 20, `${sent.length}`)
})
