import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const linkageProblems = {
  notAnAgent: {
    code: 'linkage/not-an-agent',
    status: 403,
    title: 'この証明書は連携APのものではありません',
    remedy: '連携APの登録（enrol）で受け取った証明書で接続してください。',
  },
  notEnrolled: {
    code: 'linkage/not-enrolled',
    status: 403,
    title: 'この連携APは登録されていないか、登録が取り消されています',
    remedy: '貴団体の管理者に新しい登録コードの発行を依頼し、連携APを登録し直してください。',
  },
  badSignature: {
    code: 'linkage/bad-signature',
    status: 403,
    title: '送信者の署名を確かめられません',
    remedy: '連携APの時計と、接続先の設定を確かめてください。',
  },
  wrongClock: {
    code: 'linkage/wrong-clock',
    status: 403,
    title: '連携APの時計が15分以上ずれています',
    remedy: '連携APのサーバの時刻を合わせてください（NTP）。',
  },
  badManifest: {
    code: 'linkage/bad-manifest',
    status: 400,
    title: '送付票に誤りがあります',
    remedy: '連携元の設定を確かめ、ファイルを出力し直してください。',
  },
  otherMunicipality: {
    code: 'linkage/other-municipality',
    status: 403,
    title: 'ほかの団体のファイルは受け取れません',
    remedy: '連携フォルダの場所と、連携元の団体コードを確かめてください。',
  },
  numberTaken: {
    code: 'linkage/number-taken',
    status: 409,
    title: '同じ通番で内容の異なるファイルが、すでに取り込まれています',
    remedy: '連携元で次の通番を付けて出力し直してください。',
  },
  gap: {
    code: 'linkage/gap',
    status: 409,
    title: '通番が抜けているため、まだ取り込めません',
    remedy: '抜けている通番のファイルを先に送ってください。',
  },
  overtaken: {
    code: 'linkage/overtaken',
    status: 409,
    title: 'あとから送られた内容がすでに届いています',
    remedy: '連携APの時計を確かめてください（NTP）。合っていれば自動で送り直します。',
  },
  cutOff: {
    code: 'linkage/cut-off',
    status: 400,
    title: '送信が途中で切れました',
    remedy: '何も取り込まれていません。もう一度送信してください。',
  },
  closed: {
    code: 'linkage/closed',
    status: 503,
    title: '連携の受付時間外です',
    remedy: '受付時間になると自動で送信します。急ぐときは、連携状況の画面で時間外の受付を始めてください。',
  },
  wrongOffset: {
    code: 'linkage/wrong-offset',
    status: 409,
    title: '送信の続きの位置が違います',
    remedy: '受け取った位置から送り直してください。',
  },
  noUpload: {
    code: 'linkage/no-upload',
    status: 409,
    title: 'このファイルの受信は始まっていません',
    remedy: '送付票から送り直してください。',
  },
  fileTooLarge: {
    code: 'linkage/file-too-large',
    status: 413,
    title: 'ファイルが大きすぎるため受け取れません',
    remedy: 'BCLの運用者に連絡してください。',
  },
  spoolFull: {
    code: 'linkage/spool-full',
    status: 503,
    title: '受信用の領域が足りないため、いまは受け取れません',
    remedy: 'BCLの運用者に連絡してください。ファイルは連携APに残り、あとで自動で送り直します。',
  },
  notApplied: {
    code: 'linkage/not-applied',
    status: 409,
    title: '突合する通番のファイルは、まだ取り込まれていないか、最後に取り込んだものではありません',
    remedy: '最後の受領のあとで突合し直してください。',
  },
  tooLong: {
    code: 'linkage/too-long',
    status: 422,
    title: '時間外の受付は24時間以内で指定してください',
    remedy: '受付の終わりを24時間以内にしてください。',
  },
  alarmNotFound: {
    code: 'linkage/alarm-not-found',
    status: 404,
    title: 'その警報は見つかりません',
    remedy: '一覧から選び直してください。',
  },
  contactNotFound: {
    code: 'linkage/contact-not-found',
    status: 404,
    title: 'その連絡先は登録されていません',
    remedy: '一覧から選び直してください。',
  },
  tooManyContacts: {
    code: 'linkage/too-many-contacts',
    status: 422,
    title: '連絡先は20件までです',
    remedy: '使っていない連絡先を削除してから追加してください。',
  },
  overrideStands: {
    code: 'linkage/override-stands',
    status: 409,
    title: '選んだ証明書の中に、すでに特例で交付しているものがあります',
    remedy:
      '連携状況の画面で、だれがいつまでの特例を始めたかを確かめてください。時間を変えるときは、その特例を終えてから始めてください。',
  },
  overrideNotFound: {
    code: 'linkage/override-not-found',
    status: 404,
    title: 'その特例は見つからないか、終わっています',
    remedy: '画面を開き直してください。',
  },
  fileNotFound: {
    code: 'linkage/file-not-found',
    status: 404,
    title: 'その受領の記録は見つかりません',
    remedy: '一覧から選び直してください。',
  },
  agentNotFound: {
    code: 'linkage/agent-not-found',
    status: 404,
    title: 'その連携APは登録されていません',
    remedy: '一覧から選び直してください。',
  },
  wrongCode: {
    code: 'linkage/wrong-code',
    status: 403,
    title: '登録コードが違うか、使用済みか、有効期限が切れています',
    remedy:
      'コードを確かめてください。使えないときは、貴団体の管理者に新しいコードの発行を依頼してください。',
  },
  badRequestFile: {
    code: 'linkage/bad-certificate-request',
    status: 400,
    title: '証明書の発行要求に誤りがあります',
    remedy: '連携APの登録をはじめからやり直してください。コードはまだ使えます。',
  },
} as const satisfies Record<string, ProblemKind>

export const linkageEvents = {
  fileApplied: { code: 'linkage.file-applied', sentence: '連携用データを取り込みました' },
  fileRefused: { code: 'linkage.file-refused', sentence: '連携用データに誤りがあり、取り込みませんでした' },
  codeCreated: { code: 'linkage.enrolment-code-created', sentence: '連携APの登録コードを発行しました' },
  agentEnrolled: { code: 'linkage.agent-enrolled', sentence: '連携APを登録しました' },
  agentRevoked: { code: 'linkage.agent-revoked', sentence: '連携APの登録を取り消しました' },
  agentRenewed: { code: 'linkage.agent-renewed', sentence: '連携APの証明書を更新しました' },
  paused: { code: 'linkage.paused', sentence: '連携用データの取込を一時停止しました' },
  resumed: { code: 'linkage.resumed', sentence: '連携用データの取込を再開しました' },
  linkEnded: { code: 'linkage.ended', sentence: '業務の連携を終え、手作業に切り替えました' },
  linkTakenUp: { code: 'linkage.taken-up', sentence: '終えていた業務の連携を再開しました' },
  resendAsked: { code: 'linkage.resend-asked', sentence: '連携用データの再送を依頼しました' },
  opened: { code: 'linkage.opened', sentence: '連携時間外の受付を変更しました' },
  reconciled: { code: 'linkage.reconciled', sentence: '庁内のデータと突合しました' },
  alarmRaised: { code: 'linkage.alarm-raised', sentence: '連携の警報を出しました' },
  alarmAcknowledged: { code: 'linkage.alarm-acknowledged', sentence: '連携の警報を確認しました' },
  contactAdded: { code: 'linkage.contact-added', sentence: '連携の連絡先を追加しました' },
  contactRemoved: { code: 'linkage.contact-removed', sentence: '連携の連絡先を削除しました' },
  contactsRead: { code: 'linkage.contacts-read', sentence: '連携の連絡先を見ました' },
  badRowsRead: { code: 'linkage.bad-rows-read', sentence: '誤りのある行により交付を止めている人を見ました' },
  overrideGiven: { code: 'linkage.override-given', sentence: '連携停止中の交付の特例を始めました' },
  overrideEnded: { code: 'linkage.override-ended', sentence: '連携停止中の交付の特例を終えました' },
} as const

export const linkageLog = {
  applied: { code: 'linkage.applied', sentence: '連携用データを取り込みました', level: 'info' },
  refused: {
    code: 'linkage.refused',
    sentence: '連携用データに誤りがあり、取り込みませんでした',
    level: 'warn',
  },
  alarm: { code: 'linkage.alarm', sentence: '連携の警報を出しました', level: 'warn' },
  applyFailed: {
    code: 'linkage.apply-failed',
    sentence: '連携用データの取込に失敗しました。やり直します',
    level: 'error',
  },
  spoolLost: {
    code: 'linkage.spool-lost',
    sentence: '受信した連携用データが失われていたため、はじめから送り直してもらいます',
    level: 'warn',
  },
  swept: { code: 'linkage.swept', sentence: '使われていない受信中のデータを消しました', level: 'info' },
  tickFailed: { code: 'linkage.tick-failed', sentence: '連携の見回りに失敗しました', level: 'error' },
  cutOff: { code: 'linkage.cut-off', sentence: '連携用データの受信が途中で切れました', level: 'warn' },
  agentSent: { code: 'agent.sent', sentence: '連携用データを送りました', level: 'info' },
  agentRefused: {
    code: 'agent.refused',
    sentence: '連携用データを送らず、または断られました',
    level: 'warn',
  },
  agentWaits: { code: 'agent.waits', sentence: '送信できないため、待ってからやり直します', level: 'warn' },
} as const

/** What the checks of a whole file say, beside those of its lines. */
export const fileFaults = {
  rowCount: {
    item: '件数',
    message: '送付票の件数と行数が違います。途中で切れていないか確かめ、出力し直してください。',
  },
  hashTotal: {
    item: 'ハッシュ合計',
    message:
      '送付票のハッシュ合計が、受け取った行の合計と合いません。連携APの版と、送付票を作った後で変わっていないかを確かめてください。',
  },
  deleteCount: {
    item: '削除件数',
    message: '送付票の削除件数と、削除フラグが1の行数が違います。出力し直してください。',
  },
  sha256: {
    item: 'SHA-256',
    message: 'データが送付票のSHA-256と合いません。送付票を作った後で変わっていないか確かめてください。',
  },
} as const

export function repeatedKey(firstLine: number): string {
  return `${firstLine}行目と一意の項目の組が同じです。どちらかを除いて出力し直してください。`
}
export function repeatedLatest(firstLine: number): string {
  return `${firstLine}行目と同じ人の行で、どちらも最新フラグが1です。最新の履歴だけを1にしてください。`
}
export const emptyFile = 'ファイルが空です。見出し行から出力し直してください。'
export function nextFileNo(next: number): string {
  return `次に受け取る通番は${next}です。`
}
export function myNumbersNotKept(count: number): string {
  return `個人番号が${count}件入っていました。個人番号は保存していません。`
}
export function latestLost(people: number): string {
  return `最新フラグが1の行がなくなった人がいます（${people}人）。その人への交付を止めました。異動を取り消したときは、前の履歴の行を最新フラグを1にして送ってください。`
}
export function protectionsKept(people: number): string {
  return `支援措置の記録が消えましたが、終了の記録がないため保護を続けています（${people}人）。`
}
export function oldVersion(version: string, current: string): string {
  return `第${version}版の受付は終わりました。第${current}版で出力し直してください。`
}
export function versionEnds(version: string, until: string, current: string): string {
  return `第${version}版の受付は${until}までです。それまでに第${current}版へ切り替えてください。`
}
