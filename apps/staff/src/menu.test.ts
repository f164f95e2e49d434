/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grouped } from './menu.ts'

test('menu lines of several modules stand in order under one heading', () => {
  const lines = [
    { label: '利用者', group: '管理', order: 90 },
    { label: '罹災証明', group: '被災者支援システム', order: 30 },
    { label: '災害', group: '被災者支援システム', order: 10 },
  ]
  assert.deepEqual(
    grouped(lines).map(({ group, entries }) => [group, ...entries.map((line) => line.label)]),
    [
      ['被災者支援システム', '災害', '罹災証明'],
      ['管理', '利用者'],
    ],
  )
})
