import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const situationProblems = {
  reportNotFound: {
    code: 'situation/report-not-found',
    status: 404,
    title: 'その被害状況報告は見つかりません',
    remedy: '報告の一覧から選び直してください。',
  },
  asOfInFuture: {
    code: 'situation/as-of-in-future',
    status: 422,
    title: '現在の時刻より後の時点は入力できません',
    remedy: '数字を確かめた日時を入力してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const situationEvents = {
  workExported: { code: 'situation.work.exported', sentence: '対応待ちの一覧を書き出しました' },
  told: { code: 'situation.figure.told', sentence: '被害状況の数字を手で入力しました' },
  takenBack: { code: 'situation.figure.taken-back', sentence: '手で入力した被害状況の数字を取り下げました' },
  reported: { code: 'situation.report.made', sentence: '被害状況報告を作成しました' },
  reportExported: { code: 'situation.report.exported', sentence: '被害状況報告を書き出しました' },
} as const
