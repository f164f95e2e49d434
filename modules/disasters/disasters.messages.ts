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
  systemUnnamed: {
    code: 'disasters/system-unnamed',
    status: 422,
    title: '外部システムの名前がありません',
    remedy: '台帳を置く外部システムの名前を入力してください。',
  },
  ledgerElsewhere: {
    code: 'disasters/ledger-elsewhere',
    status: 409,
    title: 'この災害の調査・認定・決定は外部システムで行います',
    remedy: '外部システムで登録し、その結果を「外部連携」の画面で取り込んでください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const disastersEvents = {
  disasterRegistered: { code: 'disasters.disaster.registered', sentence: '災害を登録しました' },
  ledgerPlaceSet: {
    code: 'disasters.ledger-place.set',
    sentence: '被災者台帳を置くシステムを設定しました',
  },
} as const
