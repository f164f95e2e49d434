import assert from 'node:assert/strict'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Outcome, Step } from '@open-bcl/modules/center/faults.ts'
import * as contract from '@open-bcl/modules/center/kiosk.contract.ts'
import type { Pool } from '@open-bcl/platform/db/pool.ts'
import type { SignedRequest, TestKiosk } from './center.ts'
import type { IssuingServer } from './issuing-server.ts'

/** Where a machine stands before a step, and what it would send again. */
export type Standing = {
  readonly sessionId: string
  readonly requestId: string
  /** '' before the quote was answered. */
  transactionId: string
}

const wish = { kind: 'risai', subjectId: 'risai-1', copies: 2 } as const

/** Walks a person's way until the step is next: 2 copies at 10 yen; 10 yen, then 50 yen put in. */
export async function standBefore(kiosk: TestKiosk, step: Step): Promise<Standing> {
  const { sessionId, answer } = await kiosk.signIn('sato')
  assert.equal(answer.kind, 'accepted')
  const at: Standing = { sessionId, requestId: uuidv7(), transactionId: '' }
  for (const earlier of order.slice(0, order.indexOf(step))) await pass(kiosk, at, earlier)
  if (step === 'coin') await kiosk.get(contract.insertCoin, { ...inside(at), coinNo: 1, yen: 10 })
  return at
}

const order: readonly Step[] = ['quote', 'build', 'deliver', 'coin', 'pay', 'print']

function inside({ sessionId, transactionId }: Standing): { sessionId: string; transactionId: string } {
  return { sessionId, transactionId }
}

/** The message of a step, signed anew. */
export function signStep(kiosk: TestKiosk, at: Standing, step: Step): SignedRequest {
  const { sessionId, requestId } = at
  switch (step) {
    case 'quote':
      return kiosk.sign(contract.quoteTransaction, { sessionId, requestId, ...wish })
    case 'build':
      return kiosk.sign(contract.buildTransaction, inside(at))
    case 'deliver':
      return kiosk.sign(contract.deliverTransaction, inside(at))
    case 'coin':
      return kiosk.sign(contract.insertCoin, { ...inside(at), coinNo: 2, yen: 50 })
    case 'pay':
      return kiosk.sign(contract.payTransaction, inside(at))
    case 'print':
      return kiosk.sign(contract.confirmKioskPrinted, inside(at))
  }
}

/** Sends the message of a step; of a quote that succeeds it keeps the transaction. */
export async function sendStep(kiosk: TestKiosk, at: Standing, step: Step): Promise<{ status: number }> {
  const answer = await kiosk.send(signStep(kiosk, at, step))
  const { kind, transactionId } = answer.body as { kind?: string; transactionId?: string }
  if (step === 'quote' && kind === 'quoted' && transactionId !== undefined) at.transactionId = transactionId
  return answer
}

async function pass(kiosk: TestKiosk, at: Standing, step: Step): Promise<void> {
  if (step === 'coin') await kiosk.get(contract.insertCoin, { ...inside(at), coinNo: 1, yen: 10 })
  const { status } = await sendStep(kiosk, at, step)
  assert.equal(status, 200, step)
}

/** The step again, and all that follow, to the printed paper. */
export async function goOn(kiosk: TestKiosk, at: Standing, step: Step): Promise<void> {
  await sendStep(kiosk, at, step).then(({ status }) => assert.equal(status, 200, `${step} again`))
  for (const later of order.slice(order.indexOf(step) + 1)) await pass(kiosk, at, later)
}

/** What became of the session's transaction, of its money and of the issue; and that every yen is accounted for. */
export async function outcomeOf(
  pool: Pool,
  issuer: IssuingServer,
  { sessionId }: Standing,
): Promise<Omit<Outcome, 'incident'>> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{
      id: string
      state: Outcome['state']
      inserted: number
      untold: number
      payouts: { reason: string; yen: number }[]
    }>(
      `select t.transaction_id as id,
         (select state from center.transaction_state s where s.transaction_id = t.transaction_id order by position desc limit 1) as state,
         (select coalesce(sum(yen), 0)::int from center.coin c where c.transaction_id = t.transaction_id) as inserted,
         (select count(*)::int from center.transaction_state s where s.transaction_id = t.transaction_id and told_at is null) as untold,
         coalesce((select json_agg(json_build_object('reason', reason, 'yen', yen) order by reason)
            from center.payout p where p.transaction_id = t.transaction_id), '[]'::json) as payouts
       from center.transaction t where t.session_id = $1`,
      [sessionId],
    )
    const [row] = rows
    assert.ok(rows.length <= 1, 'one wish, one transaction')
    if (!row) return { state: 'none', payouts: [], issuer: 'unknown' }
    const back = row.payouts.reduce((sum, { yen }) => sum + yen, 0)
    const price = row.state === 'printed' ? 20 : 0
    assert.equal(
      row.inserted,
      price + back,
      'every yen that was put in is the price of a printed paper or a payout',
    )
    assert.equal(row.untold, 0, 'the issuing server has heard everything')
    const issue = issuer.issues.get(row.id)
    return {
      state: row.state,
      payouts: row.payouts.map(({ reason, yen }) => `${reason} ${yen}`),
      issuer: (issue?.states.at(-1) ?? 'unknown') as Outcome['issuer'],
    }
  } finally {
    client.release()
  }
}
