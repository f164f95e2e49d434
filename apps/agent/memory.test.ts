import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { businesses } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { statusRequest } from '@open-bcl/modules/linkage/gateway.contract.ts'
import type { HomeRefusal } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { Memory } from './memory.ts'
import { openState } from './state.ts'

test('however much is refused, the list of it may be said, holds the latest of each, and forgets the nameless in a week', () => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'))
  const state = openState(folder, new Date())
  try {
    const memory = new Memory(state)
    const at = (day: number): Date => new Date(Date.UTC(2026, 10, day))
    const refusal = (business: HomeRefusal['business'], i: number): HomeRefusal => ({
      ...{ business, fileNo: i, place: String(i).padStart(12, '0'), at: at(21).toISOString() },
      ...{ errors: 1, reason: 'わけ' },
    })
    for (const business of [...businesses, null])
      for (let i = 1; i <= 9; i++) memory.noteRefusal(refusal(business, i))
    // The same file again is no other file.
    memory.noteRefusal(refusal('seals', 9))
    const said = memory.refusals(at(21))
    assert.ok(
      statusRequest.safeParse({ agentVersion: 'test', mode: 'production', unsent: {}, refused: said })
        .success,
    )
    assert.deepEqual(
      said.filter(({ business }) => business === 'seals').map(({ fileNo }) => fileNo),
      [5, 6, 7, 8, 9],
    )
    memory.noteUnchanged('seals')
    assert.equal(memory.refusals(at(27)).length, businesses.length * 5)
    assert.equal(memory.refusals(at(28)).length, (businesses.length - 1) * 5)
  } finally {
    state.close()
    rmSync(folder, { recursive: true })
  }
})
