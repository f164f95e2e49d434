import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '@open-bcl/core/problem.ts'
import { hashPassword, inTurn, verifyPassword } from './passwords.ts'

test('four work at once, a line waits behind them, and the rest are told to come back', async () => {
  const open: (() => void)[] = []
  let working = 0
  const work = async () => {
    working += 1
    await new Promise<void>((resolve) => open.push(resolve))
  }
  const taken = Array.from({ length: 6 }, () => inTurn(work, 2))
  await assert.rejects(
    inTurn(work, 2),
    (error) => error instanceof Problem && error.kind.code === 'platform/busy',
  )
  assert.equal(working, 4)
  while (working < 6 || open.length > 0) {
    open.shift()?.()
    await Promise.resolve()
  }
  await Promise.all(taken)
  assert.equal(await inTurn(async () => 'free again', 0), 'free again')
})

test('work that fails gives its place up', async () => {
  for (let i = 0; i < 9; i++)
    await assert.rejects(
      inTurn(async () => Promise.reject(new Error('gone')), 0),
      /gone/,
    )
})

test('nobody has a password, whatever is typed', async () => {
  assert.equal(await verifyPassword(null, 'nobody has this password'), false)
  assert.equal(await verifyPassword(await hashPassword('mine'), 'mine'), true)
})
