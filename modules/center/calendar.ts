import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'

/**
 * When a kind of certificate of a town can be had at a machine: AND of all calendars, no maintenance under way, no stop
 * standing, and the operator offers the kind (domain/bcl.md §2.1). Pure: what applies is loaded by `availability.store.ts`.
 */

export const calendarScopes = {
  center: '証明書交付センター',
  bcl: 'BCL',
  jpki: '公的個人認証サービスセンター',
  town: '市区町村',
  operator: '事業者',
  store: '設置場所',
  kiosk: '端末',
} as const
export type CalendarScope = keyof typeof calendarScopes

/** What may be in maintenance or be stopped. `backup` (住民情報バックアップ) is announced and stops no issuing by itself. */
export const maintenanceScopes = {
  ...calendarScopes,
  backup: '住民情報バックアップ',
  relay: '事業者の中継',
} as const
export type MaintenanceScope = keyof typeof maintenanceScopes

export type StopScope = Exclude<MaintenanceScope, 'backup'>
export type StopReason = 'maintenance' | 'failure' | 'jpki' | 'anomaly'

/** These have no key: there is one of each. */
export const wholeScopes: ReadonlySet<string> = new Set(['center', 'bcl', 'backup', 'jpki'])

/** サービス時間 of one party, JST. */
export type Calendar = {
  readonly scope: CalendarScope
  /** Code of the town, id of the operator, store or machine; empty for the whole. */
  readonly scopeKey: string
  /** Empty = every kind. */
  readonly kind: string
  /** `HH:MM` */
  readonly opensAt: string
  /** `HH:MM`, `24:00` for midnight */
  readonly closesAt: string
  /** Open on these, 0 = Sunday. */
  readonly weekdays: readonly number[]
  /** `MM-DD` of every year */
  readonly closedDays: readonly string[]
  readonly closedDates: readonly string[]
}

type Reach = { readonly scope: MaintenanceScope; readonly scopeKey: string; readonly kind: string }
export type MaintenanceWindow = Reach & { readonly fromAt: Date; readonly untilAt: Date }
export type StandingStop = Reach

/** Everything that may close service at a machine for a town. */
export type Rules = {
  readonly calendars: readonly Calendar[]
  readonly maintenance: readonly MaintenanceWindow[]
  readonly stops: readonly StandingStop[]
  /** Kinds that the machine's operator offers on the day. */
  readonly operatorKinds: readonly string[]
  /** The operator, its relay and the store are there on the day. */
  readonly inService: boolean
}

/** Where a machine stands. */
export type MachinePlace = {
  readonly kioskId: string
  readonly operatorId: string
  readonly relayId: string | null
  readonly storeId: string
  readonly onlyMunicipality: MunicipalityCode | null
}

/** Of no machine: nothing that is set for operators, stores and machines reaches it. */
export const nowhere: MachinePlace = {
  ...{ kioskId: '', operatorId: '', relayId: null, storeId: '', onlyMunicipality: null },
}

/** What is asked of the rules; without a kind and a town: may a session begin at the machine at all? */
export type Wish = {
  readonly municipalityCode: MunicipalityCode
  readonly kind: string
  readonly issuer: 'bcl' | 'own'
}

export type ClosedWhy = 'hours' | 'maintenance' | 'stopped' | 'not-offered' | 'not-in-service' | 'other-town'
/** What operators read; people at a machine read less (`codeOf`). */
export const closedReasons: Readonly<Record<ClosedWhy, string>> = {
  hours: 'サービス時間の外です',
  maintenance: '保守中です',
  stopped: '停止しています',
  'not-offered': '事業者がこの証明書を取り扱っていません',
  'not-in-service': '設置場所または事業者が、この日は参加していません',
  'other-town': 'この端末は、ほかの市区町村のためのものです',
}

export type Verdict =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed'; readonly why: ClosedWhy; readonly by: MaintenanceScope }

const open: Verdict = { kind: 'open' }

/** Whether the calendar is open at an instant. */
export function isOpenBy(calendar: Omit<Calendar, 'scope' | 'scopeKey' | 'kind'>, at: Date): boolean {
  const japan = new Date(at.getTime() + 9 * 3_600_000)
  const text = japan.toISOString()
  const time = text.slice(11, 16)
  return (
    time >= calendar.opensAt &&
    time < calendar.closesAt &&
    calendar.weekdays.includes(japan.getUTCDay()) &&
    !calendar.closedDays.includes(text.slice(5, 10)) &&
    !calendar.closedDates.includes(text.slice(0, 10))
  )
}

/** Reasons in the order in which they tell a person most: a stop before the hours, the machine before the town. */
export function judgeService(rules: Rules, place: MachinePlace, wish: Wish | null, at: Date): Verdict {
  if (!rules.inService) return closed('not-in-service', 'store')
  const { onlyMunicipality } = place
  if (wish !== null && onlyMunicipality !== null && onlyMunicipality !== wish.municipalityCode)
    return closed('other-town', 'kiosk')
  if (wish !== null && !rules.operatorKinds.includes(wish.kind)) return closed('not-offered', 'operator')
  const stop = rules.stops.find((one) => reaches(one, place, wish))
  if (stop) return closed('stopped', stop.scope)
  const window = rules.maintenance.find(
    (one) => one.scope !== 'backup' && one.fromAt <= at && at < one.untilAt && reaches(one, place, wish),
  )
  if (window) return closed('maintenance', window.scope)
  const shut = rules.calendars.find((one) => reaches(one, place, wish) && !isOpenBy(one, at))
  return shut ? closed('hours', shut.scope) : open
}

function closed(why: ClosedWhy, by: MaintenanceScope): Verdict {
  return { kind: 'closed', why, by }
}

/** Whether a calendar, a window or a stop is about this machine and what is wished there. */
function reaches(reach: Reach, place: MachinePlace, wish: Wish | null): boolean {
  if (reach.kind !== '' && reach.kind !== wish?.kind) return false
  switch (reach.scope) {
    case 'center':
    case 'jpki':
      return true
    case 'backup':
      return false
    case 'bcl':
      return wish?.issuer === 'bcl'
    case 'town':
      return wish?.municipalityCode === reach.scopeKey
    case 'operator':
      return place.operatorId === reach.scopeKey
    case 'relay':
      return place.relayId === reach.scopeKey
    case 'store':
      return place.storeId === reach.scopeKey
    case 'kiosk':
      return place.kioskId === reach.scopeKey
  }
}

/** 住民情報バックアップ is told three weeks ahead in principle, everything else beforehand (手引き 6.3). */
export const BACKUP_NOTICE_DAYS = 21

/** Whether maintenance is planned early enough. What is later needs a reason, or is refused when it has begun. */
export function judgeNotice(
  scope: MaintenanceScope,
  fromAt: Date,
  plannedAt: Date,
): 'in-time' | 'short' | 'begun' {
  if (fromAt <= plannedAt) return 'begun'
  const noticeMs = scope === 'backup' ? BACKUP_NOTICE_DAYS * 86_400_000 : 0
  return fromAt.getTime() - plannedAt.getTime() >= noticeMs ? 'in-time' : 'short'
}

/** A dated row is history once its first day has come: it is ended and followed by another, never rewritten. */
export function hasBegun(fromOn: PlainDate, today: PlainDate): boolean {
  return fromOn <= today
}
