import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const reportsProblems = {
  notFound: {
    code: 'risai/report-not-found',
    status: 404,
    title: 'その被災届出は見つかりません',
    remedy: '被災届出の一覧から選び直してください。',
  },
  wrongState: {
    code: 'risai/report-wrong-state',
    status: 409,
    title: '届出の状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  notifiedOutOfRange: {
    code: 'risai/notified-out-of-range',
    status: 422,
    title: '届出日が災害の発生前か、未来の日付です',
    remedy: '届け出た日を入力してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const reportsEvents = {
  received: { code: 'risai.report.received', sentence: '被災届出を受け付けました' },
  accepted: { code: 'risai.report.accepted', sentence: '被災届出を受理しました' },
  withdrawn: { code: 'risai.report.withdrawn', sentence: '被災届出の取下げを登録しました' },
} as const

/** 事実の種類 told to the ledger: kind → what the timeline shows. */
export const reportsFacts = {
  'risai.report-received': '被災届出を受付',
  'risai.report-accepted': '被災届出を受理',
  'risai.report-withdrawn': '被災届出を取下げ',
} as const
export type ReportFactKind = keyof typeof reportsFacts
