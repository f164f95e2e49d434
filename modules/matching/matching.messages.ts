import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const matchingProblems = {
  unreadable: {
    code: 'matching/unreadable',
    status: 422,
    title: 'この一覧は読み取れません',
    remedy: 'CSV か Excel（.xlsx）の、一行に一人の一覧を選んでください。',
  },
  noName: {
    code: 'matching/no-name',
    status: 422,
    title: '氏名かフリガナの列が選ばれていません',
    remedy: '氏名、氏と名、フリガナのどれかの列を選んでください。',
  },
  listTaken: {
    code: 'matching/list-taken',
    status: 409,
    title: 'この番号の一覧は、すでに取り込まれています',
    remedy: '一覧の画面で、取り込んだ内容を確かめてください。',
  },
  notFound: {
    code: 'matching/not-found',
    status: 404,
    title: 'その一覧や行は見つかりません',
    remedy: '名寄せの一覧から選び直してください。',
  },
  wrongState: {
    code: 'matching/wrong-state',
    status: 409,
    title: 'この行の状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  personMissing: {
    code: 'matching/person-missing',
    status: 422,
    title: '結び付ける方が選ばれていません',
    remedy: '候補から一人を選んでください。',
  },
  reasonMissing: {
    code: 'matching/reason-missing',
    status: 422,
    title: '取り消す理由がありません',
    remedy: '取り消す理由を入力してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const matchingEvents = {
  tried: { code: 'matching.list.tried', sentence: '名寄せの一覧の読み方を確かめました' },
  taken: { code: 'matching.list.taken', sentence: '名寄せの一覧を取り込みました' },
  matched: { code: 'matching.list.matched', sentence: '一覧の方を台帳・住民記録と照合しました' },
  shown: { code: 'matching.row.shown', sentence: '一覧の方と候補を表示しました' },
  linked: { code: 'matching.row.linked', sentence: '一覧の方を台帳の方と結び付けました' },
  added: { code: 'matching.row.added', sentence: '一覧の方を住登外者として追加しました' },
  later: { code: 'matching.row.later', sentence: '一覧の方を後で確認することにしました' },
  undone: { code: 'matching.row.undone', sentence: '一覧の方との結び付けを取り消しました' },
} as const

/** 事実の種類 told to the ledger: kind → what the time line shows. */
export const matchingFacts = {
  'matching.linked': '名寄せ：一覧の方と結び付けた',
  'matching.linked-itself': '名寄せ：一覧の方と自動で結び付けた',
  'matching.undone': '名寄せ：結び付けを取り消した',
} as const
export type MatchingFactKind = keyof typeof matchingFacts
