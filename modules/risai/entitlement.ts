/**
 * 申請できる人と、求める書類. There is no national rule: towns' forms agree on these (罹災証明書の交付申請書 of 銚子市, 宇土市,
 * 新宮市; 災対法90条の2 says only 被災者から申請). `verified: false` = practice of towns that was not read in a source.
 */
export const proofs = [
  { value: 'identity', label: '申請者の本人確認書類', source: '各市町村の申請書', verified: true },
  { value: 'mandate', label: '委任状', source: '各市町村の申請書（裏面の委任状）', verified: true },
  { value: 'legal', label: '法定代理人であることを証する書類', source: '各市町村の申請書', verified: true },
  {
    value: 'occupancy',
    label: '住んでいたことが分かるもの（公共料金の領収書、賃貸借契約書、区長の証明など）',
    source: '宇土市、BCL 導入検討の手引き（住登外者）',
    verified: true,
  },
  {
    value: 'ownership',
    label: '所有者であることが分かるもの（固定資産税の通知、登記事項証明書など）',
    source: '各市町村の運用',
    verified: false,
  },
  {
    value: 'inheritance',
    label: '相続人であることが分かるもの（戸籍、法定相続情報）',
    source: '各市町村の運用',
    verified: false,
  },
  {
    value: 'photos',
    label: '被害の状況が分かる写真',
    source: '自己判定方式（新宮市、古河市、二本松市）',
    verified: true,
  },
] as const
export type ProofCode = (typeof proofs)[number]['value']

/** A proof that is asked for; one of several does. */
export type Asked = {
  readonly anyOf: readonly ProofCode[]
  readonly why: string
  /** Without it the application is accepted only with a reason of the clerk's. */
  readonly needed: boolean
}

/** What of a form (`ApplicationForm` of risai.ts) decides; `null` = not chosen yet. */
type Basis = {
  readonly applicant: { readonly relationToHead: string | null }
  readonly occupancy: string | null
  readonly surveyWish: string | null
  readonly proofs: readonly ProofCode[]
}

/** What must be shown of this application, with the reason a clerk can read out. */
export function proofsAsked(form: Basis): Asked[] {
  const { relationToHead } = form.applicant
  const because = (applies: boolean, anyOf: readonly ProofCode[], why: string): Asked[] =>
    applies ? [{ anyOf, why, needed: true }] : []
  return [
    // Papers may be under the rubble: who it is can be asked for in other ways.
    { anyOf: ['identity'], why: '申請した方を確かめるため', needed: false },
    ...because(relationToHead === 'proxy', ['mandate', 'legal'], '代理人による申請のため'),
    ...because(relationToHead === 'owner', ['ownership'], '住んでいない所有者による申請のため'),
    ...because(relationToHead === 'heir', ['inheritance'], '亡くなった方の相続人による申請のため'),
    ...because(form.occupancy === 'unregistered', ['occupancy'], '住民登録のない住家に住んでいたため'),
    ...because(form.surveyWish === 'self-judgement', ['photos'], '自己判定方式は写真だけで判定するため'),
  ]
}

/** What is needed and was not seen. */
export function proofsMissing(form: Basis): Asked[] {
  const seen = (asked: Asked) => asked.anyOf.some((proof) => form.proofs.includes(proof))
  return proofsAsked(form).filter((asked) => asked.needed && !seen(asked))
}

export function askedText({ anyOf, why }: Asked): string {
  return `${anyOf.map(proofLabel).join('、または')}（${why}）`
}

export function proofLabel(code: ProofCode): string {
  return proofs.find((proof) => proof.value === code)?.label ?? code
}
