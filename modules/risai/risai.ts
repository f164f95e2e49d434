import type { Brand, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { DisasterId, HazardCode } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { EntryId, PersonRef } from '../ledger/ledger.ts'
import type { ProofCode } from './entitlement.ts'

export type ApplicationId = Brand<string, 'ApplicationId'>
export type CertificateId = Brand<string, 'CertificateId'>
export type ResurveyId = Brand<string, 'ResurveyId'>
export type AttachmentId = Brand<string, 'AttachmentId'>

/**
 * 申請の状態. Acceptance and decision are two acts of two moments; a withdrawn certificate leads back to `accepted`, to
 * be graded again. Drawn in README.md.
 */
export const applicationStates = [
  { value: 'received', label: '受付' },
  { value: 'accepted', label: '受理（調査待ち）' },
  { value: 'rejected', label: '不受理' },
  { value: 'graded', label: '認定済（決定待ち）' },
  { value: 'issuable', label: '交付可' },
  { value: 'not-issuable', label: '交付不可' },
  { value: 'withdrawn', label: '取下げ' },
  { value: 'joined', label: '併合' },
] as const
export type ApplicationState = (typeof applicationStates)[number]['value']

/** What is done to an application, and from which states: the prior states stand in the UPDATE's own WHERE. */
export const transitions = {
  correct: { from: ['received', 'accepted', 'graded'] },
  accept: { from: ['received'] },
  reject: { from: ['received'] },
  /** Graded anew while undecided or refused; after 交付可 the certificate is withdrawn first. */
  grade: { from: ['accepted', 'graded', 'not-issuable'] },
  decide: { from: ['graded'] },
  withdraw: { from: ['received', 'accepted', 'graded'] },
  withdrawCertificate: { from: ['issuable'] },
  /** 併合 of the same application that came twice: the one that goes on is the other. */
  join: { from: ['received', 'accepted'] },
  part: { from: ['joined'] },
  /** Taken back the same day: nothing has been done with it yet. */
  undoAccept: { from: ['accepted'] },
  /** 訂正 of what the certificate says, its grade unchanged. */
  amend: { from: ['issuable'] },
  /** 再調査 is asked for, and ends, while the decision stands. */
  resurvey: { from: ['issuable', 'not-issuable'] },
  /** The grade of another application of the same dwelling is taken over with its decision. */
  adopt: { from: ['accepted', 'graded', 'issuable', 'not-issuable'] },
} as const satisfies Record<string, { readonly from: readonly ApplicationState[] }>
export type Transition = keyof typeof transitions

/** Whether an act is offered in a state (buttons); the store decides for real. */
export function canDo(transition: Transition, state: ApplicationState): boolean {
  const from: readonly ApplicationState[] = transitions[transition].from
  return from.includes(state)
}

/** 調査の方法 */
export const surveyMethods = [
  { value: 'site', label: '現地調査' },
  { value: 'self-judgement', label: '自己判定方式（写真）' },
  { value: 'photo', label: '写真・航空写真による判定' },
] as const
export type SurveyMethod = (typeof surveyMethods)[number]['value']

/** 申請者と世帯主との関係 */
export const applicantRelations = [
  { value: 'head', label: '世帯主本人' },
  { value: 'member', label: '世帯員' },
  { value: 'owner', label: '所有者' },
  { value: 'tenant', label: '借家人・居住者' },
  { value: 'heir', label: '相続人' },
  { value: 'proxy', label: '代理人' },
  { value: 'other', label: 'その他' },
] as const
export type ApplicantRelation = (typeof applicantRelations)[number]['value']

export const dwellingKinds = [
  { value: 'detached', label: '戸建て' },
  { value: 'collective', label: '集合住宅' },
  { value: 'with-shop', label: '店舗併用' },
  { value: 'other', label: 'その他' },
] as const
export const tenures = [
  { value: 'owned', label: '持家' },
  { value: 'rented', label: '借家' },
  { value: 'other', label: 'その他' },
] as const
/** 損傷した部位 */
export const dwellingParts = [
  { value: 'roof', label: '屋根' },
  { value: 'pillar', label: '柱' },
  { value: 'floor', label: '床' },
  { value: 'outer-wall', label: '外壁' },
  { value: 'inner-wall', label: '内壁' },
  { value: 'ceiling', label: '天井' },
  { value: 'fittings', label: '建具' },
  { value: 'foundation', label: '基礎' },
] as const
/** 損傷した設備 */
export const dwellingEquipment = [
  { value: 'kitchen', label: '台所' },
  { value: 'bath', label: '浴室' },
  { value: 'toilet', label: '便所' },
  { value: 'washstand', label: '洗面' },
  { value: 'boiler', label: '給湯設備' },
  { value: 'other', label: 'その他の設備' },
] as const
/** 居住の実体: who lived there without being registered there proves it otherwise. */
export const occupancies = [
  { value: 'registered', label: '住民登録のある住家に住んでいた' },
  { value: 'unregistered', label: '住民登録のない住家に住んでいた' },
  { value: 'not-living', label: '住んでいない（所有のみ）' },
] as const
/** 結果の通知の方法 */
export const noticeWays = [
  { value: 'email', label: 'メール' },
  { value: 'letter', label: '郵便' },
  { value: 'none', label: '通知しない（窓口・電話で伝える）' },
] as const
/** 証明書の受取の方法 */
export const receivingWays = [
  { value: 'counter', label: '窓口' },
  { value: 'post', label: '郵送' },
  { value: 'kiosk', label: 'コンビニ（マイナンバーカード）' },
] as const
/** 受付の方法 */
export const channels = [
  { value: 'counter', label: '窓口' },
  { value: 'post', label: '郵送' },
  { value: 'web', label: 'オンライン' },
] as const
export type Channel = CodeOf<typeof channels>

/** 添付書類 */
export const attachmentKinds = [
  { value: 'photo', label: '被害の写真' },
  { value: 'identity', label: '本人確認書類' },
  { value: 'mandate', label: '委任状' },
  { value: 'proof', label: '居住・所有などを証する書類' },
  { value: 'form', label: '申請書' },
  { value: 'other', label: 'その他' },
] as const
export type AttachmentKind = CodeOf<typeof attachmentKinds>

export const surveyWishes = [
  { value: 'site', label: '現地調査を希望' },
  { value: 'self-judgement', label: '自己判定方式を希望' },
] as const

export type CodeOf<T extends readonly { readonly value: string }[]> = T[number]['value']

/** 申請書の記載 (災害対策基本法90条の2; 統一申請様式 2024-11-08). Wholly sealed. */
export type ApplicationForm = {
  readonly applicant: {
    readonly name: string
    readonly kana: string
    readonly address: string
    readonly birthOn: PlainDate | null
    readonly phone: string
    /** Result notices go here; empty = none is sent. */
    readonly email: string
    /** 避難先その他の連絡先 */
    readonly contactPlace: string
    readonly relationToHead: ApplicantRelation
  }
  /** Where the head of household lives: not necessarily the damaged dwelling. */
  readonly head: {
    /** `null` = not of the register: then the head gets no certificate at a kiosk. */
    readonly residentNo: ResidentNo | null
    readonly name: string
    readonly kana: string
    readonly address: string
  }
  /** Who lived in the damaged house, as declared; the register is the initial value only. The head is not repeated. */
  readonly members: readonly FormMember[]
  /** Members on the certificate (追加記載事項欄①); when false they leave by no output of the certificate. */
  readonly printMembers: boolean
  readonly dwellingAddress: string
  readonly causeText: string
  readonly causeHazards: readonly HazardCode[]
  readonly dwellingKind: CodeOf<typeof dwellingKinds> | null
  readonly tenure: CodeOf<typeof tenures> | null
  readonly ownerName: string
  readonly damageText: string
  readonly damagedParts: readonly CodeOf<typeof dwellingParts>[]
  readonly damagedEquipment: readonly CodeOf<typeof dwellingEquipment>[]
  /** 床上浸水深 as the applicant says: whole cm above the floor, 0–2000; `null` = not said. */
  readonly floodDepthCm: number | null
  readonly surveyWish: CodeOf<typeof surveyWishes>
  /** The first two are the conditions of an application; unticked = not consented. */
  readonly consents: {
    /** 住民基本台帳・課税台帳による確認 */
    readonly checkRecords: boolean
    /** 被災者支援業務での利用 */
    readonly supportUse: boolean
    /** 自己判定方式による判定 */
    readonly selfJudgement: boolean
    /** 写真の二次利用 */
    readonly photoUse: boolean
  }
  /** 必要部数, 1–20. */
  readonly copies: number
  /** 使用目的・提出先 */
  readonly purpose: string
  /** `null` = not said: taken as registered. */
  readonly occupancy: CodeOf<typeof occupancies> | null
  /** 委任の内容, of a proxy. */
  readonly mandate: string
  /** Proofs that were seen (`entitlement.ts`). */
  readonly proofs: readonly ProofCode[]
  readonly noticeBy: CodeOf<typeof noticeWays>
  readonly receiveBy: CodeOf<typeof receivingWays>
}

/** What forms written before an item was asked for say of it. */
export const FORM_DEFAULTS = {
  damagedEquipment: [],
  occupancy: null,
  mandate: '',
  proofs: [],
  noticeBy: 'email',
  receiveBy: 'counter',
} as const satisfies Partial<ApplicationForm>

/** A stored form, whenever it was written. */
export function formFrom(stored: string): ApplicationForm {
  return { ...FORM_DEFAULTS, ...(JSON.parse(stored) as ApplicationForm) }
}

/**
 * 所在地 as one key, however it was written: widths, spaces, 1番1号 for 1-1, with or without prefecture and city. Equal keys
 * are offered to a person as perhaps the same dwelling, and decide nothing.
 */
export function placeKey(address: string): string {
  return address
    .normalize('NFKC')
    .replace(/\s+/gu, '')
    .replace(/^(東京都|北海道|京都府|大阪府|.{2,3}県)/u, '')
    .replace(/^[^市区町村]{1,6}市/u, '')
    .replace(/(?<=\d)(丁目|番地の|番地|番|号|の|[-‐‑–—―ー−])(?=\d)/gu, '-')
    .replace(/(?<=\d)(番地|番|号)$/u, '')
    .replace(/(?<=\d)号(?=\D)/gu, '')
}

export type FormMember = {
  /** `null` = not of the register. */
  readonly residentNo: ResidentNo | null
  readonly name: string
  readonly kana: string
  /** 続柄 as it would be printed. */
  readonly relation: string
  readonly birthOn: PlainDate | null
}

/** A form without anything that tells where anybody of it is, or how to reach them. */
export function concealForm(form: ApplicationForm): ApplicationForm {
  return {
    ...form,
    applicant: { ...form.applicant, address: '', phone: '', email: '', contactPlace: '' },
    head: { ...form.head, address: '' },
    dwellingAddress: '',
    ownerName: '',
    // Free words may say anything.
    damageText: '',
    purpose: '',
    mandate: '',
  }
}

/** A corrected form of a protected application: what the clerk could not see stays as it was. */
export function keepConcealed(corrected: ApplicationForm, stored: ApplicationForm): ApplicationForm {
  const { address, phone, email, contactPlace } = stored.applicant
  return {
    ...corrected,
    applicant: { ...corrected.applicant, address, phone, email, contactPlace },
    head: { ...corrected.head, address: stored.head.address },
    dwellingAddress: stored.dwellingAddress,
    ownerName: stored.ownerName,
    damageText: stored.damageText,
    purpose: stored.purpose,
    mandate: stored.mandate,
  }
}

/** One application: one damaged dwelling, one certificate. */
export type Application = {
  readonly applicationId: ApplicationId
  readonly disasterId: DisasterId
  readonly applicant: PersonRef
  readonly entryId: EntryId
  /** 整理番号, unique in the town: `R8-1-00012`. */
  readonly serialNo: string
  readonly state: ApplicationState
  readonly version: number
  readonly appliedOn: PlainDate
  readonly receivedAt: Date
  readonly form: ApplicationForm
}

/** 被害認定の結果: appended; the newest rules. The survey itself comes in another module. */
export type Grading = {
  readonly gradingNo: number
  readonly grade: DamageGrade
  /** 調査日, JST. */
  readonly surveyedOn: PlainDate
  readonly method: SurveyMethod
  readonly surveyors: readonly string[]
  readonly note: string
  readonly gradedAt: Date
  readonly gradedBy: string
  /** The 再調査 that found it. */
  readonly resurveyId: ResurveyId | null
  /** The application of the same dwelling whose grade it is (所有者と借家人). */
  readonly sameAs: ApplicationId | null
  /** The survey whose result was offered, and whether it was taken as it was. */
  readonly taskId: string | null
  readonly adopted: boolean
}

export type Decision = {
  readonly decisionNo: number
  readonly gradingNo: number
  readonly outcome: 'issuable' | 'not-issuable'
  /** Required for 交付不可. */
  readonly reason: string
  readonly decidedAt: Date
  readonly decidedBy: string
}

/** 罹災証明書 that may be issued: one decision, one number. Copies are the certificates module's. */
export type RisaiCertificate = {
  readonly certificateId: CertificateId
  readonly applicationId: ApplicationId
  /** The application's 整理番号; after a re-grading with a branch, `R8-1-00012-2`: a number names one content only. */
  readonly serialNo: string
  readonly grade: DamageGrade
  readonly decisionNo: number
  readonly madeAt: Date
  /** 失効; `null` = in force. */
  readonly withdrawnAt: Date | null
  readonly withdrawnCause: WithdrawnCause | null
}

/** Why a certificate lost its force, in a word. */
export const withdrawnCauses = [
  { value: 'regraded', label: '被害の程度の変更' },
  { value: 'corrected', label: '記載の訂正' },
  { value: 'other', label: 'その他' },
] as const
export type WithdrawnCause = CodeOf<typeof withdrawnCauses>

/** 整理番号 of the `n`th application of a disaster. */
export function serialNoOf(disasterCode: string, n: number): string {
  return `${disasterCode}-${String(n).padStart(5, '0')}`
}

/** 整理番号 of the `n`th certificate of one application. */
export function certificateNoOf(serialNo: string, n: number): string {
  return n === 1 ? serialNo : `${serialNo}-${n}`
}

/** What of the decided applications waits for somebody: a 再調査, or a decision on the same dwelling that is another now. */
export const listWaitings = [
  { value: 'resurvey', label: '再調査の途中' },
  { value: 'same-dwelling', label: '同じ住家の決定が変わった' },
] as const
export type ListWaiting = CodeOf<typeof listWaitings>

/** 通知: of 受理・不受理, and of 交付可・交付不可. */
export const noticeKinds = [
  { value: 'acceptance', label: '受理・不受理の通知' },
  { value: 'decision', label: '交付可・交付不可の通知' },
  { value: 'resurvey', label: '再調査の結果の通知' },
] as const
export type NoticeKind = CodeOf<typeof noticeKinds>

/** Who may take a certificate from a machine: 15 or older, as for the other kinds. */
export const KIOSK_AGE = 15

/** What a subject of a certificate must look like before the database is asked. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
