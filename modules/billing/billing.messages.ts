import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { CenterEvent } from '../center/staff.messages.ts'

export const billingProblems = {
  monthNotOver: {
    code: 'billing/month-not-over',
    status: 422,
    title: 'その月はまだ終わっていません',
    remedy: '翌月の1日0時を過ぎてから締めてください。それまでは速報を見られます。',
  },
  monthOrder: {
    code: 'billing/month-order',
    status: 409,
    title: '締める順番が違います',
    remedy: '前の月から順に締めてください。次に締める月は、精算の画面に表示されています。',
  },
  alreadyClosed: {
    code: 'billing/already-closed',
    status: 409,
    title: 'その月はすでに締められています',
    remedy: '確定した明細を見てください。後から分かった取引は、次の月に計上されます。',
  },
  tooManyRows: {
    code: 'billing/too-many-rows',
    status: 422,
    title: '行が多すぎるため、一つのファイルにできません',
    remedy: '団体・事業者・証明書の種類などで絞り込んでください。',
  },
  yearNotClosed: {
    code: 'billing/year-not-closed',
    status: 409,
    title: '年度の12か月がまだ締められていません',
    remedy: '3月分までを締めてから、年度を精算してください。',
  },
  yearSettled: {
    code: 'billing/year-settled',
    status: 409,
    title: 'その年度はすでに精算されています',
    remedy: '精算した額を見てください。',
  },
  populationMissing: {
    code: 'billing/population-missing',
    status: 422,
    title: '人口が登録されていない団体があります',
    remedy: '示された団体の住民基本台帳人口を登録してから、もう一度精算してください。',
  },
  contractReplaced: {
    code: 'billing/contract-replaced',
    status: 409,
    title: 'その契約は、他の運用者が先に改めました',
    remedy: '最新の契約を見てから、もう一度登録してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const billingEvents = {
  monthClosed: { code: 'billing.month-closed', sentence: '月次の精算を締めました' },
  yearSettled: { code: 'billing.year-settled', sentence: '年度の精算を行いました' },
  populationRecorded: { code: 'billing.population-recorded', sentence: '人口を登録しました' },
  contractRecorded: { code: 'billing.contract-recorded', sentence: '契約を登録しました' },
  findingRecorded: {
    code: 'billing.finding-recorded',
    sentence: '都道府県の利用団体数の確認（措置2）を登録しました',
  },
} as const satisfies Record<string, CenterEvent>
