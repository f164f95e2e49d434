import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const paymentsProblems = {
  runNotFound: {
    code: 'payments/run-not-found',
    status: 404,
    title: 'その支払の回は見つかりません',
    remedy: '支払の一覧から選び直してください。',
  },
  awardNotFound: {
    code: 'payments/award-not-found',
    status: 404,
    title: 'その支給・返還の決定は見つかりません',
    remedy: '一覧から選び直してください。',
  },
  wrongAccount: {
    code: 'payments/wrong-account',
    status: 422,
    title: '口座の記載が振込データに使えません',
    remedy: '示された項目を通帳で確かめてください。',
  },
  noRemitter: {
    code: 'payments/no-remitter',
    status: 409,
    title: '振込依頼人（市町村の口座）が登録されていません',
    remedy: 'システム管理者が「振込依頼人」を登録してください。',
  },
  nothingToPay: {
    code: 'payments/nothing-to-pay',
    status: 409,
    title: '支払える決定がありません',
    remedy: '試算の一覧で、止まっている理由を確かめてください。',
  },
  planChanged: {
    code: 'payments/plan-changed',
    status: 409,
    title: '試算の後に、件数か金額が変わりました',
    remedy: 'もう一度試算を確かめてから作成してください。',
  },
  beforeToday: {
    code: 'payments/before-today',
    status: 422,
    title: '振込日が過ぎています',
    remedy: '明日以後の日を入力してください。',
  },
  samePerson: {
    code: 'payments/same-person',
    status: 422,
    title: '支払を作成した人が自分で承認することはできません',
    remedy: '別の職員が承認してください。',
  },
  wrongState: {
    code: 'payments/wrong-state',
    status: 409,
    title: '支払の状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  stale: {
    code: 'payments/stale',
    status: 409,
    title: '作成の後に、口座か決定が変わったものがあります',
    remedy: 'この支払を取り消して、作り直してください。',
  },
  notTakenOut: {
    code: 'payments/not-taken-out',
    status: 409,
    title: '振込データがまだ一度も取り出されていません',
    remedy: '振込データを取り出して金融機関に渡し、結果を受け取ってから記録してください。',
  },
  fileDiffers: {
    code: 'payments/file-differs',
    status: 409,
    title: '振込データが承認のときと一致しません',
    remedy: '出力を中止しました。システム管理者に連絡してください。',
  },
  tooMuch: {
    code: 'payments/too-much',
    status: 422,
    title: '入金の額が返還の残りを超えています',
    remedy: '残りの額を確かめてください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const paymentsEvents = {
  remitterSet: { code: 'payments.remitter.set', sentence: '振込依頼人を登録しました' },
  accountWritten: { code: 'payments.account.written', sentence: '振込先口座を登録しました' },
  warningCleared: { code: 'payments.warning.cleared', sentence: '口座の警告を確認済みとしました' },
  planned: { code: 'payments.run.planned', sentence: '支払を試算しました' },
  made: { code: 'payments.run.made', sentence: '支払を作成しました' },
  approved: { code: 'payments.run.approved', sentence: '支払を承認しました' },
  cancelled: { code: 'payments.run.cancelled', sentence: '支払を取り消しました' },
  exported: { code: 'payments.run.exported', sentence: '振込データを出力しました' },
  settled: { code: 'payments.run.settled', sentence: '振込の結果を登録しました' },
  returned: { code: 'payments.item.returned', sentence: '振込不能を登録しました' },
  repaid: { code: 'payments.repayment.recorded', sentence: '返還金の入金を登録しました' },
} as const

/** 事実の種類 told to the ledger. */
export const paymentsFacts = {
  'payments.account': '振込先口座を登録',
  'payments.paid': '支援金等を支払い',
  'payments.returned': '振込不能',
  'payments.repaid': '返還金の入金',
} as const
export type PaymentsFactKind = keyof typeof paymentsFacts
