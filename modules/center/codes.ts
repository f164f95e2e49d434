/**
 * The centre's taxonomy of refusals, three digits: 1xx card and JPKI, 2xx who it is, 3xx whether this person may have it,
 * 4xx what it says, 5xx the service, 6xx money and state, 9xx integrity. Codes are never reused. A person reads the code
 * and the centre's own neutral words of its class; what an issuing server writes beside a code is not shown, since one
 * careless sentence would tell of 支援措置. The codes of real systems are not public; these are ours.
 */
export type RefusalClass =
  | 'card'
  | 'card-again'
  | 'card-unconfirmed'
  | 'who'
  | 'session'
  | 'eligibility'
  | 'content'
  | 'hours'
  | 'service'
  | 'busy'
  | 'not-here'
  | 'state'
  | 'integrity'

/** What a person at the machine reads. */
export const classWords: Readonly<Record<RefusalClass, string>> = {
  card: 'ご利用いただけないカードです。カードを発行した市区町村の窓口にお問い合わせください。',
  'card-again': 'カードを確認できませんでした。はじめからやり直してください。',
  'card-unconfirmed':
    'ただいま、カードの有効性を確認できません。しばらくしてからお試しいただくか、市区町村の窓口をご利用ください。',
  who: 'このカードでは証明書を交付できません。カードを更新した方や引っ越した方は、翌日以降にもう一度お試しいただくか、市区町村の窓口にお問い合わせください。',
  session: '時間が経過したため、手続を終了しました。はじめからやり直してください。',
  eligibility: 'この証明書は、この端末では交付できません。市区町村の窓口にお問い合わせください。',
  content: 'この証明書は、この端末では印刷できません。市区町村の窓口にお越しください。',
  hours: 'ただいまの時間は、証明書を交付していません。サービス時間をご確認ください。',
  service: 'ただいま、証明書の交付を停止しています。市区町村の窓口をご利用ください。',
  busy: 'ただいま混み合っているため、手続を中止しました。しばらくしてから、はじめからやり直してください。',
  'not-here': 'この証明書は、この端末では取り扱っていません。市区町村の窓口にお問い合わせください。',
  state: '手続を続けられないため、中止しました。店舗の係員または市区町村の窓口にお問い合わせください。',
  integrity: '確認が必要なため、証明書の交付を停止しました。市区町村の窓口にお問い合わせください。',
}

type CodeRule = { readonly class: RefusalClass; /** For operators and auditors. */ readonly ja: string }

export const centreCodes: Readonly<Record<number, CodeRule>> = {
  101: { class: 'card', ja: '証明書の形式が利用者証明用のものではない' },
  102: { class: 'card', ja: '信頼する認証局の証明書ではない' },
  103: { class: 'card', ja: '証明書の有効期間が過ぎている' },
  104: { class: 'card', ja: '証明書の有効期間の前である' },
  105: { class: 'card', ja: '証明書ポリシーが利用者証明用のものではない' },
  106: { class: 'card-again', ja: '要求から時間がたった、または要求が使用済み' },
  107: { class: 'card-again', ja: 'カードの署名が要求と一致しない' },
  108: { class: 'card', ja: '証明書が失効している' },
  109: { class: 'card', ja: '証明書が一時停止されている' },
  110: { class: 'card-unconfirmed', ja: '失効確認ができない' },
  111: { class: 'card', ja: '暗証番号がロックされている' },
  112: { class: 'card', ja: 'カードを読み取れない' },
  200: { class: 'who', ja: '本人を確認できない' },
  201: { class: 'who', ja: 'シリアル番号に結び付く住民がいない' },
  202: { class: 'who', ja: '15歳未満' },
  203: { class: 'who', ja: '一枚のカードに二人以上が結び付いている' },
  204: { class: 'session', ja: '手続の時間が切れた' },
  300: { class: 'eligibility', ja: '端末では交付できない方（理由は市区町村の記録にある）' },
  401: { class: 'content', ja: '文字数が多く、欄に収まらない' },
  402: { class: 'content', ja: '印字できる書体のない文字がある' },
  403: { class: 'content', ja: '端末で印刷できるページ数を超える' },
  404: { class: 'content', ja: '印影を印刷できない' },
  501: { class: 'hours', ja: 'サービス時間の外' },
  502: { class: 'service', ja: '交付を停止している' },
  503: { class: 'service', ja: 'データが古い、またはまだ届いていない' },
  504: { class: 'service', ja: '届いたデータの取込が終わっていない' },
  505: { class: 'busy', ja: '時間内に終わらなかった' },
  506: { class: 'not-here', ja: 'この証明書を交付していない' },
  507: { class: 'busy', ja: '混み合っている' },
  508: { class: 'service', ja: '証明発行サーバの版が運用中の版と異なる' },
  509: { class: 'service', ja: '庁内のデータと一致しない' },
  601: { class: 'state', ja: '金額が料金と異なる' },
  602: { class: 'state', ja: '返金する額がない、または受領額と異なる' },
  603: { class: 'state', ja: 'その操作ができる状態ではない' },
  604: { class: 'state', ja: '入金前に印刷しようとした' },
  605: { class: 'state', ja: '同じ取引番号で異なる内容が求められた' },
  606: { class: 'state', ja: '選べない内容が求められた' },
  901: { class: 'integrity', ja: '証明書のデータが壊れている、または作成時のものと違う' },
  902: { class: 'integrity', ja: '別の要求への応答が届いた' },
  903: { class: 'integrity', ja: '別の取引または別の団体の証明書が届いた' },
  904: { class: 'integrity', ja: '同じ証明書のデータが二つの取引に届いた' },
}

/** Of a code nobody listed, the hundreds alone say what it is about. */
const byHundreds: Readonly<Record<number, RefusalClass>> = {
  1: 'card',
  2: 'who',
  3: 'eligibility',
  4: 'content',
  5: 'service',
  6: 'state',
  9: 'integrity',
}

export function classOf(code: number): RefusalClass {
  return centreCodes[code]?.class ?? byHundreds[Math.floor(code / 100)] ?? 'service'
}

/** The refusal as a person may see it: every 3xx is 300, and the words are the centre's own. */
export function spokenRefusal(code: number): {
  readonly kind: 'refused'
  readonly code: number
  readonly words: string
} {
  const shown = classOf(code) === 'eligibility' ? 300 : code
  return { kind: 'refused', code: shown, words: classWords[classOf(code)] }
}

/** The town takes part, but not today, or not at this machine. */
export const townNotServed = spokenRefusal(506)

/** The time was up; the transaction is aborted. */
export const outOfTime = spokenRefusal(505)
