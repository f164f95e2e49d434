import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const residentsProblems = {
  notFound: {
    code: 'residents/not-found',
    status: 404,
    title: 'その宛名番号の住民は見つかりません',
    remedy:
      '宛名番号を確かめるか、氏名・生年月日で検索してください。登録のない方は住登外者として追加できます。',
  },
  tooVague: {
    code: 'residents/too-vague',
    status: 422,
    title: '検索の条件がありません',
    remedy: '氏名、フリガナ、生年月日、住所、宛名番号のどれかを入力してください。',
  },
  neverRegistered: {
    code: 'residents/never-registered',
    status: 404,
    title: 'その宛名番号の記録は、中間DBにありません',
    remedy: '宛名番号を確かめてください。住登外者は、ほかの業務の画面で確かめます。',
  },
  versionNotFound: {
    code: 'residents/version-not-found',
    status: 404,
    title: 'その世代は見つかりません',
    remedy: '世代の一覧から選び直してください。',
  },
  nothingYet: {
    code: 'residents/nothing-yet',
    status: 422,
    title: 'その時点より前に取り込んだ記録がありません',
    remedy: '一覧の「取込日時」より後の日時を指定してください。取込通番でも指定できます。',
  },
  listClosed: {
    code: 'residents/list-closed',
    status: 409,
    title: 'この名簿は、もう続けられません',
    remedy: '目的と理由を入れて、名簿を作り直してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const residentsEvents = {
  versionsSearched: { code: 'residents.versions-searched', sentence: '中間DBを検索しました' },
  emergencyAreasCounted: {
    code: 'residents.emergency-areas-counted',
    sentence: '緊急名簿のため町字・地区ごとの人数を数えました',
  },
  emergencyListBegun: { code: 'residents.emergency-list-begun', sentence: '緊急名簿を作りました' },
  versionsListed: { code: 'residents.versions-listed', sentence: '中間DBの世代の一覧を開きました' },
} as const
