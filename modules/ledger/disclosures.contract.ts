import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import {
  disclosureBases,
  disclosureMethods,
  disclosureStates,
  protectedWays,
  type DisclosureBasis,
  type DisclosureMethod,
  type DisclosureState,
  type ProtectedWay,
} from './disclosures.ts'
import { PersonRefField, PersonRow } from './ledger.contract.ts'
import { ledgerProblems as problems } from './ledger.messages.ts'

const bases = disclosureBases.map(({ value }) => value) as [DisclosureBasis, ...DisclosureBasis[]]
const methods = disclosureMethods.map(({ value }) => value) as [DisclosureMethod, ...DisclosureMethod[]]
const states = disclosureStates.map(({ value }) => value) as [DisclosureState, ...DisclosureState[]]
const ways = protectedWays.map(({ value }) => value) as [ProtectedWay, ...ProtectedWay[]]
const words = (most: number) => z.string().trim().max(most, `${most}文字以内で入力してください`)
const DisclosureIdField = z.uuid()

const Listed = z.object({
  disclosureId: z.string(),
  recipient: z.string().meta({ title: '提供先' }),
  basis: z.enum(bases).meta({ title: '根拠' }),
  state: z.enum(states).meta({ title: '状態' }),
  receivedOn: z.string().meta({ title: '申請日' }),
  people: z.int().meta({ title: '対象の人数' }),
  /** How often it was handed over, and when last. */
  provisions: z.int().meta({ title: '提供した回数' }),
  lastProvidedAt: z.string().nullable().meta({ title: '最後に提供した日時' }),
})

export const receiveDisclosure = endpoint({
  name: 'receiveDisclosure',
  method: 'POST',
  path: '/api/disasters/:disasterId/disclosures',
  title: '台帳情報の提供の申請の受付',
  permission: 'ledger.disclose',
  input: z.object({
    disasterId: DisasterIdField,
    recipient: words(100).min(1, '提供先を入力してください').meta({ title: '申請者（提供先）の氏名・名称' }),
    recipientPlace: words(200).min(1, '所在地を入力してください').meta({ title: '申請者の住所・所在地' }),
    representative: words(100).meta({ title: '代表者' }),
    basis: z.enum(bases).meta({ title: '提供の根拠' }),
    people: z
      .array(PersonRefField)
      .min(1, '対象の被災者を選んでください')
      .max(1000)
      .meta({ title: '対象の被災者' }),
    items: z
      .array(z.string().max(40))
      .min(1, '提供する項目を選んでください')
      .max(100)
      .meta({ title: '提供する項目' }),
    purpose: words(500).min(1, '利用目的を入力してください').meta({ title: '利用目的' }),
    remarks: words(500).meta({ title: '備考' }),
    receivedOn: Day.meta({ title: '申請日' }),
  }),
  output: z.object({ disclosureId: z.string() }),
  problems: [problems.notFound, problems.personNotInLedger, problems.itemNotFound],
})

export const listDisclosures = endpoint({
  name: 'listDisclosures',
  method: 'GET',
  path: '/api/disasters/:disasterId/disclosures',
  title: '台帳情報の提供の一覧',
  permission: 'ledger.disclose',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ disclosures: z.array(Listed) }),
  problems: [problems.notFound],
})

export const getDisclosure = endpoint({
  name: 'getDisclosure',
  method: 'GET',
  path: '/api/disclosures/:disclosureId',
  title: '台帳情報の提供の申請',
  permission: 'ledger.disclose',
  input: z.object({ disclosureId: DisclosureIdField }),
  output: Listed.extend({
    disasterId: z.string(),
    recipientPlace: z.string().meta({ title: '申請者の住所・所在地' }),
    representative: z.string().meta({ title: '代表者' }),
    /** `null` = somebody protected is among the people. */
    purpose: z.string().nullable().meta({ title: '利用目的' }),
    remarks: z.string().nullable().meta({ title: '備考' }),
    items: z.array(z.object({ key: z.string(), name: z.string() })).meta({ title: '提供する項目' }),
    persons: z.array(PersonRow.extend({ /** 提供への同意, as told. */ consent: z.string().nullable() })),
    decided: z
      .object({
        outcome: z.enum(['approved', 'refused']),
        reason: z.string(),
        protectedPeople: z.enum(ways).nullable().meta({ title: '支援措置の対象者の扱い' }),
        at: z.string(),
        by: z.string(),
      })
      .nullable(),
  }),
  problems: [problems.disclosureNotFound],
})

export const decideDisclosure = endpoint({
  name: 'decideDisclosure',
  method: 'POST',
  path: '/api/disclosures/:disclosureId/decision',
  title: '台帳情報の提供の決定',
  permission: 'ledger.decide-disclosure',
  input: z
    .object({
      disclosureId: DisclosureIdField,
      outcome: z.enum(['approved', 'refused']).meta({ title: '決定' }),
      reason: words(500).meta({ title: '理由' }),
      /** Asked for where somebody protected is among the people. */
      protectedPeople: z.enum(ways).nullable().default(null).meta({ title: '支援措置の対象者の扱い' }),
    })
    .refine(({ outcome, reason }) => outcome === 'approved' || reason !== '', {
      path: ['reason'],
      message: '提供しない理由を入力してください',
    }),
  output: z.object({ state: z.enum(states) }),
  problems: [
    problems.disclosureNotFound,
    problems.disclosureDecided,
    problems.disclosureProtected,
    problems.disclosureNobody,
    problems.disclosureConsent,
  ],
})

/** Handed over now: stands in the ledger of every person it is about. */
export const provideDisclosure = endpoint({
  name: 'provideDisclosure',
  method: 'POST',
  path: '/api/disclosures/:disclosureId/provisions',
  title: '台帳情報を提供したことの記録',
  permission: 'ledger.disclose',
  input: z.object({
    disclosureId: DisclosureIdField,
    method: z.enum(methods).meta({ title: '提供の方法' }),
  }),
  output: z.object({
    people: z.int(),
    /** 支援措置の対象者 who were left out, and who were handed over without whereabouts. */
    leftOut: z.int(),
    withoutContact: z.int(),
  }),
  problems: [
    problems.disclosureNotFound,
    problems.disclosureNotApproved,
    problems.disclosureProtected,
    problems.disclosureNobody,
    problems.disclosureConsent,
  ],
})

/** 提供した旨及び日時 of one person. */
export const listProvisions = endpoint({
  name: 'listProvisions',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/provisions',
  title: '台帳情報を提供した旨と日時',
  permission: 'ledger.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    provisions: z.array(
      z.object({
        disclosureId: z.string(),
        /** `null` = concealed since the person is protected. */
        recipient: z.string().nullable().meta({ title: '提供先' }),
        basis: z.enum(bases).meta({ title: '根拠' }),
        items: z.array(z.string()).meta({ title: '項目' }),
        withoutContact: z.boolean().meta({ title: '連絡先を除いて提供' }),
        method: z.enum(methods).meta({ title: '方法' }),
        at: z.string().meta({ title: '提供した日時' }),
        by: z.string().meta({ title: '記録者' }),
      }),
    ),
  }),
  problems: [problems.notFound, problems.personNotInLedger],
})
