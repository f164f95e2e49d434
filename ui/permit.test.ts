/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permitOf } from './permit.ts'

const issue = { permission: 'risai.issue', title: '罹災証明書の交付' } as const

test('a right not held names the work it is needed for', () => {
  assert.deepEqual(permitOf(['risai.issue'], issue), { allowed: true })
  assert.deepEqual(permitOf(['risai.read'], issue), {
    allowed: false,
    reason: '「罹災証明書の交付」の権限がありません。',
  })
})

test('somebody not signed in may use only what is public', () => {
  assert.equal(permitOf(null, issue).allowed, false)
  assert.equal(permitOf(null, { permission: 'signed-in', title: 'パスワード変更' }).allowed, false)
  assert.equal(permitOf([], { permission: 'signed-in', title: 'パスワード変更' }).allowed, true)
  assert.equal(permitOf(null, { permission: 'public', title: 'サインイン' }).allowed, true)
})
