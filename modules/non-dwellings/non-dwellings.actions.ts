import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AuditEvent } from '../access/access.messages.ts'
import { audit } from '../access/audit.ts'
import { reveal, revealMany } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { openFile, storeFile, takeUpload, thumbnailsOf, type FileShelf } from '../files/files.actions.ts'
import type { FileId } from '../files/files.ts'
import * as ledgers from '../ledger/ledger.actions.ts'
import { personOf } from '../ledger/ledger.ts'
import { householdOf } from '../residents/households.actions.ts'
import { addressLine, displayName } from '../residents/residents.ts'
import { receiveReport } from '../risai/reports.actions.ts'
import { ReportFields } from '../risai/reports.contract.ts'
import type * as contract from './non-dwellings.contract.ts'
import {
  nonDwellingsEvents as events,
  nonDwellingsProblems as problems,
  type NonDwellingsFactKind,
} from './non-dwellings.messages.ts'
import * as store from './non-dwellings.store.ts'
import {
  concealProperty,
  damageWords,
  nonDwellingKinds,
  type NonDwellingId,
  type PropertyWords,
} from './non-dwellings.ts'

export type { FileShelf }

export type PropertyView = OutputOf<typeof contract.getNonDwelling>['property']
type Changed = OutputOf<typeof contract.changeNonDwelling>

/** What the form starts from: the person as the ledger holds them. */
export async function draftNonDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.draftNonDwelling>,
): Promise<OutputOf<typeof contract.draftNonDwelling>> {
  const ledger = await ledgers.getLedger(ctx, input.disasterId)
  const found = await ledgers.getPerson(ctx, ledger, input.personRef)
  const { suppressed } = found.person
  const rest = { corporateNo: '', name: '', place: '', note: '' }
  if (found.kind === 'resident') {
    const { name, address } = await reveal(ctx, found.person, 'application')
    const ownerAddress = suppressed ? '' : addressLine(address)
    return { suppressed, words: { ownerName: displayName(name), ownerAddress, phone: '', ...rest } }
  }
  const { name, address, phone } = await reveal(ctx, found.person, 'application')
  return { suppressed, words: { ownerName: name, ownerAddress: address, phone, ...rest } }
}

export async function registerNonDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.registerNonDwelling>,
): Promise<Changed> {
  const { disasterId, personRef, kind, ownerKind, words } = input
  const ledger = await ledgers.getLedger(ctx, disasterId)
  await ledgers.getPerson(ctx, ledger, personRef)
  const who = personOf(personRef)
  const household =
    who.kind === 'resident' ? await householdOf(ctx, who.residentNo, { seq: ledger.cutSeq }) : null
  const entryId = await ledgers.openEntry(ctx, disasterId, who)
  const nonDwellingId = uuidv7(ctx.now.getTime()) as NonDwellingId
  await store.insertProperty(
    ctx.tx,
    await ctx.keys(),
    {
      ...{ nonDwellingId, disasterId, entryId, personRef, kind, ownerKind },
      residentNo: who.kind === 'resident' ? who.residentNo : null,
      householdNo: household?.householdNo ?? null,
      nonResidentId: who.kind === 'non-resident' ? who.nonResidentId : null,
    },
    words,
    written(ctx),
  )
  const { head } = await getProperty(ctx, nonDwellingId)
  await tell(ctx, head, 'non-dwellings.registered', events.registered)
  return changed(head)
}

export async function changeNonDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.changeNonDwelling>,
): Promise<Changed> {
  const { kind, ownerKind } = input
  const { head } = await getProperty(ctx, input.nonDwellingId)
  const keys = await ctx.keys()
  const words = head.suppressed
    ? keeping(await store.storedWords(ctx.tx, keys, input.nonDwellingId), input.words)
    : input.words
  if (!(await store.appendChange(ctx.tx, keys, input, { kind, ownerKind, words }, written(ctx))))
    throw await changedByOther(ctx, input.nonDwellingId)
  const after = (await getProperty(ctx, input.nonDwellingId)).head
  await tell(ctx, after, 'non-dwellings.changed', events.changed)
  return changed(after)
}

/** Somebody was first: what it is now, and who said so. */
async function changedByOther(ctx: Ctx, nonDwellingId: string): Promise<Problem> {
  const { head } = await getProperty(ctx, nonDwellingId)
  const keys = await ctx.keys()
  const [newest] = await store.listDescriptions(ctx.tx, keys, head)
  const [found] = await store.listFindings(ctx.tx, keys, nonDwellingId, head.suppressed)
  const kind = nonDwellingKinds.find(({ value }) => value === head.kind)!.label
  const result = damageWords.find(({ value }) => value === head.result)?.label ?? '未確認'
  const who = found !== undefined && found.at > newest!.at ? found.by : newest!.by
  const message = `現在の内容：${kind}、被害は「${result}」（最後に書いた職員：${who}）`
  return new Problem(platformProblems.changedByOther, [{ pointer: '/version', message }])
}

/** What a clerk may not see is not overwritten by what stands in its place on the screen. */
function keeping(stored: PropertyWords, typed: PropertyWords): PropertyWords {
  const concealed = concealProperty(stored)
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => {
      const key = name as keyof PropertyWords
      return [key, concealed[key] === value ? typed[key] : value]
    }),
  ) as PropertyWords
}

export async function recordFinding(
  ctx: Ctx,
  input: InputOf<typeof contract.recordFinding>,
): Promise<Changed> {
  const { nonDwellingId, result, seenOn, note } = input
  const { head } = await getProperty(ctx, nonDwellingId)
  const { occurredOn } = await getDisaster(ctx, head.disasterId)
  if (seenOn < occurredOn || seenOn > todayInJapan(ctx.now))
    throw new Problem(problems.seenOutOfRange, [
      { pointer: '/seenOn', message: problems.seenOutOfRange.title },
    ])
  const finding = { result, seenOn, note }
  if (!(await store.insertFinding(ctx.tx, await ctx.keys(), input, finding, written(ctx))))
    throw await changedByOther(ctx, nonDwellingId)
  const after = (await getProperty(ctx, nonDwellingId)).head
  await tell(ctx, after, 'non-dwellings.found', events.found, note)
  return changed(after)
}

/** The 被災届出 of it, from what is known here; from then on risai leads to the 被災証明書. */
export async function reportNonDwelling(
  ctx: Ctx,
  input: InputOf<typeof contract.reportNonDwelling>,
): Promise<OutputOf<typeof contract.reportNonDwelling>> {
  const { nonDwellingId, notifiedOn, damageText } = input
  const { head } = await getProperty(ctx, nonDwellingId)
  if (head.reportId !== null) throw new Problem(problems.alreadyReported)
  const disaster = await getDisaster(ctx, head.disasterId)
  // As it was told, also of a protected person: the report seals it and conceals it by the same rule.
  const words = await store.storedWords(ctx.tx, await ctx.keys(), nonDwellingId)
  const { object } = nonDwellingKinds.find(({ value }) => value === head.kind)!
  // Both are printed on the 被災証明書, in one line of the report that holds no more than so many characters.
  const place = `${words.place}　${words.name}`
  if (!ReportFields.shape.place.safeParse(place).success) throw new Problem(problems.placeTooLong)
  const { reportId } = await receiveReport(ctx, {
    ...{ disasterId: head.disasterId, personRef: head.personRef, notifiedOn },
    form: {
      applicant: { name: words.ownerName, kana: '', address: words.ownerAddress, phone: words.phone },
      causeText: disaster.causeText,
      objects: [object],
      place,
      damageText,
    },
  })
  if (!(await store.setReport(ctx.tx, input, reportId))) throw await changedByOther(ctx, nonDwellingId)
  await audit(ctx, events.reported, {
    subjects: [
      { kind: 'report', id: reportId },
      { kind: 'ledger-entry', id: head.entryId },
    ],
  })
  return { reportId }
}

export async function addPhoto(
  ctx: Ctx,
  shelf: FileShelf,
  input: InputOf<typeof contract.addNonDwellingPhoto>,
): Promise<OutputOf<typeof contract.addNonDwellingPhoto>> {
  const { nonDwellingId, photoId, picture, fileName } = input
  const { head } = await getProperty(ctx, nonDwellingId)
  const known = await store.findPhoto(ctx.tx, photoId)
  if (known?.nonDwellingId === nonDwellingId) return { photoId }
  const bytes =
    'base64' in picture
      ? Buffer.from(picture.base64, 'base64')
      : await takeUpload(ctx, shelf, picture.uploadId)
  await storeFile(ctx, shelf, { fileId: photoId as FileId, bytes, fileName, accept: 'picture' })
  await store.insertPhoto(ctx.tx, nonDwellingId, photoId, written(ctx))
  await audit(ctx, events.photographed, {
    subjects: [{ kind: 'ledger-entry', id: head.entryId }],
    facts: { photoId },
  })
  return { photoId }
}

/** The photo as taken; of a protected person's property there is none to be seen. */
export async function getPhoto(
  ctx: Ctx,
  shelf: FileShelf,
  { photoId }: InputOf<typeof contract.getNonDwellingPhoto>,
): Promise<{ bytes: Uint8Array; mediaType: string; fileName: string }> {
  const photo = await store.findPhoto(ctx.tx, photoId)
  const found = photo && (await store.findProperty(ctx.tx, await ctx.keys(), photo.nonDwellingId))
  if (!found || found.head.suppressed) throw new Problem(problems.photosWithheld)
  await reveal(ctx, found.words, 'view')
  const { bytes, mediaType } = await openFile(ctx, shelf, photoId)
  return { bytes, mediaType, fileName: `photo-${photoId.slice(-8)}.${mediaType.slice('image/'.length)}` }
}

export async function getNonDwelling(
  ctx: Ctx,
  { nonDwellingId }: InputOf<typeof contract.getNonDwelling>,
): Promise<OutputOf<typeof contract.getNonDwelling>> {
  const found = await getProperty(ctx, nonDwellingId)
  const { suppressed } = found.head
  const keys = await ctx.keys()
  const findings = await store.listFindings(ctx.tx, keys, nonDwellingId, suppressed)
  const history = await store.listDescriptions(ctx.tx, keys, found.head)
  const said = await revealMany(
    ctx,
    history.map((one) => one.words),
    'view',
  )
  const photos = suppressed ? [] : await store.listPhotos(ctx.tx, nonDwellingId)
  const small = await thumbnailsOf(
    ctx,
    photos.map(({ photoId }) => photoId),
  )
  return {
    property: view(found.head, said[0]!),
    history: history.map(({ kind, ownerKind, at, by }, i) => ({
      ...{ kind, ownerKind, by, at: at.toISOString(), words: said[i]! },
    })),
    findings: findings.map(({ at, ...finding }) => ({ ...finding, at: at.toISOString() })),
    photos: photos.map(({ photoId, at, by }) => ({
      ...{ photoId, by, at: at.toISOString() },
      small: small.get(photoId) ?? '',
    })),
  }
}

/** What is kept from everybody else, for whoever looks after 支援措置; told to the audit trail before it is told. */
export async function showProtected(
  ctx: Ctx,
  { nonDwellingId, purpose }: InputOf<typeof contract.showProtectedNonDwelling>,
): Promise<OutputOf<typeof contract.showProtectedNonDwelling>> {
  const { head } = await getProperty(ctx, nonDwellingId)
  if (!head.suppressed) throw new Problem(problems.notProtected)
  await audit(ctx, events.shown, {
    purpose: 'view',
    subjects: [{ kind: 'ledger-entry', id: head.entryId }],
    facts: { nonDwellingId, why: purpose },
  })
  const keys = await ctx.keys()
  const photos = await store.listPhotos(ctx.tx, nonDwellingId)
  const small = await thumbnailsOf(
    ctx,
    photos.map(({ photoId }) => photoId),
  )
  return {
    words: await store.storedWords(ctx.tx, keys, nonDwellingId),
    notes: (await store.listFindings(ctx.tx, keys, nonDwellingId, false)).map(({ note }) => note ?? ''),
    photos: photos.flatMap(({ photoId }) => small.get(photoId) ?? []),
  }
}

const PAGE = 50

export async function listNonDwellings(
  ctx: Ctx,
  input: InputOf<typeof contract.listNonDwellings>,
): Promise<OutputOf<typeof contract.listNonDwellings>> {
  await ledgers.getLedger(ctx, input.disasterId)
  const found = await store.listProperties(ctx.tx, await ctx.keys(), {
    disasterId: input.disasterId,
    kind: input.kind ?? null,
    result: input.result ?? null,
    personRef: input.personRef ?? null,
    after: input.after ?? null,
    limit: PAGE + 1,
  })
  const page = found.slice(0, PAGE)
  return {
    properties: await views(ctx, page),
    next: found.length > PAGE ? page.at(-1)!.head.nonDwellingId : null,
  }
}

/** Everything of a disaster, newest first. */
export async function allOf(
  ctx: Ctx,
  disasterId: InputOf<typeof contract.listNonDwellingOwners>['disasterId'],
): Promise<PropertyView[]> {
  await ledgers.getLedger(ctx, disasterId)
  const every = { kind: null, result: null, personRef: null, after: null, limit: null }
  return await views(ctx, await store.listProperties(ctx.tx, await ctx.keys(), { disasterId, ...every }))
}

/** Owners by name: one who acts for two companies is listed with each. */
export async function listNonDwellingOwners(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listNonDwellingOwners>,
): Promise<OutputOf<typeof contract.listNonDwellingOwners>> {
  type Owner = OutputOf<typeof contract.listNonDwellingOwners>['owners'][number]
  const owners = new Map<string, Owner>()
  for (const { personRef, ownerKind, suppressed, result, words } of await allOf(ctx, disasterId)) {
    const { ownerName, corporateNo } = words
    const key = `${personRef}|${ownerKind}|${ownerName}`
    const before = owners.get(key)
    owners.set(key, {
      ...{ personRef, ownerName, ownerKind, suppressed },
      corporateNo: corporateNo || before?.corporateNo || '',
      properties: (before?.properties ?? 0) + 1,
      open: (before?.open ?? 0) + (result === null ? 1 : 0),
    })
  }
  return { owners: [...owners.values()].toSorted((a, b) => a.ownerName.localeCompare(b.ownerName, 'ja')) }
}

async function views(ctx: Ctx, found: readonly store.Found[]): Promise<PropertyView[]> {
  const words = await revealMany(
    ctx,
    found.map((one) => one.words),
    'search',
  )
  return found.map(({ head }, i) => view(head, words[i]!))
}

function view(head: store.PropertyHead, words: PropertyWords): PropertyView {
  const { entryId: _, registeredAt, ...shown } = head
  return { ...shown, registeredAt: registeredAt.toISOString(), words }
}

async function getProperty(ctx: Ctx, nonDwellingId: string): Promise<store.Found> {
  const found = await store.findProperty(ctx.tx, await ctx.keys(), nonDwellingId)
  if (!found) throw new Problem(problems.notFound)
  return found
}

function written(ctx: Ctx): { at: Date; by: string; label: string } {
  const label = ctx.actor.kind === 'staff' ? ctx.actor.displayName : 'システム'
  return { at: ctx.now, by: actorName(ctx.actor), label }
}

async function tell(
  ctx: Ctx,
  head: store.PropertyHead,
  kind: NonDwellingsFactKind,
  event: AuditEvent,
  words: string | null = null,
): Promise<void> {
  const { nonDwellingId, entryId, result, version } = head
  const codes = { nonDwellingId, kind: head.kind, result }
  await ledgers.recordFact(ctx, entryId, { kind, codes, words })
  await audit(ctx, event, {
    subjects: [{ kind: 'ledger-entry', id: entryId }],
    facts: { nonDwellingId, version },
  })
}

function changed({ nonDwellingId, version }: store.PropertyHead): Changed {
  return { nonDwellingId, version }
}
