import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const protectionProblems = {
  notFound: {
    code: 'protection/not-found',
    status: 404,
    title: 'その支援措置は見つかりません',
    remedy: '支援措置の一覧から選び直してください。',
  },
  noSuchPerson: {
    code: 'protection/no-such-person',
    status: 422,
    title: 'その宛名番号の人はいません',
    remedy: '氏名や生年月日で探し直してください。',
  },
  oneself: {
    code: 'protection/oneself',
    status: 422,
    title: 'ご自身が求めたことを、ご自身で決定することはできません',
    remedy: '決定の権限がある別の職員に依頼してください。それまで保護は続きます。',
  },
  notNow: {
    code: 'protection/not-now',
    status: 409,
    title: '今の状態では、その操作はできません',
    remedy: '画面を読み込み直し、今の状態を確かめてください。',
  },
  tooEarly: {
    code: 'protection/too-early',
    status: 422,
    title: '延長は、期間が終わる日の1か月前からできます',
    remedy: 'その日になると「1か月以内に期限」の一覧に表示されます。',
  },
  period: {
    code: 'protection/period',
    status: 422,
    title: '期間が正しくありません',
    remedy: '期間は、開始日から1年以内にしてください。',
  },
  people: {
    code: 'protection/people',
    status: 422,
    title: '対象者の入力に足りない点か、正しくない点があります',
    remedy: '示された項目を直してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const protectionEvents = {
  asked: { code: 'protection.asked', sentence: '支援措置を求め、仮支援措置を始めました' },
  approved: { code: 'protection.approved', sentence: '支援措置を決定しました' },
  refused: { code: 'protection.refused', sentence: '支援措置の必要を認めず、仮支援措置を終えました' },
  renewed: { code: 'protection.renewed', sentence: '支援措置を延長しました' },
  added: { code: 'protection.added', sentence: '支援措置の対象者・加害者を加えました' },
  'release-asked': { code: 'protection.release-asked', sentence: '支援措置の解除を求めました' },
  'release-refused': { code: 'protection.release-refused', sentence: '支援措置の解除を認めませんでした' },
  released: { code: 'protection.released', sentence: '支援措置を解除しました' },
  'lift-asked': { code: 'protection.lift-asked', sentence: '支援措置の一時解除を求めました' },
  'lift-refused': { code: 'protection.lift-refused', sentence: '支援措置の一時解除を認めませんでした' },
  lifted: { code: 'protection.lifted', sentence: '支援措置を一時解除しました' },
  'lift-ended': { code: 'protection.lift-ended', sentence: '支援措置の一時解除を終えました' },
  shown: { code: 'protection.shown', sentence: '支援措置の内容を表示しました' },
} as const
