import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { incidentProblems as problems } from './incidents.messages.ts'
import { incidentKindCodes } from './incidents.ts'

/** What operators of the centre see and do about incidents (事案) and about the stops these set. */

const IncidentId = z.uuid().meta({ title: '事案番号' })
const TransactionId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .meta({ title: '取引番号' })
const Town = z
  .string()
  .refine((code): code is MunicipalityCode => isMunicipalityCode(code))
  .meta({ title: '団体コード' })
const At = z.iso.datetime()

export const IncidentKind = z.enum(incidentKindCodes).meta({ title: '事案の種類' })

/** A town that an incident stopped. */
export const TownStop = z.object({
  municipalityCode: Town,
  /** `null` when the town is not registered any more. */
  town: z.string().nullable(),
  setAt: At,
  /** Whether the issuing server has acknowledged the stop. */
  told: z.boolean(),
  /** `null` = it stands. */
  lifted: z
    .object({
      at: At,
      by: z.string(),
      confirmedBy: z.string(),
      told: z.boolean(),
      /** False = a stop of the town or of its server remains; `null` = not heard yet. */
      issuing: z.boolean().nullable(),
    })
    .nullable(),
})

export const IncidentRow = z.object({
  incidentId: IncidentId,
  kind: IncidentKind,
  /** 日本語 of the kind. */
  ja: z.string(),
  municipalityCode: Town.nullable(),
  town: z.string().nullable(),
  endpoint: z.string().nullable(),
  kioskId: z.string().nullable(),
  openedAt: At,
  lastAt: At,
  /** How often it has happened. */
  events: z.int().min(1),
  /** The trouble is over by itself. */
  endedAt: At.nullable(),
  acknowledged: z.object({ at: At, by: z.string() }).nullable(),
  /** Whether a stop it set still stands. */
  stopping: z.boolean(),
})
export type IncidentRow = z.output<typeof IncidentRow>

export const listIncidents = endpoint({
  name: 'listIncidents',
  method: 'GET',
  path: '/api/center/incidents',
  title: '事案の一覧',
  permission: 'center-incidents.read',
  input: z.object({
    /** `open`: not acknowledged, or a stop of it stands; `all`: the newest of all. */
    which: z.enum(['open', 'all']).default('open'),
    /** Before this incident, for older pages. */
    before: IncidentId.optional(),
  }),
  output: z.object({ incidents: z.array(IncidentRow) }),
})

export const getIncident = endpoint({
  name: 'getIncident',
  method: 'GET',
  path: '/api/center/incidents/:incidentId',
  title: '事案の詳細',
  permission: 'center-incidents.read',
  input: z.object({ incidentId: IncidentId }),
  output: IncidentRow.extend({
    doFirst: z.string(),
    /** 9xx that the person at the machine read. */
    code: z.int().nullable(),
    /** Oldest first; of a flood the first 200. */
    happened: z.array(
      z.object({
        at: At,
        transactionId: TransactionId.nullable(),
        message: z.string().nullable(),
        /** Field of the answer that did not belong, or what was wrong. */
        field: z.string().nullable(),
        otherTransactionId: TransactionId.nullable(),
        milliseconds: z.int().nullable(),
      }),
    ),
    notes: z.array(z.object({ at: At, by: z.string(), text: z.string() })),
    stops: z.array(TownStop),
  }),
})

const Note = z
  .string()
  .trim()
  .min(1, 'メモを入力してください')
  .max(2000, '2000文字以内で入力してください')
  .meta({ title: 'メモ', description: '住民の氏名などは書かない' })

/** 「確認」 needs a note: what was found and what was done. */
export const acknowledgeIncident = endpoint({
  name: 'acknowledgeIncident',
  method: 'POST',
  path: '/api/center/incidents/:incidentId/acknowledge',
  title: '事案の確認',
  permission: 'center-incidents.handle',
  input: z.object({ incidentId: IncidentId, note: Note }),
  output: z.object({ acknowledged: z.literal(true) }),
  problems: [problems.acknowledged],
})

export const addIncidentNote = endpoint({
  name: 'addIncidentNote',
  method: 'POST',
  path: '/api/center/incidents/:incidentId/notes',
  title: '事案へのメモの追加',
  permission: 'center-incidents.handle',
  input: z.object({ incidentId: IncidentId, text: Note }),
  output: z.object({ noted: z.literal(true) }),
})

/**
 * 交付の再開. Only after the incident was acknowledged, and only when the town has said that it may go on: that all data
 * that were stuck have been processed (国の運用ルール, domain/bcl.md §2.8).
 */
export const restartTown = endpoint({
  name: 'restartTown',
  method: 'POST',
  path: '/api/center/incidents/:incidentId/restart',
  title: '交付の再開',
  permission: 'center-towns.restart',
  input: z.object({
    incidentId: IncidentId,
    municipalityCode: Town,
    confirmedBy: z
      .string()
      .trim()
      .min(1, '市区町村の確認者（課名・役職）を入力してください')
      .max(100)
      .meta({ title: '確認者（市区町村の課名・役職）' }),
    /** 滞留していたデータ連携がすべて処理されたことを、市区町村が確認した。 */
    backlogCleared: z.literal(true, '滞留データの処理が終わったことの確認が必要です'),
  }),
  /** Whether the issuing server issues again, the incident's `stops` say some seconds later. */
  output: z.object({ restarted: z.literal(true) }),
  problems: [problems.acknowledgeFirst, problems.notStopped],
})

export const incidentEndpoints = {
  listIncidents,
  getIncident,
  acknowledgeIncident,
  addIncidentNote,
  restartTown,
} as const satisfies Record<string, Endpoint>
