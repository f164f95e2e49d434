import { createHash } from 'node:crypto'
import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { audit } from '../access/audit.ts'
import { revealMany } from '../access/guarded.ts'
import { withdrawIssues } from '../certificates/certificates.actions.ts'
import type { Disaster, DisasterId } from '../disasters/disasters.ts'
import { CsvFault, readCsv } from '../interfaces/interfaces.csv.ts'
import { getLedger, getPerson, openEntry, recordFact } from '../ledger/ledger.actions.ts'
import { personOf, type EntryId, type Ledger, type NonResidentId, type PersonRef } from '../ledger/ledger.ts'
import { findResidents } from '../residents/residents.actions.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import { externalLinkEvents as events, type ExternalLinkFactKind } from './external-link.messages.ts'
import { MOST_ROWS, type EndedCause, type ResultId, type UploadMode } from './external-link.ts'
import { getLinked, labelOf } from './handover.actions.ts'
import { holdNumbers, takeNumber } from './handover.store.ts'
import { keyOf, readLine, resultHeader, type LineError, type ResultLine } from './result-format.ts'
import * as store from './results.store.ts'

/** Errors that are kept and told; of more it is said how many. */
const MOST_ERRORS = 1_000

type Good = { readonly line: number; readonly key: string; readonly row: ResultLine }

/**
 * Takes a results file: what is right is applied, what is wrong is told by line and item and leaves what was before. A file
 * that is not what it should be is refused whole. The same file again changes nothing.
 */
export async function takeResults(
  ctx: Ctx,
  asked: { readonly disasterId: DisasterId; readonly mode: UploadMode; readonly bytes: Uint8Array },
): Promise<store.Upload> {
  const { disasterId, mode, bytes } = asked
  const disaster = await getLinked(ctx, disasterId)
  await holdNumbers(ctx.tx, disasterId, 'results')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const read = await readFile(ctx, disaster, bytes)
  const whole = 'fault' in read ? read.fault : mode === 'full' && read.rows === 0 ? EMPTY : null
  if (whole !== null || 'fault' in read)
    return await keep(ctx, disaster, { mode, sha256, state: 'refused' }, NOTHING, [whole!])
  const plan = await planFor(ctx, disaster, mode, read)
  const upload = await keep(ctx, disaster, { mode, sha256, state: 'applied' }, plan.counts, plan.errors)
  for (const { standing, cause } of plan.endings) await end(ctx, standing, cause)
  for (const one of plan.makings) {
    if (one.before) await end(ctx, one.before, 'corrected')
    await make(ctx, disaster, upload.uploadNo, one)
  }
  return upload
}

const NOTHING: store.UploadCounts = { rows: 0, added: 0, changed: 0, ended: 0, unchanged: 0, refused: 0 }
const EMPTY: LineError = {
  line: 1,
  item: 'ファイル',
  message: '全件のファイルに行がありません。すべての結果を取り消すことになるため、受け付けません',
}

async function keep(
  ctx: Ctx,
  { disasterId }: Disaster,
  file: Pick<store.Upload, 'mode' | 'sha256' | 'state'>,
  counts: store.UploadCounts,
  errors: readonly LineError[],
): Promise<store.Upload> {
  const upload: store.Upload = {
    ...file,
    counts,
    uploadNo: await takeNumber(ctx.tx, disasterId, 'results'),
    errors: errors.slice(0, MOST_ERRORS),
    errorCount: errors.length,
    at: ctx.now,
    by: labelOf(ctx),
  }
  await store.insertUpload(ctx.tx, disasterId, upload, actorName(ctx.actor))
  await audit(ctx, file.state === 'applied' ? events.uploaded : events.uploadRefused, {
    subjects: [{ kind: 'disaster', id: disasterId }],
    facts: { uploadNo: upload.uploadNo, mode: file.mode, errors: errors.length, ...counts },
  })
  return upload
}

type Read = {
  readonly rows: number
  readonly good: Good[]
  readonly errors: LineError[]
  /** Every result that the file speaks of, also in a wrong line. */
  readonly spokenOf: Set<string>
  /** Some line does not say what it is about: nothing can be called absent. */
  readonly unnamed: boolean
}

async function readFile(
  ctx: Ctx,
  disaster: Disaster,
  bytes: Uint8Array,
): Promise<Read | { readonly fault: LineError }> {
  const bounds = { occurredOn: disaster.occurredOn, today: todayInJapan(ctx.now) }
  const errors: LineError[] = []
  const parsed: Good[] = []
  const lines = new Map<string, number[]>()
  let rows = 0
  let unnamed = false
  let headed = false
  try {
    for await (const batch of readCsv(once(bytes))) {
      for (const [i, fields] of batch.rows.entries()) {
        const line = batch.lines[i]!
        if (!headed) {
          headed = true
          const at = resultHeader.findIndex((name, column) => fields[column]?.trim() !== name)
          if (at === -1 && fields.length === resultHeader.length) continue
          const item = at === -1 ? '見出し行' : resultHeader[at]!
          return { fault: { line, item, message: '見出し行が公開された形と違います' } }
        }
        rows += 1
        if (rows > MOST_ROWS)
          return { fault: { line, item: 'ファイル', message: `${MOST_ROWS}行までに分けてください` } }
        const [town, code] = fields
        if (town?.trim() !== ctx.municipality)
          return { fault: { line, item: '市区町村コード', message: 'この市区町村のファイルではありません' } }
        if (code?.trim() !== disaster.disasterCode)
          return { fault: { line, item: '災害コード', message: 'この災害のファイルではありません' } }
        const key = keyOf(fields)
        if (key === null) unnamed = true
        else lines.set(key, [...(lines.get(key) ?? []), line])
        const found = readLine(fields, line, bounds)
        if ('errors' in found) errors.push(...found.errors)
        else parsed.push({ line, key: key!, row: found.row })
      }
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    return { fault: { line: error.line, item: 'ファイル', message: error.message } }
  }
  const good = parsed.filter(({ key }) => lines.get(key)!.length === 1)
  for (const own of lines.values()) {
    if (own.length > 1)
      for (const line of own)
        errors.push({ line, item: '申請番号', message: '同じ申請番号の行がほかにあります' })
  }
  return { rows, good, errors, spokenOf: new Set(lines.keys()), unnamed }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

type Making = Good & {
  readonly before: store.Standing | null
  readonly entryPerson: PersonRef
  readonly applicationId: store.KnownApplication['applicationId'] | null
  readonly people: readonly store.ResultPerson[]
}
type Ending = { readonly standing: store.Standing; readonly cause: EndedCause }
type Plan = {
  readonly counts: store.UploadCounts
  readonly errors: readonly LineError[]
  readonly makings: readonly Making[]
  readonly endings: readonly Ending[]
}

/** What the file changes. Nothing is written yet. */
async function planFor(ctx: Ctx, disaster: Disaster, mode: UploadMode, read: Read): Promise<Plan> {
  const { disasterId } = disaster
  const standing = await store.standingResults(ctx.tx, await ctx.keys(), disasterId)
  const errors = [...read.errors]
  const endings: Ending[] = []
  const fresh: Good[] = []
  let unchanged = 0
  for (const one of read.good) {
    const before = standing.get(one.key)
    if (one.row.decision === 'cancelled') {
      if (before) endings.push({ standing: before, cause: 'cancelled' })
      else unchanged += 1
    } else if (before && JSON.stringify(before.row) === JSON.stringify(one.row)) unchanged += 1
    else fresh.push(one)
  }
  if (mode === 'full' && !read.unnamed) {
    for (const [key, one] of standing)
      if (!read.spokenOf.has(key)) endings.push({ standing: one, cause: 'absent' })
  } else if (mode === 'full') {
    errors.push({
      line: 1,
      item: 'ファイル',
      message: '申請番号の分からない行があるため、ファイルにない結果の取消は行いませんでした',
    })
  }
  const makings = await checkPeople(ctx, disaster, fresh, standing, endings, errors)
  const refused = new Set(errors.map(({ line }) => line).filter((line) => line > 1)).size
  const changed = makings.filter(({ before }) => before !== null).length
  errors.sort((a, b) => a.line - b.line)
  return {
    errors,
    makings,
    endings,
    counts: {
      ...{ rows: read.rows, added: makings.length - changed, changed },
      ...{ ended: endings.length, unchanged, refused },
    },
  }
}

/** Lines whose application, person and 整理番号 are beyond doubt. */
async function checkPeople(
  ctx: Ctx,
  { disasterId }: Disaster,
  fresh: readonly Good[],
  standing: ReadonlyMap<string, store.Standing>,
  endings: readonly Ending[],
  errors: LineError[],
): Promise<Making[]> {
  const ledger = await getLedger(ctx, disasterId)
  const known = await store.applicationsByNo(
    ctx.tx,
    disasterId,
    fresh.map(({ row }) => row.applicationNo),
  )
  const records = await recordsOf(ctx, fresh)
  const taken = new Map<string, string>()
  const ending = new Set(endings.map((one) => one.standing.head.resultId))
  for (const [key, { head, row }] of standing)
    if (head.outcome === 'issuable' && !ending.has(head.resultId))
      taken.set(`${row.kind}|${row.serialNo}`, key)
  const makings: Making[] = []
  for (const one of fresh) {
    const { line, key, row } = one
    const wrong = (item: string, message: string): void => void errors.push({ line, item, message })
    const before = errors.length
    const ours = known.get(row.applicationNo)
    const ref = (row.residentNo === null ? `N-${row.nonResidentId}` : `R-${row.residentNo}`) as PersonRef
    if (row.origin === 'theirs' && ours)
      wrong('申請の別', 'Open BCLで受け付けた申請番号です。1にしてください')
    if (row.origin === 'ours' && !ours) wrong('申請番号', 'この災害で受け付けた申請の番号ではありません')
    if (row.origin === 'ours' && ours && !ours.people.has(ref))
      wrong('宛名番号', 'この申請の申請者・世帯の方ではありません')
    if (row.origin === 'ours' && row.kind === 'risai' && ours?.certified === true)
      wrong('申請番号', 'このシステムで決定した罹災証明書が有効です。先に失効させてください')
    if (!(await isOfLedger(ctx, ledger, ref)))
      wrong(row.residentNo === null ? '住登外者ID' : '宛名番号', 'この災害の被災者台帳にいない方です')
    if (row.memberNos.some((no) => !records.has(no)))
      wrong('構成員の宛名番号', '住民の記録にない宛名番号があります')
    const number = `${row.kind}|${row.serialNo}`
    if (row.decision === 'issuable' && (taken.get(number) ?? key) !== key)
      wrong('整理番号', '同じ整理番号の結果がほかにあります')
    if (errors.length > before) continue
    if (row.decision === 'issuable') taken.set(number, key)
    makings.push({
      ...one,
      before: standing.get(key) ?? null,
      entryPerson: ref,
      applicationId: row.origin === 'ours' ? ours!.applicationId : null,
      people: [
        row.residentNo === null
          ? { residentNo: null, householdNo: null, nonResidentId: row.nonResidentId as NonResidentId }
          : personRow(row.residentNo, records),
        ...row.memberNos.map((no) => personRow(no, records)),
      ],
    })
  }
  return makings
}

function personRow(no: string, records: ReadonlyMap<string, ResidentRecord>): store.ResultPerson {
  return {
    residentNo: no as ResidentNo,
    householdNo: records.get(no)?.householdNo ?? null,
    nonResidentId: null,
  }
}

/** Those of the register whom the lines name, opened once: their households bear on who is protected. */
async function recordsOf(ctx: Ctx, fresh: readonly Good[]): Promise<Map<string, ResidentRecord>> {
  const numbers = fresh.flatMap(({ row }) => [
    ...(row.residentNo === null ? [] : [row.residentNo]),
    ...row.memberNos,
  ])
  if (numbers.length === 0) return new Map()
  const people = await findResidents(ctx, [...new Set(numbers)], { seq: null })
  const opened = await revealMany(ctx, people, 'record-check')
  return new Map(opened.map((record) => [record.residentNo, record]))
}

async function isOfLedger(ctx: Ctx, ledger: Ledger, ref: PersonRef): Promise<boolean> {
  try {
    await getPerson(ctx, ledger, ref)
    return true
  } catch (error) {
    if (error instanceof Problem && error.kind.status === 404) return false
    throw error
  }
}

/** A result that holds no longer: its certificate and every copy that is out lose their force. */
async function end(ctx: Ctx, { head }: store.Standing, cause: EndedCause): Promise<void> {
  const { resultId, kind, entryId, outcome } = head
  if (!(await store.endResult(ctx.tx, resultId, { at: ctx.now, cause }))) return
  if (outcome === 'issuable') await withdrawIssues(ctx, kind, resultId, `external-link-${cause}`)
  if (cause !== 'corrected') await tell(ctx, entryId, 'external-link.ended', { ...head, cause })
}

async function make(ctx: Ctx, { disasterId }: Disaster, uploadNo: number, one: Making): Promise<void> {
  const { row, entryPerson, applicationId, people } = one
  const { kind, applicationNo, grade } = row
  const entryId = await openEntry(ctx, disasterId, personOf(entryPerson))
  const outcome: 'issuable' | 'not-issuable' = row.decision === 'issuable' ? 'issuable' : 'not-issuable'
  const head = {
    resultId: uuidv7(ctx.now.getTime()) as ResultId,
    versionNo: 1 + (await store.lastVersionNo(ctx.tx, disasterId, kind, applicationNo)),
    ...{ disasterId, kind, applicationNo, uploadNo, outcome, grade, applicationId, entryId },
    serialNo: outcome === 'issuable' ? row.serialNo : null,
    issueFrom: outcome === 'issuable' ? row.issueFrom : null,
    madeAt: ctx.now,
  } as const
  await store.insertResult(ctx.tx, await ctx.keys(), head, row, people)
  await tell(ctx, entryId, `external-link.${outcome}`, { ...head, cause: null })
}

async function tell(
  ctx: Ctx,
  entryId: EntryId,
  kind: ExternalLinkFactKind,
  codes: Pick<store.Standing['head'], 'resultId' | 'applicationNo' | 'grade'> & {
    readonly cause: EndedCause | null
  },
): Promise<void> {
  const { resultId, applicationNo, grade, cause } = codes
  await recordFact(ctx, entryId, { kind, codes: { resultId, applicationNo, grade, cause }, words: null })
}
