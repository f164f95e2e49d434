import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const manualProblems = {
  linked: {
    code: 'manual/linked-by-agent',
    status: 409,
    title: 'この業務のデータは連携APから届いています',
    remedy:
      'データの誤りは業務システムで直し、連携APから送ってください。連携APをもう使わない業務（参加パターンBへの切替え、連携APの故障など）は、システム管理者が「連携状況」でその業務を選び、「連携を終えて手作業に切り替える」を行うと取り込めます。',
  },
  suppressionsFirst: {
    code: 'manual/suppressions-first',
    status: 409,
    title: '支援措置対象者の確認がまだ済んでいません',
    remedy:
      '支援措置対象者のファイルを先に取り込んでください。対象者が1人もいないときは「該当者なし」を登録してください。',
  },
  uploadNotFound: {
    code: 'manual/upload-not-found',
    status: 404,
    title: 'そのファイルは、もうありません',
    remedy: 'ファイルを選び直し、はじめから行ってください。取込済みのデータはそのままです。',
  },
  uploadUnfinished: {
    code: 'manual/upload-unfinished',
    status: 409,
    title: 'ファイルの送信が終わっていません',
    remedy: 'もう一度ファイルを選んでください。',
  },
  wrongPiece: {
    code: 'manual/wrong-piece',
    status: 409,
    title: 'ファイルの送信が途中で食い違いました',
    remedy: 'もう一度ファイルを選んでください。',
  },
  noRoom: {
    code: 'manual/no-room',
    status: 503,
    title: 'サーバの空き容量が足りないため、ファイルを受け取れません',
    remedy: '運用者に連絡してください。',
  },
  tooMuchKept: {
    code: 'manual/too-much-kept',
    status: 409,
    title: 'この自治体の取込中のファイルが多すぎます',
    remedy:
      'ほかの職員の取込が終わるのを待つか、使わないファイルの取込を取りやめてください。使われないファイルは24時間で消えます。',
  },
  notATable: {
    code: 'manual/not-a-table',
    status: 422,
    title: 'このファイルは表として読めません',
    remedy: '下の理由を確かめ、CSVまたはExcelブック（.xlsx）で出力し直してください。',
  },
  planIncomplete: {
    code: 'manual/plan-incomplete',
    status: 422,
    title: '項目の対応がまだ決まっていません',
    remedy: '下の項目に当たる列を選んでください。',
  },
  checkFirst: {
    code: 'manual/check-first',
    status: 409,
    title: '取り込む前に、同じ内容で試行してください',
    remedy: '「試行する」を押し、結果を確かめてから取り込んでください。',
  },
  runNotFound: {
    code: 'manual/run-not-found',
    status: 404,
    title: 'その試行・取込は見つかりません',
    remedy: 'ファイルを選ぶところからやり直してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const manualEvents = {
  samplesShown: { code: 'manual.samples-shown', sentence: '取り込むファイルの内容の一部を表示しました' },
  checkStarted: { code: 'manual.check-started', sentence: '手作業の取込を試行しました' },
  applyStarted: { code: 'manual.apply-started', sentence: '手作業の取込を始めました' },
  applied: { code: 'manual.applied', sentence: '手作業でデータを取り込みました' },
  refused: { code: 'manual.refused', sentence: '手作業の取込を行いませんでした' },
  noSuppressionStated: {
    code: 'manual.no-suppression-stated',
    sentence: '支援措置の「該当者なし」を登録しました',
  },
  discarded: { code: 'manual.discarded', sentence: '取り込む前のファイルを消しました' },
} as const

export const manualLog = {
  finished: { code: 'manual.finished', sentence: '手作業の取込を処理しました', level: 'info' },
  sweepFailed: {
    code: 'manual.sweep-failed',
    sentence: '手作業の取込で残されたファイルを片付けられませんでした',
    level: 'error',
  },
} as const

/** Why a whole file is no table, in the words of its sender. */
export const foreignWords: Readonly<
  Record<'xls' | 'pdf' | 'image' | 'archive' | 'database' | 'binary', string>
> = {
  xls: '古い形式（.xls）か、パスワードの付いたExcelファイルです。パスワードを外し、「Excelブック（.xlsx）」または「CSV」で保存し直してください。',
  pdf: 'PDFです。表の形（CSVまたはExcelブック）で出力し直してください。',
  image: '画像です。表の形（CSVまたはExcelブック）で出力し直してください。',
  archive: '圧縮されたファイルです。展開してから、中のファイルを選んでください。',
  database: 'データベースのファイルです。CSVで出力し直してください。',
  binary: '文字でない内容が多く入っています。CSVまたはExcelブックで出力し直してください。',
}
export const workbookWords: Readonly<Record<'not-a-workbook' | 'too-large' | 'too-many-columns', string>> = {
  'not-a-workbook': 'Excelブックとして読めません。Excelで開いて保存し直すか、CSVで出力してください。',
  'too-large':
    'Excelブックが大きすぎます（ファイル30MB、展開後100MB、処理90秒まで）。CSVで出力すれば、何百万行でも取り込めます。',
  'too-many-columns': '列が1,000を超えています。必要な列だけを残して保存し直してください。',
}
export const tableWords: Readonly<Record<'too-many-columns' | 'line-too-long' | 'empty', string>> = {
  'too-many-columns': '列が1,000を超える行があります。区切り文字が正しいか確かめてください。',
  'line-too-long': '1行が長すぎます。区切り文字と引用符、文字コードが正しいか確かめてください。',
  empty: '行がありません。',
}

/** Why one line is wrong, beside what the published checks say. */
export const lineFaults = {
  'unclosed-quote': '引用符（"）が閉じていません。項目の中の引用符を確かめてください。',
  'too-long': '1つの項目が65,536文字を超えています。',
  width: '項目の数が見出し行と違います。区切り文字が値の中に入っていないか確かめてください。',
} as const

export const lostWords =
  'サーバに置いたファイルを読めません。ファイルを選び直してください。取込済みのデータはそのままです。'
export const failedWords =
  '処理を続けられませんでした。取込済みのデータはそのままです。もう一度行ってください。'
export function deletionsDiffer(deletions: number): string {
  return `${deletions}件が削除されることになり、確認した件数と違います。何も取り込んでいません。もう一度試行してください。`
}

/** Changes that the clerk should look at line by line before loading. */
export const cautiousChanges: ReadonlySet<string> = new Set<keyof typeof changeWords>([
  'gaiji',
  'uncertain-date',
  'impossible-date',
])

/** What was changed on the way in, as the end of 「氏名：」. */
export const changeWords = {
  'half-width-kana': '半角カナを全角にしました',
  'line-break': '値の中の改行を空白にしました',
  gaiji: '外字（この環境で読めない文字）を〓にしました',
  'zero-filled': '落ちていた先頭の0を補いました',
  filled: '空欄を決まりの値で補いました',
  'uncertain-date': '日付がはっきりしないため、不詳の日付としました（もとの表記を残します）',
  'impossible-date': '暦にない日付のため、不詳の日付としました（もとの表記を残します）',
  'assumed-town': '市区町村名がないため自団体としました',
} as const
