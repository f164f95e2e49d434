import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  changeOf,
  giveUp,
  isCenterOpen,
  judgeMove,
  readEnrolmentCode,
  transactionStates,
  type TransactionState,
} from './center.ts'

const states = Object.keys(transactionStates) as TransactionState[]

describe('a transaction', () => {
  test('goes the published way, and printing what costs nothing needs no payment', () => {
    const way: TransactionState[] = ['requested', 'quoted', 'built', 'delivered', 'paid', 'printed']
    way.forEach((state, index) => {
      if (index > 0) assert.equal(judgeMove(way.slice(0, index), state, 10), 'allowed', state)
    })
    assert.equal(judgeMove(way.slice(0, 4), 'printed', 0), 'allowed')
    assert.equal(judgeMove(way.slice(0, 4), 'printed', 10), 'refused')
    assert.equal(judgeMove(way.slice(0, 4), 'paid', 0), 'refused')
  })

  test('skips no state and comes back from none', () => {
    assert.equal(judgeMove(['requested', 'quoted'], 'delivered', 10), 'refused')
    assert.equal(
      judgeMove(['requested', 'quoted', 'built', 'delivered', 'paid', 'printed'], 'aborted', 10),
      'refused',
    )
    assert.equal(judgeMove(['requested', 'aborted'], 'quoted', 10), 'refused')
  })

  test('asked again for what it passed answers the same, unless it was given up', () => {
    assert.equal(judgeMove(['requested', 'quoted', 'built'], 'quoted', 10), 'repeated')
    assert.equal(judgeMove(['requested', 'quoted', 'built', 'aborted'], 'built', 10), 'refused')
  })

  test('is never paid, printed or delivered after it was given up, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...states), { maxLength: 30 }),
        fc.nat(500),
        (wishes, totalYen) => {
          const passed: TransactionState[] = ['requested']
          for (const wish of wishes) if (judgeMove(passed, wish, totalYen) === 'allowed') passed.push(wish)
          assert.equal(new Set(passed).size, passed.length, 'a state was entered twice')
          const stopped = passed.indexOf('aborted')
          assert.ok(stopped < 0 || passed.slice(stopped + 1).every((state) => state === 'refunded'))
          assert.ok(!passed.includes('printed') || totalYen === 0 || passed.includes('paid'))
        },
      ),
    )
  })
})

describe('money', () => {
  test('every yen that was put in is the price of a printed paper or goes back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(10, 50, 100, 500), { maxLength: 20 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom<TransactionState>('requested', 'quoted', 'built', 'delivered', 'paid', 'printed'),
        (coins, totalYen, reached) => {
          const insertedYen = coins.reduce((sum, yen) => sum + yen, 0)
          const change = changeOf(insertedYen, totalYen)
          const isPaid = reached === 'paid' || reached === 'printed'
          fc.pre(!isPaid || change !== null)
          const changeYen = isPaid && change !== null && change !== 'none' ? change.yen : 0
          const back = giveUp(reached, insertedYen, totalYen)?.payout?.yen ?? 0
          const keptYen = reached === 'printed' ? totalYen : 0
          assert.equal(insertedYen, keptYen + changeYen + back)
        },
      ),
    )
  })

  test('what was paid and not printed is refunded, coins that were not taken are returned', () => {
    assert.deepEqual(giveUp('paid', 500, 300), {
      states: ['aborted', 'refunded'],
      stage: 'print',
      payout: { reason: 'refunded', yen: 300 },
    })
    assert.deepEqual(giveUp('delivered', 100, 300), {
      states: ['aborted'],
      stage: 'pay',
      payout: { reason: 'returned', yen: 100 },
    })
    assert.equal(giveUp('printed', 500, 300), null)
    assert.equal(giveUp('aborted', 500, 300), null)
  })
})

test('the centre opens and closes by the clock of Japan and on no closed day', () => {
  const calendar = { opensAt: '06:30', closesAt: '23:00', closedOn: ['12-29'] }
  const at = (text: string) => isCenterOpen(calendar, new Date(text))
  assert.equal(at('2026-11-20T21:29:59Z'), false)
  assert.equal(at('2026-11-20T21:30:00Z'), true)
  assert.equal(at('2026-11-21T13:59:59Z'), true)
  assert.equal(at('2026-11-21T14:00:00Z'), false)
  assert.equal(at('2026-12-28T16:00:00Z'), false)
  assert.equal(at('2026-12-29T03:00:00Z'), false)
  assert.equal(
    isCenterOpen({ ...calendar, opensAt: '00:00', closesAt: '24:00' }, new Date('2026-11-21T14:59:59Z')),
    true,
  )
})

test('an enrolment code is read however a person spaces it', () => {
  assert.equal(readEnrolmentCode('1234-5678-9012'), '123456789012')
  assert.equal(readEnrolmentCode(' １２３４ ５６７８ ９０１２ '), '123456789012')
  assert.equal(readEnrolmentCode('1234-5678-901'), null)
})
