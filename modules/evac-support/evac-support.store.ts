import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type {
  ConsentMethod,
  ConsentState,
  GroundKind,
  RecipientKind,
  Setting,
  ToldGround,
} from './evac-support.ts'

const PERSON = 'evac_support.person.sealed'
const CONSENT = 'evac_support.consent.sealed'

/** Who did something: `actorName`, and the name as lists show it. */
export type Hand = { readonly at: Date; readonly by: string; readonly label: string }

export type KeptSetting = Setting & { readonly setAt: Date; readonly setBy: string }

/** The newest first. */
export async function listSettings(tx: Tx): Promise<KeptSetting[]> {
  return await tx.sql<KeptSetting>(
    `select setting_no as "settingNo", from_on::text as "fromOn", criteria, ordinance,
            ordinance_source as "ordinanceSource", emergency_days as "emergencyDays", source,
            set_at as "setAt", set_by_label as "setBy"
       from evac_support.setting where municipality_code = $1 order by setting_no desc`,
    [tx.municipality],
  )
}

/** False when somebody set another one meanwhile. */
export async function insertSetting(tx: Tx, one: Setting, hand: Hand): Promise<boolean> {
  const rows = await tx.sql(
    `insert into evac_support.setting (municipality_code, setting_no, from_on, criteria, ordinance, ordinance_source,
       emergency_days, source, set_at, set_by, set_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning setting_no`,
    [
      tx.municipality,
      one.settingNo,
      one.fromOn,
      JSON.stringify(one.criteria),
      one.ordinance,
      one.ordinanceSource,
      one.emergencyDays,
      one.source,
      hand.at,
      hand.by,
      hand.label,
    ],
  )
  return rows.length > 0
}

export type PersonWords = {
  readonly phone: string
  readonly otherContact: string
  readonly residence: string
  readonly reasonWords: string
  readonly remarks: string
  readonly note: string
}
export const noWords: PersonWords = {
  ...{ phone: '', otherContact: '', residence: '', reasonWords: '', remarks: '', note: '' },
}

export function openWords(keys: Keys, residentNo: string, sealed: Buffer | null): PersonWords {
  return sealed === null ? noWords : (JSON.parse(keys.open(PERSON, residentNo, sealed)) as PersonWords)
}

export type EntryVersion = {
  readonly residentNo: ResidentNo
  readonly version: number
  readonly state: 'listed' | 'off'
  readonly grounds: readonly string[]
  readonly told: readonly ToldGround[]
  readonly away: boolean
  readonly cause: 'offer' | 'clerk'
  readonly sealed: Buffer | null
  readonly writtenAt: Date
  readonly writtenBy: string
}

const entryColumns = `resident_no as "residentNo", version, state, grounds, told, away, cause, sealed,
  written_at as "writtenAt", written_by_label as "writtenBy"`

/** All versions of a person's entry, the newest first. */
export async function listVersions(tx: Tx, residentNo: string): Promise<EntryVersion[]> {
  return await tx.sql<EntryVersion>(
    `select ${entryColumns} from evac_support.person
      where municipality_code = $1 and resident_no = $2 order by version desc`,
    [tx.municipality, residentNo],
  )
}

/** `words`: null carries along what was sealed before. False when somebody wrote meanwhile. */
export async function insertVersion(
  tx: Tx,
  keys: Keys,
  one: Omit<EntryVersion, 'sealed' | 'writtenAt' | 'writtenBy'> & { readonly words: PersonWords | null },
  hand: Hand,
): Promise<boolean> {
  const { residentNo, version, words } = one
  const rows = await tx.sql(
    `insert into evac_support.person (municipality_code, resident_no, version, state, grounds, told, away, cause, sealed,
       written_at, written_by, written_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::bytea, (
              select p.sealed from evac_support.person p
               where p.municipality_code = $1 and p.resident_no = $2 and p.version = $3::integer - 1)), $10, $11, $12
     on conflict do nothing returning version`,
    [
      tx.municipality,
      residentNo,
      version,
      one.state,
      [...one.grounds],
      [...one.told],
      one.away,
      one.cause,
      words === null ? null : keys.seal(PERSON, residentNo, JSON.stringify(words)),
      hand.at,
      hand.by,
      hand.label,
    ],
  )
  return rows.length > 0
}

export type PresentEntry = {
  readonly residentNo: ResidentNo
  readonly state: 'listed' | 'off'
  readonly grounds: readonly string[]
  readonly told: readonly string[]
  readonly away: boolean
}

/** Everybody who is or was on the list. */
export async function listPresent(tx: Tx): Promise<PresentEntry[]> {
  return await tx.sql<PresentEntry>(
    `select resident_no as "residentNo", state, grounds, told, away
       from evac_support.present_person where municipality_code = $1`,
    [tx.municipality],
  )
}

export type Found = {
  readonly residentNo: ResidentNo
  readonly state: 'listed' | 'off'
  readonly grounds: readonly string[]
  readonly told: readonly string[]
  readonly consent: ConsentState | null
}

/** The next people of the list after a number, by what stands in clear. `among`: only these numbers. */
export async function listPeople(
  tx: Tx,
  wanted: {
    readonly state: 'listed' | 'off'
    readonly ground: GroundKind | null
    readonly consent: ConsentState | 'unasked' | null
    readonly among: readonly string[] | null
    readonly after: string
    readonly limit: number
  },
): Promise<Found[]> {
  return await tx.sql<Found>(
    `select p.resident_no as "residentNo", p.state, p.grounds, p.told, c.state as consent
       from evac_support.present_person p
       left join evac_support.present_consent c
         on c.municipality_code = $1 and c.resident_no = p.resident_no
      where p.municipality_code = $1 and p.state = $2
        and ($3::text is null or exists (
              select 1 from unnest(p.grounds || p.told) g(code) where split_part(g.code, '-', 1) = $3))
        and ($4::text is null or coalesce(c.state, 'unasked') = $4)
        and ($5::text[] is null or p.resident_no = any($5)) and p.resident_no > $6
      order by p.resident_no limit $7`,
    [
      tx.municipality,
      wanted.state,
      wanted.ground,
      wanted.consent,
      wanted.among === null ? null : [...wanted.among],
      wanted.after,
      wanted.limit,
    ],
  )
}

export async function countListed(tx: Tx): Promise<number> {
  const [row] = await tx.sql<{ people: number }>(
    `select count(*)::integer as people from evac_support.present_person where municipality_code = $1 and state = 'listed'`,
    [tx.municipality],
  )
  return row!.people
}

/** Which of these people are on the list. */
export async function listedOf(tx: Tx, residentNos: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.sql<{ no: string }>(
    `select resident_no as no from evac_support.present_person
      where municipality_code = $1 and resident_no = any($2) and state = 'listed'`,
    [tx.municipality, [...residentNos]],
  )
  return new Set(rows.map(({ no }) => no))
}

export type ListedEntry = {
  readonly residentNo: ResidentNo
  readonly grounds: readonly string[]
  readonly told: readonly string[]
  readonly sealed: Buffer | null
  readonly consent: {
    readonly state: ConsentState
    readonly untilOn: PlainDate | null
    readonly exceptKinds: readonly string[]
  } | null
}

/** Everybody on the list with what was said of peacetime provision, in order of 宛名番号. */
export async function listListed(tx: Tx): Promise<ListedEntry[]> {
  const rows = await tx.sql<
    Omit<ListedEntry, 'consent'> & {
      readonly state: ConsentState | null
      readonly untilOn: PlainDate | null
      readonly exceptKinds: readonly string[] | null
    }
  >(
    `select p.resident_no as "residentNo", p.grounds, p.told, p.sealed, c.state, c.until_on::text as "untilOn",
            c.except_kinds as "exceptKinds"
       from evac_support.present_person p
       left join evac_support.present_consent c
         on c.municipality_code = $1 and c.resident_no = p.resident_no
      where p.municipality_code = $1 and p.state = 'listed' order by p.resident_no`,
    [tx.municipality],
  )
  return rows.map(({ state, untilOn, exceptKinds, ...row }) => ({
    ...row,
    consent: state === null ? null : { state, untilOn, exceptKinds: exceptKinds ?? [] },
  }))
}

export type KeptConsent = {
  readonly consentNo: number
  readonly consent: ConsentState
  readonly toldOn: PlainDate
  readonly method: ConsentMethod
  readonly untilOn: PlainDate | null
  readonly exceptKinds: readonly RecipientKind[]
  readonly who: string
  readonly note: string
}

/** What a person said of peacetime provision, the newest first. */
export async function listConsents(
  tx: Tx,
  keys: Keys,
  residentNo: string,
): Promise<(KeptConsent & { readonly recordedAt: Date; readonly recordedBy: string })[]> {
  const rows = await tx.sql<
    Omit<KeptConsent, 'who' | 'note'> & { sealed: Buffer; recordedAt: Date; recordedBy: string }
  >(
    `select consent_no as "consentNo", state as consent, told_on::text as "toldOn", method, until_on::text as "untilOn",
            except_kinds as "exceptKinds", sealed, recorded_at as "recordedAt", recorded_by_label as "recordedBy"
       from evac_support.consent where municipality_code = $1 and resident_no = $2 order by consent_no desc`,
    [tx.municipality, residentNo],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    ...(JSON.parse(keys.open(CONSENT, `${residentNo}|${row.consentNo}`, sealed)) as {
      who: string
      note: string
    }),
  }))
}

/** False when somebody recorded one meanwhile. */
export async function insertConsent(
  tx: Tx,
  keys: Keys,
  residentNo: string,
  one: KeptConsent,
  hand: Hand,
): Promise<boolean> {
  const { consentNo, who, note } = one
  const rows = await tx.sql(
    `insert into evac_support.consent (municipality_code, resident_no, consent_no, state, told_on, method, until_on,
       except_kinds, sealed, recorded_at, recorded_by, recorded_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning consent_no`,
    [
      tx.municipality,
      residentNo,
      consentNo,
      one.consent,
      one.toldOn,
      one.method,
      one.untilOn,
      [...one.exceptKinds],
      keys.seal(CONSENT, `${residentNo}|${consentNo}`, JSON.stringify({ who, note })),
      hand.at,
      hand.by,
      hand.label,
    ],
  )
  return rows.length > 0
}
