import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { emergencyPurposes, emergencyScopes, type EmergencyPurpose } from './emergency.ts'
import { residentsProblems as problems } from './residents.messages.ts'

const permission = 'residents.emergency-list'
const purposes = emergencyPurposes.map(({ value }) => value) as [EmergencyPurpose, ...EmergencyPurpose[]]

/** Where to go on: the last 宛名番号 looked at; `null` = from the beginning, or nothing is left. */
const place = z
  .string()
  .regex(/^\d{1,15}$/)
  .nullable()

/**
 * What a list can be cut by, part by part: the caller adds up. People under 支援措置 are counted nowhere, since a number of
 * one in a 町字 would tell.
 */
export const countEmergencyAreas = endpoint({
  name: 'countEmergencyAreas',
  method: 'POST',
  path: '/api/residents/emergency-areas',
  title: '緊急名簿の町字・地区の一覧',
  permission,
  reads: true,
  input: z.object({
    by: z.enum(['area', 'district']).meta({ title: '区分' }),
    after: place,
  }),
  output: z.object({
    areas: z.array(z.object({ area: z.string().meta({ title: '町字・地区' }), people: z.int() })),
    scanned: z.int(),
    next: place,
    /** Residents of the town in all. */
    people: z.int(),
  }),
})

export const beginEmergencyList = endpoint({
  name: 'beginEmergencyList',
  method: 'POST',
  path: '/api/residents/emergency-lists',
  title: '緊急名簿の作成',
  permission,
  input: z
    .object({
      purpose: z.enum(purposes).meta({ title: '目的' }),
      reason: z
        .string()
        .trim()
        .min(1, '理由を入力してください')
        .max(200, '200文字以内で入力してください')
        .meta({ title: '理由' }),
      scope: z.enum(emergencyScopes).meta({ title: '範囲' }),
      area: z.string().max(120).meta({ title: '町字・地区' }),
    })
    .refine(({ scope, area }) => (scope === 'everybody') === (area === ''), {
      path: ['area'],
      message: '町字か地区を選んでください',
    }),
  output: z.object({
    listId: z.uuid(),
    /** Residents to look through. */
    people: z.int(),
    /** 支援措置: of the whole town, whatever the list is cut by. */
    withheld: z.int(),
    begunAt: z.iso.datetime(),
  }),
})

const Listed = z.object({
  residentNo: z.string().meta({ title: '宛名番号' }),
  householdNo: z.string().nullable().meta({ title: '世帯番号' }),
  name: z.string().meta({ title: '氏名' }),
  kana: z.string().meta({ title: 'フリガナ' }),
  birthOn: z.string().nullable().meta({ title: '生年月日' }),
  birthText: z.string().nullable(),
  sexText: z.string().meta({ title: '性別' }),
  relation: z.string().meta({ title: '続柄' }),
  /** `null` = 支援措置のため非表示. */
  address: z.string().nullable().meta({ title: '住所' }),
  /** Reading of nothing, but what households next door share: for sorting by place. */
  area: z.string().meta({ title: '町字' }),
  districts: z.array(z.string()).meta({ title: '地区' }),
})

/** One part of a list. Everybody in it is in the audit trail before the first of them is answered. */
export const readEmergencyList = endpoint({
  name: 'readEmergencyList',
  method: 'POST',
  path: '/api/residents/emergency-lists/read',
  title: '緊急名簿の表示',
  permission,
  reads: true,
  input: z.object({ listId: z.uuid(), after: place }),
  output: z.object({ people: z.array(Listed), scanned: z.int(), next: place }),
  problems: [problems.listClosed],
})
