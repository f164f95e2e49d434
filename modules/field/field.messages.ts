import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const fieldProblems = {
  passNotFound: {
    code: 'field/pass-not-found',
    status: 404,
    title: 'その端末の利用許可は見つかりません',
    remedy: '調査端末の一覧から選び直してください。',
  },
  codeUnknown: {
    code: 'field/code-unknown',
    status: 422,
    title: '登録コードが正しくないか、使われたか、期限が切れています',
    remedy:
      '団体コードと登録コードを確かめてください。期限が切れたときは、役場で新しいコードを出してもらってください。',
  },
  alreadyEnrolled: {
    code: 'field/already-enrolled',
    status: 409,
    title: 'この利用許可は、すでに端末に登録されています',
    remedy: '別の端末で使うときは、新しい利用許可を作ってください。',
  },
  passEnded: {
    code: 'field/pass-ended',
    status: 403,
    title: 'この端末の利用期間ではありません',
    remedy: '記録したものは端末に残っています。役場に連絡してください。',
  },
  dates: {
    code: 'field/dates',
    status: 422,
    title: '利用期間が正しくありません',
    remedy: '終わりの日は、始まりの日以後、93日以内の日にしてください。',
  },
  wrongState: {
    code: 'field/wrong-state',
    status: 409,
    title: '状態が変わったため、この操作はできません',
    remedy: '一覧を開き直して、現在の状態を確かめてください。',
  },
  numberTaken: {
    code: 'field/number-taken',
    status: 409,
    title: '同じ番号のものが、ほかの端末から届いています',
    remedy: '端末の未送信を書き出して、役場に渡してください。',
  },
  itemNotFound: {
    code: 'field/item-not-found',
    status: 404,
    title: 'その保留は見つかりません',
    remedy: '保留の一覧から選び直してください。',
  },
  reasonMissing: {
    code: 'field/reason-missing',
    status: 422,
    title: '登録しない理由を入力してください',
    remedy: '後で見た人に分かるように、理由を書いてください。',
  },
  cannotOpen: {
    code: 'field/cannot-open',
    status: 422,
    title: '内容を開けないため、登録できません',
    remedy: '「登録しない」を選び、理由を残してください。届いたものは消えません。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const fieldEvents = {
  passMade: { code: 'field.pass.made', sentence: '調査端末の利用を許可しました' },
  codeMade: { code: 'field.pass.code', sentence: '調査端末の登録コードを出しました' },
  enrolled: { code: 'field.pass.enrolled', sentence: '調査端末を登録しました' },
  revoked: { code: 'field.pass.revoked', sentence: '調査端末の利用許可を取り消しました' },
  wiped: { code: 'field.pass.wiped', sentence: '調査端末の内容が消去されました' },
  carried: { code: 'field.work.carried', sentence: '割り当てられた調査対象を端末に入れました' },
  parked: { code: 'field.item.parked', sentence: '調査端末から届いたものを保留にしました' },
  accepted: { code: 'field.item.accepted', sentence: '保留していたものを登録しました' },
  refused: { code: 'field.item.refused', sentence: '保留していたものを登録しないことにしました' },
} as const
