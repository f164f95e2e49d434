import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const factorProblems = {
  wrongCode: {
    code: 'access/wrong-code',
    status: 422,
    title: '確認コードが違います',
    remedy:
      '認証アプリにいま表示されている6桁を入力してください。1度使ったコードは使えません。続けて誤ると、15分間ログインできなくなります。',
  },
  codeNotOfApp: {
    code: 'access/code-not-of-app',
    status: 422,
    title: '確認コードが合いません',
    remedy:
      '2次元コードを読み取ったアプリに、いま表示されている6桁を入力してください。合わないときは、スマートフォンの時刻が正しいか確かめてください。',
  },
  wrongRecoveryCode: {
    code: 'access/wrong-recovery-code',
    status: 422,
    title: 'リカバリーコードが違うか、すでに使われています',
    remedy: '控えにある、まだ使っていないコードを入力してください。',
  },
  appsNotOffered: {
    code: 'access/apps-not-offered',
    status: 422,
    title: 'この環境では認証アプリを登録できません',
    remedy: 'パスキーを登録してください。',
  },
  passkeyRefused: {
    code: 'access/passkey-refused',
    status: 422,
    title: 'パスキーを確認できませんでした',
    remedy: 'もう一度操作してください。続く場合は、登録したときと同じ端末か確かめてください。',
  },
  passkeyKnown: {
    code: 'access/passkey-known',
    status: 409,
    title: 'この端末のパスキーはすでに登録されています',
    remedy: '登録し直す場合は、先に一覧から外してください。',
  },
  noPasskey: {
    code: 'access/no-passkey',
    status: 404,
    title: '登録されているパスキーがありません',
    remedy: '認証アプリの確認コードか、リカバリーコードを使ってください。',
  },
  notPending: {
    code: 'access/not-pending',
    status: 409,
    title: '2段階目の確認は済んでいるか、まだ登録されていません',
    remedy: '画面を再読み込みしてください。',
  },
  lastFactor: {
    code: 'access/last-factor',
    status: 409,
    title: '2段階認証が必須のため、最後の1つは外せません',
    remedy: '先に別の認証アプリかパスキーを登録してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const factorEvents = {
  totpEnrolled: { code: 'access.totp-enrolled', sentence: '認証アプリを登録しました' },
  totpEnded: { code: 'access.totp-ended', sentence: '認証アプリの登録を外しました' },
  passkeyAdded: { code: 'access.passkey-added', sentence: 'パスキーを登録しました' },
  passkeyEnded: { code: 'access.passkey-ended', sentence: 'パスキーの登録を外しました' },
  recoveryCodesMade: { code: 'access.recovery-codes-made', sentence: 'リカバリーコードを作り直しました' },
  recoveryCodeUsed: { code: 'access.recovery-code-used', sentence: 'リカバリーコードでログインしました' },
} as const satisfies Record<string, AuditEvent>
