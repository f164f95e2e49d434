import { z } from 'zod'
import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { residentsProblems } from './residents.messages.ts'
import { viewPurposes, type ViewPurpose } from './versions.ts'

const permission = 'residents.view-versions'
const purposes = viewPurposes.map(({ value }) => value) as [ViewPurpose, ...ViewPurpose[]]

export const ResidentNoField = z
  .string()
  .regex(/^\d{1,15}$/, '15桁以内の数字で入力してください')
  .meta({ title: '宛名番号' }) as unknown as z.ZodType<ResidentNo, string>

const DayField = z.iso.date('暦にある日付を入力してください') as unknown as z.ZodType<
  PlainDate,
  PlainDate | string
>

export const PurposeField = z.enum(purposes).meta({ title: '確認の目的' })

const VersionIdField = z.string().regex(/^\d{1,6}-\d{1,4}-\d{1,18}$/, '世代を一覧から選んでください')
const kind = z.enum(['japanese', 'foreign']).meta({ title: '住民種別' })
const state = z.enum(['resident', 'moved-out', 'dead', 'removed']).meta({ title: '住民状態' })
const sex = z.enum(['1', '2', '3']).meta({ title: '性別' })
const birth = z
  .object({ on: z.string().nullable(), uncertain: z.boolean(), text: z.string().nullable() })
  .meta({ title: '生年月日' })

const Found = z.object({
  residentNo: z.string().meta({ title: '宛名番号' }),
  householdNo: z.string().nullable().meta({ title: '世帯番号' }),
  kind,
  state,
  /** 削除: the town deleted every row of this number. */
  deleted: z.boolean(),
  versions: z.int().meta({ title: '世代の数' }),
  suppressed: z.boolean().meta({ title: '支援措置' }),
  /** `null` until a purpose is given, and for numbers that are deleted. */
  person: z
    .object({
      name: z.string().meta({ title: '氏名' }),
      kana: z.string().meta({ title: 'フリガナ' }),
      birth,
      sex,
      /** `null` = 支援措置のため非表示. */
      address: z.string().nullable().meta({ title: '住所' }),
    })
    .nullable(),
})

/** Without a purpose: numbers and states only. With one: who they are, which is recorded person by person. */
export const searchVersions = endpoint({
  name: 'searchVersions',
  method: 'POST',
  path: '/api/residents/search',
  title: '中間DB参照（検索）',
  permission,
  reads: true,
  input: z.object({
    name: z.string().trim().max(100).optional().meta({ title: '氏名' }),
    kana: z.string().trim().max(100).optional().meta({ title: 'フリガナ' }),
    birthOn: DayField.optional().meta({ title: '生年月日' }),
    address: z.string().trim().max(100).optional().meta({ title: '住所' }),
    residentNo: ResidentNoField.optional(),
    purpose: PurposeField.optional(),
  }),
  output: z.object({ people: z.array(Found), more: z.boolean() }),
  problems: [residentsProblems.tooVague],
})

export const VersionView = z.object({
  versionId: z.string(),
  historyNo: z.int().meta({ title: '履歴番号' }),
  branchNo: z.int().meta({ title: '枝番' }),
  /** 取込通番: from this number of the town's data on … */
  fromSeq: z.string(),
  /** … until before this one; `null` = still. */
  toSeq: z.string().nullable(),
  latest: z.boolean().meta({ title: '最新' }),
  deleted: z.boolean().meta({ title: '削除' }),
  householdNo: z.string().nullable().meta({ title: '世帯番号' }),
  kind,
  state,
  origin: z.enum(['link', 'hand']).meta({ title: '取込方法' }),
  fileNo: z.int().nullable().meta({ title: 'ファイルの番号' }),
  appliedAt: z.iso.datetime().nullable().meta({ title: '取込日時' }),
  endedAt: z.iso.datetime().nullable().meta({ title: '次に変わった日時' }),
})

/** Like all readings here a POST with the number in its body: no log on the way tells whose history was looked at. */
export const listVersions = endpoint({
  name: 'listVersions',
  method: 'POST',
  path: '/api/residents/versions',
  title: '中間DB参照（世代の一覧）',
  permission,
  reads: true,
  input: z.object({ residentNo: ResidentNoField }),
  output: z.object({
    residentNo: z.string(),
    /** Number of the last applied change of the town's data. */
    currentSeq: z.string(),
    suppressed: z.boolean(),
    /** Oldest first. */
    versions: z.array(VersionView),
  }),
  problems: [residentsProblems.neverRegistered],
})

const items = z.array(z.object({ name: z.string(), value: z.string() }))

/** One version, or two of them item by item. */
export const revealVersions = endpoint({
  name: 'revealVersions',
  method: 'POST',
  path: '/api/residents/versions/reveal',
  title: '中間DB参照（世代の内容と違い）',
  permission,
  reads: true,
  input: z.object({
    residentNo: ResidentNoField,
    versionId: VersionIdField,
    /** The version to compare with. */
    olderId: VersionIdField.optional(),
    purpose: PurposeField,
  }),
  output: z.object({
    /** Items that tell where the person is are left out. */
    concealed: z.boolean(),
    items: z.array(
      z.object({
        name: z.string(),
        /** `null` where only one version was asked for. */
        older: z.string().nullable(),
        newer: z.string(),
        changed: z.boolean(),
      }),
    ),
  }),
  problems: [residentsProblems.versionNotFound],
})

/** The person and the household as they were as of a number or a moment; neither = now. */
export const revealAsOf = endpoint({
  name: 'revealAsOf',
  method: 'POST',
  path: '/api/residents/as-of',
  title: '中間DB参照（時点の指定）',
  permission,
  reads: true,
  input: z.object({
    residentNo: ResidentNoField,
    seq: z
      .string()
      .regex(/^\d{1,18}$/, '取込通番は数字で入力してください')
      .optional()
      .meta({ title: '取込通番' }),
    at: z.iso.datetime().optional().meta({ title: '日時' }),
    purpose: PurposeField,
  }),
  output: z.object({
    seq: z.string(),
    appliedAt: z.iso.datetime().nullable(),
    concealed: z.boolean(),
    /** `null` = not on the register then. */
    versionId: z.string().nullable(),
    items: items.nullable(),
    household: z.array(
      z.object({
        residentNo: z.string(),
        name: z.string(),
        kana: z.string(),
        relation: z.string().meta({ title: '続柄' }),
        birth,
        sex,
        state,
        suppressed: z.boolean(),
      }),
    ),
  }),
  problems: [residentsProblems.neverRegistered, residentsProblems.nothingYet],
})
