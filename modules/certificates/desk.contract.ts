import { z } from 'zod'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { residentsProblems } from '../residents/residents.messages.ts'
import { Kind, ResidentNoField, Yen } from './certificates.contract.ts'

const Words = z.string().trim().max(100).optional()
const Day = z.iso.date('暦にある日付を入力してください') as unknown as z.ZodType<PlainDate, string>

/** Whom a paper, a block or a look is about. Without whereabouts where somebody is protected; found people are recorded. */
export const findPeople = endpoint({
  name: 'findPeople',
  method: 'POST',
  path: '/api/certificates/people',
  title: '証明書のための住民の検索',
  permission: 'certificates.view',
  reads: true,
  input: z.object({
    name: Words.meta({ title: '氏名' }),
    kana: Words.meta({ title: 'フリガナ' }),
    birthOn: Day.optional().meta({ title: '生年月日' }),
    address: Words.meta({ title: '住所' }),
    residentNo: ResidentNoField.optional(),
  }),
  output: z.object({
    people: z.array(
      z.object({
        residentNo: z.string().meta({ title: '宛名番号' }),
        name: z.string().meta({ title: '氏名' }),
        kana: z.string().meta({ title: 'フリガナ' }),
        birth: z.object({ on: z.string().nullable(), uncertain: z.boolean(), text: z.string().nullable() }),
        /** `null` = 支援措置のため非表示. */
        address: z.string().nullable().meta({ title: '住所' }),
        state: z.enum(['resident', 'moved-out', 'dead', 'removed']).meta({ title: '住民状態' }),
        suppressed: z.boolean(),
      }),
    ),
    /** There are more than 50. */
    more: z.boolean(),
  }),
  problems: [residentsProblems.tooVague],
})

/** What the town certifies here of one person, kind by kind. */
export const listCertifiable = endpoint({
  name: 'listCertifiable',
  method: 'POST',
  path: '/api/certificates/certifiable',
  title: '住民について証明できるもの',
  permission: 'certificates.view',
  reads: true,
  input: z.object({ residentNo: ResidentNoField }),
  output: z.object({
    person: z.object({
      residentNo: z.string(),
      name: z.string(),
      kana: z.string(),
      /** 支援措置の対象者, or of the household of one. */
      suppressed: z.boolean(),
      /** A request of this person, or of the household, is asked about first: somebody is protected from them. */
      caution: z.boolean(),
    }),
    kinds: z.array(
      z.object({
        kind: Kind,
        ja: z.string(),
        /** The town issues it here today. */
        issued: z.boolean(),
        /** Who is signed in may issue it. */
        mayIssue: z.boolean(),
        /** Per copy at the counter. */
        feeYen: Yen,
        /** Empty = there is nothing of the kind. */
        subjects: z.array(z.object({ subjectId: z.string(), label: z.string() })),
      }),
    ),
  }),
})
