import assert from 'node:assert/strict'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import * as contract from '@open-bcl/modules/center/kiosk.contract.ts'
import { HIDA, type TestKiosk } from './center.ts'

export const quoteInput = { kind: 'risai', subjectId: 'risai-1', copies: 1 }

export type Reached = 'authenticated' | 'quoted' | 'built' | 'delivered' | 'coins' | 'paid' | 'printed'

/** Walks a person's way at the machine as far as said: 2 copies at 10 yen, 50 yen put in. */
export async function walkAs(
  kiosk: TestKiosk,
  to: Reached,
): Promise<{ sessionId: string; transactionId: string; pdf: string }> {
  const { sessionId, answer } = await kiosk.signIn('sato')
  assert.equal(answer.kind, 'accepted')
  if (to === 'authenticated') return { sessionId, transactionId: '', pdf: '' }
  const quoted = await kiosk.get(contract.quoteTransaction, {
    sessionId,
    requestId: uuidv7(),
    ...quoteInput,
    copies: 2,
  })
  assert.ok(quoted.kind === 'quoted')
  const { transactionId } = quoted
  const at = { sessionId, transactionId }
  if (to === 'quoted') return { ...at, pdf: '' }
  await kiosk.get(contract.buildTransaction, at)
  if (to === 'built') return { ...at, pdf: '' }
  const delivered = await kiosk.get(contract.deliverTransaction, at)
  assert.ok(delivered.kind === 'delivered')
  const pdf = Buffer.from(delivered.pdfBase64, 'base64').toString()
  if (to === 'delivered') return { ...at, pdf }
  await kiosk.get(contract.insertCoin, { ...at, coinNo: 1, yen: 10 })
  if (to === 'coins') return { ...at, pdf }
  await kiosk.get(contract.insertCoin, { ...at, coinNo: 2, yen: 50 })
  await kiosk.get(contract.payTransaction, at)
  if (to === 'paid') return { ...at, pdf }
  await kiosk.get(contract.confirmKioskPrinted, at)
  return { ...at, pdf }
}

/** What the town's menu answers at the machine: its kinds, or the code of the refusal. */
export async function menuAt(machine: TestKiosk, municipalityCode: string = HIDA): Promise<string> {
  const started = await machine.get(contract.startSession, {})
  if (started.kind === 'refused') return `no session ${started.code}`
  const menu = await machine.get(contract.getTownMenu, {
    sessionId: started.sessionId,
    municipalityCode: municipalityCode as never,
  })
  return menu.kind === 'refused' ? String(menu.code) : menu.kinds.map((kind) => kind.kind).join(' ')
}
