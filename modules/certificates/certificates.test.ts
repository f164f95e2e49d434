import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { issueStates, judgeMove, priceOf, totalYen, type IssueState } from './certificates.ts'
import { exchangeEndpoints } from './exchange.contract.ts'
import { isRefusalCode, refusals, refusalWords, wireCode, type RefusalCode } from './refusals.ts'

const states = Object.keys(issueStates) as IssueState[]
const anyState = fc.constantFrom(...states)

/** Walks an issue through wishes; a refused wish changes nothing. */
function walk(wishes: readonly (readonly [IssueState, number])[], total: number) {
  const passed: IssueState[] = ['requested']
  let paidYen: number | null = null
  let refundedYen: number | null = null
  for (const [to, amountYen] of wishes) {
    const standing = { state: passed.at(-1)!, totalYen: total, paidYen }
    if (judgeMove(standing, passed, to, amountYen).kind !== 'allowed') continue
    passed.push(to)
    if (to === 'paid') paidYen = amountYen
    if (to === 'refunded') refundedYen = amountYen
  }
  return { passed, paidYen, refundedYen }
}
const wishes = (total: number) =>
  fc.array(fc.tuple(anyState, fc.constantFrom(total, total + 1, 0)), { maxLength: 40 })

test('an issue never passes a state twice and moves along the table only', () => {
  fc.assert(
    fc.property(wishes(300), (list) => {
      const { passed } = walk(list, 300)
      assert.equal(new Set(passed).size, passed.length)
      for (const [i, to] of passed.slice(1).entries()) assert.ok(issueStates[passed[i]!].next.includes(to))
    }),
  )
})

test('paper that costs something is never printed unpaid, and money comes back only as it was paid', () => {
  fc.assert(
    fc.property(wishes(300), (list) => {
      const { passed, paidYen, refundedYen } = walk(list, 300)
      if (passed.includes('printed')) assert.equal(paidYen, 300)
      if (refundedYen !== null) assert.equal(refundedYen, paidYen)
    }),
  )
})

test('nothing is delivered, paid or printed after it was aborted', () => {
  const passed: IssueState[] = ['requested', 'frozen', 'built', 'delivered', 'paid', 'aborted']
  const standing = { state: 'aborted', totalYen: 300, paidYen: 300 } as const
  for (const to of ['frozen', 'built', 'delivered', 'paid', 'printed'] as const) {
    assert.deepEqual(judgeMove(standing, passed, to, 300), { kind: 'refused', code: 603 })
  }
  assert.deepEqual(judgeMove(standing, passed, 'refunded', 300), { kind: 'allowed' })
  assert.deepEqual(judgeMove(standing, passed, 'refunded', 299), { kind: 'refused', code: 602 })
})

test('a repeated message is answered, not refused, and another amount is refused even then', () => {
  const passed: IssueState[] = ['requested', 'frozen', 'built', 'delivered', 'paid', 'printed']
  const standing = { state: 'printed', totalYen: 300, paidYen: 300 } as const
  assert.deepEqual(judgeMove(standing, passed, 'delivered'), { kind: 'repeated' })
  assert.deepEqual(judgeMove(standing, passed, 'paid', 300), { kind: 'repeated' })
  assert.deepEqual(judgeMove(standing, passed, 'paid', 0), { kind: 'refused', code: 601 })
  assert.deepEqual(judgeMove(standing, passed, 'aborted'), { kind: 'refused', code: 603 })
})

test('a free certificate costs ten yen of printing at a kiosk and nothing at the counter', () => {
  assert.equal(totalYen(priceOf(0, 'kiosk', 3)), 30)
  assert.equal(totalYen(priceOf(0, 'counter', 3)), 0)
  assert.equal(totalYen(priceOf(300, 'kiosk', 2)), 600)
})

test('no reason that lies in the person can be told from another by code or words', () => {
  const inThePerson = Object.keys(refusals)
    .map(Number)
    .filter(isRefusalCode)
    .filter((code) => code >= 300 && code < 400)
  assert.ok(inThePerson.includes(302 satisfies RefusalCode))
  const told = new Set(inThePerson.map((code) => `${wireCode(code)} ${refusalWords(code)}`))
  assert.equal(told.size, 1)
  assert.ok(![...told][0]?.includes('支援'))
})

test('the states drawn in the README are those of the code', () => {
  const drawn = [...read('README.md').matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(
    ([, from, to]) => `${from} ${to}`,
  )
  const known = states.flatMap((from) => issueStates[from].next.map((to) => `${from} ${to}`))
  assert.deepEqual(drawn.toSorted(), known.toSorted())
})

test('the published page names every message of the protocol with its path', () => {
  const page = read('../../docs/interfaces/exchange.md')
  for (const { name, path } of Object.values(exchangeEndpoints)) {
    assert.ok(page.includes(`| \`${name}\` | \`${path}\` |`), name)
  }
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
