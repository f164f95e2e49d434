import { z } from 'zod'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { Day } from '../disasters/disasters.contract.ts'
import { residentsProblems } from '../residents/residents.messages.ts'
import { evacSupportProblems as problems } from './evac-support.messages.ts'
import {
  consentMethods,
  consentStates,
  groundKinds,
  offerKinds,
  ordinances,
  personBases,
  recipientKinds,
  toldGrounds,
} from './evac-support.ts'

/** The values of a list of choices, as `z.enum` wants them. */
export function valuesOf<const V extends string>(choices: readonly { readonly value: V }[]): [V, ...V[]] {
  return choices.map(({ value }) => value) as [V, ...V[]]
}

export const words = (most: number) => z.string().trim().max(most, `${most}文字以内で入力してください`)
const NumberField = z
  .string()
  .regex(/^\d{1,15}$/, '宛名番号は数字で入力してください')
  .meta({ title: '宛名番号' }) as unknown as z.ZodType<ResidentNo, string>
const age = z.int().min(40).max(120).nullable()
const codes = z.array(z.string().trim().min(1).max(10)).max(20)

const CriteriaField = z.object({
  careLevels: codes.meta({ title: '要介護状態区分' }),
  bodyGrades: codes.meta({ title: '身体障害者手帳の等級' }),
  intellectualGrades: codes.meta({ title: '療育手帳の判定' }),
  mentalGrades: codes.meta({ title: '精神障害者保健福祉手帳の等級' }),
  mentalAlone: z.boolean().meta({ title: '精神障害者保健福祉手帳は一人暮らしの方だけ' }),
  aloneFrom: age.meta({ title: '一人暮らしの高齢者の年齢' }),
  elderlyFrom: age.meta({ title: '高齢者だけの世帯の年齢' }),
})
const settingFields = {
  fromOn: Day.meta({ title: '始まりの日' }),
  criteria: CriteriaField.meta({ title: '要件' }),
  ordinance: z.enum(valuesOf(ordinances)).meta({ title: '条例による提供' }),
  ordinanceSource: words(300).meta({ title: '条例の名前と条' }),
  emergencyDays: z.int().min(1).max(3650).meta({ title: '災害時の提供ができる日数' }),
  source: words(300).min(1, '定めたところ（地域防災計画の章など）を入力してください').meta({
    title: '要件を定めたところ',
  }),
}

export const getEvacSettings = endpoint({
  name: 'getEvacSettings',
  method: 'GET',
  path: '/api/evac-support/settings',
  title: '避難行動要支援者名簿の要件',
  permission: 'evac-support.view',
  input: z.object({}),
  output: z.object({
    /** Newest first; the first that has begun holds. */
    settings: z.array(
      z.object({
        ...settingFields,
        fromOn: z.string(),
        settingNo: z.int(),
        setAt: z.string(),
        setBy: z.string(),
      }),
    ),
    settingNo: z.int(),
  }),
})

export const setEvacSettings = endpoint({
  name: 'setEvacSettings',
  method: 'POST',
  path: '/api/evac-support/settings',
  title: '避難行動要支援者名簿の要件の設定',
  permission: 'evac-support.settings',
  input: z
    .object({ ...settingFields, /** The newest that was seen. */ settingNo: z.int().min(0) })
    .refine(({ ordinance, ordinanceSource }) => ordinance === 'none' || ordinanceSource !== '', {
      path: ['ordinanceSource'],
      message: '条例の名前と条を入力してください',
    }),
  output: z.object({ settingNo: z.int() }),
  problems: [platformProblems.changedByOther],
})

/** Looks the registers through; what differs is offered, nothing is changed. */
export const scanEvacSupport = endpoint({
  name: 'scanEvacSupport',
  method: 'POST',
  path: '/api/evac-support/scans',
  title: '避難行動要支援者名簿と台帳の照合',
  permission: 'evac-support.change',
  input: z.object({}),
  output: z.object({ people: z.int(), offers: z.int() }),
  problems: [problems.noCriteria, platformProblems.changedByOther],
})

const Kind = z.enum(valuesOf(offerKinds)).meta({ title: '違いの種類' })

/** Of a person as lists show it: without whereabouts where protected. */
const Row = z.object({
  residentNo: z.string().meta({ title: '宛名番号' }),
  name: z.string().meta({ title: '氏名' }),
  kana: z.string().meta({ title: 'フリガナ' }),
  birthOn: z.string().nullable().meta({ title: '生年月日' }),
  /** The register's own words where the day is not certain; else empty. */
  birthText: z.string(),
  sexText: z.string().meta({ title: '性別' }),
  address: z.string().nullable().meta({ title: '住所' }),
  suppressed: z.boolean(),
})
export type EvacRow = z.output<typeof Row>

export const listEvacOffers = endpoint({
  name: 'listEvacOffers',
  method: 'GET',
  path: '/api/evac-support/offers',
  title: '避難行動要支援者名簿の候補',
  permission: 'evac-support.change',
  input: z.object({ offerKind: Kind.optional(), afterOffer: z.uuid().optional() }),
  output: z.object({
    counts: z.object({ join: z.int(), leave: z.int(), grounds: z.int() }),
    scannedAt: z.string().nullable().meta({ title: '最後に照合した日時' }),
    offers: z.array(
      Row.extend({
        offerId: z.string(),
        offerKind: Kind,
        grounds: z.array(z.string()).meta({ title: '事由' }),
        groundsBefore: z.array(z.string()).meta({ title: '今の事由' }),
        /** Not in the register as a resident any more. */
        gone: z.boolean(),
      }),
    ),
    next: z.string().nullable(),
  }),
})

/** Takes offers over or declines them: some by name, or all of one kind as many as were seen. */
export const decideEvacOffers = endpoint({
  name: 'decideEvacOffers',
  method: 'POST',
  path: '/api/evac-support/offers/decision',
  title: '避難行動要支援者名簿の候補の決定',
  permission: 'evac-support.change',
  input: z.object({
    outcome: z.enum(['accepted', 'declined']).meta({ title: '決定' }),
    offerIds: z.array(z.uuid()).max(500).meta({ title: '候補' }),
    /** `null` = those named in `offerIds`. */
    allOf: z.object({ offerKind: Kind, seen: z.int().min(0) }).nullable(),
  }),
  output: z.object({ decided: z.int() }),
  problems: [problems.offersChanged],
})

const Consent = z.enum(valuesOf(consentStates))
const State = z.enum(['listed', 'off'])

export const searchEvacSupport = endpoint({
  name: 'searchEvacSupport',
  method: 'POST',
  path: '/api/evac-support/people/search',
  title: '避難行動要支援者名簿',
  permission: 'evac-support.view',
  reads: true,
  input: z.object({
    name: words(60).default('').meta({ title: '氏名' }),
    area: words(60).default('').meta({ title: '住所の一部' }),
    ground: z.enum(valuesOf(groundKinds)).nullable().default(null).meta({ title: '事由' }),
    consent: z
      .enum([...valuesOf(consentStates), 'unasked'])
      .nullable()
      .default(null)
      .meta({
        title: '同意',
      }),
    entryState: State.default('listed').meta({ title: '名簿' }),
    afterNo: NumberField.nullable().default(null),
  }),
  output: z.object({
    people: z.array(
      Row.extend({
        entryState: State.meta({ title: '名簿' }),
        grounds: z.array(z.string()).meta({ title: '事由' }),
        consent: Consent.nullable().meta({ title: '同意' }),
      }),
    ),
    nextNo: z.string().nullable(),
    listed: z.int().meta({ title: '名簿に載っている人数' }),
  }),
  problems: [residentsProblems.tooVague],
})

/** Somebody of the register, on the list or not, to be put onto it. */
export const findEvacResident = endpoint({
  name: 'findEvacResident',
  method: 'POST',
  path: '/api/evac-support/residents/search',
  title: '名簿に載せる方の検索',
  permission: 'evac-support.change',
  reads: true,
  input: z.object({
    name: words(60).min(1, '氏名かフリガナを入力してください').meta({ title: '氏名・フリガナ' }),
  }),
  output: z.object({ people: z.array(Row.extend({ listed: z.boolean() })), more: z.boolean() }),
  problems: [residentsProblems.tooVague],
})

const personWords = {
  phone: words(100).meta({ title: '電話番号' }),
  otherContact: words(300).meta({ title: 'その他の連絡先' }),
  residence: words(200).meta({ title: '居所（住所と違うとき）' }),
  reasonWords: words(500).meta({ title: '避難支援等を必要とする事由（くわしく）' }),
  remarks: words(500).meta({ title: 'その他市町村長が必要と認める事項' }),
  note: words(300).meta({ title: '変更の理由（名簿には載りません）' }),
}
export const PersonWords = z.object(personWords)

export const getEvacPerson = endpoint({
  name: 'getEvacPerson',
  method: 'GET',
  path: '/api/evac-support/people/:residentNo',
  title: '避難行動要支援者名簿の1人',
  permission: 'evac-support.view',
  input: z.object({ residentNo: NumberField }),
  output: Row.extend({
    /** 0 = never on the list. */
    version: z.int(),
    entryState: State.nullable(),
    grounds: z.array(z.string()).meta({ title: '台帳による事由' }),
    told: z.array(z.enum(valuesOf(toldGrounds))).meta({ title: '申し出などによる事由' }),
    away: z.boolean().meta({ title: '施設・病院で暮らしている' }),
    /** `null` = concealed since the person is protected. */
    words: PersonWords.nullable(),
    consentNo: z.int(),
    consents: z.array(
      z.object({
        consentNo: z.int(),
        consent: Consent.meta({ title: '同意' }),
        toldOn: z.string().meta({ title: '確認した日' }),
        method: z.enum(valuesOf(consentMethods)).meta({ title: '確認の方法' }),
        untilOn: z.string().nullable().meta({ title: '期限' }),
        exceptKinds: z.array(z.enum(valuesOf(recipientKinds))).meta({ title: '提供しない相手' }),
        who: z.string().nullable().meta({ title: '意思を示した人' }),
        note: z.string().nullable().meta({ title: '備考' }),
        recordedAt: z.string(),
        recordedBy: z.string(),
      }),
    ),
    versions: z.array(
      z.object({
        version: z.int(),
        entryState: State,
        grounds: z.array(z.string()),
        told: z.array(z.string()),
        away: z.boolean(),
        cause: z.enum(['offer', 'clerk']),
        writtenAt: z.string(),
        writtenBy: z.string(),
      }),
    ),
    /** To whom the person's data went, when and by what right. */
    handovers: z.array(
      z.object({
        provisionId: z.string(),
        recipient: z.string().nullable().meta({ title: '提供先' }),
        personBasis: z.enum(valuesOf(personBases)).meta({ title: '根拠' }),
        handedAt: z.string().meta({ title: '提供した日時' }),
        handedBy: z.string(),
      }),
    ),
  }),
  problems: [problems.personNotFound],
})

export const saveEvacPerson = endpoint({
  name: 'saveEvacPerson',
  method: 'POST',
  path: '/api/evac-support/people/:residentNo',
  title: '避難行動要支援者名簿への記載',
  permission: 'evac-support.change',
  input: z.object({
    residentNo: NumberField,
    version: z.int().min(0),
    entryState: State.meta({ title: '名簿' }),
    told: z
      .array(z.enum(valuesOf(toldGrounds)))
      .max(2)
      .meta({ title: '申し出などによる事由' }),
    away: z.boolean().meta({ title: '施設・病院で暮らしている' }),
    /** `null` leaves them as they are: of somebody protected they are not shown. */
    words: PersonWords.nullable(),
  }),
  output: z.object({ version: z.int() }),
  problems: [
    problems.personNotFound,
    problems.noGround,
    problems.awayListed,
    platformProblems.changedByOther,
  ],
})

export const recordEvacConsent = endpoint({
  name: 'recordEvacConsent',
  method: 'POST',
  path: '/api/evac-support/people/:residentNo/consents',
  title: '名簿の提供への同意の記録',
  permission: 'evac-support.change',
  input: z.object({
    residentNo: NumberField,
    consentNo: z.int().min(0),
    consent: Consent.meta({ title: '同意' }),
    toldOn: Day.meta({ title: '確認した日' }),
    method: z.enum(valuesOf(consentMethods)).meta({ title: '確認の方法' }),
    who: words(100).min(1, '意思を示した人を入力してください').meta({
      title: '意思を示した人（本人・代理人）',
    }),
    untilOn: Day.nullable().meta({ title: '同意の期限' }),
    exceptKinds: z
      .array(z.enum(valuesOf(recipientKinds)))
      .max(6)
      .meta({ title: '提供しない相手' }),
    note: words(300).meta({ title: '備考' }),
  }),
  output: z.object({ consentNo: z.int() }),
  problems: [problems.notOnList, problems.consentDates, platformProblems.changedByOther],
})
