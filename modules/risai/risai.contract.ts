import { z } from 'zod'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { hazardCodes } from '../disasters/disasters.ts'
import { PersonRefField } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { proofs } from './entitlement.ts'
import { risaiProblems } from './risai.messages.ts'
import { damageGrades } from '../disasters/grades.ts'
import {
  applicantRelations,
  applicationStates,
  channels,
  dwellingEquipment,
  dwellingKinds,
  dwellingParts,
  FORM_DEFAULTS,
  noticeKinds,
  noticeWays,
  occupancies,
  receivingWays,
  surveyMethods,
  surveyWishes,
  tenures,
  withdrawnCauses,
  type ApplicationForm,
  type ApplicationId,
  type CertificateId,
} from './risai.ts'

export type Values<T extends readonly { readonly value: string }[]> = [
  T[number]['value'],
  ...T[number]['value'][],
]
export const valuesOf = <const T extends readonly { readonly value: string }[]>(options: T): Values<T> =>
  options.map((option) => option.value) as Values<T>

export const ApplicationIdField = z.uuid() as unknown as z.ZodType<ApplicationId, string>
export const CertificateIdField = z.uuid() as unknown as z.ZodType<CertificateId, string>
/** The version the clerk saw: another one means that a colleague was first. */
export const Version = z.int().min(1)

export const text = (title: string, max: number) =>
  z.string().trim().max(max, `${max}文字以内で入力してください`).meta({ title })
export const required = (title: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${title}を入力してください`)
    .max(max, `${max}文字以内で入力してください`)
    .meta({ title })

/** `null` = somebody who is not of the register. */
const ResidentNoField = z
  .string()
  .regex(/^\d{1,15}$/, '15桁以内の数字で入力してください')
  .nullable() as unknown as z.ZodType<ResidentNo | null, string | null>

export const FormFields = z.object({
  applicant: z.object({
    name: required('申請者氏名', 100),
    kana: text('申請者フリガナ', 100),
    address: text('申請者住所', 200),
    birthOn: Day.nullable().meta({ title: '申請者生年月日' }),
    phone: text('電話番号', 20),
    email: z
      .union([z.literal(''), z.email('メールアドレスの形式で入力してください').max(254)])
      .meta({ title: 'メールアドレス' }),
    contactPlace: text('避難先・その他の連絡先', 200),
    relationToHead: z.enum(valuesOf(applicantRelations)).meta({ title: '世帯主との関係' }),
  }),
  head: z.object({
    residentNo: ResidentNoField.meta({ title: '世帯主の宛名番号' }),
    name: required('世帯主氏名', 100),
    kana: text('世帯主フリガナ', 100),
    address: text('世帯主住所', 200),
  }),
  members: z
    .array(
      z.object({
        residentNo: ResidentNoField.meta({ title: '宛名番号' }),
        name: required('氏名', 100),
        kana: text('フリガナ', 100),
        relation: text('続柄', 20),
        birthOn: Day.nullable().meta({ title: '生年月日' }),
      }),
    )
    .max(50, '50人以内で入力してください')
    .meta({ title: '世帯の構成員' }),
  printMembers: z.boolean().meta({ title: '証明書に世帯の構成員を記載する' }),
  dwellingAddress: text('被災住家の所在地', 200),
  causeText: required('罹災原因', 60),
  causeHazards: z
    .array(z.enum(hazardCodes))
    .min(1, '被害の原因を選んでください')
    .meta({ title: '被害の原因' }),
  dwellingKind: z.enum(valuesOf(dwellingKinds)).nullable().meta({ title: '住家の種別' }),
  tenure: z.enum(valuesOf(tenures)).nullable().meta({ title: '持家・借家' }),
  ownerName: text('所有者', 100),
  damageText: text('被害の状況', 1000),
  damagedParts: z.array(z.enum(valuesOf(dwellingParts))).meta({ title: '損傷した部位' }),
  damagedEquipment: z
    .array(z.enum(valuesOf(dwellingEquipment)))
    .default([...FORM_DEFAULTS.damagedEquipment])
    .meta({ title: '損傷した設備' }),
  floodDepthCm: z.int().min(0).max(2000).nullable().meta({ title: '床上浸水深（cm）' }),
  surveyWish: z.enum(valuesOf(surveyWishes)).meta({ title: '調査の方法の希望' }),
  consents: z.object({
    checkRecords: z.boolean().meta({ title: '住民基本台帳・課税台帳等により確認することへの同意（必須）' }),
    supportUse: z.boolean().meta({ title: '被災者支援業務で利用することへの同意（必須）' }),
    selfJudgement: z.boolean().meta({ title: '自己判定方式により判定することへの同意' }),
    photoUse: z.boolean().meta({ title: '写真を調査・研究等に利用することへの同意' }),
  }),
  copies: z
    .int()
    .min(1, '1部以上にしてください')
    .max(20, '20部以内にしてください')
    .meta({ title: '必要部数' }),
  purpose: text('使用目的・提出先', 200),
  occupancy: z.enum(valuesOf(occupancies)).nullable().default(null).meta({ title: '居住の状況' }),
  mandate: text('委任の内容', 200).default(FORM_DEFAULTS.mandate),
  proofs: z
    .array(z.enum(valuesOf(proofs)))
    .default([])
    .meta({ title: '確かめた書類' }),
  noticeBy: z.enum(valuesOf(noticeWays)).default(FORM_DEFAULTS.noticeBy).meta({ title: '結果の通知の方法' }),
  receiveBy: z
    .enum(valuesOf(receivingWays))
    .default(FORM_DEFAULTS.receiveBy)
    .meta({ title: '証明書の受取の方法' }),
}) satisfies z.ZodType<ApplicationForm>

/** What an application shows; of a protected one every place and contact is ''. */
export const FormView = z.object({
  ...FormFields.shape,
  applicant: z.object({
    ...FormFields.shape.applicant.shape,
    address: z.string().meta({ title: '申請者住所' }),
    birthOn: z.string().nullable().meta({ title: '申請者生年月日' }),
  }),
  members: z.array(
    z.object({
      residentNo: z.string().nullable(),
      name: z.string(),
      kana: z.string(),
      relation: z.string(),
      birthOn: z.string().nullable(),
    }),
  ),
})

export const StateField = z.enum(valuesOf(applicationStates))
export const GradeField = z.enum(valuesOf(damageGrades))

export const GradingView = z.object({
  gradingNo: z.number(),
  grade: GradeField.meta({ title: '被害の程度' }),
  surveyedOn: z.string().meta({ title: '調査日' }),
  method: z.enum(valuesOf(surveyMethods)).meta({ title: '調査の方法' }),
  surveyors: z.array(z.string()).meta({ title: '調査員' }),
  /** '' also where it is concealed. */
  note: z.string().meta({ title: '備考' }),
  gradedAt: z.string(),
  gradedBy: z.string().meta({ title: '登録者' }),
  /** The 再調査 that found it. */
  resurveyId: z.string().nullable(),
  /** The application of the same dwelling whose grade it is. */
  sameAs: z.string().nullable(),
  taskId: z.string().nullable(),
  adopted: z.boolean(),
})

export const DecisionView = z.object({
  decisionNo: z.number(),
  gradingNo: z.number(),
  outcome: z.enum(['issuable', 'not-issuable']).meta({ title: '決定' }),
  reason: z.string().meta({ title: '理由' }),
  decidedAt: z.string(),
  decidedBy: z.string().meta({ title: '決定者' }),
})

export const CertificateView = z.object({
  /** Subject of the certificates module for this paper. */
  certificateId: z.string(),
  serialNo: z.string().meta({ title: '整理番号' }),
  grade: GradeField.meta({ title: '被害の程度' }),
  madeAt: z.string(),
  withdrawnAt: z.string().nullable().meta({ title: '失効日時' }),
  withdrawnCause: z.enum(valuesOf(withdrawnCauses)).nullable().meta({ title: '失効の区分' }),
  withdrawnReason: z.string().nullable().meta({ title: '失効の理由' }),
})

export const NoticeView = z.object({
  noticeId: z.string(),
  kind: z.enum(valuesOf(noticeKinds)),
  state: z.enum(['waiting', 'sent', 'failed', 'practice']),
  requestedAt: z.string(),
  sentAt: z.string().nullable(),
})

export const ApplicationView = z.object({
  applicationId: z.string(),
  disasterId: z.string(),
  personRef: z.string(),
  serialNo: z.string().meta({ title: '整理番号' }),
  state: StateField.meta({ title: '状態' }),
  version: z.number(),
  appliedOn: z.string().meta({ title: '申請日' }),
  receivedAt: z.string(),
  /** Somebody of the application is protected: places and contacts are '' and cannot be changed here. */
  suppressed: z.boolean(),
  channel: z.enum(valuesOf(channels)).meta({ title: '受付の方法' }),
  reference: z.string().nullable().meta({ title: '受付番号' }),
  /** `null` = in time, or concealed. */
  lateReason: z.string().nullable().meta({ title: '申請期限の後に受け付けた理由' }),
  proofsWaived: z.string().nullable().meta({ title: '書類がないまま受理した理由' }),
  /** 併合: where this one goes on. */
  joinedTo: z.object({ applicationId: z.string(), serialNo: z.string() }).nullable(),
  /** Those that were joined to this one. */
  joined: z.array(z.object({ applicationId: z.string(), serialNo: z.string() })),
  /**
   * 所有者と借家人: the decision this certificate follows is another now, and is to be adopted anew. `null` = it is not.
   * `application` is `null` where it is concealed; `grade` `null` = no certificate of it is in force.
   */
  decisionChanged: z
    .object({
      application: z.object({ applicationId: z.string(), serialNo: z.string() }).nullable(),
      grade: z.enum(valuesOf(damageGrades)).nullable(),
    })
    .nullable(),
  form: FormView,
  /** Of the latest rejection or withdrawal; `null` = none, or concealed. */
  stateReason: z.string().nullable().meta({ title: '不受理・取下げの理由' }),
  /** Newest first, as all lists here. */
  gradings: z.array(GradingView),
  decisions: z.array(DecisionView),
  certificates: z.array(CertificateView),
  notices: z.array(NoticeView),
  /** Notices by letter. */
  letters: z.array(
    z.object({
      letterId: z.string(),
      kind: z.enum(valuesOf(noticeKinds)),
      requestedAt: z.string(),
      state: z.enum(['waiting', 'bundled', 'posted', 'left-out']),
      at: z.string().nullable(),
    }),
  ),
})

/** What every change answers: enough to go on, nothing of a person. */
export const Changed = z.object({ applicationId: z.string(), state: StateField, version: z.number() })

/** Initial values for the form of a person of the ledger: register, household and disaster. */
export const draftApplication = endpoint({
  name: 'draftApplication',
  method: 'POST',
  path: '/api/risai/applications/draft',
  title: '申請の初期値',
  permission: 'risai.apply',
  reads: true,
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    suppressed: z.boolean(),
    /** 申請期限 has passed: taken with a reason. */
    afterDeadline: z.boolean(),
    /** The last day; `null` = none. */
    untilOn: z.string().nullable(),
    form: FormView,
    /** Applications of this person in this disaster already: another house, or a double. */
    earlier: z.array(z.object({ applicationId: z.string(), serialNo: z.string(), state: StateField })),
  }),
  problems: [ledgerProblems.personNotInLedger, disastersProblems.notFound],
})

export const receiveApplication = endpoint({
  name: 'receiveApplication',
  method: 'POST',
  path: '/api/risai/applications',
  title: '罹災証明書の申請の受付',
  permission: 'risai.apply',
  input: z.object({
    disasterId: DisasterIdField,
    /** The applicant in the ledger. */
    personRef: PersonRefField,
    appliedOn: Day.meta({ title: '申請日' }),
    channel: z.enum(valuesOf(channels)).default('counter').meta({ title: '受付の方法' }),
    /** 受付番号 of ぴったりサービス, 収受番号 of the post. */
    reference: text('受付番号', 60).default(''),
    lateReason: text('申請期限の後に受け付ける理由', 500).default(''),
    form: FormFields,
  }),
  output: Changed.extend({ serialNo: z.string() }),
  problems: [
    ledgerProblems.personNotInLedger,
    disastersProblems.notFound,
    risaiProblems.consentMissing,
    risaiProblems.incomplete,
    risaiProblems.appliedInFuture,
    risaiProblems.late,
    risaiProblems.referenceTaken,
    risaiProblems.memberNotInLedger,
  ],
})

export const getApplication = endpoint({
  name: 'getApplication',
  method: 'GET',
  path: '/api/risai/applications/:applicationId',
  title: '申請の内容',
  permission: 'risai.view',
  input: z.object({ applicationId: ApplicationIdField }),
  output: ApplicationView,
  problems: [risaiProblems.notFound],
})

/** Of a protected application send places and contacts as they came (''): they stay as they are. */
export const correctApplication = endpoint({
  name: 'correctApplication',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/correct',
  title: '申請の補正',
  permission: 'risai.apply',
  input: z.object({ applicationId: ApplicationIdField, version: Version, form: FormFields }),
  output: Changed,
  problems: [
    risaiProblems.notFound,
    risaiProblems.wrongState,
    risaiProblems.concealed,
    risaiProblems.consentMissing,
    risaiProblems.incomplete,
    risaiProblems.memberNotInLedger,
  ],
})

export const acceptApplication = endpoint({
  name: 'acceptApplication',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/accept',
  title: '申請の受理',
  permission: 'risai.apply',
  input: z.object({
    applicationId: ApplicationIdField,
    version: Version,
    waivedReason: text('書類がないまま受理する理由', 500).default(''),
  }),
  output: Changed,
  problems: [risaiProblems.notFound, risaiProblems.wrongState, risaiProblems.proofsMissing],
})

export const rejectApplication = endpoint({
  name: 'rejectApplication',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/reject',
  title: '申請の不受理',
  permission: 'risai.apply',
  input: z.object({
    applicationId: ApplicationIdField,
    version: Version,
    reason: required('不受理の理由', 500),
  }),
  output: Changed,
  problems: [risaiProblems.notFound, risaiProblems.wrongState],
})

export const gradeDwelling = endpoint({
  name: 'gradeDwelling',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/grade',
  title: '被害の程度の登録',
  permission: 'risai.grade',
  input: z.object({
    applicationId: ApplicationIdField,
    version: Version,
    grade: GradeField.meta({ title: '被害の程度' }),
    surveyedOn: Day.meta({ title: '調査日' }),
    method: z.enum(valuesOf(surveyMethods)).meta({ title: '調査の方法' }),
    surveyors: z
      .array(required('調査員', 60))
      .min(1, '調査員を入力してください')
      .max(10)
      .meta({ title: '調査員' }),
    note: text('備考', 500),
    /** The survey whose result was offered. */
    taskId: z.uuid().nullable().default(null),
  }),
  output: Changed,
  problems: [
    risaiProblems.notFound,
    risaiProblems.wrongState,
    risaiProblems.surveyOutOfRange,
    risaiProblems.otherThanSurvey,
    risaiProblems.noSurveyResult,
  ],
})

export const decideApplication = endpoint({
  name: 'decideApplication',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/decide',
  title: '交付の可否の決定',
  permission: 'risai.decide',
  input: z
    .object({
      applicationId: ApplicationIdField,
      version: Version,
      outcome: z.enum(['issuable', 'not-issuable']).meta({ title: '決定' }),
      reason: text('理由（交付不可のとき必須）', 500),
    })
    .refine((input) => input.outcome === 'issuable' || input.reason !== '', {
      path: ['reason'],
      message: '交付不可の理由を入力してください',
    }),
  output: Changed.extend({ certificateId: z.string().nullable() }),
  problems: [risaiProblems.notFound, risaiProblems.wrongState, risaiProblems.noDamageCertificate],
})

export const withdrawApplication = endpoint({
  name: 'withdrawApplication',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/withdraw',
  title: '申請の取下げ',
  permission: 'risai.apply',
  input: z.object({
    applicationId: ApplicationIdField,
    version: Version,
    reason: required('取下げの理由', 500),
  }),
  output: Changed,
  problems: [risaiProblems.notFound, risaiProblems.wrongState],
})

/** The certificate loses its force and the dwelling is graded again; the application goes back to `accepted`. */
export const withdrawCertificate = endpoint({
  name: 'withdrawCertificate',
  method: 'POST',
  path: '/api/risai/certificates/:certificateId/withdraw',
  title: '罹災証明書の失効',
  permission: 'risai.decide',
  input: z.object({
    certificateId: CertificateIdField,
    /** Version of the application. */
    version: Version,
    reason: required('失効の理由', 500),
  }),
  output: Changed,
  problems: [risaiProblems.certificateNotFound, risaiProblems.wrongState, risaiProblems.resurveyOpen],
})
