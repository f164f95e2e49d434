import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { municipalitiesProblems } from './municipalities.messages.ts'
import {
  DATA_AGE_LIMITS,
  ISSUE_OPTIONS,
  type IssueOptions,
  type Issuer,
  type Participation,
  type ParticipationPattern,
} from './municipalities.ts'

export const Time = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'HH:MM の形で入力してください')
export const IssuerSchema = z.enum(['bcl', 'own', 'none']) satisfies z.ZodType<Issuer>
const Pattern = z.enum(['A1', 'A2', 'A3', 'B']) satisfies z.ZodType<ParticipationPattern>
export const ParticipationSchema = z.object({
  pattern: Pattern,
  residentData: z.enum(['agent', 'manual']),
  issues: z.object({
    juminhyo: IssuerSchema,
    // Settings of before this kind was offered do not name it.
    kisai: IssuerSchema.default('none'),
    inkan: IssuerSchema,
    tax: IssuerSchema,
    risai: IssuerSchema,
    hisai: IssuerSchema,
  }),
}) satisfies z.ZodType<Participation>

const LinkHoursSchema = z.object({ opensAt: Time, closesAt: Time })
/** Minutes, up to a week. */
const AgeLimit = z
  .int()
  .min(15)
  .max(7 * 24 * 60)
  .nullable()
const AgeLimits = z.object({
  juminhyo: AgeLimit,
  kisai: AgeLimit.default(DATA_AGE_LIMITS.kisai),
  inkan: AgeLimit,
  tax: AgeLimit,
  risai: AgeLimit,
  hisai: AgeLimit,
})

export const IssueOptionsSchema = z
  .object({
    kioskResidentCode: z.boolean().meta({ title: 'キオスク端末での住民票コードの記載' }),
    sealSex: z.boolean().meta({ title: '印鑑登録証明書への性別の記載' }),
    kioskCopies: z.int().min(1).max(10).meta({ title: 'キオスク端末で一度に交付する部数の上限' }),
    hisaiTitle: z
      .string()
      .trim()
      .min(1, '名称を入力してください')
      .max(20, '20文字以内で入力してください')
      .default(ISSUE_OPTIONS.hisaiTitle)
      .meta({ title: '被災証明書の名称' }),
    envelopeWindow: z
      .object({
        leftMm: z.int().min(5).max(120).meta({ title: '窓の位置（用紙の左から）' }),
        topMm: z.int().min(5).max(50).meta({ title: '窓の位置（用紙の上から）' }),
        widthMm: z.int().min(60).max(150).meta({ title: '窓の幅' }),
        heightMm: z.int().min(30).max(80).meta({ title: '窓の高さ' }),
      })
      // Folded in three, only the first 99 mm of the sheet lie behind the window.
      .refine(({ leftMm, widthMm }) => leftMm + widthMm <= 200, {
        path: ['widthMm'],
        message: '用紙の幅（210mm）に収まるように入力してください',
      })
      .refine(({ topMm, heightMm }) => topMm + heightMm <= 95, {
        path: ['heightMm'],
        message: '三つ折りの高さ（99mm）に収まるように入力してください',
      })
      .default(ISSUE_OPTIONS.envelopeWindow),
    taxIncomePaper: z
      .boolean()
      .default(ISSUE_OPTIONS.taxIncomePaper)
      .meta({ title: '所得証明書の交付（課税（非課税）証明書とは別に）' }),
    taxYearBegins: z
      .string()
      .regex(/^0[4-9]-(?:0[1-9]|[12]\d|30)$/, '4月から9月までの月日を、06-01のように入力してください')
      .default(ISSUE_OPTIONS.taxYearBegins)
      .meta({ title: '税証明の現年度が始まる月日' }),
    risaiReissueMark: z
      .boolean()
      .default(ISSUE_OPTIONS.risaiReissueMark)
      .meta({ title: '罹災証明書への再交付の記載' }),
    recordYears: z
      .int()
      .min(1)
      .max(100)
      .nullable()
      .default(ISSUE_OPTIONS.recordYears)
      .meta({ title: '証明書の記載内容の保存年数' }),
    recordSource: z
      .string()
      .trim()
      .max(200)
      .default(ISSUE_OPTIONS.recordSource)
      .meta({ title: '保存年数の根拠' }),
  })
  .refine(({ recordYears, recordSource }) => recordYears === null || recordSource !== '', {
    path: ['recordSource'],
    message: '保存年数の根拠（規程の名称など）を入力してください',
  }) satisfies z.ZodType<IssueOptions>

/** One dated setting: its key decides the shape of its value. */
export const SettingSchema = z.discriminatedUnion('key', [
  z.object({
    key: z.literal('mayor'),
    value: z.object({
      title: z.string().min(1).max(40).meta({ title: '職名' }),
      name: z.string().min(1).max(100).meta({ title: '氏名' }),
    }),
  }),
  z.object({ key: z.literal('seal'), value: z.object({ pngBase64: z.string().max(280_000).nullable() }) }),
  z.object({
    key: z.literal('hours'),
    value: z.object({
      opensAt: Time,
      closesAt: Time,
      closedOn: z.array(z.string().regex(/^\d\d-\d\d$/)).max(366),
    }),
  }),
  z.object({
    key: z.literal('fees'),
    value: z.object({
      juminhyo: z.int().min(0).max(10_000).optional(),
      kisai: z.int().min(0).max(10_000).optional(),
      inkan: z.int().min(0).max(10_000).optional(),
      tax: z.int().min(0).max(10_000).optional(),
      risai: z.int().min(0).max(10_000).optional(),
      hisai: z.int().min(0).max(10_000).optional(),
    }),
  }),
  z.object({ key: z.literal('issue-options'), value: IssueOptionsSchema }),
  z.object({ key: z.literal('participation'), value: ParticipationSchema }),
  z.object({ key: z.literal('my-number'), value: z.object({ kept: z.boolean() }) }),
  z.object({ key: z.literal('link-hours'), value: LinkHoursSchema }),
  z.object({
    key: z.literal('data-age-limits'),
    value: AgeLimits.pick({ juminhyo: true, inkan: true, tax: true }),
  }),
  z.object({
    key: z.literal('interface-deadlines'),
    /** By business: the last day on which its former interface versions are taken. */
    value: z.object({ until: z.record(z.string().regex(/^[a-z-]{1,40}$/), z.iso.date()) }),
  }),
])
export type Setting = z.output<typeof SettingSchema>

const PlainDateText = z.iso.date()

export const getMunicipalitySettings = endpoint({
  name: 'getMunicipalitySettings',
  method: 'GET',
  path: '/api/municipality',
  title: '団体の設定',
  permission: 'municipalities.view',
  input: z.object({}),
  output: z.object({
    code: z.string(),
    name: z.string(),
    prefecture: z.string(),
    mayorTitle: z.string(),
    mayorName: z.string(),
    hasSeal: z.boolean(),
    hours: z.object({ opensAt: z.string(), closesAt: z.string(), closedOn: z.array(z.string()) }),
    feesYen: z.record(z.string(), z.number()),
    participation: ParticipationSchema,
    keepsMyNumber: z.boolean(),
    linkHours: LinkHoursSchema,
    dataAgeLimits: AgeLimits,
    interfaceDeadlines: z.record(z.string(), z.string()),
    /** Number of the newest setting, 0 before the first: sent back with a change. */
    settingsVersion: z.int(),
    history: z.array(
      z.object({ key: z.string(), fromOn: PlainDateText, setAt: z.string(), setBy: z.string() }),
    ),
  }),
})

export const changeMunicipalitySetting = endpoint({
  name: 'changeMunicipalitySetting',
  method: 'POST',
  path: '/api/municipality/settings',
  title: '団体の設定の変更（適用日を決めて）',
  permission: 'municipalities.change',
  input: z.object({
    fromOn: PlainDateText.meta({ title: '適用日' }),
    setting: SettingSchema,
    /** As it was when the form was opened; 409 when somebody set something since. */
    settingsVersion: z.int().min(0),
  }),
  output: z.object({ changed: z.literal(true), settingsVersion: z.int() }),
  problems: [
    municipalitiesProblems.badSeal,
    municipalitiesProblems.outsideHours,
    municipalitiesProblems.badLinkHours,
  ],
})
