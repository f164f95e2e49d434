import { createHash, randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { businesses, fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { countParked } from '../registers/registers.actions.ts'
import { watermarksAt } from '../residents/recovery.actions.ts'
import { currentSeq } from '../residents/residents.actions.ts'
import { countOpenAlarms } from './alarms.store.ts'
import { isLinkOpen } from './hours.ts'
import { listInboundRows, type InboundRow } from './inbound.store.ts'
import { versionsOf } from './link-versions.ts'
import type * as contract from './linkage.contract.ts'
import type { LinkInbound } from './linkage.contract.ts'
import { linkageEvents, linkageProblems } from './linkage.messages.ts'
import type { LinkReceipt } from './linkage.receipt.ts'
import * as store from './linkage.store.ts'
import * as trust from './trust.store.ts'

const FILES_SHOWN = 20
/** Long enough to walk to the server room, short enough that a forgotten note is worth nothing. */
const CODE_HOURS = 24
/** No I, L, O, U: a code is read aloud and typed (Crockford base 32). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const BAD_ROWS_SHOWN = 500
const LONGEST_OPENING_MS = 24 * 3_600_000

/** How each business of the town stands. */
export async function listLinkFiles(ctx: Ctx): Promise<OutputOf<typeof contract.listLinkFiles>> {
  const { now } = ctx
  const town = await getMunicipality(ctx)
  const marks = new Map((await store.listWatermarks(ctx.tx)).map((mark) => [mark.business, mark]))
  const states = await store.listBusinessStates(ctx.tx)
  const words = await store.listWords(ctx.tx)
  const uploads = await listInboundRows(ctx.tx)
  const blocked = await trust.countBlocked(ctx.tx)
  const reconciled = await trust.lastReconciliations(ctx.tx)
  const origins = new Map(
    (await watermarksAt(ctx, await currentSeq(ctx))).map((one) => [one.business, one.origin]),
  )
  const openUntil = await store.findOpenUntil(ctx.tx, now)
  const heard = (await store.listAgents(ctx.tx)).map((agent) => agent.heardAt?.getTime() ?? 0)
  const rows = []
  for (const business of businesses) {
    const mark = marks.get(business)
    const state = states.get(business)
    const own = uploads.filter((one) => one.business === business)
    const last = reconciled.get(business)
    const files = await store.listFiles(ctx.tx, business, FILES_SHOWN)
    rows.push({
      business,
      title: fileInterfaces[business].title,
      watermark: mark
        ? { fileNo: mark.fileNo, seq: String(mark.seq), appliedAt: mark.appliedAt.toISOString() }
        : null,
      origin: origins.get(business) ?? null,
      unsent: words.get(business)?.unsent ?? null,
      backlog: own.filter((one) => one.state !== 'receiving').length,
      inbound: own.map((one) => inboundView(one, mark?.fileNo ?? 0, state?.paused === true)),
      paused:
        state === undefined || state.pausedAt === null
          ? null
          : {
              reason: state.pauseReason ?? '',
              by: state.pausedBy ?? '',
              at: state.pausedAt.toISOString(),
            },
      ended:
        state === undefined || state.endedAt === null
          ? null
          : { reason: state.endReason ?? '', by: state.endedBy ?? '', at: state.endedAt.toISOString() },
      hand: state?.handAt ? { at: state.handAt.toISOString(), rows: Number(state.handRows) } : null,
      wanted: state?.wanted ?? null,
      parked: await parkedOf(ctx, business),
      blocked: blocked.get(business) ?? 0,
      reconciliation:
        last === undefined
          ? null
          : {
              fileNo: last.fileNo,
              agrees: last.agrees,
              townRows: last.townRows,
              rows: last.rows,
              checkedAt: last.at.toISOString(),
            },
      versions: versionsOf(business, town.interfaceDeadlines[business] ?? null, town.asOf),
      files: files.map(({ receipt, errorCount }) => ({ ...receipt, errorCount })),
    })
  }
  const last = Math.max(0, ...heard)
  return {
    heardAt: last === 0 ? null : new Date(last).toISOString(),
    hours: town.linkHours,
    open: isLinkOpen(town.linkHours, openUntil, now),
    openUntil: openUntil?.toISOString() ?? null,
    openAlarms: await countOpenAlarms(ctx.tx),
    silentAgents: await store.listSilentAgents(ctx.tx),
    refusedAtHome: await store.listHomeRefusals(ctx.tx),
    businesses: rows,
  }
}

/** Rows that wait for their person; 住民情報, 支援措置 and cards wait for nobody. */
export async function parkedOf(ctx: Ctx, business: Business): Promise<number> {
  if (business === 'residents' || business === 'suppressions' || business === 'card-serials') return 0
  return await countParked(ctx, business)
}

function inboundView(upload: InboundRow, last: number, paused: boolean): LinkInbound {
  const waits = upload.state === 'waiting'
  const heldFor = waits && paused ? 'paused' : waits && upload.fileNo > last + 1 ? 'gap' : null
  return {
    fileNo: upload.fileNo,
    state: heldFor === null ? (upload.state as LinkInbound['state']) : 'held',
    heldFor,
    receivedBytes: upload.received,
    bytes: upload.bytes,
    rowsDone: upload.rowsDone,
    rows: upload.manifest.rowCount,
    updatedAt: upload.updatedAt.toISOString(),
  }
}

/** One file and its wrong places. */
export async function getLinkFileErrors(
  ctx: Ctx,
  { fileId }: InputOf<typeof contract.getLinkFileErrors>,
): Promise<OutputOf<typeof contract.getLinkFileErrors>> {
  const { errors, moreErrors, ...file } = await getReceipt(ctx, fileId)
  return { file: { ...file, errorCount: errors.length }, errors, moreErrors }
}

/** The same for a spreadsheet. */
export async function downloadLinkFileErrors(
  ctx: Ctx,
  { fileId }: InputOf<typeof contract.downloadLinkFileErrors>,
): Promise<{ bytes: Uint8Array; fileName: string }> {
  const { business, fileNo, errors } = await getReceipt(ctx, fileId)
  const rows = errors.map(({ line, item, message }) => [line === null ? '' : String(line), item, message])
  const text = [['行', '項目名', '理由'], ...rows].map((row) => `${row.map(safeCell).join(',')}\r\n`).join('')
  // A spreadsheet reads UTF-8 as such only with its mark.
  return {
    bytes: Buffer.from(`\uFEFF${text}`),
    fileName: `${fileInterfaces[business].title}_${fileNo}_誤り一覧.csv`,
  }
}

/** A cell that begins like a formula is text: an item's name comes from the header of somebody's file. */
export function safeCell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return `"${text.replaceAll('"', '""')}"`
}

async function getReceipt(ctx: Ctx, fileId: string): Promise<LinkReceipt> {
  const receipt = await store.findReceipt(ctx.tx, fileId)
  if (!receipt) throw new Problem(linkageProblems.fileNotFound)
  return receipt
}

/** For whom nothing is issued because of a faulty row. */
export async function listLinkBadRows(ctx: Ctx): Promise<OutputOf<typeof contract.listLinkBadRows>> {
  const rows = await trust.listOpenBadRows(ctx.tx, BAD_ROWS_SHOWN + 1)
  const shown = rows.slice(0, BAD_ROWS_SHOWN)
  await audit(ctx, linkageEvents.badRowsRead, {
    subjects: shown.map(({ residentNo }) => ({ kind: 'resident', id: residentNo })),
  })
  return {
    rows: shown.map(({ at, items, ...row }) => ({ ...row, items: [...items], since: at.toISOString() })),
    more: rows.length > shown.length,
  }
}

/** Files of the business are taken but not applied until it is resumed. */
export async function pauseLink(
  ctx: Ctx,
  { business, reason }: InputOf<typeof contract.pauseLink>,
): Promise<OutputOf<typeof contract.pauseLink>> {
  await store.setPause(ctx.tx, business, { at: ctx.now, by: nameOf(ctx), reason })
  await audit(ctx, linkageEvents.paused, { facts: { business } })
  return { paused: true }
}

/** The queue sees it at its next tick. */
export async function resumeLink(
  ctx: Ctx,
  { business }: InputOf<typeof contract.resumeLink>,
): Promise<OutputOf<typeof contract.resumeLink>> {
  await store.setPause(ctx.tx, business, null)
  await audit(ctx, linkageEvents.resumed, { facts: { business } })
  return { paused: false }
}

/** The agent's files of the business are not applied any more, and staff may load it by hand. */
export async function endLink(
  ctx: Ctx,
  { business, reason }: InputOf<typeof contract.endLink>,
): Promise<OutputOf<typeof contract.endLink>> {
  await store.setEnded(ctx.tx, business, { at: ctx.now, by: nameOf(ctx), reason })
  await audit(ctx, linkageEvents.linkEnded, { facts: { business } })
  return { ended: true }
}

/** Strict kinds stay closed until a full file comes: what hands changed is not what the town has. */
export async function takeUpLink(
  ctx: Ctx,
  { business }: InputOf<typeof contract.takeUpLink>,
): Promise<OutputOf<typeof contract.takeUpLink>> {
  if (await store.clearEnded(ctx.tx, business))
    await audit(ctx, linkageEvents.linkTakenUp, { facts: { business } })
  return { ended: false }
}

export async function askResend(
  ctx: Ctx,
  { business, fromFileNo }: InputOf<typeof contract.askResend>,
): Promise<OutputOf<typeof contract.askResend>> {
  await store.setWanted(ctx.tx, business, fromFileNo)
  await audit(ctx, linkageEvents.resendAsked, { facts: { business, fileNo: fromFileNo } })
  return { wanted: fromFileNo }
}

/** Takes files outside the link hours until a moment. */
export async function openLink(
  ctx: Ctx,
  input: InputOf<typeof contract.openLink>,
): Promise<OutputOf<typeof contract.openLink>> {
  const until = new Date(input.until)
  if (until.getTime() > ctx.now.getTime() + LONGEST_OPENING_MS) throw new Problem(linkageProblems.tooLong)
  const openingId = uuidv7(ctx.now.getTime())
  await store.insertOpening(ctx.tx, {
    openingId,
    until,
    reason: input.reason,
    by: actorName(ctx.actor),
    now: ctx.now,
  })
  await audit(ctx, linkageEvents.opened, { facts: { until: input.until } })
  return { openUntil: until > ctx.now ? until.toISOString() : null }
}

function nameOf(ctx: Ctx): string {
  return ctx.actor.kind === 'staff' ? ctx.actor.displayName : actorName(ctx.actor)
}

/** Makes a code that enrols one agent once. It is shown now and never again. */
export async function createEnrolmentCode(
  ctx: Ctx,
  { agentName }: InputOf<typeof contract.createEnrolmentCode>,
): Promise<OutputOf<typeof contract.createEnrolmentCode>> {
  const secret = [...randomBytes(24)].map((byte) => ALPHABET[byte % 32]).join('')
  const code = [ctx.municipality, ...secret.match(/.{6}/g)!].join('-')
  const expiresAt = new Date(ctx.now.getTime() + CODE_HOURS * 3_600_000)
  await store.insertCode(ctx.tx, {
    hash: codeHash(code),
    agentName,
    createdBy: actorName(ctx.actor),
    now: ctx.now,
    expiresAt,
  })
  await audit(ctx, linkageEvents.codeCreated)
  return { code, expiresAt: expiresAt.toISOString() }
}

export async function listAgents(ctx: Ctx): Promise<OutputOf<typeof contract.listAgents>> {
  const agents = await store.listAgents(ctx.tx)
  return {
    agents: agents.map((agent) => ({
      agentId: agent.agentId,
      name: agent.name,
      fingerprint: agent.fingerprint.slice(0, 16),
      renewed: agent.replaces !== null,
      enrolledAt: agent.enrolledAt.toISOString(),
      revokedAt: agent.revokedAt?.toISOString() ?? null,
      expiresAt: agent.expiresAt?.toISOString() ?? null,
      heardAt: agent.heardAt?.toISOString() ?? null,
      agentVersion: agent.agentVersion,
    })),
  }
}

/** Its certificate opens nothing from now on, nor does any that was renewed from it. */
export async function revokeAgent(
  ctx: Ctx,
  { agentId }: InputOf<typeof contract.revokeAgent>,
): Promise<OutputOf<typeof contract.revokeAgent>> {
  if (!(await store.revokeAgent(ctx.tx, agentId, ctx.now))) throw new Problem(linkageProblems.agentNotFound)
  await audit(ctx, linkageEvents.agentRevoked, { facts: { agentId } })
  return { revoked: true }
}

/** The code as it was typed: spaces, hyphens and case do not matter. */
export function codeHash(code: string): Buffer {
  return createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest()
}
