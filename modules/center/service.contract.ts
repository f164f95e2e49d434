import { z } from 'zod'
import { endpoint, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { calendarScopes, maintenanceScopes, type CalendarScope, type MaintenanceScope } from './calendar.ts'
import {
  At,
  Clock,
  ClosingClock,
  Day,
  HexId,
  IssuerOrigin,
  KindCode,
  Note,
  PlaceId,
  Town,
  Words,
} from './registry-fields.ts'
import { registryProblems as problems } from './registry.messages.ts'

/** 運用: calendars, maintenance, stops, and the ledger of a town outside its hours. */

const view = { method: 'GET', permission: 'center.view' } as const
const scopesOfCalendars = Object.keys(calendarScopes) as [CalendarScope, ...CalendarScope[]]
const scopesOfMaintenance = Object.keys(maintenanceScopes) as [MaintenanceScope, ...MaintenanceScope[]]
const scopesOfStops = scopesOfMaintenance.filter((scope) => scope !== 'backup')
/** Code of the town, id of operator, relay, store or machine; empty for the centre, BCL and JPKI. */
const ScopeKey = z.string().max(64).meta({ title: '対象' })
/** Empty = every kind. */
const KindOrAll = z.union([KindCode, z.literal('')])

const Calendar = z.object({
  scope: z.enum(scopesOfCalendars).meta({ title: '区分' }),
  scopeKey: ScopeKey,
  kind: KindOrAll,
  fromOn: Day.meta({ title: '開始日' }),
  untilOn: Day.nullable().meta({ title: '最終日' }),
  opensAt: Clock.meta({ title: '開始時刻' }),
  closesAt: ClosingClock.meta({ title: '終了時刻' }),
  /** 0 = Sunday */
  weekdays: z.array(z.int().min(0).max(6)).max(7).meta({ title: '曜日' }),
  closedDays: z
    .array(z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/))
    .max(366)
    .meta({ title: '毎年の休止日（MM-DD）' }),
  closedDates: z.array(Day).max(500).meta({ title: '休止日' }),
  note: z.string().max(500).meta({ title: '備考' }),
})

export const listCalendars = endpoint({
  ...view,
  name: 'listCalendars',
  path: '/api/center/calendars',
  title: 'サービス時間',
  input: z.object({ scope: z.enum(scopesOfCalendars).optional(), scopeKey: ScopeKey.optional() }),
  output: z.object({ calendars: z.array(Calendar.extend({ setAt: At, setBy: z.string() })) }),
})

/** A calendar from a day on. One whose day has come is followed by another; until then it may be set anew. */
export const setCalendar = endpoint({
  name: 'setCalendar',
  method: 'POST',
  permission: 'center.plan',
  path: '/api/center/calendars',
  title: 'サービス時間の登録',
  input: Calendar,
  output: z.object({ saved: z.literal(true) }),
  problems: [problems.pastDay, problems.begun],
})

const Maintenance = z.object({
  scope: z.enum(scopesOfMaintenance).meta({ title: '区分' }),
  scopeKey: ScopeKey,
  kind: KindOrAll,
  fromAt: At.meta({ title: '開始' }),
  untilAt: At.meta({ title: '終了' }),
  words: z.string().trim().min(1).max(500).meta({ title: '内容（関係者に知らせる文）' }),
})

export const listMaintenance = endpoint({
  ...view,
  name: 'listMaintenance',
  path: '/api/center/maintenance',
  title: '保守の予定',
  input: z.object({
    /** `coming`: under way or to come; `all`: the newest 500. */
    which: z.enum(['coming', 'all']).default('coming'),
  }),
  output: z.object({
    maintenance: z.array(
      Maintenance.extend({
        maintenanceId: z.string(),
        scopeJa: z.string(),
        plannedAt: At,
        plannedBy: z.string(),
        urgentReason: z.string().nullable(),
        cancelled: z.object({ at: At, by: z.string() }).nullable(),
        state: z.enum(['coming', 'under-way', 'over', 'cancelled']),
      }),
    ),
  }),
})

/** Three weeks ahead for the backup service unless there is a reason, beforehand for the others. */
export const planMaintenance = endpoint({
  name: 'planMaintenance',
  method: 'POST',
  permission: 'center.plan',
  path: '/api/center/maintenance',
  title: '保守の予定の登録',
  input: Maintenance.extend({ urgentReason: z.string().trim().min(1).max(500).nullable() }),
  output: z.object({ maintenanceId: z.string() }),
  problems: [problems.shortNotice, problems.maintenanceBegun],
})

/** One that is under way ends now. */
export const cancelMaintenance = endpoint({
  name: 'cancelMaintenance',
  method: 'POST',
  permission: 'center.plan',
  path: '/api/center/maintenance/:maintenanceId/cancel',
  title: '保守の予定の取消し',
  input: z.object({ maintenanceId: z.uuid() }),
  output: z.object({ cancelled: z.literal(true) }),
})

export const listStops = endpoint({
  ...view,
  name: 'listStops',
  path: '/api/center/stops',
  title: '停止',
  input: z.object({ which: z.enum(['standing', 'all']).default('standing') }),
  output: z.object({
    stops: z.array(
      z.object({
        stopId: HexId,
        scope: z.enum(scopesOfStops as [MaintenanceScope, ...MaintenanceScope[]]),
        scopeJa: z.string(),
        scopeKey: z.string(),
        kind: z.string(),
        reason: z.enum(['maintenance', 'failure', 'jpki', 'anomaly']),
        note: z.string(),
        setAt: At,
        setBy: z.string(),
        askedBy: z.string().nullable(),
        /** The town's issuing servers know of it; `null` = nobody is to be told. */
        told: z.boolean().nullable(),
        /** Lifted through its incident. */
        incidentId: z.string().nullable(),
        lifted: z.object({ at: At, by: z.string(), note: z.string() }).nullable(),
      }),
    ),
  }),
})

/** 障害時の停止: effective at once, also for whoever stands at a machine and has not had a quote yet. */
export const setStop = endpoint({
  name: 'setServiceStop',
  method: 'POST',
  permission: 'center.stop',
  path: '/api/center/stops',
  title: '停止',
  input: z.object({
    scope: z.enum(scopesOfStops as [MaintenanceScope, ...MaintenanceScope[]]).meta({ title: '区分' }),
    scopeKey: ScopeKey,
    kind: KindOrAll,
    reason: z.enum(['maintenance', 'failure', 'jpki', 'anomaly']).meta({ title: '理由' }),
    note: Note,
    /** Who in the town asked for it, where it was the town. */
    askedBy: Words.nullable(),
  }),
  output: z.object({ stopId: HexId }),
})

/** A stop of a town needs the town's word that the data link has caught up (§2.8); one of an incident is lifted there. */
export const liftStop = endpoint({
  name: 'liftServiceStop',
  method: 'POST',
  permission: 'center.stop',
  path: '/api/center/stops/:stopId/lift',
  title: '停止の解除',
  input: z.object({
    stopId: HexId,
    note: Note,
    confirmedBy: Words.nullable().meta({ title: '確認者（市区町村の課名・役職）' }),
    backlogCleared: z
      .boolean()
      .meta({ title: '滞留していたデータ連携の処理が終わったことを市区町村が確認した' }),
  }),
  output: z.object({ lifted: z.literal(true) }),
  problems: [problems.ofIncident, problems.townMustConfirm],
})

/** On a town's request in a disaster (手引き 6.1(3)); 24 hours at a time. Logged here and in the town's own audit. */
export const openLedger = endpoint({
  name: 'openLedgerOutsideHours',
  method: 'POST',
  permission: 'center.open-ledger',
  path: '/api/center/ledger-openings',
  title: '被災者支援の時間外利用の開始',
  input: z.object({
    municipalityCode: Town,
    fromAt: At.meta({ title: '開始' }),
    untilAt: At.meta({ title: '終了' }),
    askedBy: Words.meta({ title: '依頼者（市区町村の課名・役職・氏名）' }),
    reason: Note.meta({ title: '理由' }),
  }),
  output: z.object({ openingId: HexId }),
  problems: [problems.openingTooLong, problems.openingInPast],
})

export const endLedgerOpening = endpoint({
  name: 'endLedgerOpening',
  method: 'POST',
  permission: 'center.open-ledger',
  path: '/api/center/ledger-openings/:openingId/end',
  title: '被災者支援の時間外利用の終了',
  input: z.object({ openingId: HexId }),
  output: z.object({ ended: z.literal(true) }),
})

export const listLedgerOpenings = endpoint({
  ...view,
  name: 'listLedgerOpenings',
  path: '/api/center/ledger-openings',
  title: '被災者支援の時間外利用',
  input: z.object({ municipalityCode: Town.optional() }),
  output: z.object({
    openings: z.array(
      z.object({
        openingId: HexId,
        municipalityCode: Town,
        town: z.string(),
        fromAt: At,
        untilAt: At,
        askedBy: z.string(),
        reason: z.string(),
        openedAt: At,
        openedBy: z.string(),
        /** BCL has acknowledged it: not before then is the ledger open. */
        told: z.boolean(),
        ended: z.object({ at: At, by: z.string(), told: z.boolean() }).nullable(),
      }),
    ),
  }),
})

/** 「いま、この端末でこの証明書は取れるか」: the same decision a machine meets, with its reason, for whoever answers the phone. */
export const checkService = endpoint({
  ...view,
  name: 'checkService',
  path: '/api/center/service-check',
  title: '取扱いの確認',
  input: z.object({ municipalityCode: Town, kioskId: PlaceId, at: At.optional() }),
  output: z.object({
    at: At,
    kinds: z.array(
      z.object({
        kind: KindCode,
        ja: z.string(),
        issuer: z.enum(['bcl', 'own']),
        endpoint: IssuerOrigin,
        open: z.boolean(),
        /** 日本語, `null` = open. */
        closedBecause: z.string().nullable(),
      }),
    ),
  }),
})

/** サービス時間の見通し of one kind of a town: per day the AND of everything registered, with the reason of each closed hour. */
export const getServiceMonth = endpoint({
  ...view,
  name: 'getServiceMonth',
  path: '/api/center/service-month',
  title: 'サービス時間の見通し',
  input: z.object({
    municipalityCode: Town,
    kind: KindCode,
    /** Without a machine: what holds at every machine. */
    kioskId: PlaceId.optional(),
    month: z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/),
  }),
  output: z.object({
    days: z.array(
      z.object({
        on: Day,
        /** `null` = no route on the day. */
        issuer: z.enum(['bcl', 'own']).nullable(),
        /** The whole day without gaps, JST. */
        stretches: z.array(
          z.object({
            from: Clock,
            until: ClosingClock,
            /** 日本語, `null` = open. */
            reason: z.string().nullable(),
          }),
        ),
      }),
    ),
    /** Who has stopped it now, which the days above leave out; `null` = nobody. */
    stoppedBy: z.string().nullable(),
  }),
})

export const serviceEndpoints = {
  listCalendars,
  setCalendar,
  listMaintenance,
  planMaintenance,
  cancelMaintenance,
  listStops,
  setStop,
  liftStop,
  openLedger,
  endLedgerOpening,
  listLedgerOpenings,
  checkService,
  getServiceMonth,
} as const satisfies Record<string, Endpoint>
