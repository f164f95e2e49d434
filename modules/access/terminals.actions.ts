import { createHash, randomBytes } from 'node:crypto'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { findStaffByLogin } from './access.store.ts'
import { audit } from './audit.ts'
import type * as contract from './terminals.contract.ts'
import { terminalEvents, terminalProblems } from './terminals.messages.ts'
import * as store from './terminals.store.ts'

const LONGEST_DAYS = 366

/**
 * The マイナンバー利用事務系 terminal that this browser is. What marks it is a cookie that no script can read and no other
 * site can send; whoever copies the browser's profile copies it too, so that it stands in for client certificates only.
 */
export async function findThisTerminal(ctx: Ctx): Promise<{ readonly terminalId: string } | null> {
  const token = ctx.terminal?.token
  return token ? ((await store.findTerminal(ctx.tx, sha256(token))) ?? null) : null
}

/** Names of those whom logs name by `actorName`, for people to read; staff of other towns and programs by their kind. */
export async function namesOfActors(ctx: Ctx, actors: readonly string[]): Promise<Map<string, string>> {
  const idOf = (actor: string): string | null => {
    const [kind, home, staffId] = actor.split(':')
    return kind === 'staff' && home === ctx.municipality && staffId !== undefined ? staffId : null
  }
  const ids = [...new Set(actors.flatMap((actor) => idOf(actor) ?? []))]
  const names = await store.findStaffNames(ctx.tx, ids)
  const strangerOf = (actor: string): string => (actor.startsWith('staff:') ? '他団体の職員' : 'システム')
  return new Map(actors.map((actor) => [actor, names.get(idOf(actor) ?? '') ?? strangerOf(actor)] as const))
}

/** What terminals are called, revoked ones too. */
export async function namesOfTerminals(ctx: Ctx): Promise<Map<string, string>> {
  const rows = await store.listTerminals(ctx.tx)
  return new Map(rows.map(({ terminalId, name }) => [terminalId, name]))
}

export async function listTerminals(ctx: Ctx): Promise<OutputOf<typeof contract.listTerminals>> {
  const rows = await store.listTerminals(ctx.tx)
  const names = await namesOfActors(
    ctx,
    rows.map(({ registeredBy }) => registeredBy),
  )
  return {
    terminals: rows.map(({ registeredAt, registeredBy, revokedAt, ...row }) => ({
      ...row,
      registeredBy: names.get(registeredBy) ?? '',
      registeredAt: registeredAt.toISOString(),
      revokedAt: revokedAt?.toISOString() ?? null,
    })),
    thisTerminalId: (await findThisTerminal(ctx))?.terminalId ?? null,
  }
}

/** Marks the browser of the administrator who stands before it. */
export async function registerTerminal(
  ctx: Ctx,
  { name }: InputOf<typeof contract.registerTerminal>,
): Promise<OutputOf<typeof contract.registerTerminal>> {
  if ((await findThisTerminal(ctx)) !== null) throw new Problem(terminalProblems.already)
  const token = randomBytes(32).toString('base64url')
  const terminalId = uuidv7(ctx.now.getTime())
  const by = actorName(ctx.actor)
  await store.insertTerminal(ctx.tx, { terminalId, name, tokenHash: sha256(token), now: ctx.now, by })
  await audit(ctx, terminalEvents.registered, { facts: { terminalId } })
  ctx.terminal?.mark(token)
  return { terminalId }
}

export async function revokeTerminal(
  ctx: Ctx,
  { terminalId }: InputOf<typeof contract.revokeTerminal>,
): Promise<OutputOf<typeof contract.revokeTerminal>> {
  const revoked = await store.revokeTerminal(ctx.tx, terminalId, ctx.now, actorName(ctx.actor))
  if (!revoked) throw new Problem(platformProblems.notFound)
  await audit(ctx, terminalEvents.revoked, { facts: { terminalId } })
  return { revoked: true }
}

export async function listMyNumberHolders(ctx: Ctx): Promise<OutputOf<typeof contract.listMyNumberHolders>> {
  return { holders: await store.listHolders(ctx.tx, 'my-number', todayInJapan(ctx.now)) }
}

/** Names a person who may use 個人番号, from today until a day. Nobody names himself. */
export async function assignMyNumberHolder(
  ctx: Ctx,
  { loginId, untilOn }: InputOf<typeof contract.assignMyNumberHolder>,
): Promise<OutputOf<typeof contract.assignMyNumberHolder>> {
  const today = todayInJapan(ctx.now)
  const staff = await findStaffByLogin(ctx.tx, loginId)
  if (!staff || staff.disabledAt !== null) throw new Problem(terminalProblems.noSuchStaff)
  if (ctx.actor.kind !== 'staff' || ctx.actor.staffId === staff.staffId)
    throw new Problem(terminalProblems.oneself)
  if (untilOn < today || untilOn > addDays(today, LONGEST_DAYS)) throw new Problem(terminalProblems.until)
  await store.assignRole(ctx.tx, staff.staffId, 'my-number', today, untilOn)
  await audit(ctx, terminalEvents.assigned, {
    subjects: [{ kind: 'staff', id: staff.staffId }],
    facts: { untilOn },
  })
  return { staffId: staff.staffId }
}

/** From now on: the next request of the person is without the right. */
export async function endMyNumberHolder(
  ctx: Ctx,
  { staffId }: InputOf<typeof contract.endMyNumberHolder>,
): Promise<OutputOf<typeof contract.endMyNumberHolder>> {
  const ended = await store.endRole(ctx.tx, staffId, 'my-number', todayInJapan(ctx.now))
  if (!ended) throw new Problem(platformProblems.notFound)
  await audit(ctx, terminalEvents.ended, { subjects: [{ kind: 'staff', id: staffId }] })
  return { ended: true }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
