import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { spreadsheetCsv } from '@open-bcl/core/spreadsheet-csv.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { Streamed } from '@open-bcl/platform/http/serve.ts'
import { audit, type Subject } from './audit.ts'
import { findSetting } from './audit-disposal.store.ts'
import { sortOf, type AuditVocabulary } from './audit-events.ts'
import type * as contract from './audit-trail.contract.ts'
import { auditEvents, auditProblems } from './audit-trail.messages.ts'
import * as store from './audit-trail.store.ts'
import {
  actSentence,
  actorText,
  factsText,
  momentText,
  monthOf,
  offHours,
  purposeWords,
  stampText,
  startOfDay,
  subjectText,
  type ActorWords,
  type SubjectWords,
} from './audit-words.ts'

/** What the trail has to be told by the modules that stand on this one. */
export type AuditLenders = {
  readonly vocabulary: AuditVocabulary
  /** Names of residents, opened as 監査; of the protected no name. Who is not in the register is left out. */
  namesOf(
    ctx: Ctx,
    residentNos: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly name: string | null; readonly protected: boolean }>>
  /** What else acts about a resident are written under. */
  alsoKnownAs(ctx: Ctx, residentNo: string): Promise<readonly Subject[]>
}

/** May see names of residents in the trail; without it 宛名番号 alone. */
const NAMES = 'access.audit-names'
const SHOWN = 50
const PER_PART = 500
const LONGEST_DAYS = 366
const MOST_PAIRS = 200

type Question = InputOf<typeof contract.exportAudit>

/** Which part of the trail a question is about. */
async function askedOf(
  ctx: Ctx,
  lenders: AuditLenders,
  input: Question,
): Promise<(page: Pick<store.Asked, 'olderThan' | 'most'>) => store.Asked> {
  const { question, fromOn, toOn, residentNo = '', staffId = '' } = input
  if (addDays(fromOn, LONGEST_DAYS) < toOn) throw new Problem(auditProblems.span)
  const days = { from: startOfDay(fromOn), to: startOfDay(addDays(toOn, 1)) }
  const { codesOf } = lenders.vocabulary
  const setting = await findSetting(ctx.tx)
  switch (question) {
    case 'person': {
      const subjects = [{ kind: 'resident', id: residentNo }, ...(await lenders.alsoKnownAs(ctx, residentNo))]
      return (page) => ({ ...days, ...page, by: 'subjects', subjects })
    }
    case 'staff':
      return (page) => ({ ...days, ...page, by: 'actor', actor: `staff:${ctx.municipality}:${staffId}` })
    case 'many':
      return (page) => ({ ...days, ...page, by: 'many', least: setting.manyFrom })
    case 'off-hours': {
      const spans = offHours({ fromOn, toOn }, setting)
      return (page) => ({ ...days, ...page, by: 'spans', spans })
    }
    case 'by-number':
      return (page) => ({ ...days, ...page, by: 'number' })
    case 'exports':
      return (page) => ({ ...days, ...page, by: 'events', events: codesOf('export') })
    case 'refused':
      return (page) => ({ ...days, ...page, by: 'events', events: codesOf('refused') })
    case 'rights': {
      const events = [...codesOf('rights'), ...codesOf('settings')]
      return (page) => ({ ...days, ...page, by: 'events', events })
    }
    case 'audit':
      return (page) => ({ ...days, ...page, by: 'events', events: codesOf('audit') })
    case 'all':
      return (page) => ({ ...days, ...page, by: 'time' })
  }
}

/** What of a question may stand in the trail itself. */
function told({ question, fromOn, toOn, residentNo, staffId }: Question): {
  readonly subjects: readonly Subject[]
  readonly facts: Readonly<Record<string, string>>
} {
  return {
    subjects: [
      ...(residentNo === undefined ? [] : [{ kind: 'resident', id: residentNo } as const]),
      ...(staffId === undefined ? [] : [{ kind: 'staff', id: staffId } as const]),
    ],
    facts: { question, fromOn, toOn },
  }
}

export async function listAudit(
  ctx: Ctx,
  lenders: AuditLenders,
  { olderThan, ...input }: InputOf<typeof contract.listAudit>,
): Promise<OutputOf<typeof contract.listAudit>> {
  const asked = await askedOf(ctx, lenders, input)
  const rows = await store.listActs(
    ctx.tx,
    asked({
      olderThan: olderThan === undefined ? null : { ...olderThan, at: new Date(olderThan.at) },
      most: SHOWN + 1,
    }),
  )
  const shown = rows.slice(0, SHOWN)
  const { subjects, facts } = told(input)
  await audit(ctx, auditEvents.read, { subjects, facts: { ...facts, count: shown.length } })
  return { acts: await worded(ctx, lenders, shown, input.residentNo), more: rows.length > SHOWN }
}

type Shown = OutputOf<typeof contract.listAudit>['acts'][number]

/** Acts as sentences, with the names that the reader may see. */
async function worded(
  ctx: Ctx,
  lenders: AuditLenders,
  rows: readonly store.ActRow[],
  first: string | undefined,
): Promise<Shown[]> {
  const actorOf = await actorsOf(
    ctx,
    rows.map(({ actor }) => actor),
  )
  const subjects = rows.map((row) => subjectsOf(row, first))
  const wordsOf = await subjectWords(ctx, lenders, subjects.flat())
  return rows.map((row, i) => ({
    auditId: row.auditId,
    at: row.at.toISOString(),
    sentence: actSentence({
      moment: momentText(row.at, ctx.now),
      actor: actorOf(row.actor),
      event: row.event,
      sentence: lenders.vocabulary.sentenceOf(row.event),
      purpose: row.purpose,
      subjects: subjects[i]!.map(wordsOf),
      subjectCount: row.subjectCount,
    }),
    actor: actorText(actorOf(row.actor)),
    event: row.event,
    sort: sortOf(row.event),
    facts: factsText(row.event, row.facts),
    subjectCount: row.subjectCount,
  }))
}

type Named = { readonly kind: string; readonly id: string }

/** Whom the question is about stands first. */
function subjectsOf(row: store.ActRow, first: string | undefined): Named[] {
  const all = row.subjects.map((one) => {
    const [kind = '', id = ''] = one.split('\u001f')
    return { kind, id }
  })
  if (first === undefined) return all
  const rest = all.filter(({ kind, id }) => kind !== 'resident' || id !== first)
  return [{ kind: 'resident', id: first }, ...rest].slice(0, Math.max(all.length, 1))
}

async function subjectWords(
  ctx: Ctx,
  lenders: AuditLenders,
  subjects: readonly Named[],
): Promise<(subject: Named) => SubjectWords> {
  const idsOf = (wanted: string): string[] => [
    ...new Set(subjects.filter(({ kind }) => kind === wanted).map(({ id }) => id)),
  ]
  const numbers = idsOf('resident')
  const people =
    numbers.length > 0 && mayName(ctx) ? await lenders.namesOf(ctx, numbers) : new Map<string, never>()
  const staff = new Map(
    (await staffOf(ctx, idsOf('staff'))).map((one) => [one.staffId, `${one.name}さん（${one.department}）`]),
  )
  return ({ kind, id }) => {
    const person = kind === 'resident' ? people.get(id) : undefined
    return {
      ...{ kind, id },
      name: kind === 'staff' ? (staff.get(id) ?? null) : (person?.name ?? null),
      protected: person?.protected ?? false,
    }
  }
}

function mayName(ctx: Ctx): boolean {
  return ctx.actor.kind === 'staff' && ctx.actor.permissions.has(NAMES)
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

async function staffOf(ctx: Ctx, ids: readonly string[]): Promise<store.StaffWords[]> {
  const known = ids.filter((id) => UUID.test(id))
  return known.length === 0 ? [] : await store.listStaff(ctx.tx, known)
}

/** Who acted, in words, with the office. */
export async function actorsOf(ctx: Ctx, actors: readonly string[]): Promise<(actor: string) => ActorWords> {
  const own = `staff:${ctx.municipality}:`
  const ids = [...new Set(actors)].flatMap((actor) => (actor.startsWith(own) ? actor.slice(own.length) : []))
  const staff = new Map((await staffOf(ctx, ids)).map((one) => [one.staffId, one]))
  return (actor) => {
    if (actor.startsWith(own)) {
      const one = staff.get(actor.slice(own.length))
      // Whoever comes by a pass has no account: the pass is named in the act.
      return one ?? { name: '利用許可による端末', department: null }
    }
    if (actor.startsWith('staff:')) return { name: '他団体の職員', department: null }
    if (actor.startsWith('machine:')) return { name: '機器・センター', department: null }
    if (actor === 'anonymous') return { name: 'ログイン前の利用者', department: null }
    return { name: 'システム', department: null }
  }
}

const HEADS = ['日時', '職員・機器', '所属', '内容', '目的', '対象', '対象の件数', '記録の細目', '記録番号']

/**
 * The answer to a question as a spreadsheet, whole: read and sent piece by piece, each in a transaction of its own, so that
 * neither memory nor a transaction grows with it. That it is taken is in the trail before the first byte. Its last line says
 * that it is whole.
 */
export async function exportAudit(
  ctx: Ctx,
  lenders: AuditLenders,
  input: InputOf<typeof contract.exportAudit>,
): Promise<Streamed> {
  const asked = await askedOf(ctx, lenders, input)
  const { subjects, facts } = told(input)
  await audit(ctx, auditEvents.exported, { subjects, facts })
  return {
    fileName: `監査記録_${todayInJapan(ctx.now)}.csv`,
    parts: () => partsOf(ctx, lenders, input, asked),
  }
}

async function* partsOf(
  ctx: Ctx,
  lenders: AuditLenders,
  input: Question,
  asked: (page: Pick<store.Asked, 'olderThan' | 'most'>) => store.Asked,
): AsyncGenerator<Buffer> {
  yield Buffer.from(spreadsheetCsv([HEADS]))
  let olderThan: store.Asked['olderThan'] = null
  let count = 0
  for (;;) {
    const { rows, lines } = await ctx.separately(async (own) => {
      const rows = await store.listActs(own.tx, asked({ olderThan, most: PER_PART }))
      return { rows, lines: await linesOf(own, lenders, rows, input.residentNo) }
    })
    count += rows.length
    // The mark of the first part is enough.
    if (lines.length > 0) yield Buffer.from(spreadsheetCsv(lines).slice(1))
    if (rows.length < PER_PART) break
    const last = rows.at(-1)!
    olderThan = { at: last.at, auditId: last.auditId }
  }
  const end = `以上 ${count} 件（${input.fromOn}から${input.toOn}まで）`
  yield Buffer.from(spreadsheetCsv([[end]]).slice(1))
}

async function linesOf(
  ctx: Ctx,
  lenders: AuditLenders,
  rows: readonly store.ActRow[],
  first: string | undefined,
): Promise<(string | number)[][]> {
  const actorOf = await actorsOf(
    ctx,
    rows.map(({ actor }) => actor),
  )
  const subjects = rows.map((row) => subjectsOf(row, first))
  const wordsOf = await subjectWords(ctx, lenders, subjects.flat())
  return rows.map((row, i) => {
    const actor = actorOf(row.actor)
    return [
      stampText(row.at),
      actor.name,
      actor.department ?? '',
      lenders.vocabulary.sentenceOf(row.event),
      purposeWords(row.purpose) ?? '',
      subjects[i]!.map((one) => subjectText(wordsOf(one))).join('、'),
      row.subjectCount,
      factsText(row.event, row.facts),
      row.auditId,
    ]
  })
}

export async function listOftenOpened(
  ctx: Ctx,
  lenders: AuditLenders,
  { month }: InputOf<typeof contract.listOftenOpened>,
): Promise<OutputOf<typeof contract.listOftenOpened>> {
  const { oftenFrom } = await findSetting(ctx.tx)
  const monthOn = monthOf(new Date(`${month}-01T00:00:00+09:00`))
  const rows = await store.listPairs(ctx.tx, monthOn, oftenFrom, MOST_PAIRS + 1)
  const shown = rows.slice(0, MOST_PAIRS)
  await audit(ctx, auditEvents.read, { facts: { question: 'often', month, count: shown.length } })
  const actorOf = await actorsOf(
    ctx,
    shown.map(({ actor }) => actor),
  )
  const wordsOf = await subjectWords(ctx, lenders, shown)
  const own = `staff:${ctx.municipality}:`
  return {
    pairs: shown.map(({ actor, kind, id, acts, firstAt, lastAt }) => ({
      actor: actorText(actorOf(actor)),
      staffId: actor.startsWith(own) ? actor.slice(own.length) : null,
      subject: subjectText(wordsOf({ kind, id })),
      residentNo: kind === 'resident' ? id : null,
      acts,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
    })),
    oftenFrom,
    more: rows.length > MOST_PAIRS,
  }
}

export async function listAuditedStaff(ctx: Ctx): Promise<OutputOf<typeof contract.listAuditedStaff>> {
  return { staff: await store.listStaff(ctx.tx, null) }
}
