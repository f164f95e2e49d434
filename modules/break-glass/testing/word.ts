import { createHash, randomBytes } from 'node:crypto'
import { newCode } from '@open-bcl/core/one-time-code.ts'
import type { GrantWord } from '../grants.actions.ts'

/** The two of the operator's people in these tests. */
export const asker = { id: '019ab000-0000-7000-8000-00000000000a', name: '架空　運子' }
export const approver = { id: '019ab000-0000-7000-8000-00000000000b', name: '架空　承子' }

let grants = 0

/** What the centre says of a new grant of an hour. */
export function wordOf(now: Date, changed: Partial<GrantWord> = {}): GrantWord {
  return {
    ...{ grantId: randomBytes(16).toString('hex'), grantNo: ++grants, askedBy: asker, approvedBy: approver },
    ...{ purpose: 'town-hall-lost', reason: '庁舎が停電し、反映の状況を確かめられない', ticket: 'INC-1' },
    ...{ approvedAt: now, untilAt: new Date(now.getTime() + 3_600_000) },
    ...{ codeSha: null, open: true, endedBy: null, review: null, actsFrom: null },
    ...changed,
  }
}

export function codeAndSha(): { readonly code: string; readonly codeSha: Buffer } {
  const code = newCode()
  return { code, codeSha: createHash('sha256').update(code).digest() }
}
