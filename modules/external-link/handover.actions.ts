import { createHash } from 'node:crypto'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit, type Subject } from '../access/audit.ts'
import { getDisaster, listDisasters } from '../disasters/disasters.actions.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import type { Disaster, DisasterId } from '../disasters/disasters.ts'
import { ledgerPlaceOf } from '../disasters/ledger-place.actions.ts'
import { personOf, type PersonRef } from '../ledger/ledger.ts'
import { readForms, type ReadForm } from '../risai/forms.actions.ts'
import { externalLinkEvents as events, externalLinkProblems as problems } from './external-link.messages.ts'
import { MOST_ROWS, type HandoverKind } from './external-link.ts'
import { handoverCsv, handoverFileName } from './handover-format.ts'
import * as store from './handover.store.ts'

/** The disaster, whose ledger must be elsewhere today. */
export async function getLinked(ctx: Ctx, disasterId: DisasterId): Promise<Disaster> {
  const disaster = await getDisaster(ctx, disasterId)
  const place = await ledgerPlaceOf(ctx, disasterId)
  if (place?.elsewhere !== true) throw new Problem(problems.ledgerHere)
  return disaster
}

/** Puts what waits into the next numbered file. `null` = nothing waits. */
export async function makeFile(
  ctx: Ctx,
  disasterId: DisasterId,
  kind: HandoverKind,
): Promise<store.Handover | null> {
  await getLinked(ctx, disasterId)
  await store.holdNumbers(ctx.tx, disasterId, kind)
  const waiting = await store.countWaiting(ctx.tx, disasterId)
  if (waiting[kind] === 0) return null
  const fileNo = await store.takeNumber(ctx.tx, disasterId, kind)
  const rows = Math.min(waiting[kind], MOST_ROWS)
  await store.insertHandover(
    ctx.tx,
    disasterId,
    { kind, fileNo, rows, madeAt: ctx.now },
    actorName(ctx.actor),
  )
  const fill = kind === 'applications' ? store.fillWithApplications : store.fillWithIssues
  const filled = await fill(ctx.tx, disasterId, fileNo, MOST_ROWS)
  // Counted and filled from one snapshot each: what came between waits for the next file.
  if (filled < rows) throw new Error('fewer lines than were counted')
  await audit(ctx, events.fileMade, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { kind, fileNo, rows: filled },
  })
  return await store.findHandover(ctx.tx, disasterId, kind, fileNo)
}

/** What the other system gets next: the oldest file it has not acknowledged, else a new one. `null` = nothing waits. */
export async function nextFile(
  ctx: Ctx,
  disasterId: DisasterId,
  kind: HandoverKind,
): Promise<store.Handover | null> {
  await getLinked(ctx, disasterId)
  await store.holdNumbers(ctx.tx, disasterId, kind)
  return (
    (await store.firstUnacknowledged(ctx.tx, disasterId, kind)) ?? (await makeFile(ctx, disasterId, kind))
  )
}

export type ReadFile = {
  readonly fileNo: number
  readonly fileName: string
  readonly rows: number
  readonly csv: string
  readonly sha256: string
}

/**
 * A file's words, as often as they are asked for. The versions are those handed over first; whoever is protected by now is
 * told without place.
 */
export async function readFile(
  ctx: Ctx,
  disasterId: DisasterId,
  kind: HandoverKind,
  fileNo: number,
): Promise<ReadFile> {
  const disaster = await getDisaster(ctx, disasterId)
  const file = await store.findHandover(ctx.tx, disasterId, kind, fileNo)
  if (!file) throw new Problem(problems.fileNotFound)
  const rows =
    kind === 'applications'
      ? await applicationRows(ctx, disaster, fileNo)
      : await issueRows(ctx, disaster, fileNo)
  await store.markFetched(ctx.tx, disasterId, kind, fileNo, ctx.now)
  await audit(ctx, events.fileRead, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { kind, fileNo, rows: rows.length },
  })
  const csv = handoverCsv(kind, rows)
  return {
    fileNo,
    fileName: handoverFileName(disaster.disasterCode, kind, fileNo),
    rows: rows.length,
    csv,
    sha256: createHash('sha256').update(csv).digest('hex'),
  }
}

/** 受領. Said twice is said once. */
export async function acknowledgeFile(
  ctx: Ctx,
  disasterId: DisasterId,
  kind: HandoverKind,
  fileNo: number,
): Promise<{ readonly fileNo: number; readonly acknowledgedAt: Date }> {
  await getDisaster(ctx, disasterId)
  const done = { at: ctx.now, actor: labelOf(ctx) }
  if (await store.acknowledge(ctx.tx, disasterId, kind, fileNo, done)) {
    await audit(ctx, events.fileAcknowledged, {
      subjects: [{ kind: 'disaster', id: disasterId }],
      facts: { kind, fileNo },
    })
  }
  const file = await store.findHandover(ctx.tx, disasterId, kind, fileNo)
  if (!file) throw new Problem(problems.fileNotFound)
  return { fileNo, acknowledgedAt: file.acknowledgedAt! }
}

/** Who acts, as shown. */
export function labelOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : '外部システム'
}

async function applicationRows(ctx: Ctx, disaster: Disaster, fileNo: number): Promise<string[][]> {
  const lines = await store.listApplicationLines(ctx.tx, disaster.disasterId, fileNo)
  const forms = await readForms(ctx, lines)
  return lines.map(({ line, version, ended }, i) => [
    ctx.municipality,
    disaster.disasterCode,
    String(fileNo),
    String(line),
    ...applicationFields(forms[i]!, version, ended),
  ])
}

/** An end needs no words: whose application it was stands in the file before. */
function applicationFields(read: ReadForm, version: number, ended: boolean): string[] {
  const { serialNo, suppressed, form, channel, reference, appliedOn } = read
  const { applicant, head, members } = form
  const head4 = [serialNo, String(version), ended ? '2' : '1', suppressed ? '1' : '']
  if (ended) return [...head4, ...Array<string>(31).fill('')]
  return [
    ...head4,
    ...[channel, reference ?? '', appliedOn, ...refColumns(read.applicantRef)],
    ...[applicant.name, applicant.kana, applicant.address, applicant.birthOn ?? ''],
    ...[applicant.phone, applicant.email, applicant.contactPlace, applicant.relationToHead],
    ...[head.residentNo ?? '', head.name, head.address],
    members.map(({ name, relation }) => (relation === '' ? name : `${name}（${relation}）`)).join('；'),
    members.map(({ residentNo }) => residentNo ?? '').join('；'),
    ...[form.dwellingAddress, form.causeText, form.dwellingKind ?? '', form.tenure ?? '', form.ownerName],
    ...[form.damageText, form.damagedParts.join('；')],
    ...[form.floodDepthCm === null ? '' : String(form.floodDepthCm), form.surveyWish],
    ...[String(form.copies), form.purpose, form.noticeBy, form.receiveBy],
  ]
}

function refColumns(ref: PersonRef): [residentNo: string, nonResidentId: string] {
  const person = personOf(ref)
  return person.kind === 'resident' ? [person.residentNo, ''] : ['', person.nonResidentId]
}

/** Japan's clock, as the other system's staff read it. */
const inJapan = (at: Date | null): string =>
  at === null ? '' : `${new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`

async function issueRows(ctx: Ctx, disaster: Disaster, fileNo: number): Promise<string[][]> {
  const lines = await store.listIssueLines(ctx.tx, disaster.disasterId, fileNo)
  // Where and when somebody took a paper is of that person.
  await audit(ctx, events.fileRead, {
    purpose: 'certificate',
    subjects: lines.map(({ residentNo, nonResidentId }): Subject =>
      residentNo === null
        ? { kind: 'non-resident', id: nonResidentId! }
        : { kind: 'resident', id: residentNo },
    ),
    facts: { kind: 'issues', fileNo, rows: lines.length },
  })
  return lines.map((one) => {
    const open = !one.suppressed
    return [
      ...[ctx.municipality, disaster.disasterCode, String(fileNo), String(one.line)],
      ...[one.kind === 'risai' ? '1' : '2', one.applicationNo, one.serialNo, one.transactionId],
      ...[one.ended ? '2' : '1', open ? '' : '1'],
      ...[open ? (one.channel === 'kiosk' ? 'コンビニ' : '窓口') : '', open ? (one.kioskId ?? '') : ''],
      ...[String(one.copies), open ? inJapan(one.printedAt) : '', open ? inJapan(one.withdrawnAt) : ''],
    ]
  })
}

/** The other system knows a disaster by its code, as it stands in the files. */
/** By 災害コード, as another system names it. */
export async function disasterOf(ctx: Ctx, code: string): Promise<DisasterId> {
  const { disasters } = await listDisasters(ctx)
  const found = disasters.find(({ disasterCode }) => disasterCode === code)
  if (!found) throw new Problem(disastersProblems.notFound)
  return found.disasterId as DisasterId
}
