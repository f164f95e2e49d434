import type { ProblemKind } from '@open-bcl/core/problem.ts'

/** Refusals that any endpoint may give. */
export const platformProblems = {
  invalidInput: {
    code: 'platform/invalid-input',
    status: 400,
    title: '入力に誤りがあります',
    remedy: '示された項目を直して、もう一度送信してください。',
  },
  notSignedIn: {
    code: 'platform/not-signed-in',
    status: 401,
    title: 'ログインしていないか、有効期限が切れました',
    remedy: 'もう一度ログインしてください。入力中の内容は画面に残っています。',
  },
  passwordFirst: {
    code: 'platform/password-first',
    status: 403,
    title: '先にパスワードを変更してください',
    remedy: '渡されたパスワードのままでは使えません。変更すると、ほかの操作ができるようになります。',
  },
  secondFactorFirst: {
    code: 'platform/second-factor-first',
    status: 403,
    title: '先に2段階目の確認をしてください',
    remedy: 'パスワードの確認は済んでいます。2段階目の確認が終わると、ほかの操作ができるようになります。',
  },
  badOrigin: {
    code: 'platform/bad-origin',
    status: 403,
    title: '他の画面から送られた要求は受け付けません',
    remedy: '画面を再読み込みして、もう一度操作してください。',
  },
  notAllowed: {
    code: 'platform/not-allowed',
    status: 403,
    title: 'この操作の権限がありません',
    remedy: '必要な場合は、貴団体の管理者に権限の付与を依頼してください。',
  },
  notAtThisTerminal: {
    code: 'platform/not-at-this-terminal',
    status: 403,
    title: 'この端末では、この操作はできません',
    remedy:
      'この業務に使う種類の端末で操作してください。どの端末か分からないとき、端末の種類が違うときは、貴団体のシステム管理者に連絡してください。',
  },
  otherTown: {
    code: 'platform/other-town',
    status: 409,
    title: '別のタブで、別の団体または練習の画面に切り替わっています',
    remedy: 'この画面からは何も送っていません。ページを再読み込みして、どの画面かを確かめてください。',
  },
  notFound: {
    code: 'platform/not-found',
    status: 404,
    title: '見つかりません',
    remedy: '削除されたか、番号が誤っています。一覧から選び直してください。',
  },
  requestIdMissing: {
    code: 'platform/request-id-missing',
    status: 400,
    title: '要求番号（Idempotency-Key）がありません',
    remedy: '書き込みには UUIDv7 の要求番号を付けてください。',
  },
  requestIdReused: {
    code: 'platform/request-id-reused',
    status: 409,
    title: '同じ要求番号で異なる内容が送られました',
    remedy: '画面を再読み込みし、内容を確かめてから送信してください。',
  },
  changedByOther: {
    code: 'platform/changed-by-other',
    status: 409,
    title: '他の職員がこの記録を先に更新しました',
    remedy: '最新の内容と見比べて、もう一度更新してください。入力した内容は失われていません。',
  },
  tooLarge: {
    code: 'platform/too-large',
    status: 413,
    title: '送られたデータが大きすぎます',
    remedy: '内容を分けて送信してください。',
  },
  unsupported: {
    code: 'platform/unsupported-type',
    status: 415,
    title: 'このデータ形式は受け付けません',
    remedy: 'JSON（UTF-8）で送信してください。',
  },
  bodyBroken: {
    code: 'platform/body-broken',
    status: 400,
    title: '送られたデータが、途中で欠けたか壊れています',
    remedy: 'もう一度送信してください。',
  },
  tooMany: {
    code: 'platform/too-many-requests',
    status: 429,
    title: '短い時間に要求が集中しています',
    remedy: '少し待ってから、もう一度操作してください。',
  },
  unexpected: {
    code: 'platform/unexpected',
    status: 500,
    title: '処理を完了できませんでした',
    remedy:
      '同じ要求番号で送り直しても、二重に処理されることはありません。続く場合は下の番号を添えて運用者に連絡してください。',
  },
  busy: {
    code: 'platform/busy',
    status: 503,
    title: 'ただいま混み合っています',
    remedy: '少し待ってから、もう一度操作してください。同じ操作が二重に行われることはありません。',
  },
} as const satisfies Record<string, ProblemKind>
