import { z } from 'zod'
import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { residentsProblems } from '../residents/residents.messages.ts'
import { protectionProblems as problems } from './protection.messages.ts'
import {
  actKinds,
  categories,
  filters,
  roles,
  scopes,
  states,
  type ActKind,
  type Category,
  type Filter,
  type Role,
  type Scope,
  type State,
} from './protection.ts'

const codesOf = <V extends string>(options: readonly { readonly value: V }[]): [V, ...V[]] =>
  options.map(({ value }) => value) as [V, ...V[]]
const category = z.enum(codesOf<Category>(categories)).meta({ title: '区分' })
const scope = z.array(z.enum(codesOf<Scope>(scopes))).max(10)
const role = z.enum(codesOf<Role>(roles)).meta({ title: '立場' })
const short = z.string().trim().max(100, '100文字以内で入力してください')
const reason = z
  .string()
  .trim()
  .min(1, '理由を入力してください')
  .max(1000, '1000文字以内で入力してください')
  .meta({ title: '理由' })
const Day = z.iso.date('暦にある日付を入力してください') as unknown as z.ZodType<
  PlainDate,
  PlainDate | string
>
const ResidentNoField = z
  .string()
  .regex(/^\d{1,15}$/, '15桁以内の数字で入力してください')
  .meta({ title: '宛名番号' }) as unknown as z.ZodType<ResidentNo, string>
const measureId = z.uuid()
/** The version that was seen. */
const version = z.int().min(1)

const PersonField = z.object({
  role,
  /** `null` = not in the register of this town: known by name alone. */
  residentNo: ResidentNoField.nullable(),
  name: short.meta({ title: '氏名' }),
  birthOn: Day.nullable().meta({ title: '生年月日' }),
  relation: short.meta({ title: '申出者との関係' }),
})

/** People of the register to be named in a measure; whereabouts are not answered. */
export const searchProtectionPeople = endpoint({
  name: 'searchProtectionPeople',
  method: 'POST',
  path: '/api/protections/people/search',
  title: '支援措置に記載する人の検索',
  permission: 'protection.request',
  reads: true,
  input: z.object({
    name: short.optional().meta({ title: '氏名' }),
    kana: short.optional().meta({ title: 'フリガナ' }),
    birthOn: Day.optional().meta({ title: '生年月日' }),
    residentNo: ResidentNoField.optional(),
  }),
  output: z.object({
    people: z.array(
      z.object({
        residentNo: z.string(),
        name: z.string().meta({ title: '氏名' }),
        kana: z.string(),
        birthOn: z.string().nullable(),
        suppressed: z.boolean(),
      }),
    ),
    more: z.boolean(),
  }),
  problems: [residentsProblems.tooVague],
})

/** 仮支援措置: protects from this very moment, whatever is decided later. */
export const requestProtection = endpoint({
  name: 'requestProtection',
  method: 'POST',
  path: '/api/protections',
  title: '支援措置の申出の受付（仮支援措置を始める）',
  permission: 'protection.request',
  input: z.object({
    category,
    scope: scope.min(1, '1つ以上選んでください').meta({ title: '支援の必要な事務' }),
    office: short.min(1, '担当課を入力してください').meta({ title: '担当課' }),
    agency: short.meta({ title: '相談機関' }),
    note: z
      .string()
      .trim()
      .max(2000, '2000文字以内で入力してください')
      .meta({ title: '備考（居所や連絡先は書かないでください）' }),
    people: z.array(PersonField).min(1).max(30).meta({ title: '対象者と加害者' }),
  }),
  output: z.object({ measureId: z.string() }),
  problems: [problems.people, problems.noSuchPerson],
})

const Waiting = z
  .object({
    what: z.enum(['measure', 'release', 'lift']),
    by: z.string().meta({ title: '求めた人' }),
    at: z.string(),
    /** Whoever asks is the one who asked for it, and cannot decide. */
    mine: z.boolean(),
  })
  .nullable()

const Row = z.object({
  measureId: z.string(),
  category,
  state: z.enum(codesOf<State>(states)).meta({ title: '状態' }),
  version: z.int(),
  startsOn: z.string().nullable().meta({ title: '開始日' }),
  endsOn: z.string().nullable().meta({ title: '終了予定日' }),
  due: z.enum(['overdue', 'renewal']).nullable(),
  waiting: Waiting,
  liftedUntil: z.string().nullable().meta({ title: '一時解除の終わり' }),
})

export const listProtections = endpoint({
  name: 'listProtections',
  method: 'GET',
  path: '/api/protections',
  title: '支援措置の一覧',
  permission: 'protection.view',
  input: z.object({
    filter: z.enum(codesOf<Filter>(filters)),
    from: z.coerce.number().int().min(0).optional(),
  }),
  output: z.object({
    measures: z.array(
      Row.extend({ residentNo: z.string().nullable(), name: z.string().meta({ title: '申出者' }) }),
    ),
    next: z.int().nullable(),
    counts: z.array(z.object({ filter: z.enum(codesOf<Filter>(filters)), count: z.int() })),
    /** What the town's own system sent, whose period is over or will be: renewed and released there. */
    linked: z.array(
      z.object({
        residentNo: z.string(),
        name: z.string(),
        startsOn: z.string(),
        endsOn: z.string(),
      }),
    ),
  }),
})

export const getProtection = endpoint({
  name: 'getProtection',
  method: 'GET',
  path: '/api/protections/:measureId',
  title: '支援措置の内容',
  permission: 'protection.view',
  input: z.object({ measureId }),
  output: Row.extend({
    scope,
    office: z.string().meta({ title: '担当課' }),
    agency: z.string().meta({ title: '相談機関' }),
    note: z.string().meta({ title: '備考' }),
    people: z.array(
      z.object({
        personNo: z.int(),
        role,
        residentNo: z.string().nullable(),
        name: z.string(),
        birthOn: z.string().nullable(),
        relation: z.string(),
      }),
    ),
    /** The period that a renewal would give; `null` = not renewable now. */
    renewal: z.object({ startsOn: z.string(), endsOn: z.string() }).nullable(),
    renewableFrom: z.string().nullable(),
    minutes: z.int().nullable(),
    acts: z.array(
      z.object({
        actNo: z.int(),
        kind: z.enum(codesOf<ActKind>(actKinds)),
        at: z.string(),
        by: z.string(),
        startsOn: z.string().nullable(),
        endsOn: z.string().nullable(),
        minutes: z.int().nullable(),
        untilAt: z.string().nullable(),
        words: z.string(),
      }),
    ),
  }),
  problems: [problems.notFound],
})

/** Measures somebody of the register is in. */
export const listProtectionsOf = endpoint({
  name: 'listProtectionsOf',
  method: 'GET',
  path: '/api/residents/:residentNo/protections',
  title: '人の支援措置',
  permission: 'protection.view',
  input: z.object({ residentNo: ResidentNoField }),
  output: z.object({ measures: z.array(z.object({ measureId: z.string(), role })) }),
  problems: [residentsProblems.neverRegistered],
})

/** Whether a request by this person, or of the person's household, has to be asked about first. Says neither why nor of whom. */
export const getProtectionCaution = endpoint({
  name: 'getProtectionCaution',
  method: 'GET',
  path: '/api/residents/:residentNo/protection-caution',
  title: '請求に応じる前の確認の要否',
  permission: 'protection.caution',
  input: z.object({ residentNo: ResidentNoField }),
  output: z.object({ caution: z.boolean() }),
  problems: [residentsProblems.neverRegistered],
})

const after = z.object({ version: z.int() })
const acting = [problems.notFound, problems.notNow, platformProblems.changedByOther] as const
const outcome = z.enum(['approved', 'refused']).meta({ title: '決定' })

export const decideProtection = endpoint({
  name: 'decideProtection',
  method: 'POST',
  path: '/api/protections/:measureId/decide',
  title: '支援措置の決定',
  permission: 'protection.approve',
  input: z.object({
    measureId,
    version,
    outcome,
    startsOn: Day.nullable().meta({ title: '開始日' }),
    endsOn: Day.nullable().meta({ title: '終了予定日' }),
    reason,
  }),
  output: after,
  problems: [...acting, problems.oneself, problems.period],
})

export const renewProtection = endpoint({
  name: 'renewProtection',
  method: 'POST',
  path: '/api/protections/:measureId/renew',
  title: '支援措置の延長',
  permission: 'protection.request',
  input: z.object({ measureId, version, reason }),
  output: after,
  problems: [...acting, problems.tooEarly],
})

/** Only adds: who leaves a measure leaves it by its release. */
export const addProtectionPeople = endpoint({
  name: 'addProtectionPeople',
  method: 'POST',
  path: '/api/protections/:measureId/people',
  title: '支援措置の対象者・加害者の追加',
  permission: 'protection.request',
  input: z.object({ measureId, version, people: z.array(PersonField).min(1).max(30), reason }),
  output: after,
  problems: [...acting, problems.people, problems.noSuchPerson],
})

export const askProtectionRelease = endpoint({
  name: 'askProtectionRelease',
  method: 'POST',
  path: '/api/protections/:measureId/release',
  title: '支援措置の解除を求める',
  permission: 'protection.request',
  input: z.object({ measureId, version, reason }),
  output: after,
  problems: acting,
})

export const decideProtectionRelease = endpoint({
  name: 'decideProtectionRelease',
  method: 'POST',
  path: '/api/protections/:measureId/release/decide',
  title: '支援措置の解除の決定',
  permission: 'protection.approve',
  input: z.object({ measureId, version, outcome, reason }),
  output: after,
  problems: [...acting, problems.oneself],
})

export const askProtectionLift = endpoint({
  name: 'askProtectionLift',
  method: 'POST',
  path: '/api/protections/:measureId/lift',
  title: '支援措置の一時解除を求める',
  permission: 'protection.request',
  input: z.object({
    measureId,
    version,
    minutes: z.int().min(15).max(120, '120分以内にしてください').meta({ title: '一時解除の時間（分）' }),
    reason,
  }),
  output: after,
  problems: acting,
})

/** Opens the protected people to whoever asked, on that person's own screens, until the time is over. */
export const decideProtectionLift = endpoint({
  name: 'decideProtectionLift',
  method: 'POST',
  path: '/api/protections/:measureId/lift/decide',
  title: '支援措置の一時解除の決定',
  permission: 'protection.approve',
  input: z.object({ measureId, version, outcome, reason }),
  output: after,
  problems: [...acting, problems.oneself],
})

export const endProtectionLift = endpoint({
  name: 'endProtectionLift',
  method: 'POST',
  path: '/api/protections/:measureId/lift/end',
  title: '支援措置の一時解除をすぐに終える',
  permission: 'protection.request',
  input: z.object({ measureId, version }),
  output: after,
  problems: acting,
})
