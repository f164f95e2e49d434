import type { ResidentNo } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, revealMany, test, type Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { getLedger, getPerson } from '../ledger/ledger.actions.ts'
import { personOf, type Ledger, type PersonRef } from '../ledger/ledger.ts'
import { findEntries } from '../registers/registers.actions.ts'
import { findResident } from '../residents/residents.actions.ts'
import { displayName, type ResidentRecord } from '../residents/residents.ts'
import { occupantsOfAll, type Occupants } from './dwellings.actions.ts'
import type * as contract from './dwellings.contract.ts'
import type { FoundDwelling } from './dwellings.store.ts'
import type { DwellingId, Owner } from './dwellings.ts'

export type DwellingRow = OutputOf<typeof contract.getDwelling>['dwelling']
export type HouseholdRow = OutputOf<typeof contract.getDwelling>['households'][number]

/** Houses with the names of their owners; owners under 支援措置 are not there at all. */
export async function dwellingRows(ctx: Ctx, found: readonly FoundDwelling[]): Promise<DwellingRow[]> {
  const shown = found.flatMap(({ owners }) => owners.filter(({ suppressed }) => !suppressed))
  const owners = new Map<Guarded<Owner | null>, Owner | null>()
  const values = await revealMany(ctx, shown, 'search')
  for (const [i, one] of shown.entries()) owners.set(one, values[i]!)
  const names = await namesOf(ctx, [...owners.values()])
  return found.map(({ dwelling, owners: closed, concealed }) => {
    const { place, reason: _, registerSeq: __, writtenAt: ___, writtenLabel: ____, ...facts } = dwelling
    return {
      ...facts,
      ...place,
      concealed,
      owners: closed.flatMap((one) => {
        const owner = owners.get(one)
        if (!owner) return []
        return [{ name: owner.name || names.get(owner.residentNo ?? '') || '', share: owner.share }]
      }),
    }
  })
}

/** Where 家屋課税台帳 tells only 宛名番号: the names by the register, or of 住登外者. */
async function namesOf(ctx: Ctx, owners: readonly (Owner | null)[]): Promise<Map<string, string>> {
  const numbers = new Set(owners.flatMap((one) => (one?.name === '' ? (one.residentNo ?? []) : [])))
  const names = new Map<string, string>()
  const residents: Guarded<ResidentRecord>[] = []
  for (const number of numbers) {
    const resident = await findResident(ctx, number as ResidentNo, { seq: null })
    if (resident) residents.push(resident)
    else {
      const [entry] = await findEntries(ctx, 'non-residents', number as ResidentNo, { seq: null })
      if (entry) names.set(number, (await reveal(ctx, entry, 'search')).values['氏名_優先'] ?? '')
    }
  }
  for (const record of await revealMany(ctx, residents, 'search'))
    names.set(record.residentNo, displayName(record.name))
  return names
}

/** 続柄コード of 世帯主. */
const HEAD = '02'

/** A household by its head, or by the oldest where the register names none, with the address. */
export async function householdRow(
  ctx: Ctx,
  ledger: Ledger,
  { members }: Pick<Occupants, 'members'>,
  owns: boolean,
): Promise<HouseholdRow & { address: string }> {
  const people = []
  for (const ref of members) people.push({ ref, found: await getPerson(ctx, ledger, ref) })
  const first =
    people.find(
      ({ found }) =>
        found.kind === 'resident' && test(found.person, ({ relationCodes }) => relationCodes[0] === HEAD),
    ) ?? people[0]!
  const { found } = first
  const rest = { personRef: first.ref, size: members.length, owns }
  if (found.kind === 'resident') {
    const { name, address } = await reveal(ctx, found.person, 'search')
    return {
      ...rest,
      name: displayName(name),
      address: `${address.town}${address.number}${gap(address.building)}`,
    }
  }
  const { name, address } = await reveal(ctx, found.person, 'search')
  return { ...rest, name, address }
}

function gap(building: string): string {
  return building === '' ? '' : `　${building}`
}

/** Who lived in these houses; with nobody under 支援措置. */
export async function householdsIn(
  ctx: Ctx,
  found: readonly FoundDwelling[],
  disasterId: DisasterId | null,
): Promise<Map<DwellingId, HouseholdRow[]>> {
  const result = new Map<DwellingId, HouseholdRow[]>()
  if (disasterId === null || found.length === 0) return result
  const ledger = await getLedger(ctx, disasterId)
  const ids = found.map(({ dwelling }) => dwelling.dwellingId)
  const occupants = await occupantsOfAll(ctx, ids, disasterId)
  for (const one of found) {
    const { dwellingId } = one.dwelling
    const rows: HouseholdRow[] = []
    for (const household of occupants.get(dwellingId) ?? []) {
      const { address: _, ...row } = await householdRow(
        ctx,
        ledger,
        household,
        ownsOne(one, household.members),
      )
      rows.push(row)
    }
    result.set(dwellingId, rows)
  }
  return result
}

/** Whether one of these people owns the house. */
export function ownsOne({ owners }: FoundDwelling, members: readonly PersonRef[]): boolean {
  const numbers = new Set(
    members.flatMap((ref) => {
      const person = personOf(ref)
      return person.kind === 'resident' ? person.residentNo : []
    }),
  )
  return owners.some(
    (one) =>
      !one.suppressed && test(one, (owner) => owner !== null && numbers.has(owner.residentNo as ResidentNo)),
  )
}
