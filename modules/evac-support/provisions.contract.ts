import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { valuesOf, words } from './evac-support.contract.ts'
import { evacSupportProblems as problems } from './evac-support.messages.ts'
import { bases, provisionStates, recipientKinds, type EvacRecipientId } from './evac-support.ts'

const RecipientIdField = z.uuid('提供先を選んでください') as unknown as z.ZodType<EvacRecipientId, string>
const ProvisionIdField = z.uuid()

const recipientFields = {
  kind: z.enum(valuesOf(recipientKinds)).meta({ title: '種類' }),
  name: words(100).min(1, '名前を入力してください').meta({ title: '名前' }),
  person: words(100).meta({ title: '受け取る人・担当' }),
  contact: words(200).meta({ title: '連絡先' }),
  inPlan: z.boolean().meta({ title: '地域防災計画に定めがある' }),
  plan: words(200).meta({ title: '地域防災計画の定め（章・節など）' }),
  wholeTown: z.boolean().meta({ title: '市町村の全域' }),
  areas: z.array(z.string().min(1).max(100)).max(500).meta({ title: '担当する地区（町字）' }),
  ended: z.boolean().meta({ title: '提供を終わりにする' }),
}

export const listEvacRecipients = endpoint({
  name: 'listEvacRecipients',
  method: 'GET',
  path: '/api/evac-support/recipients',
  title: '名簿の提供先',
  permission: 'evac-support.view',
  input: z.object({}),
  output: z.object({
    recipients: z.array(z.object({ ...recipientFields, evacRecipientId: z.string(), version: z.int() })),
  }),
})

export const saveEvacRecipient = endpoint({
  name: 'saveEvacRecipient',
  method: 'POST',
  path: '/api/evac-support/recipients',
  title: '名簿の提供先の登録',
  permission: 'evac-support.settings',
  input: z.object({
    ...recipientFields,
    /** Made by the client; with version 0 it is a new one. */
    evacRecipientId: RecipientIdField,
    version: z.int().min(0),
  }),
  output: z.object({ evacRecipientId: z.string(), version: z.int() }),
  problems: [
    problems.recipientNotFound,
    problems.recipientArea,
    problems.recipientPlan,
    platformProblems.changedByOther,
  ],
})

/** 町字 of those on the list, with how many there are; of nobody protected. */
export const listEvacAreas = endpoint({
  name: 'listEvacAreas',
  method: 'GET',
  path: '/api/evac-support/areas',
  title: '名簿の地区ごとの人数',
  permission: 'evac-support.settings',
  input: z.object({}),
  output: z.object({ areas: z.array(z.object({ area: z.string(), people: z.int() })) }),
})

const asked = {
  basis: z.enum(valuesOf(bases)).meta({ title: '根拠' }),
  evacRecipientId: RecipientIdField.meta({ title: '提供先' }),
  /** Of an emergency. */
  disasterId: DisasterIdField.nullable().meta({ title: '災害' }),
}
const refusals = [
  disastersProblems.notFound,
  problems.noCriteria,
  problems.recipientNotFound,
  problems.recipientEnded,
  problems.notInPlan,
  problems.notEmergency,
]

const Counts = z.object({
  people: z.int().meta({ title: '提供する人数' }),
  byConsent: z.int().meta({ title: 'うち本人の同意' }),
  byOrdinance: z.int().meta({ title: 'うち条例' }),
  withoutBasis: z.int().meta({ title: '同意がなく提供しない人数' }),
  /** Of the whole list, whatever the area: a number by area would tell where they are. */
  leftOut: z.int().meta({ title: '支援措置のため除く人数（名簿全体）' }),
})

export const countEvacProvision = endpoint({
  name: 'countEvacProvision',
  method: 'POST',
  path: '/api/evac-support/provisions/count',
  title: '名簿を提供できる人数',
  permission: 'evac-support.request',
  reads: true,
  input: z.object(asked),
  output: Counts,
  problems: refusals,
})

export const requestEvacProvision = endpoint({
  name: 'requestEvacProvision',
  method: 'POST',
  path: '/api/evac-support/provisions',
  title: '名簿の提供の申請',
  permission: 'evac-support.request',
  input: z.object({
    ...asked,
    reason: words(500).min(1, '提供する理由を入力してください').meta({ title: '提供する理由' }),
  }),
  output: z.object({ provisionId: z.string(), people: z.int() }),
  problems: [...refusals, problems.nobody],
})

const Provision = z.object({
  provisionId: z.string(),
  basis: z.enum(valuesOf(bases)).meta({ title: '根拠' }),
  recipient: z.string().meta({ title: '提供先' }),
  recipientKind: z.enum(valuesOf(recipientKinds)).meta({ title: '提供先の種類' }),
  scope: z.string().meta({ title: '範囲' }),
  disasterId: z.string().nullable(),
  reason: z.string().meta({ title: '提供する理由' }),
  provisionState: z.enum(valuesOf(provisionStates)).meta({ title: '状態' }),
  people: z.int().meta({ title: '申請したときの人数' }),
  requestedAt: z.string().meta({ title: '申請した日時' }),
  requestedBy: z.string().meta({ title: '申請した人' }),
  decision: z.object({ at: z.string(), by: z.string(), reason: z.string() }).nullable(),
  /** Each time it was taken out: the log of provisions. */
  handovers: z.array(
    z.object({
      handoverId: z.string(),
      handedAt: z.string().meta({ title: '提供した日時' }),
      handedBy: z.string().meta({ title: '取り出した人' }),
      form: z.enum(['csv', 'xlsx']).meta({ title: '形式' }),
      people: z.int().meta({ title: '人数' }),
      byConsent: z.int().meta({ title: 'うち本人の同意' }),
      leftOut: z.int().meta({ title: '支援措置のため除いた人数（名簿全体）' }),
    }),
  ),
})
export type EvacProvision = z.output<typeof Provision>

/** The log: to whom, on what basis, of which scope, how many, by how many consents, when. Names nobody on the list. */
export const listEvacProvisions = endpoint({
  name: 'listEvacProvisions',
  method: 'GET',
  path: '/api/evac-support/provisions',
  title: '名簿の提供の記録',
  permission: 'evac-support.log',
  input: z.object({ afterProvision: z.uuid().optional() }),
  output: z.object({ provisions: z.array(Provision), next: z.string().nullable() }),
})

export const getEvacProvision = endpoint({
  name: 'getEvacProvision',
  method: 'GET',
  path: '/api/evac-support/provisions/:provisionId',
  title: '名簿の提供',
  permission: 'evac-support.log',
  input: z.object({ provisionId: ProvisionIdField }),
  output: Provision,
  problems: [problems.provisionNotFound],
})

export const decideEvacProvision = endpoint({
  name: 'decideEvacProvision',
  method: 'POST',
  path: '/api/evac-support/provisions/:provisionId/decision',
  title: '名簿の提供の承認',
  permission: 'evac-support.approve',
  input: z
    .object({
      provisionId: ProvisionIdField,
      outcome: z.enum(['approved', 'refused']).meta({ title: '決定' }),
      reason: words(500).meta({ title: '理由・条件' }),
    })
    .refine(({ outcome, reason }) => outcome === 'approved' || reason !== '', {
      path: ['reason'],
      message: '承認しない理由を入力してください',
    }),
  output: z.object({ provisionState: z.enum(valuesOf(provisionStates)) }),
  problems: [problems.provisionNotFound, problems.provisionDecided, ...refusals, problems.nobody],
})

const file = {
  method: 'GET',
  permission: 'evac-support.request',
  input: z.object({ provisionId: ProvisionIdField }),
  output: z.object({}),
  problems: [problems.provisionNotFound, problems.provisionClosed, ...refusals, problems.nobody],
} as const

export const exportEvacProvisionCsv = endpoint({
  ...file,
  name: 'exportEvacProvisionCsv',
  path: '/api/evac-support/provisions/:provisionId/list.csv',
  title: '提供する名簿（CSV）',
  produces: 'text/csv',
})

export const exportEvacProvisionXlsx = endpoint({
  ...file,
  name: 'exportEvacProvisionXlsx',
  path: '/api/evac-support/provisions/:provisionId/list.xlsx',
  title: '提供する名簿（Excel）',
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})
