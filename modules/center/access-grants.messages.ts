import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { CenterEvent } from './staff.messages.ts'

export const accessGrantProblems = {
  notFound: {
    code: 'center/access-grant-not-found',
    status: 404,
    title: 'その緊急閲覧は見つかりません',
    remedy: '一覧から選び直してください。',
  },
  ownGrant: {
    code: 'center/access-own-grant',
    status: 422,
    title: '自分が申請した緊急閲覧は、承認も事後確認もできません',
    remedy: '承認の権限を持つ別の人に依頼してください。',
  },
  wrongStage: {
    code: 'center/access-wrong-stage',
    status: 409,
    title: 'いまの状態では、この操作はできません',
    remedy: '画面を開き直して、現在の状態を確かめてください。失効・終了したものは、あらためて申請します。',
  },
  signInAgain: {
    code: 'center/access-sign-in-again',
    status: 409,
    title: 'ログインから30分が過ぎています',
    remedy: '本人であることを確かめるため、いったんログアウトし、2段階認証でログインし直してください。',
  },
  otherPerson: {
    code: 'center/access-other-person',
    status: 422,
    title: '入室コードは、申請した人だけが受け取れます',
    remedy: '申請した人が、自分の画面で受け取ってください。',
  },
  notTold: {
    code: 'center/access-not-told',
    status: 409,
    title: '団体のクラウドに届いていないため、入室コードを出せません',
    remedy:
      'クラウドの稼働と回線を確かめ、しばらくしてからもう一度操作してください。届くまで、だれも入れません。',
  },
} as const satisfies Record<string, ProblemKind>

export const accessGrantEvents = {
  asked: { code: 'center.access.asked', sentence: '緊急閲覧を申請しました' },
  approved: { code: 'center.access.approved', sentence: '緊急閲覧を承認しました' },
  declined: { code: 'center.access.declined', sentence: '緊急閲覧を却下しました' },
  codeDrawn: { code: 'center.access.code-drawn', sentence: '緊急閲覧の入室コードを受け取りました' },
  ended: { code: 'center.access.ended', sentence: '緊急閲覧を終えました（取下げを含む）' },
  told: { code: 'center.access.told', sentence: '緊急閲覧の許可が団体のクラウドに届きました' },
  act: { code: 'center.access.act', sentence: '緊急閲覧での操作（団体のクラウドの記録）' },
  over: { code: 'center.access.over', sentence: '緊急閲覧が終わりました（団体のクラウドの記録）' },
  reviewed: { code: 'center.access.reviewed', sentence: '緊急閲覧の事後確認を記録しました' },
  townReviewed: { code: 'center.access.town-reviewed', sentence: '緊急閲覧の団体の事後確認が届きました' },
} as const satisfies Record<string, CenterEvent>
