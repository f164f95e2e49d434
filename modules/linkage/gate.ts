import type { Business } from '../interfaces/interfaces.columns.ts'
import type { CertificateKindCode } from '../municipalities/municipalities.ts'

/**
 * 交付の可否: whether a town's data are good enough to print. A kind that is made of the register (住民票・印鑑・税) needs data
 * that are here, fresh, complete and proved the same as at home. 罹災・被災 say what was found on the ground: a link that the
 * disaster broke must not stop them; a faulty row of the person does, and a register that holds nobody at all.
 */
export type KindNeeds = {
  /** Stops for the state of the link. */
  readonly strict: boolean
  /** Nothing is issued before these were ever loaded; their state counts. */
  readonly requires: readonly Business[]
  /** A bad row of the person in one of these stops the paper. */
  readonly blockedBy: readonly Business[]
}

/** Who somebody is, and whether something must be hidden or withheld: every paper hangs on them. */
const person = ['residents', 'suppressions', 'issue-blocks'] as const

export const kindNeeds: Readonly<Record<CertificateKindCode, KindNeeds>> = {
  juminhyo: {
    strict: true,
    requires: ['residents', 'suppressions'],
    blockedBy: [...person, 'households'],
  },
  kisai: {
    strict: true,
    requires: ['residents', 'suppressions'],
    blockedBy: [...person, 'households'],
  },
  inkan: { strict: true, requires: ['residents', 'suppressions', 'seals'], blockedBy: [...person, 'seals'] },
  tax: {
    strict: true,
    requires: ['residents', 'suppressions', 'tax-assessments'],
    blockedBy: [...person, 'tax-assessments', 'tax-incomes', 'tax-payments'],
  },
  risai: { strict: false, requires: [], blockedBy: person },
  hisai: { strict: false, requires: [], blockedBy: person },
}

export const gateReasons = {
  'no-residents': '住民情報がまだありません',
  'no-data': 'データがまだ届いていません',
  hand: '手動で取り込んだデータです（住民票・印鑑・税の証明には使えません）',
  'link-lost': '連携APから「送り残しがない」との連絡が、決めた時間より長く途絶えています',
  backlog: '届いたデータの取込が、決めた時間より長く終わっていません',
  refused: 'データに誤りがあって取り込めず、直したデータが決めた時間を過ぎても届いていません',
  paused: '取込を一時停止しています',
  reconciliation: '庁内のデータと一致しないと分かり、まだ確認されていません',
  unreadable: '保護に関わるデータに、だれのものか読み取れない行があります（直した全件ファイルが届くまで）',
} as const
export type GateReason = keyof typeof gateReasons

/** What is known of one business when a certificate is asked for. */
export type BusinessStanding = {
  readonly business: Business
  /** A file of it was applied once. */
  readonly loaded: boolean
  /** Since when it is as old as it is: the last moment at which all that the town had was here. `null` = never heard. */
  readonly clearAt: Date | null
  /** Since when the oldest complete file waits here; `null` = none waits. */
  readonly waitingSince: Date | null
  /** Since when a file stands refused that nothing has replaced yet. */
  readonly refusedSince: Date | null
  readonly paused: boolean
  /** Its linkage was ended and no full file of an agent has come since: staff may have changed what is here. */
  readonly unproved: boolean
  /** A row could not be read so far that it says whom it is about. */
  readonly nameless: boolean
  /** The newest 突合 differed, and nobody has acknowledged it. */
  readonly differs: boolean
}

export type GateFinding = { readonly reason: GateReason; readonly business: Business | null }

/** Kinds that the state of the link closes: those an override can open, each by itself. */
export const strictKinds = (Object.keys(kindNeeds) as CertificateKindCode[]).filter(
  (kind) => kindNeeds[kind].strict,
)

/** What an override may lift: that news do not come. Never that something is wrong with what is here. */
export const liftable: ReadonlySet<GateReason> = new Set<GateReason>([
  'link-lost',
  'backlog',
  'refused',
  'paused',
])

/** A file that waits for longer than this holds back news; one that may hide somebody at once. */
const WAIT_MS = 60 * 60_000
const PROTECTION_WAIT_MS = 5 * 60_000
/** Whoever is to be hidden or withheld: a row of unknown person may be about anybody. */
const protecting: ReadonlySet<Business> = new Set<Business>(['suppressions', 'issue-blocks'])

/** Why the town's data may not be printed as a kind now, whoever it is for; empty = they may. */
export function findingsOf(
  kind: CertificateKindCode,
  standings: readonly BusinessStanding[],
  {
    residents,
    limitMinutes,
    now,
  }: {
    /** The register holds somebody, from wherever. */
    readonly residents: boolean
    readonly limitMinutes: number | null
    readonly now: Date
  },
): GateFinding[] {
  const needs = kindNeeds[kind]
  if (!needs.strict) return residents ? [] : [{ reason: 'no-residents', business: 'residents' }]
  const findings: GateFinding[] = []
  for (const business of new Set([...needs.requires, ...needs.blockedBy])) {
    const standing = standings.find((one) => one.business === business)
    if (standing?.nameless === true && protecting.has(business))
      findings.push({ reason: 'unreadable', business })
    if (standing?.unproved === true) {
      // Nothing lifts that, so nothing else is worth saying of it.
      findings.push({ reason: 'hand', business })
      continue
    }
    const required = needs.requires.includes(business)
    if (standing === undefined || !standing.loaded) {
      if (required) findings.push({ reason: 'no-data', business })
      continue
    }
    const { clearAt, waitingSince, refusedSince, paused, differs } = standing
    const age = clearAt === null ? Infinity : now.getTime() - clearAt.getTime()
    if (limitMinutes !== null && age > limitMinutes * 60_000) findings.push({ reason: 'link-lost', business })
    const patience = protecting.has(business) ? PROTECTION_WAIT_MS : WAIT_MS
    if (waitingSince !== null && now.getTime() - waitingSince.getTime() > patience)
      findings.push({ reason: 'backlog', business })
    if (refusedSince !== null && now.getTime() - refusedSince.getTime() > patience)
      findings.push({ reason: 'refused', business })
    if (paused) findings.push({ reason: 'paused', business })
    if (differs) findings.push({ reason: 'reconciliation', business })
  }
  return findings
}

/** How old the data are of which a kind is made, ms: those of the oldest business; `null` = never heard of one. */
export function ageOf(
  kind: CertificateKindCode,
  standings: readonly BusinessStanding[],
  now: Date,
): number | null {
  let oldest = 0
  for (const business of kindNeeds[kind].strict ? kindNeeds[kind].requires : (['residents'] as const)) {
    const clearAt = standings.find((one) => one.business === business)?.clearAt ?? null
    if (clearAt === null) return null
    oldest = Math.max(oldest, now.getTime() - clearAt.getTime())
  }
  return oldest
}
