import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { PersonRefField } from '../ledger/ledger.contract.ts'
import { GradeField, StateField, valuesOf } from './risai.contract.ts'
import { channels, listWaitings } from './risai.ts'

/** In order of receipt, newest first; pages by `after` (the `next` of the page before). */
export const listApplications = endpoint({
  name: 'listApplications',
  method: 'POST',
  path: '/api/risai/applications/list',
  title: '申請の一覧',
  permission: 'risai.view',
  reads: true,
  input: z.object({
    disasterId: DisasterIdField,
    /** Empty or absent = all. */
    states: z.array(StateField).optional().meta({ title: '状態' }),
    serialNo: z.string().trim().max(30).optional().meta({ title: '整理番号' }),
    personRef: PersonRefField.optional(),
    channel: z.enum(valuesOf(channels)).optional().meta({ title: '受付の方法' }),
    /** Anybody of the application who is of the ledger, by name or kana. */
    person: z.string().trim().max(100).optional().meta({ title: '氏名・フリガナ' }),
    /** In the ledger, or of the dwelling as it is written in the application. */
    address: z.string().trim().max(200).optional().meta({ title: '住所' }),
    /** Those that were taken after 申請期限. */
    late: z.boolean().default(false).meta({ title: '申請期限の後に受け付けたもの' }),
    waiting: z.enum(valuesOf(listWaitings)).optional().meta({ title: '決定の後の手続' }),
    after: z.uuid().nullable().optional(),
    limit: z.int().min(1).max(100).default(50),
  }),
  output: z.object({
    applications: z.array(
      z.object({
        applicationId: z.string(),
        personRef: z.string(),
        serialNo: z.string(),
        state: StateField,
        version: z.number(),
        channel: z.enum(valuesOf(channels)),
        appliedOn: z.string(),
        applicantName: z.string(),
        headName: z.string(),
        /** `null` = 支援措置のため非表示. */
        dwellingAddress: z.string().nullable(),
        grade: GradeField.nullable(),
        suppressed: z.boolean(),
        /** The decision it follows is another now. */
        decisionChanged: z.boolean(),
        resurveyOpen: z.boolean(),
      }),
    ),
    /** More people of that name or address than were looked for. */
    more: z.boolean(),
    /** `null` = the last page. */
    next: z.string().nullable(),
  }),
})

export const countApplications = endpoint({
  name: 'countApplications',
  method: 'GET',
  path: '/api/risai/disasters/:disasterId/counts',
  title: '申請の件数（状態別）',
  permission: 'risai.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    counts: z.array(z.object({ state: StateField, count: z.number() })),
    /** Decided, and waiting for somebody all the same. */
    waiting: z.object({ resurvey: z.number(), sameDwelling: z.number() }),
  }),
  problems: [disastersProblems.notFound],
})
