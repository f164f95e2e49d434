import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const reliefProblems = {
  codeUnknown: {
    code: 'relief/code-unknown',
    status: 422,
    title: '利用証のコードが正しくないか、すでに使われたか、期限が切れています',
    remedy:
      '利用証の2次元コードを読み直してください。直らないときは、受入担当から新しい利用証を受け取ってください。',
  },
  notYet: {
    code: 'relief/not-yet',
    status: 422,
    title: 'この利用証は、まだ使える日になっていません',
    remedy: '利用証に書かれた期間の初日から使えます。',
  },
  wrongPin: {
    code: 'relief/wrong-pin',
    status: 422,
    title: '暗証番号が違うか、この端末では使えない利用証です',
    remedy:
      '利用証を最初に登録した端末で、登録したときの暗証番号を入力してください。端末を替えたときは、受入担当から新しい利用証を受け取ってください。',
  },
  passEnded: {
    code: 'relief/pass-ended',
    status: 422,
    title: '利用証の期間が終わったか、取り消されています',
    remedy: '続けて作業するときは、受入担当から新しい利用証を受け取ってください。',
  },
  passNotFound: {
    code: 'relief/pass-not-found',
    status: 404,
    title: 'その利用証は見つかりません',
    remedy: '応援職員の一覧から選び直してください。',
  },
  wrongState: {
    code: 'relief/wrong-state',
    status: 409,
    title: '利用証の状態が変わったため、この操作はできません',
    remedy: '一覧を開き直して、現在の状態を確かめてください。',
  },
  dates: {
    code: 'relief/dates',
    status: 422,
    title: '利用期間が正しくありません',
    remedy: '終わりの日は、今日以後で、始まりの日から31日以内の日にしてください。',
  },
  noAreas: {
    code: 'relief/no-areas',
    status: 422,
    title: 'この業務は、町字を限れません',
    remedy: '町字を限れるのは「調査票・写真の入力」だけです。町字を空欄にしてください。',
  },
  batchTaken: {
    code: 'relief/batch-taken',
    status: 409,
    title: '同時に作られた利用証と番号が重なりました',
    remedy: 'もう一度「作成する」を押してください。',
  },
  noteNotFound: {
    code: 'relief/note-not-found',
    status: 404,
    title: 'その引継ぎは見つかりません',
    remedy: '引継ぎの一覧を開き直してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const reliefEvents = {
  made: { code: 'relief.pass.made', sentence: '応援職員の利用証を作りました' },
  renewed: { code: 'relief.pass.renewed', sentence: '応援職員の利用証を刷り直しました' },
  enrolled: { code: 'relief.pass.enrolled', sentence: '応援職員が利用証を登録しました' },
  revoked: { code: 'relief.pass.revoked', sentence: '応援職員の利用証を取り消しました' },
  noteWritten: { code: 'relief.note.written', sentence: '引継ぎを書きました' },
  notesRead: { code: 'relief.note.read', sentence: '引継ぎを読みました' },
  noteDone: { code: 'relief.note.done', sentence: '引継ぎを対応済みにしました' },
} as const
