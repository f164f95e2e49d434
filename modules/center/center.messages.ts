import type { ProblemKind } from '@open-bcl/core/problem.ts'

/** Refusals of the kiosk API. */
export const centerProblems = {
  unknownKiosk: {
    code: 'center/unknown-kiosk',
    status: 401,
    title: 'この端末は登録されていないか、利用を停止されています',
    remedy: '利用開始コードを入力して登録するか、運用者に連絡してください。',
  },
  badSignature: {
    code: 'center/bad-signature',
    status: 401,
    title: '端末の署名を確認できません',
    remedy: '端末を再起動してください。続く場合は運用者に連絡してください。',
  },
  clock: {
    code: 'center/clock',
    status: 401,
    title: '端末の時計がずれています',
    remedy: '端末の日付と時刻を合わせてください。',
  },
  replayed: {
    code: 'center/replayed',
    status: 409,
    title: '一度受け付けた通信がもう一度届きました',
    remedy: 'はじめからやり直してください。',
  },
  wrongCode: {
    code: 'center/wrong-enrolment-code',
    status: 422,
    title: '利用開始コードが違うか、期限が切れています',
    remedy: 'コードを確かめてください。使えるのは一度だけです。',
  },
  tooManyCodes: {
    code: 'center/too-many-codes',
    status: 429,
    title: '誤ったコードが続いたため、登録を一時的に止めています',
    remedy: '10分ほど待ってから、もう一度入力してください。',
  },
  sessionEnded: {
    code: 'center/session-ended',
    status: 410,
    title: 'この手続は終了しました',
    remedy: 'はじめからやり直してください。投入された現金は返却されます。',
  },
  wrongStep: {
    code: 'center/wrong-step',
    status: 409,
    title: 'この操作は、いまはできません',
    remedy: 'はじめからやり直してください。投入された現金は返却されます。',
  },
  notEnough: {
    code: 'center/not-enough-money',
    status: 409,
    title: '料金が不足しています',
    remedy: '不足している金額を入れてください。',
  },
  issuerUnreachable: {
    code: 'center/issuer-unreachable',
    status: 503,
    title: '市区町村のサーバと通信できません',
    remedy: 'しばらくしてから、もう一度操作してください。手続を終えると、投入された現金は返却されます。',
  },
  issuerFault: {
    code: 'center/issuer-fault',
    status: 502,
    title: '市区町村のサーバが要求を受け付けませんでした',
    remedy: '手続を終えてください。投入された現金は返却されます。',
  },
  damaged: {
    code: 'center/damaged-document',
    status: 502,
    title: '証明書のデータを確認できないため、手続を中止しました',
    remedy: '市区町村の窓口にお問い合わせください。投入された現金は返却されます。',
  },
} as const satisfies Record<string, ProblemKind>

/** Log lines of the centre: identifiers only. */
export const centerLogCodes = {
  messageRefused: { code: 'center.message-refused', sentence: '端末からの通信を断りました', level: 'warn' },
  kioskEnrolled: { code: 'center.kiosk-enrolled', sentence: '端末を登録しました', level: 'info' },
  cardRefused: { code: 'center.card-refused', sentence: 'カードを確認できませんでした', level: 'info' },
  moved: { code: 'center.moved', sentence: '取引の状態が進みました', level: 'info' },
  issuerFailed: {
    code: 'center.issuer-failed',
    sentence: '証明発行サーバと通信できませんでした',
    level: 'warn',
  },
  incident: { code: 'center.incident', sentence: '事案が起きました。確認が必要です', level: 'warn' },
  townStopped: {
    code: 'center.town-stopped',
    sentence: '誤交付につながる異常があったため、この市区町村の交付を止めました',
    level: 'error',
  },
  townRestarted: {
    code: 'center.town-restarted',
    sentence: '市区町村の確認を受けて、交付を再開しました',
    level: 'warn',
  },
  swept: { code: 'center.swept', sentence: '放置された手続を終わらせました', level: 'info' },
  sweepFailed: {
    code: 'center.sweep-failed',
    sentence: '後始末に失敗しました。次の回にやり直します',
    level: 'error',
  },
} as const
