import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const staffProblems = {
  wrongSignIn: {
    code: 'center/wrong-sign-in',
    status: 401,
    title: 'ID またはパスワードが違います',
    remedy: '入力を確かめてください。5回続けて誤ると、15分間ログインできなくなります。',
  },
  locked: {
    code: 'center/sign-in-locked',
    status: 423,
    title: 'このアカウントは一時的に使えません',
    remedy: '続けて誤ったため、15分間ログインできません。急ぐ場合はアカウント管理者に連絡してください。',
  },
  wrongCurrentPassword: {
    code: 'center/wrong-current-password',
    status: 422,
    title: '現在のパスワードが違います',
    remedy: '現在のパスワードを確かめてください。',
  },
  weakPassword: {
    code: 'center/weak-password',
    status: 422,
    title: 'そのパスワードは使えません',
    remedy: '12文字以上で、IDや現在のパスワードと異なり、よく使われる言葉でないものにしてください。',
  },
  loginTaken: {
    code: 'center/login-taken',
    status: 409,
    title: 'そのIDはすでに使われています',
    remedy: '別のIDにしてください。',
  },
  ownAccount: {
    code: 'center/own-account',
    status: 422,
    title: '自分のアカウントは変更できません',
    remedy: '別のアカウント管理者に依頼してください。',
  },
  ownPassword: {
    code: 'center/own-password',
    status: 422,
    title: 'パスワードを発行した人は、このアカウントを再開できません',
    remedy: '別のアカウント管理者に、本人であることを確かめて「再開する」を押してもらってください。',
  },
  suspended: {
    code: 'center/account-suspended',
    status: 409,
    title: '停止しているアカウントです',
    remedy: 'アカウントを再開してから、パスワードを再発行してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** What an operator of the centre did, with the sentence the auditor reads. */
export type CenterEvent = { readonly code: string; readonly sentence: string }

export const staffEvents = {
  passwordRight: {
    code: 'center.staff.password-right',
    sentence: 'パスワードを確認し、2段階目の確認を求めました',
  },
  sessionsEnded: { code: 'center.staff.sessions-ended', sentence: '自分のほかのログインを終了しました' },
  totpEnrolled: { code: 'center.staff.totp-enrolled', sentence: '認証アプリを登録しました' },
  totpEnded: { code: 'center.staff.totp-ended', sentence: '認証アプリの登録を外しました' },
  passkeyAdded: { code: 'center.staff.passkey-added', sentence: 'パスキーを登録しました' },
  passkeyEnded: { code: 'center.staff.passkey-ended', sentence: 'パスキーの登録を外しました' },
  recoveryCodesMade: {
    code: 'center.staff.recovery-codes-made',
    sentence: 'リカバリーコードを作り直しました',
  },
  recoveryCodeUsed: {
    code: 'center.staff.recovery-code-used',
    sentence: 'リカバリーコードでログインしました',
  },
  recoveryAsked: { code: 'center.staff.recovery-asked', sentence: '2段階認証の復旧を申請しました' },
  recoveryApproved: { code: 'center.staff.recovery-approved', sentence: '2段階認証の復旧を承認しました' },
  recoveryEnded: { code: 'center.staff.recovery-ended', sentence: '2段階認証の復旧を取り下げました' },
  recoveryUsed: {
    code: 'center.staff.recovery-used',
    sentence: '復旧コードを使い、前の2段階認証の登録を外しました',
  },
  signedIn: { code: 'center.staff.signed-in', sentence: 'ログインしました' },
  signInFailed: { code: 'center.staff.sign-in-failed', sentence: 'ログインに失敗しました' },
  signedOut: { code: 'center.staff.signed-out', sentence: 'ログアウトしました' },
  passwordChanged: { code: 'center.staff.password-changed', sentence: 'パスワードを変更しました' },
  created: { code: 'center.staff.created', sentence: '運用者のアカウントを作りました' },
  enabled: { code: 'center.staff.enabled', sentence: '運用者のアカウントを再開しました' },
  passwordReset: { code: 'center.staff.password-reset', sentence: '運用者のパスワードを再発行しました' },
  disabled: { code: 'center.staff.disabled', sentence: '運用者のアカウントを停止しました' },
} as const satisfies Record<string, CenterEvent>
