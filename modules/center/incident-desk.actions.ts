import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { CenterCtx } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { recordAct } from './center-audit.store.ts'
import { centerLogCodes } from './center.messages.ts'
import type * as contract from './incidents.contract.ts'
import { incidentEvents as events, incidentProblems as problems } from './incidents.messages.ts'
import { ruleOf } from './incidents.ts'
import * as store from './incidents.store.ts'

/** 事案の画面: what operators see and do about incidents. */
const SHOWN = 100

export async function listIncidents(
  ctx: CenterCtx,
  { which, before }: InputOf<typeof contract.listIncidents>,
): Promise<OutputOf<typeof contract.listIncidents>> {
  const incidents = await store.listIncidents(ctx.tx, which, before ?? null, SHOWN)
  return { incidents: incidents.map(rowOf) }
}

function rowOf(incident: store.Incident): contract.IncidentRow {
  const { acknowledgedAt, acknowledgedBy, openedAt, lastAt, endedAt, ...rest } = incident
  return {
    ...rest,
    ja: ruleOf(incident.kind).ja,
    openedAt: openedAt.toISOString(),
    lastAt: lastAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    acknowledged:
      acknowledgedAt === null ? null : { at: acknowledgedAt.toISOString(), by: acknowledgedBy ?? '' },
  }
}

export async function getIncident(
  { tx }: CenterCtx,
  { incidentId }: InputOf<typeof contract.getIncident>,
): Promise<OutputOf<typeof contract.getIncident>> {
  const incident = await store.findIncident(tx, incidentId)
  if (!incident) throw new Problem(platformProblems.notFound)
  const { doFirst, code } = ruleOf(incident.kind)
  const happened = await store.listEvents(tx, incidentId)
  const notes = await store.listNotes(tx, incidentId)
  return {
    ...rowOf(incident),
    doFirst,
    code,
    happened: happened.map((event) => ({ ...event, at: event.at.toISOString() })),
    notes: notes.map((note) => ({ ...note, at: note.at.toISOString() })),
    stops: (await store.listStops(tx, incidentId)).map(stopView),
  }
}

function stopView(stop: store.Stop): OutputOf<typeof contract.getIncident>['stops'][number] {
  const { municipalityCode, town, setAt, toldAt, liftedAt, liftToldAt, issuing } = stop
  return {
    municipalityCode,
    town,
    setAt: setAt.toISOString(),
    told: toldAt !== null,
    lifted:
      liftedAt === null
        ? null
        : {
            at: liftedAt.toISOString(),
            by: stop.liftedBy ?? '',
            confirmedBy: stop.confirmedBy ?? '',
            told: liftToldAt !== null,
            issuing,
          },
  }
}

/** 確認. What comes afterwards opens a new incident; a stop stays until the town restarts. */
export async function acknowledgeIncident(
  ctx: CenterCtx,
  { incidentId, note }: InputOf<typeof contract.acknowledgeIncident>,
): Promise<OutputOf<typeof contract.acknowledgeIncident>> {
  const { acknowledgedAt } = await lock(ctx, incidentId)
  if (acknowledgedAt !== null) throw new Problem(problems.acknowledged)
  const by = nameOf(ctx)
  await store.insertNote(ctx.tx, incidentId, { at: ctx.now, by, text: note })
  await store.acknowledge(ctx.tx, incidentId, by, ctx.now)
  await recordAct(ctx, events.acknowledged, { kind: 'incident', id: incidentId })
  return { acknowledged: true }
}

export async function addIncidentNote(
  ctx: CenterCtx,
  { incidentId, text }: InputOf<typeof contract.addIncidentNote>,
): Promise<OutputOf<typeof contract.addIncidentNote>> {
  await lock(ctx, incidentId)
  await store.insertNote(ctx.tx, incidentId, { at: ctx.now, by: nameOf(ctx), text })
  await recordAct(ctx, events.noted, { kind: 'incident', id: incidentId })
  return { noted: true }
}

/**
 * 再開: the town has said that it may go on. The centre's own stop ends here, and its issuing server hears of it from the
 * next sweep; whatever that still holds (backlog, an alarm of its own) keeps it closed there, and the incident shows it.
 */
export async function restartTown(
  ctx: CenterCtx,
  { incidentId, municipalityCode, confirmedBy }: InputOf<typeof contract.restartTown>,
): Promise<OutputOf<typeof contract.restartTown>> {
  const { acknowledgedAt } = await lock(ctx, incidentId)
  if (acknowledgedAt === null) throw new Problem(problems.acknowledgeFirst)
  const by = nameOf(ctx)
  const note = `交付の再開（市区町村の確認者：${confirmedBy}）`
  const lift = { by, confirmedBy, note, at: ctx.now }
  if (!(await store.liftStop(ctx.tx, { incidentId, municipalityCode }, lift)))
    throw new Problem(problems.notStopped)
  await store.insertNote(ctx.tx, incidentId, { at: ctx.now, by, text: note })
  await recordAct(ctx, events.restarted, { kind: 'town', id: municipalityCode }, { incidentId, confirmedBy })
  ctx.log(centerLogCodes.townRestarted, { traceId: ctx.traceId, municipalityCode })
  return { restarted: true }
}

/** The incident, its row locked: two operators at once write one after the other. */
async function lock(
  { tx }: CenterCtx,
  incidentId: string,
): Promise<{ readonly acknowledgedAt: Date | null }> {
  const locked = await store.lockIncident(tx, incidentId)
  if (!locked) throw new Problem(platformProblems.notFound)
  return locked
}

function nameOf({ staff }: CenterCtx): string {
  if (staff === null) throw new Problem(platformProblems.notSignedIn)
  return staff.displayName
}
