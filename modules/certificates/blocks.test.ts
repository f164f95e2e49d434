import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { blockState, mayFollow, type Block, type BlockAct } from './blocks.ts'

const today = '2026-11-21' as PlainDate
const now = new Date('2026-11-21T03:00:00Z')
const block = (of: Partial<Block>): Pick<Block, 'startsOn' | 'endsOn' | 'acts'> => ({
  startsOn: '2026-11-01' as PlainDate,
  endsOn: null,
  acts: [],
  ...of,
})
const act = (of: Pick<BlockAct, 'act'> & Partial<BlockAct>): BlockAct => ({
  untilAt: null,
  note: '',
  at: now,
  actor: 'staff',
  ...of,
})
const hourLater = new Date(now.getTime() + 3_600_000)

describe('発行禁止', () => {
  test('begins on its day, and its last day lifts nothing', () => {
    assert.equal(blockState(block({ startsOn: '2026-11-22' as PlainDate }), today, now), 'coming')
    assert.equal(blockState(block({ startsOn: today }), today, now), 'in-force')
    assert.equal(blockState(block({ endsOn: today }), today, now), 'in-force')
    assert.equal(blockState(block({ endsOn: '2026-11-20' as PlainDate }), today, now), 'overdue')
  })

  test('a temporary lift ends by itself at its hour, or before when somebody ends it', () => {
    const paused = block({ acts: [act({ act: 'pause', untilAt: hourLater })] })
    assert.equal(blockState(paused, today, now), 'paused')
    assert.equal(blockState(paused, today, hourLater), 'in-force')
    assert.equal(
      blockState({ ...paused, acts: [...paused.acts, act({ act: 'return' })] }, today, now),
      'in-force',
    )
  })

  test('what is lifted stays lifted', () => {
    const lifted = block({ acts: [act({ act: 'lift' })] })
    assert.equal(blockState(lifted, today, now), 'lifted')
    for (const next of ['lift', 'pause', 'return'] as const) assert.equal(mayFollow(next, 'lifted'), false)
    assert.equal(mayFollow('pause', 'coming'), false)
    assert.equal(mayFollow('pause', 'overdue'), true)
    assert.equal(mayFollow('return', 'in-force'), false)
  })
})
