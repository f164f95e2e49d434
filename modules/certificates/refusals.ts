/**
 * Why a certificate is not issued, as three digits: 1xx card and JPKI (the centre's own, `center/jpki.ts`), 2xx who it
 * is, 3xx whether this person may have it, 4xx what it says, 5xx the service, 6xx money and state, 9xx integrity.
 * Codes are never reused. A kiosk shows the code and the words; the words of all 3xx are one sentence, and on the wire
 * they are one code, 300: nobody learns of 支援措置 from a machine.
 */
export const refusals = {
  200: 'who',
  /** The card's serial is bound to nobody here (renewed since the last delivery, or another town's resident). */
  201: 'who',
  /** Under 15. */
  202: 'who',
  /** More than one resident bound to one serial. */
  203: 'who',
  /** The session has ended or was never opened. */
  204: 'session',
  300: 'eligibility',
  /** 発行禁止（抑止） */
  301: 'eligibility',
  /** 支援措置 */
  302: 'eligibility',
  /** 転出・転出予定 */
  303: 'eligibility',
  /** 死亡・消除 */
  304: 'eligibility',
  /** 未登録印 */
  305: 'eligibility',
  /** 廃印 */
  306: 'eligibility',
  /** 未申告 */
  307: 'eligibility',
  /** A member of the household is blocked. */
  308: 'eligibility',
  /** There is nothing to certify. */
  309: 'eligibility',
  /** A row about the person that the town sent could not be taken in. */
  310: 'eligibility',
  /** What the town sent of the person contradicts itself. */
  311: 'eligibility',
  /** 文字溢れ */
  401: 'content',
  /** 未登録外字 */
  402: 'content',
  /** More pages than a kiosk prints. */
  403: 'content',
  /** The registered 印影 cannot be printed, or is not of the size that may be certified. */
  404: 'content',
  /** Out of hours. */
  501: 'hours',
  /** Maintenance. */
  502: 'service',
  /** The town's data are older than its limit. */
  503: 'service',
  /** Delivered data are waiting to be applied. */
  504: 'service',
  /** The time was up; the transaction is aborted. */
  505: 'busy',
  /** Not issued here on this day. */
  506: 'not-here',
  /** Too much at once. */
  507: 'busy',
  /** This node's build is not the fleet's. */
  508: 'service',
  /** The town's data are not the same here and at home. */
  509: 'service',
  /** Paid amount is not the quoted one. */
  601: 'state',
  /** Nothing to refund, or another amount than was paid. */
  602: 'state',
  /** The state does not allow it. */
  603: 'state',
  /** Not printed before it is paid. */
  604: 'state',
  /** The transaction id was used for another request. */
  605: 'state',
  /** What was chosen is not offered. */
  606: 'state',
  /** The document is not the frozen one: the town's issuing has stopped. */
  901: 'integrity',
} as const satisfies Record<number, RefusalClass>

export type RefusalCode = keyof typeof refusals

type RefusalClass =
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

/** What a resident reads; never which reason of a class it was. */
const words: Readonly<Record<RefusalClass, string>> = {
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

/** The code as it may leave the town: eligibility is never told apart. */
export function wireCode(code: RefusalCode): RefusalCode {
  return refusals[code] === 'eligibility' ? 300 : code
}

/** 日本語 for the person at the machine. */
export function refusalWords(code: RefusalCode): string {
  return words[refusals[code]]
}

export function isRefusalCode(code: number): code is RefusalCode {
  return code in refusals
}
