import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit, type Subject } from '../access/audit.ts'
import { namesOfActors, namesOfTerminals } from '../access/terminals.actions.ts'
import { findThisTerminal } from '../access/this-terminal.actions.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import type * as contract from './my-numbers.contract.ts'
import { myNumberEvents, myNumberProblems } from './my-numbers.messages.ts'
import * as store from './my-numbers.store.ts'
import type { MyNumberRefusal, MyNumberTouch } from './my-numbers.ts'
import type { Origin } from './versions.ts'

const LOG_SHOWN = 200

/** Takes the 個人番号 of one file of 住民情報, inside the transaction that applies it. */
export type MyNumberIntake = {
  write(
    rows: readonly { readonly residentNo: string; readonly myNumber: string; readonly deleted: boolean }[],
  ): Promise<void>
  /** After the file is applied: whoever is not in the register any more has no number either. */
  apply(): Promise<void>
}

/**
 * Where the numbers of a file go, or nothing: only 住民情報 from the 連携AP of a town that keeps them brings any (a file by hand
 * never does, so its rows say nothing of them). What a town kept before it turned the setting off is erased with its next
 * file.
 */
export async function openMyNumberIntake(
  ctx: Ctx,
  { business, seq, origin }: { readonly business: Business; readonly seq: bigint; readonly origin: Origin },
): Promise<MyNumberIntake | undefined> {
  if (business !== 'residents' || origin === 'hand') return undefined
  const { keepsMyNumber } = await getMunicipality(ctx)
  if (!keepsMyNumber) {
    await store.eraseAll(ctx.tx, seq)
    await tellFile(ctx, seq)
    return undefined
  }
  const keys = await ctx.keys()
  return {
    async write(rows) {
      const said = new Map<string, string>()
      for (const { residentNo, myNumber, deleted } of rows) {
        const number = deleted ? '' : myNumber
        said.set(residentNo, (said.get(residentNo) ?? number) === number ? number : '')
      }
      const known = await store.findMyNumbers(ctx.tx, keys, [...said.keys()])
      const changed = [...said].filter(([residentNo, number]) => (known.get(residentNo) ?? '') !== number)
      const ended = changed.map(([residentNo]) => residentNo).filter((residentNo) => known.has(residentNo))
      const begun = new Map(changed.filter(([, number]) => number !== ''))
      await store.eraseMyNumbers(ctx.tx, ended, seq)
      await store.insertMyNumbers(ctx.tx, keys, begun, seq)
    },
    async apply() {
      await store.eraseOfGone(ctx.tx, seq)
      await tellFile(ctx, seq)
    },
  }
}

async function tellFile(ctx: Ctx, seq: bigint): Promise<void> {
  const { written, erased } = await store.countOf(ctx.tx, seq)
  if (written > 0) await note(ctx, { act: 'write', numbers: written, seq })
  if (erased > 0) await note(ctx, { act: 'erase', numbers: erased, seq })
  if (written + erased > 0)
    await audit(ctx, myNumberEvents.written, { facts: { written, erased, seq: String(seq) } })
}

/**
 * One person's 個人番号, to somebody who may, at a terminal that may, for a 事務 of the law. Each condition that fails is
 * logged before it is said, in a transaction of its own: the log survives the refusal.
 */
export async function revealMyNumber(
  ctx: Ctx,
  { residentNo, purpose }: InputOf<typeof contract.revealMyNumber>,
): Promise<OutputOf<typeof contract.revealMyNumber>> {
  const terminal = await findThisTerminal(ctx)
  const asked = { residentNo, purpose, terminalId: terminal?.terminalId ?? null }
  const refuse = async (reason: Exclude<MyNumberRefusal, 'permission'>): Promise<never> => {
    await ctx.separately((own) => noteRefusal(own, { ...asked, reason }))
    throw new Problem(myNumberProblems[reason])
  }
  const { keepsMyNumber } = await getMunicipality(ctx)
  if (!keepsMyNumber) return await refuse('off')
  if (terminal === null) return await refuse('terminal')
  const myNumber = (await store.findMyNumbers(ctx.tx, await ctx.keys(), [residentNo])).get(residentNo)
  if (myNumber === undefined) return await refuse('none')
  await note(ctx, { act: 'read', residentNo, purpose, terminalId: terminal.terminalId })
  await audit(ctx, myNumberEvents.read, {
    subjects: [subjectOf(residentNo)],
    purpose,
    facts: { terminalId: terminal.terminalId },
  })
  return { residentNo, myNumber }
}

/** Somebody without the right asked: the server refused before the question was read. */
export async function noteNotAllowed(ctx: Ctx): Promise<void> {
  const terminal = await findThisTerminal(ctx)
  const nothing = { residentNo: null, purpose: null }
  await noteRefusal(ctx, { ...nothing, reason: 'permission', terminalId: terminal?.terminalId ?? null })
}

async function noteRefusal(
  ctx: Ctx,
  touch: Omit<Extract<MyNumberTouch, { act: 'refused' }>, 'act'>,
): Promise<void> {
  await note(ctx, { act: 'refused', ...touch })
  await audit(ctx, myNumberEvents.refused, {
    subjects: touch.residentNo === null ? [] : [subjectOf(touch.residentNo)],
    ...(touch.purpose === null ? {} : { purpose: touch.purpose }),
    facts: { reason: touch.reason, terminalId: touch.terminalId },
  })
}

export async function listMyNumberLog(
  ctx: Ctx,
  { from, to, residentNo, olderThan }: InputOf<typeof contract.listMyNumberLog>,
): Promise<OutputOf<typeof contract.listMyNumberLog>> {
  const rows = await store.listTouches(ctx.tx, {
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
    olderThan: olderThan === undefined ? null : { at: new Date(olderThan.at), logId: olderThan.logId },
    residentNo: residentNo ?? null,
    most: LOG_SHOWN + 1,
  })
  await audit(ctx, myNumberEvents.logRead, {
    subjects: residentNo === undefined ? [] : [subjectOf(residentNo)],
    facts: { count: Math.min(rows.length, LOG_SHOWN) },
  })
  const shown = rows.slice(0, LOG_SHOWN)
  const actors = await namesOfActors(
    ctx,
    shown.map(({ actor }) => actor),
  )
  const terminals = await namesOfTerminals(ctx)
  return {
    touches: shown.map(({ at, seq, ...row }) => ({
      ...row,
      actorName: actors.get(row.actor) ?? '',
      terminalName: row.terminalId === null ? null : (terminals.get(row.terminalId) ?? null),
      at: at.toISOString(),
      seq: seq === null ? null : String(seq),
    })),
    more: rows.length > LOG_SHOWN,
  }
}

async function note(ctx: Ctx, touch: MyNumberTouch): Promise<void> {
  await store.insertTouch(ctx.tx, touch, { at: ctx.now, actor: actorName(ctx.actor), traceId: ctx.traceId })
}

function subjectOf(residentNo: string): Subject {
  return { kind: 'resident', id: residentNo }
}
