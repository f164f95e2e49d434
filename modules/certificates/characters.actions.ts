import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { MissingGlyphs, TextOverflow } from '@open-bcl/platform/pdf/pdf-errors.ts'
import { missingGlyphs } from '@open-bcl/platform/pdf/snapshot-text.ts'
import { audit } from '../access/audit.ts'
import { safeCell } from '../linkage/linkage.actions.ts'
import { certificateKinds } from '../municipalities/municipalities.ts'
import { findKind, type IssueRequest, type Issuing } from './before-freezing.actions.ts'
import { fieldTitle } from './certificates.messages.ts'
import type * as contract from './characters.contract.ts'
import { charactersEvents, charactersProblems } from './characters.messages.ts'
import * as store from './characters.store.ts'
import { characterOf, unprintableReasons, unprintableState, type Unprintable } from './characters.ts'

type About = Pick<IssueRequest, 'transactionId' | 'kind' | 'subjectId' | 'recipientNo' | 'choices'>

/**
 * Puts what could not be printed on the town's list. In a transaction of its own, since the certificate's is rolled back
 * with its refusal; the same certificate tried again counts once.
 */
export async function noteUnprintable(ctx: Ctx, issuing: Issuing, about: About, error: Error): Promise<void> {
  const found = unprintableOf(error)
  if (found.length === 0) return
  const { transactionId, subjectId, recipientNo, choices } = about
  const people = (await findKind(issuing, about.kind)?.people(ctx, subjectId, choices)) ?? []
  const residentNos = [...new Set([...people, ...(recipientNo === null ? [] : [recipientNo])])]
  const sighting = { transactionId, at: ctx.now, subjectId, residentNos }
  await ctx.separately(async ({ tx, now }) => {
    for (const one of found) await store.noteSighting(tx, uuidv7(now.getTime()), about.kind, one, sighting)
  })
}

/** The same for words that are refused before anything is rendered. */
export async function noteUnprintableWords(
  ctx: Ctx,
  issuing: Issuing,
  about: About,
  snapshot: object,
): Promise<void> {
  const units = missingGlyphs(snapshot, issuing.engine.coverage)
  await noteUnprintable(ctx, issuing, about, new MissingGlyphs(units))
}

/** What of a renderer's refusal goes to the list: each thing once, whoever's line it stood in. */
export function unprintableOf(error: Error): Unprintable[] {
  if (error instanceof TextOverflow)
    return [{ reason: 'overflow', codePoints: '', item: itemOf(error.field) }]
  if (!(error instanceof MissingGlyphs)) return []
  const found = error.units.map(({ reason, codePoints, field }) => ({
    reason,
    codePoints,
    item: itemOf(field),
  }))
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()]
}

function itemOf(field: string): string {
  return field.replaceAll(/\.\d+(?=\.|$)/g, '')
}

const SHOWN = 500
const EXPORTED = 100_000

export async function listUnprintable(
  ctx: Ctx,
  { all }: InputOf<typeof contract.listUnprintable>,
): Promise<OutputOf<typeof contract.listUnprintable>> {
  const rows = await store.listUnprintable(ctx.tx, all, SHOWN + 1)
  const shown = rows.slice(0, SHOWN)
  await audit(ctx, charactersEvents.listed, { subjects: subjectsOf(shown) })
  return { rows: shown.map(viewOf), more: rows.length > shown.length }
}

export async function downloadUnprintable(ctx: Ctx): Promise<{ bytes: Uint8Array; fileName: string }> {
  const rows = await store.listUnprintable(ctx.tx, true, EXPORTED)
  await audit(ctx, charactersEvents.exported, { subjects: subjectsOf(rows), facts: { rows: rows.length } })
  const states = { open: '未処理', resolved: '対応済み', ignored: '対応しない' } as const
  const lines = rows
    .map(viewOf)
    .map((row) => [
      row.character ?? '',
      row.codePoints,
      unprintableReasons[row.reason],
      certificateKinds[row.kind].ja,
      row.item,
      row.residentNos.join(' '),
      String(row.times),
      row.firstSeenAt,
      row.lastSeenAt,
      states[row.state],
      row.decidedBy ?? '',
      row.decidedAt ?? '',
    ])
  const head = [
    '文字',
    '符号位置',
    '理由',
    '証明書の種類',
    '項目',
    '宛名番号',
    '回数',
    '最初',
    '最後',
    '状態',
  ]
  const text = [[...head, '処理した職員', '処理日時'], ...lines]
    .map((row) => `${row.map(safeCell).join(',')}\r\n`)
    .join('')
  // A spreadsheet reads UTF-8 as such only with its mark.
  return { bytes: Buffer.from(`\uFEFF${text}`), fileName: '印字できない文字の一覧.csv' }
}

export async function decideUnprintable(
  ctx: Ctx,
  { unprintableId, decision, afterNo }: InputOf<typeof contract.decideUnprintable>,
): Promise<OutputOf<typeof contract.decideUnprintable>> {
  if (!(await store.hasUnprintable(ctx.tx, unprintableId))) throw new Problem(platformProblems.notFound)
  const { actor, now: at } = ctx
  const label = actor.kind === 'staff' ? actor.displayName : actorName(actor)
  const by = { decision, at, actor: actorName(actor), label }
  if (!(await store.insertDecision(ctx.tx, unprintableId, afterNo, by)))
    throw new Problem(charactersProblems.decidedMeanwhile)
  await audit(ctx, charactersEvents.decided, { facts: { unprintableId, decision } })
  return { decided: true }
}

function subjectsOf(rows: readonly store.UnprintableRow[]): { kind: 'resident'; id: string }[] {
  return rows.flatMap(({ residentNos }) => residentNos.map((id) => ({ kind: 'resident' as const, id })))
}

function viewOf(row: store.UnprintableRow): OutputOf<typeof contract.listUnprintable>['rows'][number] {
  const { decision, decidedAt, lastSeenAt } = row
  const last = decision === null || decidedAt === null ? null : { decision, at: decidedAt }
  return {
    unprintableId: row.unprintableId,
    reason: row.reason,
    character: characterOf(row),
    codePoints: row.codePoints,
    kind: row.kind,
    item: itemTitle(row.item),
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    times: row.times,
    residentNos: [...row.residentNos],
    state: unprintableState(last, lastSeenAt),
    decisionNo: row.decisionNo,
    decidedAt: decidedAt?.toISOString() ?? null,
    decidedBy: row.decidedBy,
  }
}

/** 項目名 without the number of the line or of the person. */
function itemTitle(item: string): string {
  return fieldTitle(item.replace(/^members\./, 'members.0.')).replace(/（\d+人目）$/, '')
}
