import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, revealMany, test, type Guarded } from '../access/guarded.ts'
import type { BlockReason, CertificateKind, Channel } from '../certificates/certificates.ts'
import { layoutOn } from '../certificates/layouts.ts'
import { residenceBody } from '../certificates/papers/residence.ts'
import { dead, movedOut, movingOut } from '../certificates/person-blocks.ts'
import { blocksOnPerson } from '../certificates/person-blocks.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import { protectedFromAny } from '../protection/protection.actions.ts'
import { textOf, type Entry } from '../registers/entries.ts'
import { householdRow } from '../registers/registers.actions.ts'
import { currentSeq, getResident, listHousehold } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { demonstrationStatusWords } from './residence.codes.ts'
import { inOrder, residenceFacts } from './residence.facts.ts'
import {
  askedOf,
  choicesOf,
  faultsOfPaper,
  noHousehold,
  tooYoung,
  type Asked,
  type ResidenceKind,
} from './residence.ts'

/** At a window where the town's ordinance sets none: what most towns take (UNVERIFIED as to each town). */
const USUAL_FEE_YEN = 300

/** 住民票の写し for the counter and the kiosk. Subject: the 宛名番号 of who asks, or is asked for. */
export const juminhyoKind = kindOf('juminhyo')
/** 住民票記載事項証明書. */
export const kisaiKind = kindOf('kisai')

function kindOf(code: ResidenceKind): CertificateKind<Ctx> {
  return {
    code,
    permission: 'residence.issue',
    forMovedOut: false,
    feeYen: (townFeeYen) => townFeeYen ?? USUAL_FEE_YEN,
    // Everybody may have a copy; what stands in the way is said by `blocks`.
    subjects: async (_ctx, residentNo) => [{ subjectId: residentNo, label: certificateKinds[code].ja }],
    choices: (ctx, subjectId, channel) => choices(ctx, code, subjectId, channel),
    people: (ctx, subjectId, chosen) => people(ctx, subjectId, askedOf(code, chosen)),
    blocks: (ctx, subjectId, channel, chosen) =>
      blocks(ctx, code, subjectId, channel, chosen && askedOf(code, chosen)),
    async freeze(ctx, subjectId, request) {
      const asked = askedOf(code, request.choices)
      const facts = residenceFacts(code, await sourceOf(ctx, subjectId, asked))
      return {
        layout: layoutOn(`${code}-${asked.form}`, request.issuedOn),
        ...residenceBody(facts, request.paper),
      }
    },
  }
}

type Household = {
  /** Everything about it is read as of this. */
  readonly asOf: { readonly seq: bigint }
  readonly subject: Guarded<ResidentRecord>
  /** Who lives in it now. 除票 are never combined with them. */
  readonly members: readonly Guarded<ResidentRecord>[]
  readonly head: Guarded<ResidentRecord> | null
  /** Somebody lives in it who is protected from the one who asks: on no paper of theirs, and not even named. */
  readonly keptApart: boolean
  /** The town's own row of 世帯, where it sends them. */
  readonly row: Guarded<Entry> | null
}

/** Read once a transaction: choices, blocks, people and words of an issue ask for the same household one after the other. */
const households = new WeakMap<Ctx, Map<string, Promise<Household>>>()

/** Opened so far, by what they were closed as. */
const opened = new WeakMap<Ctx, Map<Guarded<ResidentRecord>, ResidentRecord>>()

/**
 * Opens people for their certificate. Who was opened for it before in the same transaction is so already: one reading of one
 * person for one paper is one act, however many of its questions are answered by it.
 */
async function open(ctx: Ctx, people: readonly Guarded<ResidentRecord>[]): Promise<ResidentRecord[]> {
  const known = opened.get(ctx) ?? new Map<Guarded<ResidentRecord>, ResidentRecord>()
  opened.set(ctx, known)
  const closed = [...new Set(people)].filter((one) => !known.has(one))
  const records = await revealMany(ctx, closed, 'certificate')
  for (const [i, one] of closed.entries()) known.set(one, records[i]!)
  return people.map((one) => known.get(one)!)
}

/** 404 when the town knows nobody of that number. */
async function householdOf(ctx: Ctx, subjectId: string): Promise<Household> {
  const known = households.get(ctx) ?? new Map<string, Promise<Household>>()
  households.set(ctx, known)
  const household = known.get(subjectId) ?? readHousehold(ctx, subjectId)
  known.set(subjectId, household)
  return await household
}

async function readHousehold(ctx: Ctx, subjectId: string): Promise<Household> {
  const [seq] = await ctx.tx.together(
    () => currentSeq(ctx),
    () => ctx.keys(),
  )
  const asOf = { seq }
  const subject = await getResident(ctx, subjectId as ResidentNo, asOf)
  const [record] = await open(ctx, [subject])
  const { householdNo } = record!
  const listed = householdNo === null ? [] : await listHousehold(ctx, householdNo, asOf)
  // The one who asks is read already: opened once, not once more as one of the household.
  const everybody = listed.map((one) =>
    one.subject.id === subjectId && one.suppressed === subject.suppressed ? subject : one,
  )
  const living = everybody.filter((one) => test(one, ({ state }) => state === 'resident'))
  const [apart, row] = await ctx.tx.together(
    () => protectedFromAny(ctx, [subjectId, ...everybody.map((one) => one.subject.id)]),
    async () => (householdNo === null ? null : await householdRow(ctx, householdNo, everybody, asOf)),
  )
  const members = living.filter(({ subject: { id } }) => id === subjectId || !apart.has(id))
  const heads = members.filter((one) => test(one, ({ relationText }) => relationText === '世帯主'))
  return {
    ...{ asOf, subject, members },
    head: heads.length === 1 ? heads[0]! : null,
    keptApart: members.length < living.length,
    row,
  }
}

async function choices(
  ctx: Ctx,
  kind: ResidenceKind,
  subjectId: string,
  channel: Channel,
): ReturnType<CertificateKind<Ctx>['choices']> {
  const { subject, members } = await householdOf(ctx, subjectId)
  // Whoever asks can always be chosen: that a 除票 cannot be had is said by `blocks`. Of the others nobody is named who is
  // under 支援措置: the paper would be refused anyway.
  const others = members.filter((one) => one.subject.id === subjectId || !one.suppressed)
  const offered = others.some(({ subject: { id } }) => id === subjectId) ? others : [...others, subject]
  const records = await open(ctx, offered)
  const { issueOptions } = await getMunicipality(ctx)
  return choicesOf(kind, inOrder(records), {
    residentNo: subjectId,
    channel,
    codeAtKiosk: issueOptions.kioskResidentCode,
  })
}

/** In the order of the paper. */
function chosenOf({ subject, members }: Household, asked: Asked): Guarded<ResidentRecord>[] {
  const all = [subject, ...members]
  return asked.members.flatMap((no) => all.find((one) => one.subject.id === no) ?? [])
}

async function people(ctx: Ctx, subjectId: string, asked: Asked): Promise<ResidentNo[]> {
  const household = await householdOf(ctx, subjectId)
  const named = [
    household.subject,
    ...chosenOf(household, asked),
    ...(asked.items.has('relation') && household.head !== null ? [household.head] : []),
  ]
  return [...new Set(named.map((one) => one.subject.id as ResidentNo))]
}

async function blocks(
  ctx: Ctx,
  kind: ResidenceKind,
  subjectId: string,
  channel: Channel,
  asked: Asked | null,
): Promise<BlockReason[]> {
  const household = await householdOf(ctx, subjectId)
  const { asOf, subject, head } = household
  const faults = [dead, movedOut, movingOut]
  const own = await blocksOnPerson(
    ctx,
    kind,
    subject,
    channel,
    [...faults, tooYoung(todayInJapan(ctx.now)), noHousehold],
    asOf,
  )
  if (asked === null || subject.suppressed) return own
  const chosen = chosenOf(household, asked)
  const others: BlockReason[] = []
  // 世帯主 is named on the paper where 世帯主・続柄 is.
  const named = asked.items.has('relation') && head !== null ? [...chosen, head] : chosen
  const beside = [...new Set(named)].filter((one) => one.subject.id !== subjectId)
  const onEach = await ctx.tx.together(
    ...beside.map((one) => () => blocksOnPerson(ctx, kind, one, channel, faults, asOf)),
  )
  for (const [i, one] of beside.entries()) {
    const reasons = onEach[i]!
    if (one.suppressed) return reasons
    others.push(...reasons.map(({ ja }): BlockReason => ({ code: 308, ja: `世帯員：${ja}` })))
  }
  if (own.length + others.length > 0) return [...own, ...others]
  const records = await open(ctx, chosen)
  const headRecord = head === null ? null : (await open(ctx, [head]))[0]!
  return faultsOfPaper(records, headRecord, asked, await statusWordsOf(ctx))
}

async function statusWordsOf(ctx: Ctx): Promise<Readonly<Record<string, string>>> {
  return (await getMunicipality(ctx)).demonstration ? demonstrationStatusWords : {}
}

async function sourceOf(
  ctx: Ctx,
  subjectId: string,
  asked: Asked,
): Promise<Parameters<typeof residenceFacts>[1]> {
  const household = await householdOf(ctx, subjectId)
  const chosen = chosenOf(household, asked)
  // `blocks` refused before; nobody protected may come out even if somebody forgets to ask.
  const shown = household.head === null ? chosen : [...chosen, household.head]
  if (shown.some(({ suppressed }) => suppressed))
    throw new Error('a protected person was about to be certified')
  if (chosen.length !== asked.members.length)
    throw new Error('somebody was chosen who is not of the household')
  return {
    chosen: await open(ctx, chosen),
    whole:
      !household.keptApart && household.members.every(({ subject }) => asked.members.includes(subject.id)),
    headName: asked.items.has('relation') ? await headNameOf(ctx, household) : null,
    asked,
    statusWords: await statusWordsOf(ctx),
  }
}

/** As the town writes it for certificates, where its 世帯 names the same head; else the head's own 氏名. */
async function headNameOf(ctx: Ctx, { head, row }: Household): Promise<string | null> {
  if (head === null) return null
  const [record] = await open(ctx, [head])
  const { name } = record!
  const entry = row && (await reveal(ctx, row, 'certificate'))
  const written =
    entry !== null && textOf(entry, '世帯主_宛名番号') === head.subject.id ? textOf(entry, '世帯主_氏名') : ''
  return written === '' ? name.full : written
}
