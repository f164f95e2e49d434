import type { Brand, ResidentNo } from '@open-bcl/core/brand.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { ResidentRecord, SexCode } from '../residents/residents.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'

export type EntryId = Brand<string, 'EntryId'>
export type NonResidentId = Brand<string, 'NonResidentId'>
/** A person of a ledger in one word, for addresses of screens and API: `R-<宛名番号>` or `N-<住登外者の番号>`. */
export type PersonRef = Brand<string, 'PersonRef'>

/** Whom an entry is about: somebody of the register as cut, or a 住登外者 of this ledger. */
export type LedgerPerson =
  | { readonly kind: 'resident'; readonly residentNo: ResidentNo }
  | { readonly kind: 'non-resident'; readonly nonResidentId: NonResidentId }

const residentRef = /^R-(\d{1,15})$/
const nonResidentRef = /^N-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

export function isPersonRef(text: string): text is PersonRef {
  return residentRef.test(text) || nonResidentRef.test(text)
}

export function personOf(ref: PersonRef): LedgerPerson {
  const resident = residentRef.exec(ref)?.[1]
  if (resident !== undefined) return { kind: 'resident', residentNo: resident as ResidentNo }
  const other = nonResidentRef.exec(ref)?.[1]
  if (other === undefined) throw new RangeError('not a person of a ledger')
  return { kind: 'non-resident', nonResidentId: other as NonResidentId }
}

export function refOf(person: LedgerPerson): PersonRef {
  return (person.kind === 'resident' ? `R-${person.residentNo}` : `N-${person.nonResidentId}`) as PersonRef
}

/** 被災者台帳 of one disaster (災対法90条の3): cut from the town's data at `cutSeq`, without a copy. */
export type Ledger = {
  readonly disasterId: DisasterId
  /** Number of the last change of the town's data that the ledger holds. */
  readonly cutSeq: bigint
  readonly openedAt: Date
}

/** 住登外者: a victim who is not in the town's register, as the clerk wrote the person down. */
export type NonResident = {
  readonly nonResidentId: NonResidentId
  readonly disasterId: DisasterId
  readonly name: string
  /** フリガナ; empty when unknown. */
  readonly kana: string
  /** May be uncertain (不詳): then `text` holds what was said and `on` the day to sort by, if any. */
  readonly birth: RegisterDate
  readonly sex: SexCode
  readonly address: string
  readonly phone: string
  /** Why the person belongs to the ledger (居住の事実 and how it was confirmed). */
  readonly reason: string
  /** 支援措置 reported by the person or by another town. */
  readonly suppressed: boolean
  readonly version: number
}

/** What the person is found by. A protected person is never found by address: its grams are not even stored. */
export function nonResidentTexts(person: NonResident): readonly (readonly [field: string, text: string])[] {
  return [
    ['name', person.name],
    ['kana', person.kana],
    ...(person.suppressed ? [] : [['address', person.address] as const]),
  ]
}

/** A 住登外者 without anything that tells where the person is. */
export function concealNonResident(person: NonResident): NonResident {
  return { ...person, address: '', phone: '', reason: '' }
}

/**
 * 事実: what was told to the ledger about a person, appended and never changed. `codes` holds identifiers and codes,
 * `words` free text (sealed; not shown for protected persons, since anything may stand in it).
 */
export type Fact = {
  readonly kind: string
  readonly codes: Readonly<Record<string, string | number | boolean | null>>
  readonly words: string | null
}

export type RecordedFact = Fact & {
  readonly factId: string
  readonly at: Date
  /** Who told it, as shown: a member of staff by name, else the program. */
  readonly by: string
}

/** What the register says of a person now, where it differs from the ledger as cut (提示のみ: never applied silently). */
export const changeNotes = [
  { value: 'died', label: '台帳作成後に死亡の届出があります' },
  { value: 'removed', label: '台帳作成後に住民登録が消除されました' },
  { value: 'moved-out', label: '台帳作成後に転出しました' },
  { value: 'moved', label: '台帳作成後に住所が変わりました' },
  { value: 'household-changed', label: '台帳作成後に世帯が変わりました' },
  { value: 'name-changed', label: '台帳作成後に氏名が変わりました' },
] as const

export type ChangeNote = (typeof changeNotes)[number]['value']

/** Notes that would tell where a protected person went, or that the person moved at all. */
const tellWhereabouts: ReadonlySet<ChangeNote> = new Set(['moved-out', 'moved', 'household-changed'])

/** Compares a person as cut with the register now; `now` null = the row was deleted. */
export function changesSince(
  cut: ResidentRecord,
  now: ResidentRecord | null,
  suppressed: boolean,
): ChangeNote[] {
  if (now === null) return ['removed']
  const notes: ChangeNote[] = []
  if (now.state !== cut.state) {
    if (now.state === 'dead') notes.push('died')
    if (now.state === 'removed') notes.push('removed')
    if (now.state === 'moved-out') notes.push('moved-out')
  }
  if (JSON.stringify(now.address) !== JSON.stringify(cut.address)) notes.push('moved')
  if (now.householdNo !== cut.householdNo) notes.push('household-changed')
  if (now.name.full !== cut.name.full) notes.push('name-changed')
  return suppressed ? notes.filter((note) => !tellWhereabouts.has(note)) : notes
}

/** Whether the ledger holds this person of the register: registered in the town when the ledger was cut. */
export function belongsToLedger(cut: ResidentRecord): boolean {
  return cut.state === 'resident'
}
