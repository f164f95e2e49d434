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
} as const satisfies Record<string, ProblemKind>
