import { z } from 'zod'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { IssueOptionsSchema, IssuerSchema, Time } from '../municipalities/municipalities.contract.ts'
import { municipalitiesProblems } from '../municipalities/municipalities.messages.ts'

const Day = z.iso.date('暦にある日付を入力してください') as unknown as z.ZodType<PlainDate, string>
const Fee = z.int().min(0).max(10_000)
const ofKinds = <T extends z.ZodType>(value: T) => ({
  juminhyo: value,
  kisai: value,
  inkan: value,
  tax: value,
  risai: value,
  hisai: value,
})
const Hours = z.object({
  opensAt: Time,
  closesAt: Time,
  /** `MM-DD`, every year. */
  closedOn: z.array(z.string().regex(/^\d\d-\d\d$/)).max(366),
})

/** 証明発行設定: the settings of a town that bear on issuing. */
export const issuingSettingKeys = ['participation', 'issue-options', 'fees', 'hours'] as const
export type IssuingSettingKey = (typeof issuingSettingKeys)[number]

const Settings = z.object({
  issues: z.object(ofKinds(IssuerSchema)),
  options: IssueOptionsSchema,
  feesYen: z.record(z.string(), Fee),
  hours: Hours,
})

export const getIssuingSettings = endpoint({
  name: 'getIssuingSettings',
  method: 'GET',
  path: '/api/certificates/settings',
  title: '証明発行設定',
  permission: 'certificates.view',
  input: z.object({}),
  output: z.object({
    now: Settings,
    /** Days to come from which something else holds, the next first. */
    next: z.array(
      z.object({ on: z.string(), changed: z.array(z.enum(issuingSettingKeys)), settings: Settings }),
    ),
    /** Sent back with a change. */
    settingsVersion: z.int(),
    /** In the demonstration hours may be any. */
    demonstration: z.boolean(),
  }),
})

/** One setting from a day on. What held before stays readable. */
export const changeIssuingSetting = endpoint({
  name: 'changeIssuingSetting',
  method: 'POST',
  path: '/api/certificates/settings',
  title: '証明発行設定の変更（適用日を決めて）',
  permission: 'certificates.settings',
  input: z.object({
    fromOn: Day.meta({ title: '適用日' }),
    settingsVersion: z.int().min(0),
    setting: z.discriminatedUnion('key', [
      z.object({ key: z.literal('issues'), value: z.object(ofKinds(IssuerSchema)) }),
      z.object({ key: z.literal('issue-options'), value: IssueOptionsSchema }),
      z.object({ key: z.literal('fees'), value: z.object(ofKinds(Fee.optional())) }),
      z.object({ key: z.literal('hours'), value: Hours }),
    ]),
  }),
  output: z.object({ settingsVersion: z.int() }),
  problems: [municipalitiesProblems.outsideHours],
})
