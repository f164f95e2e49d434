import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const accessProblems = {
  wrongSignIn: {
    code: 'access/wrong-sign-in',
    status: 401,
    title: '団体コード、ID またはパスワードが違います',
    remedy: '入力を確かめてください。5回続けて誤ると、しばらくログインできなくなります。',
  },
  locked: {
    code: 'access/locked',
    status: 423,
    title: 'このアカウントは一時的に使えません',
    remedy:
      '続けて誤ったため、15分間ログインできません。ふだん使っている端末では、ログインできることがあります。急ぐ場合は貴団体の管理者に連絡してください。',
  },
  wrongCurrentPassword: {
    code: 'access/wrong-current-password',
    status: 422,
    title: '現在のパスワードが違います',
    remedy: '現在のパスワードを確かめてください。',
  },
  weakPassword: {
    code: 'access/weak-password',
    status: 422,
    title: 'そのパスワードは使えません',
    remedy: '12文字以上で、IDや現在のパスワードと異なり、よく使われる言葉でないものにしてください。',
  },
  suppressed: {
    code: 'access/suppressed',
    status: 403,
    title: '支援措置の対象者のため、この操作はできません',
    remedy: '所在に関わる情報は出力されません。責任者に連絡してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事, each with the sentence the auditor reads. */
export const accessEvents = {
  passwordRight: {
    code: 'access.password-right',
    sentence: 'パスワードを確認し、2段階目の確認を求めました',
  },
  sessionsEnded: { code: 'access.sessions-ended', sentence: '自分のほかのログインを終了しました' },
  signedIn: { code: 'access.signed-in', sentence: 'ログインしました' },
  signInFailed: { code: 'access.sign-in-failed', sentence: 'ログインに失敗しました' },
  accountLocked: { code: 'access.account-locked', sentence: '続けて誤ったためアカウントを停止しました' },
  signedOut: { code: 'access.signed-out', sentence: 'ログアウトしました' },
  passwordChanged: { code: 'access.password-changed', sentence: 'パスワードを変更しました' },
  personRevealed: { code: 'access.person-revealed', sentence: '個人の情報を表示しました' },
  keysChangeBegun: { code: 'access.keys-change-begun', sentence: '団体の鍵の交換を始めました（再開を含む）' },
  keysChanged: { code: 'access.keys-changed', sentence: '団体の鍵を交換し、前の鍵を廃棄しました' },
  keysRewrapped: { code: 'access.keys-rewrapped', sentence: '団体の鍵を新しいマスター鍵で包み直しました' },
  staffCreated: { code: 'access.staff-created', sentence: '職員のアカウントを作りました' },
} as const satisfies Record<string, AuditEvent>

export type AuditEvent = { readonly code: string; readonly sentence: string }
