import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const certificatesProblems = {
  blocked: {
    code: 'certificates/blocked',
    status: 422,
    title: 'この証明書は交付できません',
    remedy: '示された理由を確かめてください。理由がなくなれば、もう一度交付できます。',
  },
  unprintable: {
    code: 'certificates/unprintable',
    status: 422,
    title: '印字できる書体のない文字があります',
    remedy: '示された文字を確かめ、文字の登録または訂正を依頼してください。証明書は作成していません。',
  },
  overflow: {
    code: 'certificates/overflow',
    status: 422,
    title: '文字数が多く、欄に収まりません',
    remedy: '示された項目を確かめてください。証明書は作成していません。',
  },
  anotherDay: {
    code: 'certificates/another-day',
    status: 409,
    title: '別の日に作成した証明書です',
    remedy: '交付をやめ、初めから交付し直してください。今日の内容で作成します。',
  },
  tooLate: {
    code: 'certificates/timeout',
    status: 503,
    title: '証明書を時間内に作成できませんでした',
    remedy: 'この交付は取り消しました。もう一度交付してください。',
  },
  busy: {
    code: 'certificates/busy',
    status: 503,
    title: '証明書の作成が混み合っています',
    remedy: '証明書は作成していません。少し待ってから、もう一度交付してください。',
  },
  stopped: {
    code: 'certificates/stopped',
    status: 503,
    title: '証明書の交付を停止しています',
    remedy: '交付の状況を確かめ、停止を設定した人（貴団体の管理者またはセンター）に連絡してください。',
  },
  mismatch: {
    code: 'certificates/mismatch',
    status: 503,
    title: '作成した証明書が内容と一致しないため、交付を停止しました',
    remedy: '証明書は渡していません。貴団体の責任者が原因を確かめ、確認の記録をするまで交付できません。',
  },
  notHere: {
    code: 'certificates/not-issued-here',
    status: 422,
    title: 'この種類の証明書は、このシステムでは交付していません',
    remedy: '貴団体の参加パターンと交付開始日を確かめてください。',
  },
  badState: {
    code: 'certificates/bad-state',
    status: 409,
    title: 'この交付は、その操作ができる状態ではありません',
    remedy: '画面を再読み込みして、交付の状態を確かめてください。',
  },
  badAmount: {
    code: 'certificates/bad-amount',
    status: 422,
    title: '金額が、この交付の料金と異なります',
    remedy: '示された料金と受け取った金額を確かめてください。',
  },
  slipExpired: {
    code: 'certificates/slip-expired',
    status: 409,
    title: '受付票の期限が過ぎています',
    remedy: 'この証明書は渡せません。処分を登録し、必要なときは、もう一度申請していただいてください。',
  },
  transactionReused: {
    code: 'certificates/transaction-reused',
    status: 409,
    title: '同じ取引番号で異なる内容が求められました',
    remedy: '画面を再読み込みし、はじめから交付してください。',
  },
  notOffered: {
    code: 'certificates/not-offered',
    status: 422,
    title: '選んだ内容は、この証明書では選べません',
    remedy: '選択肢を読み込み直して、選び直してください。',
  },
  alreadyAcknowledged: {
    code: 'certificates/already-acknowledged',
    status: 409,
    title: 'この検知は、すでに確認されています',
    remedy: '画面を再読み込みして、確認の記録を見てください。',
  },
  badPeriod: {
    code: 'certificates/bad-period',
    status: 422,
    title: '終了予定日が開始日より前です',
    remedy: '終了予定日を開始日以後の日にするか、空欄にしてください。',
  },
  noHousehold: {
    code: 'certificates/no-household',
    status: 422,
    title: 'この方は、いま世帯に属していません',
    remedy: '範囲を「この人」にして設定してください。',
  },
  blockMovedOn: {
    code: 'certificates/block-moved-on',
    status: 409,
    title: 'この発行禁止は、その操作ができる状態ではありません',
    remedy: '画面を再読み込みして、いまの状態を確かめてください。',
  },
  notPrintedYet: {
    code: 'certificates/not-printed-yet',
    status: 422,
    title: 'この様式は、まだ試験印刷をしていません',
    remedy: '試験印刷をして、紙面を確かめてから登録してください。',
  },
  layoutAccepted: {
    code: 'certificates/layout-accepted',
    status: 409,
    title: 'この様式の確認は、すでに登録されています',
    remedy: '画面を再読み込みして、登録の記録を見てください。',
  },
  testMismatch: {
    code: 'certificates/test-mismatch',
    status: 503,
    title: '試験印刷を作成できませんでした',
    remedy: 'しばらくしてから、もう一度試してください。続くときは、BCLの運用者に連絡してください。',
  },
  backlog: {
    code: 'certificates/backlog',
    status: 409,
    title: '滞留している連携データがあるため、再開できません',
    remedy:
      '示された業務の取込がすべて終わってから、もう一度再開してください。状況は「連携状況」で確かめられます。',
  },
  notLiftedHere: {
    code: 'certificates/not-lifted-here',
    status: 409,
    title: 'この停止は、証明書交付センターが設定したものです',
    remedy: '証明書交付センターに連絡し、センターで解いてもらってください。',
  },
  documentGone: {
    code: 'certificates/document-gone',
    status: 410,
    title: '証明書の控えは、保存期間が過ぎたため残っていません',
    remedy: '取引の記録は残っています。',
  },
  evidenceGone: {
    code: 'certificates/evidence-gone',
    status: 410,
    title: '不一致の証拠は、保存年数が過ぎたため残っていません',
    remedy: '検知と確認の記録は残っています。',
  },
  unknownCenter: {
    code: 'certificates/unknown-center',
    status: 401,
    title: '登録された証明書交付センターではありません',
    remedy: '接続に使う証明書の登録を運用者に依頼してください。',
  },
  badMessage: {
    code: 'certificates/bad-message',
    status: 401,
    title: '電文の署名を確認できません',
    remedy: '時計と署名の鍵を確かめ、署名し直して送信してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const certificatesEvents = {
  issued: { code: 'certificates.issued', sentence: '証明書の内容を確定し、作成しました' },
  quoted: { code: 'certificates.quoted', sentence: 'キオスク端末の求めで証明書の内容を確定しました' },
  choicesShown: {
    code: 'certificates.choices-shown',
    sentence: 'キオスク端末に証明書の選択項目を示しました',
  },
  built: { code: 'certificates.built', sentence: 'キオスク端末の求めで証明書を作成しました' },
  delivered: { code: 'certificates.delivered', sentence: '証明書を照合し、送りました' },
  slipHandedOver: {
    code: 'certificates.slip-handed-over',
    sentence: 'らくらく窓口の証明書を、受付票と引換えに渡しました',
  },
  slipDisposedOf: {
    code: 'certificates.slip-disposed-of',
    sentence: 'らくらく窓口の証明書を処分しました',
  },
  moved: { code: 'certificates.moved', sentence: '交付の状態を進めました' },
  refused: { code: 'certificates.refused', sentence: '証明書の交付を断りました' },
  cardAccepted: { code: 'certificates.card-accepted', sentence: 'カードの持ち主を確認しました' },
  withdrawn: { code: 'certificates.withdrawn', sentence: '交付した証明書を失効としました' },
  alarmRaised: { code: 'certificates.alarm-raised', sentence: '証明書の不一致を検知し、交付を停止しました' },
  alarmAcknowledged: {
    code: 'certificates.alarm-acknowledged',
    sentence: '証明書の不一致を確認し、交付の停止を解きました',
  },
  stopped: { code: 'certificates.stopped', sentence: '証明書の交付を停止しました' },
  resumed: { code: 'certificates.resumed', sentence: '証明書の交付の停止を解きました' },
  settingChanged: { code: 'certificates.setting-changed', sentence: '証明発行の設定を変更しました' },
  testCopyPrinted: { code: 'certificates.test-copy-printed', sentence: '様式の試験印刷をしました' },
  layoutAccepted: { code: 'certificates.layout-accepted', sentence: '様式の確認を登録しました' },
  transactionsSearched: { code: 'certificates.transactions-searched', sentence: '取引情報を検索しました' },
  transactionViewed: { code: 'certificates.transaction-viewed', sentence: '取引情報を表示しました' },
  documentViewed: { code: 'certificates.document-viewed', sentence: '交付した証明書の控えを表示しました' },
  disposedOfOld: {
    code: 'certificates.disposed-of-old',
    sentence:
      '保存期間が過ぎた証明書の控え・記載内容・宛名台紙、不一致の証拠、キオスク端末の利用の記録を消しました',
  },
  choicesViewed: {
    code: 'certificates.choices-viewed',
    sentence: '窓口で証明書の選択項目を表示しました',
  },
  issuesListed: { code: 'certificates.issues-listed', sentence: '証明書の交付の履歴を表示しました' },
  evidenceViewed: { code: 'certificates.evidence-viewed', sentence: '不一致の証拠を表示しました' },
  previewed: { code: 'certificates.previewed', sentence: '証明書の記載内容を、交付せずに確かめました' },
  foundAtDesk: { code: 'certificates.found-at-desk', sentence: '窓口交付のために人を探しました' },
  blocksListed: { code: 'certificates.blocks-listed', sentence: '発行禁止の一覧を表示しました' },
  blockSet: { code: 'certificates.block-set', sentence: '発行禁止を設定しました' },
  blockLifted: { code: 'certificates.block-lifted', sentence: '発行禁止を解除しました' },
  blockPaused: { code: 'certificates.block-paused', sentence: '発行禁止を一時解除しました' },
  blockReturned: { code: 'certificates.block-returned', sentence: '発行禁止の一時解除を終えました' },
} as const satisfies Record<string, { readonly code: string; readonly sentence: string }>

export const certificatesLogs = {
  alarm: {
    code: 'certificates.alarm',
    sentence: '証明書の不一致を検知し、団体の交付を停止しました',
    level: 'error',
  },
  disposalFailed: {
    code: 'certificates.disposal-failed',
    sentence: '保存期間が過ぎたものを消せませんでした。次の日にもう一度試します',
    level: 'error',
  },
  badMessage: { code: 'certificates.bad-message', sentence: 'センターの電文を断りました', level: 'warn' },
} as const

/** 項目名 of snapshot fields, for the clerk who reads what did not fit or has no glyph. */
export const snapshotFields: Readonly<Record<string, string>> = {
  serialNo: '整理番号',
  copyOf: '再交付の整理番号',
  headAddress: '世帯主住所',
  headName: '世帯主氏名',
  additional1: '世帯の構成員',
  cause: '罹災原因',
  dwellingAddress: '被災住家の所在地',
  additional2: '住家に関する事項',
  additional3: 'その他の事項',
  title: '証明書の名称',
  notifierAddress: '届出者住所',
  notifierName: '届出者氏名',
  notifiedOn: '届出年月日',
  place: '被災場所',
  damage: '届け出た被害の状況',
  remarks: 'その他の事項',
  name: '氏名',
  birth: '生年月日',
  address: '住所',
  note: '備考',
  sex: '性別',
  'otherName.words': '旧氏・通称',
  besideName: '併記名',
  fiscalYear: '年度',
  taxes: '税額',
  incomes: '所得の内訳',
  deductions: '所得控除',
  bases: '課税標準額',
  items: '税目',
  dependants: '扶養・障害者・本人該当',
  incomeSums: '所得の合計',
  deductionSums: '控除の合計',
  head: '世帯主',
  certifyingSentence: '認証文',
  'paper.municipality.prefecture': '都道府県名',
  'paper.municipality.mayorTitle': '職名',
  'paper.municipality.mayorName': '市区町村長の氏名',
}

/** Items of a person on 住民票の写し (`members.2.name`). */
const memberFields: Readonly<Record<string, string>> = {
  reading: '氏名の振り仮名',
  name: '氏名',
  formerReading: '旧氏の振り仮名',
  former: '旧氏',
  alias: '通称',
  birth: '生年月日',
  relation: '続柄',
  domicile: '本籍',
  domicileHead: '筆頭者',
  addressBefore: '転入前住所',
  addressWithin: '異動前住所',
  nationality: '国籍・地域',
  status: '在留資格',
  remarks: '備考',
}

/**
 * `additional1.3` → 世帯の構成員（4番目）, `members.2.name` → 氏名（3人目）; a field without a name of its own is
 * 証明書の項目.
 */
export function fieldTitle(field: string): string {
  const member = /^members\.(\d+)\.(\w+)$/.exec(field)
  if (member) return `${memberFields[member[2]!] ?? '証明書の項目'}（${Number(member[1]) + 1}人目）`
  const line = /^(.*)\.(\d+)$/.exec(field)
  const title = snapshotFields[line?.[1] ?? field] ?? '証明書の項目'
  return line ? `${title}（${Number(line[2]) + 1}番目）` : title
}
