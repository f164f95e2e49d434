import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const recoveryReasons = {
  lost: '端末をなくした',
  broken: '端末が壊れた',
  replaced: '端末を替え、前の端末が手元にない',
} as const
export type RecoveryReason = keyof typeof recoveryReasons

export const recoveryProblems = {
  noSuchStaff: {
    code: 'access/recovery-no-such-staff',
    status: 422,
    title: 'そのIDの職員はいません',
    remedy: '職員のIDを確かめてください。停止中の職員は復旧できません。',
  },
  oneself: {
    code: 'access/recovery-oneself',
    status: 422,
    title: 'ご自身の復旧を申請・承認することはできません',
    remedy: 'ほかの管理者2人に依頼してください。',
  },
  sameAdministrator: {
    code: 'access/recovery-same-administrator',
    status: 422,
    title: '申請した管理者は承認できません',
    remedy: '別の管理者に承認を依頼してください。',
  },
  already: {
    code: 'access/recovery-already',
    status: 409,
    title: 'この職員の復旧はすでに申請されています',
    remedy: '一覧の申請を承認するか、取り下げてから申請し直してください。',
  },
  noFactor: {
    code: 'access/recovery-no-factor',
    status: 422,
    title: 'この職員は2段階認証を登録していません',
    remedy:
      'IDとパスワードでログインできます。パスワードが分からない場合は、ユーザ管理で再発行してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const recoveryEvents = {
  asked: { code: 'access.recovery-asked', sentence: '2段階認証の復旧を申請しました' },
  approved: { code: 'access.recovery-approved', sentence: '2段階認証の復旧を承認しました' },
  ended: { code: 'access.recovery-ended', sentence: '2段階認証の復旧を取り下げました' },
  used: { code: 'access.recovery-used', sentence: '復旧コードを使い、前の2段階認証の登録を外しました' },
} as const satisfies Record<string, AuditEvent>
