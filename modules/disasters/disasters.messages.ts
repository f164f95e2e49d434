import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const disastersProblems = {
  notFound: {
    code: 'disasters/not-found',
    status: 404,
    title: 'その災害は登録されていません',
    remedy: '災害の一覧から選び直してください。',
  },
  occursInFuture: {
    code: 'disasters/occurs-in-future',
    status: 422,
    title: '発生日が未来の日付です',
    remedy: '災害が発生した日を入力してください。',
  },
  deadlineBeforeDisaster: {
    code: 'disasters/deadline-before-disaster',
    status: 422,
    title: '申請期限が発生日より前です',
    remedy: '発生日以後の日を入力するか、期限なしとしてください。',
  },
  nameTaken: {
    code: 'disasters/name-taken',
    status: 409,
    title: '同じ災害名が既に登録されています',
    remedy: '一覧から選ぶか、区別できる災害名にしてください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const disastersEvents = {
  disasterRegistered: { code: 'disasters.disaster.registered', sentence: '災害を登録しました' },
} as const
