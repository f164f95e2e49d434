import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const breakGlassProblems = {
  codeUnknown: {
    code: 'break-glass/code-unknown',
    status: 422,
    title: '入室コードが正しくないか、すでに使われたか、期限が切れています',
    remedy:
      '団体コードと入室コードを確かめてください。コードは一度だけ、表示から15分間使えます。まだ入っていなければ、運用の画面で表示し直せます。',
  },
  notFound: {
    code: 'break-glass/not-found',
    status: 404,
    title: 'その緊急閲覧は見つかりません',
    remedy: '緊急閲覧の一覧から選び直してください。',
  },
  stillOpen: {
    code: 'break-glass/still-open',
    status: 409,
    title: 'まだ終わっていません',
    remedy: '事後確認は、緊急閲覧が終わってから記録します。いま終わらせることもできます。',
  },
  reviewed: {
    code: 'break-glass/reviewed',
    status: 409,
    title: '事後確認は、すでに記録されています',
    remedy: '画面を開き直して、記録された内容を確かめてください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const breakGlassEvents = {
  granted: {
    code: 'break-glass.granted',
    sentence: '運用者による緊急閲覧の許可（申請者と別の承認者による）を受け取りました',
  },
  entered: { code: 'break-glass.entered', sentence: '運用者が緊急閲覧を始めました' },
  codeRefused: {
    code: 'break-glass.refused',
    sentence: '使えない入室コード（使用済み・期限切れ・終了後）で緊急閲覧を始めようとしました',
  },
  ended: { code: 'break-glass.ended', sentence: '運用者による緊急閲覧が終わりました' },
  shown: { code: 'break-glass.shown', sentence: '運用者による緊急閲覧の記録を見ました' },
  townReviewed: { code: 'break-glass.town-reviewed', sentence: '緊急閲覧の事後確認を記録しました' },
  operatorReviewed: {
    code: 'break-glass.operator-reviewed',
    sentence: '緊急閲覧について、運用者の事後確認を受け取りました',
  },
} as const
