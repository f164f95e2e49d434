import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const casesProblems = {
  notFound: {
    code: 'cases/not-found',
    status: 404,
    title: 'その支援の記録は見つかりません',
    remedy: '災害ケースマネジメントの一覧から選び直してください。',
  },
  alreadyOpen: {
    code: 'cases/already-open',
    status: 409,
    title: 'この世帯の支援は、すでに始まっています',
    remedy: '被災者の画面から、始まっている支援を開いてください。',
  },
  impossible: {
    code: 'cases/impossible',
    status: 422,
    title: '記録に足りない点か、正しくない点があります',
    remedy: '示された項目を直してください。',
  },
  protected: {
    code: 'cases/protected',
    status: 422,
    title: '支援措置の対象者がいる世帯は、この画面ではほかの機関につなげません',
    remedy: '支援措置の担当者に連絡し、伝えてよい内容と相手を確かめてください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const casesEvents = {
  opened: { code: 'cases.case.opened', sentence: '災害ケースマネジメントの支援を始めました' },
  recorded: { code: 'cases.act.recorded', sentence: '災害ケースマネジメントの記録を加えました' },
  shown: { code: 'cases.case.shown', sentence: '災害ケースマネジメントの記録を表示しました' },
} as const

/** 事実の種類 told to the ledger: kind → what the time line shows. */
export const casesFacts = {
  'cases.opened': '災害ケースマネジメントの支援を始めた',
  'cases.visit': '訪問・連絡をした',
  'cases.plan': '支援計画を立てた',
  'cases.handover': 'ほかの機関につないだ',
  'cases.closed': '災害ケースマネジメントの支援を終えた',
  'cases.reopened': '災害ケースマネジメントの支援を再び始めた',
} as const
export type CasesFactKind = keyof typeof casesFacts
