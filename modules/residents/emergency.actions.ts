import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { revealMany, test } from '../access/guarded.ts'
import type * as contract from './emergency.contract.ts'
import { areasOf, isIn, type EmergencyPerson } from './emergency-person.ts'
import * as store from './emergency.store.ts'
import { currentSeq } from './residents.actions.ts'
import { residentsEvents as events, residentsProblems as problems } from './residents.messages.ts'
import { addressLine, displayName } from './residents.ts'

type Listed = OutputOf<typeof contract.readEmergencyList>['people'][number]

/** People looked at in one request: a tenth of a second. */
const PART = 1_000
/** A list is made in one go; later it is another one, with a reason of its own. */
const OPEN_HOURS = 2

/** How many people live in each 町字 or 地区, of the next part of the town. */
export async function countEmergencyAreas(
  ctx: Ctx,
  { by, after }: InputOf<typeof contract.countEmergencyAreas>,
): Promise<OutputOf<typeof contract.countEmergencyAreas>> {
  const seq = await currentSeq(ctx)
  const people = await store.walkResidents(ctx.tx, await ctx.keys(), seq, after ?? '', PART)
  if (after === null) await audit(ctx, events.emergencyAreasCounted, { facts: { by } })
  const counts = new Map<string, number>()
  for (const person of people) {
    if (person.suppressed) continue
    // What is counted is no field of anybody.
    test(person, (value) => {
      for (const area of areasOf(value, by)) if (area !== '') counts.set(area, (counts.get(area) ?? 0) + 1)
      return true
    })
  }
  return {
    areas: [...counts].map(([area, count]) => ({ area, people: count })),
    scanned: people.length,
    next: people.length < PART ? null : people.at(-1)!.subject.id,
    people: after === null ? (await store.countResidents(ctx.tx, seq)).people : 0,
  }
}

/** Begins a list: who, what for, of whom, as of now. */
export async function beginEmergencyList(
  ctx: Ctx,
  input: InputOf<typeof contract.beginEmergencyList>,
): Promise<OutputOf<typeof contract.beginEmergencyList>> {
  const seq = await currentSeq(ctx)
  const { people, withheld } = await store.countResidents(ctx.tx, seq)
  const listId = uuidv7(ctx.now.getTime())
  await store.insertList(ctx.tx, await ctx.keys(), {
    ...input,
    listId,
    seq,
    people,
    begunBy: actorName(ctx.actor),
    begunAt: ctx.now,
  })
  const { purpose, scope } = input
  await audit(ctx, events.emergencyListBegun, { purpose, facts: { listId, scope, seq: String(seq), people } })
  return { listId, people, withheld, begunAt: ctx.now.toISOString() }
}

/**
 * The next part of a list. Protected persons are on a list of everybody, without their address; they are on no list of a
 * place, since being on it would tell where they are.
 */
export async function readEmergencyList(
  ctx: Ctx,
  { listId, after }: InputOf<typeof contract.readEmergencyList>,
): Promise<OutputOf<typeof contract.readEmergencyList>> {
  const keys = await ctx.keys()
  const list = await store.findList(ctx.tx, keys, listId)
  const closesAt = (list?.begunAt.getTime() ?? 0) + OPEN_HOURS * 3_600_000
  // Somebody else's list is as good as none.
  if (!list || list.begunBy !== actorName(ctx.actor) || ctx.now.getTime() > closesAt)
    throw new Problem(problems.listClosed)
  const walked = await store.walkResidents(ctx.tx, keys, list.seq, after ?? '', PART)
  const { scope, area } = list
  const named = walked.filter((person) =>
    scope === 'everybody' ? true : !person.suppressed && test(person, (value) => isIn(value, scope, area)),
  )
  const opened = await revealMany(ctx, named, 'emergency')
  return {
    people: opened.map((person, i) => listed(person, named[i]!.suppressed)),
    scanned: walked.length,
    next: walked.length < PART ? null : walked.at(-1)!.subject.id,
  }
}

function listed({ record, districts }: EmergencyPerson, suppressed: boolean): Listed {
  const { name, birth, address } = record
  return {
    residentNo: record.residentNo,
    householdNo: suppressed ? null : record.householdNo,
    name: displayName(name),
    kana: name.preference === '2' ? name.aliasKana : name.kana,
    birthOn: birth.on,
    birthText: birth.text,
    sexText: record.sexText,
    relation: record.relationText,
    address: suppressed ? null : addressLine(address),
    area: suppressed ? '' : address.town,
    districts: [...districts],
  }
}
