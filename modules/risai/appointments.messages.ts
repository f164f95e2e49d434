import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const appointmentsProblems = {
  slotNotFound: {
    code: 'risai/slot-not-found',
    status: 404,
    title: 'その予約枠は見つかりません',
    remedy: '予約の画面から選び直してください。',
  },
  notFound: {
    code: 'risai/appointment-not-found',
    status: 404,
    title: 'その予約は見つかりません',
    remedy: '予約の画面から選び直してください。',
  },
  full: {
    code: 'risai/slot-full',
    status: 409,
    title: 'その枠は満員です',
    remedy: 'ほかの枠を選んでください。',
  },
  past: {
    code: 'risai/slot-past',
    status: 422,
    title: '過ぎた日の枠です',
    remedy: '今日以後の枠を選んでください。',
  },
  already: {
    code: 'risai/appointment-already',
    status: 409,
    title: 'この申請には、既に予約があります',
    remedy: 'その予約の日時を変えるか、取り消してください。',
  },
  ended: {
    code: 'risai/appointment-ended',
    status: 409,
    title: 'この予約は終わっています',
    remedy: '予約の一覧で確かめてください。',
  },
  notIssuable: {
    code: 'risai/appointment-not-issuable',
    status: 422,
    title: 'この申請は、来庁の予約ができません',
    remedy: '交付の決定の後に予約してください。支援措置の対象者を含む申請は、個別に対応してください。',
  },
  tooFew: {
    code: 'risai/capacity-below-taken',
    status: 409,
    title: '定員を変えられませんでした',
    remedy: '予約の数より少なくはできません。同僚が先に変えたこともあります。画面を開き直してください。',
  },
  badHours: {
    code: 'risai/slot-hours',
    status: 422,
    title: '予約枠の時間が正しくありません',
    remedy: '終わりの時刻を始まりより後にし、1枠がその間に収まるようにしてください。',
  },
} as const satisfies Record<string, ProblemKind>

export const appointmentsEvents = {
  slotsOpened: { code: 'risai.slots.opened', sentence: '交付の予約枠を設けました' },
  capacityChanged: { code: 'risai.slots.changed', sentence: '予約枠の定員を変えました' },
  booked: { code: 'risai.appointment.booked', sentence: '来庁の予約を受け付けました' },
  moved: { code: 'risai.appointment.moved', sentence: '来庁の予約を変更しました' },
  ended: { code: 'risai.appointment.ended', sentence: '来庁の予約の結果を登録しました' },
  viewed: { code: 'risai.appointment.viewed', sentence: '来庁の予約を参照しました' },
} as const
