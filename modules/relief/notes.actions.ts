import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type * as contract from './relief.contract.ts'
import { reliefEvents, reliefProblems as problems } from './relief.messages.ts'
import * as store from './relief.store.ts'
import { MOST_NOTES } from './relief.ts'

/** What a shift leaves to the next. Sent twice it stands once. */
export async function writeNote(
  ctx: Ctx,
  input: InputOf<typeof contract.writeNote>,
): Promise<OutputOf<typeof contract.writeNote>> {
  await getDisaster(ctx, input.disasterId)
  const { at, by, label } = told(ctx)
  if (await store.insertNote(ctx.tx, await ctx.keys(), { ...input, at, by, label }))
    await audit(ctx, reliefEvents.noteWritten, {
      subjects: [{ kind: 'disaster', id: input.disasterId }],
      facts: { noteId: input.noteId, urgent: input.urgent },
    })
  return { noteId: input.noteId }
}

/** Notes tell of people in free words: reading them is an act on record. */
export async function listNotes(
  ctx: Ctx,
  { disasterId }: InputOf<typeof contract.listNotes>,
): Promise<OutputOf<typeof contract.listNotes>> {
  await getDisaster(ctx, disasterId)
  const notes = await store.listNotes(ctx.tx, await ctx.keys(), disasterId, MOST_NOTES + 1)
  if (notes.length > 0)
    await audit(ctx, reliefEvents.notesRead, {
      subjects: [{ kind: 'disaster', id: disasterId }],
      facts: { count: Math.min(notes.length, MOST_NOTES) },
    })
  return {
    notes: notes.slice(0, MOST_NOTES).map((note) => ({
      ...{ noteId: note.noteId, shiftOn: note.shiftOn, shift: note.shift, urgent: note.urgent },
      words: note.words,
      writtenAt: note.writtenAt.toISOString(),
      writtenBy: note.writtenByLabel,
      doneAt: note.doneAt?.toISOString() ?? null,
      doneBy: note.doneByLabel,
    })),
    more: notes.length > MOST_NOTES,
  }
}

export async function finishNote(
  ctx: Ctx,
  { noteId }: InputOf<typeof contract.finishNote>,
): Promise<OutputOf<typeof contract.finishNote>> {
  const note = await store.findNote(ctx.tx, noteId)
  if (!note) throw new Problem(problems.noteNotFound)
  if (await store.insertDone(ctx.tx, noteId, told(ctx)))
    await audit(ctx, reliefEvents.noteDone, {
      subjects: [{ kind: 'disaster', id: note.disasterId }],
      facts: { noteId },
    })
  return { noteId }
}

function told(ctx: Ctx): { at: Date; by: string; label: string } {
  const by = actorName(ctx.actor)
  return { at: ctx.now, by, label: ctx.actor.kind === 'staff' ? ctx.actor.displayName : by }
}
