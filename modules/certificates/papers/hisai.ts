import { certificationWords, UNUSED, type Body, type Paper } from '../paper.ts'

/**
 * The frozen words of one 被災証明書: that damage was notified, without a degree of it (no unified form exists; the law
 * knows 罹災証明書 only). All texts are as they appear on paper.
 */
export type HisaiFacts = {
  /** As the town words it: `被災証明書`, `被災届出証明書`, `罹災届出証明書`. */
  readonly title: string
  /** 整理番号 of the 被災届出. */
  readonly serialNo: string
  readonly notifierAddress: string
  readonly notifierName: string
  /** 届出年月日 in 和暦. */
  readonly notifiedOn: string
  /** 被災原因, `令和８年９月１８日の台風第１４号による`. */
  readonly cause: string
  readonly place: string
  /** What a notification may be about, in the order of the form, and what this one is. */
  readonly objects: readonly { readonly label: string; readonly notified: boolean }[]
  /** 被害の状況, in the words of the notification. */
  readonly damage: string
  /** その他の事項; `null` is printed as struck out. */
  readonly remarks: string | null
  readonly certifyingSentence: string
}

export const HISAI_TITLE = '被災証明書'
export const HISAI_CERTIFYING_SENTENCE = '上記のとおり、被害の届出があったことを証明します。'

/** Without it the paper might be taken for a 罹災証明書. */
const DEGREE_NOTE =
  '※この証明書は、被害の届出があったことを証明するもので、被害の程度を証明するものではありません。'

const SAMPLE: HisaiFacts = {
  title: HISAI_TITLE,
  serialNo: 'Ｒ８－１－Ｈ０００１２',
  notifierAddress: '岐阜県飛騨市古川町本町２番２２号　コーポ飛騨古川２０３号室',
  notifierName: '見本　太郎',
  notifiedOn: '令和８年９月２４日',
  cause: '令和８年９月１８日の台風第１４号による',
  place: '岐阜県飛騨市古川町本町２番２２号　敷地内の車庫',
  objects: [
    { label: '非住家', notified: true },
    { label: '家財', notified: false },
    { label: '車両', notified: true },
    { label: 'その他', notified: false },
  ],
  damage: '車庫の屋根が飛び、中の軽乗用車１台の前面ガラスが割れた。',
  remarks: null,
  certifyingSentence: HISAI_CERTIFYING_SENTENCE,
}

export const hisaiSample = (paper: Paper): Body => hisaiBody(SAMPLE, paper)

/** One page. */
export function hisaiBody(facts: HisaiFacts, paper: Paper): Body {
  const page = [
    ...['整理番号', facts.serialNo],
    facts.title,
    ...['届出者住所', facts.notifierAddress],
    ...['届出者氏名', facts.notifierName],
    ...['届出年月日', facts.notifiedOn],
    ...['被災原因', facts.cause],
    ...['被災場所', facts.place],
    '被災した物件',
    ...facts.objects.map(({ label, notified }) => `□${notified ? '✓' : ''}${label}`),
    ...['届け出た被害の状況', facts.damage],
    ...['その他の事項', facts.remarks ?? UNUSED],
    DEGREE_NOTE,
    ...certificationWords(paper, facts.certifyingSentence),
  ]
  return { facts, pages: [page] }
}
