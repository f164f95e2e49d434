import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { recoveryProblems, recoveryReasons, type RecoveryReason } from './recovery.messages.ts'

/** 復旧: a person lost the second factor. One administrator asks, another approves; the code goes to the person by hand. */

const permission = 'access.recovery'
const reasons = Object.keys(recoveryReasons) as [RecoveryReason, ...RecoveryReason[]]

export const listRecoveries = endpoint({
  name: 'listRecoveries',
  method: 'GET',
  path: '/api/access/recoveries',
  title: '2段階認証の復旧の一覧',
  permission,
  input: z.object({}),
  output: z.object({
    recoveries: z.array(
      z.object({
        recoveryId: z.uuid(),
        displayName: z.string(),
        department: z.string(),
        loginId: z.string(),
        reason: z.enum(reasons),
        askedAt: z.string(),
        askedBy: z.string(),
        approvedAt: z.string().nullable(),
        approvedBy: z.string().nullable(),
        codeUntil: z.string().nullable(),
        state: z.enum(['asked', 'approved', 'used', 'expired', 'ended']),
        /** This administrator may approve it: neither the one who asked nor the person. */
        mayApprove: z.boolean(),
      }),
    ),
  }),
})

export const askRecovery = endpoint({
  name: 'askRecovery',
  method: 'POST',
  path: '/api/access/recoveries',
  title: '2段階認証の復旧の申請',
  permission,
  input: z.object({
    loginId: z.string().min(1).max(64).meta({ title: '職員のID' }),
    reason: z.enum(reasons).meta({ title: '理由' }),
  }),
  output: z.object({ recoveryId: z.uuid() }),
  problems: [
    recoveryProblems.noSuchStaff,
    recoveryProblems.oneself,
    recoveryProblems.already,
    recoveryProblems.noFactor,
  ],
})

export const approveRecovery = endpoint({
  name: 'approveRecovery',
  method: 'POST',
  path: '/api/access/recoveries/:recoveryId/approve',
  title: '2段階認証の復旧の承認',
  permission,
  input: z.object({ recoveryId: z.uuid() }),
  output: z.object({
    /** Shown now and never again. */
    code: z.string(),
    codeUntil: z.string(),
  }),
  problems: [recoveryProblems.oneself, recoveryProblems.sameAdministrator],
})

export const endRecovery = endpoint({
  name: 'endRecovery',
  method: 'POST',
  path: '/api/access/recoveries/:recoveryId/end',
  title: '2段階認証の復旧の取下げ',
  permission,
  input: z.object({ recoveryId: z.uuid() }),
  output: z.object({ ended: z.literal(true) }),
})
