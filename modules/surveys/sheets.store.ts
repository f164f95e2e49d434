import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId, GuidelineCode } from '../disasters/disasters.ts'
import type { DamageGrade } from '../disasters/grades.ts'
import type { Sheet } from './rules/rules.ts'
import type { Point, SheetId, TaskId, TeamId } from './surveys.ts'

const SHEET = 'surveys.sheet.sealed'

/** What is sealed of a sheet: what was answered, and by whom. The result is computed again from it. */
export type SheetWords = {
  readonly sheet: Sheet
  readonly surveyors: readonly string[]
  /** 立会者 */
  readonly witness: string
  readonly note: string
  readonly position: (Point & { readonly accuracyM: number | null }) | null
}

export type KeptSheet = {
  readonly sheetId: SheetId
  readonly sheetNo: number
  readonly taskId: TaskId
  readonly guidelineCode: GuidelineCode
  readonly grade: DamageGrade | null
  readonly percentX100: number | null
  readonly surveyedOn: PlainDate
  readonly startedAt: Date | null
  readonly recordedAt: Date
  readonly receivedAt: Date
  readonly clockOffS: number
  readonly distanceM: number | null
  readonly teamId: TeamId | null
  readonly recordedBy: string
  readonly recordedByLabel: string
  readonly device: string
  readonly words: SheetWords
}

/** `kept`: it is new. `same`: it was here already. `other`: another content stands under that number. */
export async function insertSheet(tx: Tx, keys: Keys, sheet: KeptSheet): Promise<'kept' | 'same' | 'other'> {
  const plain = JSON.stringify(sheet.words)
  const { hazard, structure, stage } = sheet.words.sheet
  const rows = await tx.sql(
    `insert into surveys.sheet (municipality_code, sheet_id, sheet_no, task_id, guideline_code, method, hazard, structure,
       grade, percent_x100, surveyed_on, started_at, recorded_at, received_at, clock_off_s, distance_m, team_id,
       recorded_by, recorded_by_label, device, content_hmac, sealed)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22
      where $3 = 1 or exists (select 1 from surveys.sheet
                               where municipality_code = $1 and sheet_id = $2 and sheet_no = $3 - 1 and task_id = $4)
     on conflict do nothing returning sheet_no`,
    [
      tx.municipality,
      sheet.sheetId,
      sheet.sheetNo,
      sheet.taskId,
      sheet.guidelineCode,
      stage,
      hazard,
      structure,
      sheet.grade,
      sheet.percentX100,
      sheet.surveyedOn,
      sheet.startedAt,
      sheet.recordedAt,
      sheet.receivedAt,
      sheet.clockOffS,
      sheet.distanceM,
      sheet.teamId,
      sheet.recordedBy,
      sheet.recordedByLabel,
      sheet.device,
      keys.recordHmac('survey-sheet', plain),
      keys.seal(SHEET, `${sheet.sheetId}|${sheet.sheetNo}`, plain),
    ],
  )
  if (rows.length === 1) return 'kept'
  const [known] = await tx.sql<{ taskId: string; hmac: Buffer }>(
    `select task_id as "taskId", content_hmac as hmac from surveys.sheet
      where municipality_code = $1 and sheet_id = $2 and sheet_no = $3`,
    [tx.municipality, sheet.sheetId, sheet.sheetNo],
  )
  const same =
    known?.taskId === sheet.taskId &&
    keys.each.some((key) => key.recordHmac('survey-sheet', plain).equals(known.hmac))
  return same ? 'same' : 'other'
}

const columns = `sheet_id as "sheetId", sheet_no as "sheetNo", task_id as "taskId", guideline_code as "guidelineCode",
  grade, percent_x100 as "percentX100", surveyed_on as "surveyedOn", started_at as "startedAt",
  recorded_at as "recordedAt", received_at as "receivedAt", clock_off_s as "clockOffS", distance_m as "distanceM",
  team_id as "teamId", recorded_by as "recordedBy", recorded_by_label as "recordedByLabel", device, sealed`

type Row = Omit<KeptSheet, 'words'> & { readonly sealed: Buffer }

function sheetOf(keys: Keys, { sealed, ...row }: Row): KeptSheet {
  return { ...row, words: openSheetWords(keys, { ...row, sealed }) }
}

export function openSheetWords(
  keys: Keys,
  { sheetId, sheetNo, sealed }: { sheetId: string; sheetNo: number; sealed: Buffer },
): SheetWords {
  return JSON.parse(keys.open(SHEET, `${sheetId}|${sheetNo}`, sealed)) as SheetWords
}

/** Every version of every sheet of a task, by the sheet, the newest version first. */
export async function listSheets(tx: Tx, keys: Keys, taskId: TaskId): Promise<KeptSheet[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from surveys.sheet where municipality_code = $1 and task_id = $2
      order by sheet_id, sheet_no desc`,
    [tx.municipality, taskId],
  )
  return rows.map((row) => sheetOf(keys, row))
}

/** The newest version of every sheet of some tasks. */
export async function latestSheetsOf(tx: Tx, keys: Keys, taskIds: readonly TaskId[]): Promise<KeptSheet[]> {
  if (taskIds.length === 0) return []
  const rows = await tx.sql<Row>(
    `select distinct on (task_id, sheet_id) ${columns} from surveys.sheet
      where municipality_code = $1 and task_id = any($2) order by task_id, sheet_id, sheet_no desc`,
    [tx.municipality, [...taskIds]],
  )
  return rows.map((row) => sheetOf(keys, row))
}

export async function findSheet(
  tx: Tx,
  keys: Keys,
  sheetId: SheetId,
  sheetNo: number,
): Promise<KeptSheet | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from surveys.sheet where municipality_code = $1 and sheet_id = $2 and sheet_no = $3`,
    [tx.municipality, sheetId, sheetNo],
  )
  return row ? sheetOf(keys, row) : null
}

/** How many different sheets a task has. */
export async function countSheets(tx: Tx, taskId: TaskId): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(distinct sheet_id)::int as count from surveys.sheet where municipality_code = $1 and task_id = $2`,
    [tx.municipality, taskId],
  )
  return row!.count
}

/** The newest version of every sheet of a disaster of one kind, without whose house it is. */
export async function scoredSheets(
  tx: Tx,
  disasterId: DisasterId,
  kind: { readonly hazard: string; readonly structure: string; readonly stage: string },
): Promise<{ house: string; surveyor: string; gradeCode: DamageGrade; percent: number | null }[]> {
  return await tx.sql(
    `select distinct on (s.sheet_id) s.task_id::text as house, s.recorded_by_label as surveyor, s.grade as "gradeCode",
            s.percent_x100::float8 / 100 as percent
       from surveys.sheet s
       join surveys.task t on t.municipality_code = s.municipality_code and t.task_id = s.task_id
      where s.municipality_code = $1 and t.disaster_id = $2 and s.hazard = $3 and s.structure = $4 and s.method = $5
        and s.grade is not null
      order by s.sheet_id, s.sheet_no desc`,
    [tx.municipality, disasterId, kind.hazard, kind.structure, kind.stage],
  )
}
