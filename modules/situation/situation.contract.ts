import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { ages, progressKinds, workGroups, works } from './situation.ts'

type Values<T extends readonly { readonly value: string }[]> = [T[number]['value'], ...T[number]['value'][]]
export const valuesOf = <const T extends readonly { readonly value: string }[]>(options: T): Values<T> =>
  options.map((option) => option.value) as Values<T>

const WorkField = z.enum(valuesOf(works)).meta({ title: '対応待ち' })
const AgeField = z.enum(valuesOf(ages)).meta({ title: '待っている日数' })

/** One group at a time: the screen asks for all at once and shows each as it comes. */
export const countWork = endpoint({
  name: 'countWork',
  method: 'GET',
  path: '/api/situation/disasters/:disasterId/work',
  title: '災害対応の状況（対応待ちの件数）',
  permission: 'situation.view',
  input: z.object({
    disasterId: DisasterIdField,
    group: z.enum(valuesOf(workGroups)).meta({ title: '区分' }),
  }),
  output: z.object({
    at: z.string().meta({ title: '時点' }),
    works: z.array(
      z.object({
        work: WorkField,
        count: z.number().meta({ title: '件数' }),
        late: z.number().meta({ title: '遅れ' }),
        oldest: z.string().nullable().meta({ title: '最も古いもの' }),
        byAge: z.array(z.object({ age: AgeField, count: z.number() })),
        /** 担当: the roles that may do it. */
        whose: z.array(z.string()).meta({ title: '担当' }),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

const which = {
  disasterId: DisasterIdField,
  work: WorkField,
  age: AgeField.nullish(),
  late: z.enum(['yes']).nullish().meta({ title: '遅れているものだけ' }),
}

/** The very rows behind a number, oldest first. Numbers only: names and places stand on the page of each. */
export const listWork = endpoint({
  name: 'listWork',
  method: 'GET',
  path: '/api/situation/disasters/:disasterId/work/:work',
  title: '災害対応の状況（対応待ちの一覧）',
  permission: 'situation.rows',
  input: z.object({
    ...which,
    afterSince: z.iso.datetime().nullish(),
    afterKey: z.string().max(100).nullish(),
  }),
  output: z.object({
    rows: z.array(
      z.object({
        /** Of the record that its page shows. */
        id: z.string(),
        key: z.string(),
        number: z.string().meta({ title: '番号' }),
        since: z.string().meta({ title: 'いつから' }),
        who: z.string().meta({ title: '班・職員・場所' }),
        late: z.boolean().meta({ title: '遅れ' }),
      }),
    ),
    next: z.object({ since: z.string(), key: z.string() }).nullable(),
  }),
  problems: [disastersProblems.notFound],
})

const exported = {
  method: 'GET',
  permission: 'situation.rows',
  input: z.object(which),
  output: z.object({}),
  problems: [disastersProblems.notFound],
} as const

export const exportWorkCsv = endpoint({
  ...exported,
  name: 'exportWorkCsv',
  path: '/api/situation/disasters/:disasterId/work/:work/export.csv',
  title: '対応待ちの一覧の書き出し（CSV）',
  produces: 'text/csv',
})

export const exportWorkXlsx = endpoint({
  ...exported,
  name: 'exportWorkXlsx',
  path: '/api/situation/disasters/:disasterId/work/:work/export.xlsx',
  title: '対応待ちの一覧の書き出し（Excel）',
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})

export const getProgress = endpoint({
  name: 'getProgress',
  method: 'GET',
  path: '/api/situation/disasters/:disasterId/progress/:progress',
  title: '災害対応の状況（日ごとの進み具合）',
  permission: 'situation.view',
  input: z.object({
    disasterId: DisasterIdField,
    progress: z.enum(valuesOf(progressKinds)).meta({ title: '進み具合' }),
  }),
  output: z.object({
    /** Oldest first, without a gap, to today. */
    days: z.array(
      z.object({ on: z.string().meta({ title: '日' }), count: z.number().meta({ title: '件数' }) }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

export const getTimes = endpoint({
  name: 'getTimes',
  method: 'GET',
  path: '/api/situation/disasters/:disasterId/times',
  title: '災害対応の状況（期限と調査の見通し）',
  permission: 'situation.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    /** Nearest first; those that passed in the last 30 days stand in front. */
    deadlines: z.array(
      z.object({
        kind: z.enum(['application', 'programme', 'plan']),
        title: z.string().meta({ title: '期限' }),
        on: z.string().meta({ title: '最後の日' }),
        daysLeft: z.number().meta({ title: '残り' }),
        /** False: the rule behind it could not be checked in its source. */
        verified: z.boolean(),
      }),
    ),
    forecasts: z.array(
      z.object({
        planId: z.string(),
        name: z.string().meta({ title: '調査計画' }),
        endsOn: z.string().meta({ title: '計画の終わり' }),
        left: z.number().meta({ title: '残り' }),
        pacePerDay: z.number().nullable().meta({ title: '1日あたり' }),
        atPaceOn: z.string().nullable().meta({ title: '今のペースで終わる日' }),
        asPlannedOn: z.string().nullable().meta({ title: '班の予定で終わる日' }),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})
