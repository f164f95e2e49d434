import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const lettersProblems = {
  nothingWaits: {
    code: 'risai/no-letters',
    status: 409,
    title: '束にする通知書がありません',
    remedy: '支援措置の対象者への通知は束に入りません。個別に対応してください。',
  },
  nothingToPrint: {
    code: 'risai/no-letters-to-print',
    status: 409,
    title: '印刷できる通知書がありません',
    remedy: '取り除かれたか、支援措置の対象になりました。束を取りやめてください。',
  },
  batchNotFound: {
    code: 'risai/letter-batch-not-found',
    status: 404,
    title: 'その通知書の束は見つかりません',
    remedy: '一覧から選び直してください。',
  },
  batchEnded: {
    code: 'risai/letter-batch-ended',
    status: 409,
    title: 'この束は、発送済みか、取りやめられています',
    remedy: '一覧で確かめてください。',
  },
  letterNotFound: {
    code: 'risai/letter-not-found',
    status: 404,
    title: '発送前のその通知書は見つかりません',
    remedy: '発送済みか、既に取り除かれています。',
  },
  postedInFuture: {
    code: 'risai/posted-in-future',
    status: 422,
    title: '発送日が未来の日付です',
    remedy: '今日までの日付を入力してください。',
  },
  unprintable: {
    code: 'risai/letters-unprintable',
    status: 422,
    title: '印字できない通知書があります',
    remedy: '示された通知書を束から取り除き、個別に作成してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const lettersEvents = {
  requested: { code: 'risai.letter.requested', sentence: '通知書を依頼しました' },
  batchMade: { code: 'risai.letter.batch-made', sentence: '通知書の束を作りました' },
  printed: { code: 'risai.letter.printed', sentence: '通知書の束を出力しました' },
  posted: { code: 'risai.letter.posted', sentence: '通知書の束を発送しました' },
  dissolved: { code: 'risai.letter.dissolved', sentence: '通知書の束を取りやめました' },
  leftOut: { code: 'risai.letter.left-out', sentence: '通知書を取り除きました' },
} as const
