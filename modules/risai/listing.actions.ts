import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { revealMany } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster } from '../disasters/disasters.ts'
import { sameAs } from '../ledger/identities.actions.ts'
import { searchLedger } from '../ledger/ledger.actions.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import type * as contract from './listing.contract.ts'
import * as store from './listing.store.ts'
import { PLACE } from './risai.store.ts'
import { applicationStates, placeKey, serialNoOf } from './risai.ts'

export async function listApplications(
  ctx: Ctx,
  input: InputOf<typeof contract.listApplications>,
): Promise<OutputOf<typeof contract.listApplications>> {
  const disaster = await getDisaster(ctx, input.disasterId)
  const { person = '', address = '' } = input
  const keys = await ctx.keys()
  const named = person === '' ? null : await peopleWanted(ctx, input.disasterId, namesTyped(person))
  const at = address === '' ? null : await peopleWanted(ctx, input.disasterId, { address })
  const places = keys.each.map((key) => key.recordHmac(PLACE, placeKey(address)))
  const found = await store.listApplications(ctx.tx, keys, {
    disasterId: input.disasterId,
    named,
    at: at && { ...at, places },
    late: input.late,
    waiting: input.waiting ?? null,
    states: input.states ?? [],
    serialNo: serialNoTyped(disaster, input.serialNo ?? ''),
    // Under every number the person has in the ledger.
    applicantRefs: input.personRef ? await sameAs(ctx, input.disasterId, input.personRef) : null,
    channel: input.channel ?? null,
    after: input.after ?? null,
    limit: input.limit + 1,
  })
  const page = found.slice(0, input.limit)
  const words = await revealMany(
    ctx,
    page.map((one) => one.words),
    'search',
  )
  return {
    applications: page.map(({ head }, i) => {
      const { form } = words[i]!
      return {
        applicationId: head.applicationId,
        personRef: head.applicantRef,
        serialNo: head.serialNo,
        state: head.state,
        version: head.version,
        channel: head.channel,
        appliedOn: head.appliedOn,
        applicantName: form.applicant.name,
        headName: form.head.name,
        dwellingAddress: head.suppressed ? null : form.dwellingAddress,
        grade: head.grade,
        suppressed: head.suppressed,
        decisionChanged: head.decisionChanged,
        resurveyOpen: head.resurveyOpen,
      }
    }),
    more: named?.more === true || at?.more === true,
    next: found.length > input.limit ? (page.at(-1)?.head.applicationId ?? null) : null,
  }
}

/** Written in kana alone it is read as フリガナ. */
function namesTyped(person: string): { name: string } | { kana: string } {
  return /^[\p{Script=Katakana}\p{Script=Hiragana}ー・\s]+$/u.test(person)
    ? { kana: person }
    : { name: person }
}

/** People of the ledger who are searched for; by address the protected are not among them. */
async function peopleWanted(
  ctx: Ctx,
  disasterId: Disaster['disasterId'],
  typed: { name: string } | { kana: string } | { address: string },
): Promise<store.WantedPeople & { readonly more: boolean }> {
  const { people, more } = await searchLedger(ctx, { disasterId, ...typed })
  const refs = people.map(({ personRef }) => personOf(personRef as PersonRef))
  return {
    residentNos: refs.flatMap((who) => (who.kind === 'resident' ? [who.residentNo] : [])),
    nonResidentIds: refs.flatMap((who) => (who.kind === 'resident' ? [] : [who.nonResidentId])),
    places: null,
    more,
  }
}

/** The running number alone is enough to type: `12` is the twelfth of this disaster. */
function serialNoTyped(disaster: Disaster, typed: string): string | null {
  if (typed === '') return null
  return /^\d{1,7}$/.test(typed) ? serialNoOf(disaster.disasterCode, Number(typed)) : typed
}

/** Every state with its number, 0 included, in the order of the work. */
export async function countApplications(
  ctx: Ctx,
  input: InputOf<typeof contract.countApplications>,
): Promise<OutputOf<typeof contract.countApplications>> {
  await getDisaster(ctx, input.disasterId)
  const rows = await store.countByState(ctx.tx, input.disasterId)
  const counts = new Map(rows.map((row) => [row.state, row.count]))
  return {
    counts: applicationStates.map(({ value }) => ({ state: value, count: counts.get(value) ?? 0 })),
    waiting: await store.countWaiting(ctx.tx, input.disasterId),
  }
}
