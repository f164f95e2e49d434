/** Words for what goes wrong before the server can say anything. `remedy` is what the person can do now. */
type LocalProblem = { readonly code: string; readonly title: string; readonly remedy: string }

export const localProblems = {
  network: {
    code: 'ui/network',
    title: '通信できませんでした',
    remedy: 'ネットワークの接続を確認し、もう一度操作してください。入力した内容は残っています。',
  },
  timeout: {
    code: 'ui/timeout',
    title: '時間内に応答がありませんでした',
    remedy:
      'しばらく待ってから、もう一度操作してください。同じ内容をもう一度送っても二重には登録されません。',
  },
  unreadable: {
    code: 'ui/unreadable-answer',
    title: 'サーバーの応答を読み取れませんでした',
    remedy: '画面を再読み込みしてください。続くときは管理者へ問い合わせ番号を伝えてください。',
  },
  unexpected: {
    code: 'ui/unexpected',
    title: '画面で予期しない問題が起きました',
    remedy: '画面を再読み込みしてください。続くときは管理者へ伝えてください。',
  },
  signedOut: {
    code: 'ui/signed-out',
    title: 'ログインの有効期限が切れました',
    remedy: '新しいタブでログインし直すと、入力した内容を残したまま、この画面で続けられます。',
  },
  device: {
    code: 'ui/device-refused',
    title: '端末での確認が終わりませんでした',
    remedy:
      '端末に表示される案内に従って、もう一度操作してください。パスキーに対応しない端末では使えません。',
  },
  forbidden: {
    code: 'ui/forbidden',
    title: 'この操作を行う権限がありません',
    remedy: '権限が必要なときは、団体のシステム管理者へ依頼してください。',
  },
  notFound: {
    code: 'ui/not-found',
    title: '見つかりませんでした',
    remedy: '削除されたか、アドレスが誤っている可能性があります。一覧から選び直してください。',
  },
  tooMany: {
    code: 'ui/too-many',
    title: '操作が集中しています',
    remedy: '1分ほど待ってから、もう一度操作してください。',
  },
  server: {
    code: 'ui/server',
    title: 'サーバーで問題が起きました',
    remedy:
      'しばらく待ってから、もう一度操作してください。続くときは管理者へ問い合わせ番号を伝えてください。',
  },
  refused: {
    code: 'ui/refused',
    title: '受け付けられませんでした',
    remedy: '入力した内容を確認してください。',
  },
} as const satisfies Record<string, LocalProblem>

/** Words for an answer that carries no problem body, by its HTTP status. */
export function localProblemOf(status: number): LocalProblem {
  if (status === 401) return localProblems.signedOut
  if (status === 403) return localProblems.forbidden
  if (status === 404 || status === 410) return localProblems.notFound
  if (status === 429) return localProblems.tooMany
  if (status >= 500) return localProblems.server
  return localProblems.refused
}
