import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LINK_HOURS, ROUND_THE_CLOCK } from '../municipalities/municipalities.ts'
import { isLinkOpen, secondsUntilOpen } from './hours.ts'

describe('連携の受付時間', () => {
  const at = (japan: string) => new Date(`2026-11-21T${japan}+09:00`)

  test('runs from 6:30 to 23:00 by the clock of Japan', () => {
    const open = ['06:29:59', '06:30:00', '22:59:59', '23:00:00', '03:00:00'].map((time) =>
      isLinkOpen(LINK_HOURS, null, at(time)),
    )
    assert.deepEqual(open, [false, true, true, false, false])
  })

  test('an opening outside them ends at its moment', () => {
    assert.equal(isLinkOpen(LINK_HOURS, at('23:30:00'), at('23:29:59')), true)
    assert.equal(isLinkOpen(LINK_HOURS, at('23:30:00'), at('23:30:00')), false)
  })

  test('round the clock has no night', () => {
    for (const time of ['00:00:00', '03:00:00', '23:59:59'])
      assert.equal(isLinkOpen(ROUND_THE_CLOCK, null, at(time)), true)
  })

  test('says how long to wait, over midnight too', () => {
    assert.equal(secondsUntilOpen(LINK_HOURS, at('06:00:00')), 1_800)
    assert.equal(secondsUntilOpen(LINK_HOURS, at('23:30:00')), 7 * 3_600)
  })
})
