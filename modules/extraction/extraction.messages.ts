import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const extractionProblems = {
  noCondition: {
    code: 'extraction/no-condition',
    status: 422,
    title: '抽出の条件がありません',
    remedy: '年齢、世帯、地域、被害、配慮などの条件を、一つは指定してください。',
  },
  tooMany: {
    code: 'extraction/too-many',
    status: 422,
    title: '該当する方が400万人を超えるため、一つの一覧にできません',
    remedy: '地域や世帯の条件を加えて、分けて保存してください。',
  },
  tooManyForWorkbook: {
    code: 'extraction/too-many-for-workbook',
    status: 422,
    title: '5万人を超える一覧は、Excel のファイルにできません',
    remedy: 'CSV で書き出してください。Excel で開けます。',
  },
  nobody: {
    code: 'extraction/nobody',
    status: 422,
    title: '条件に合う方がいません',
    remedy: '条件を減らして、数え直してください。',
  },
  notFound: {
    code: 'extraction/not-found',
    status: 404,
    title: 'その一覧は見つかりません',
    remedy: '援護対象者抽出の一覧から選び直してください。',
  },
  wrongState: {
    code: 'extraction/wrong-state',
    status: 409,
    title: 'この方の対応の状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  reasonMissing: {
    code: 'extraction/reason-missing',
    status: 422,
    title: '見送る理由がありません',
    remedy: '見送る理由を入力してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const extractionEvents = {
  counted: { code: 'extraction.counted', sentence: '援護対象者を数えました' },
  listMade: { code: 'extraction.list.made', sentence: '援護対象者の一覧を保存しました' },
  exported: { code: 'extraction.list.exported', sentence: '援護対象者の一覧を書き出しました' },
  exportEnded: {
    code: 'extraction.list.export-ended',
    sentence: '援護対象者の一覧を終わりまで書き出しました',
  },
} as const

/** 事実の種類 told to the ledger: kind → what the time line shows. */
export const extractionFacts = {
  'extraction.done': '援護対象者の一覧で対応を済ませた',
  'extraction.skipped': '援護対象者の一覧で対応を見送った',
  'extraction.reopened': '援護対象者の一覧で未対応に戻した',
} as const
export type ExtractionFactKind = keyof typeof extractionFacts
