import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { ResultWords, SurveyResult, TaskId } from './surveys.ts'

const RESULT = 'surveys.result.sealed'

export type NewResult = SurveyResult & {
  readonly words: ResultWords
  readonly decidedBy: string
  /** 自己判定方式: how long the clerk looked. */
  readonly seconds: number | null
}

/** Appends results, one a task. The tasks' rows are locked by the caller's moves. */
export async function insertResults(tx: Tx, keys: Keys, made: readonly NewResult[]): Promise<void> {
  await tx.sql(
    `insert into surveys.result (municipality_code, task_id, result_no, kind, grade, percent_x100, guideline_code,
       sheet_id, sheet_no, source_ref, surveyed_on, seconds, decided_at, decided_by, decided_by_label, sealed)
     select $1, * from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::int[], $7::text[], $8::uuid[], $9::int[],
       $10::uuid[], $11::date[], $12::int[], $13::timestamptz[], $14::text[], $15::text[], $16::bytea[])`,
    [
      tx.municipality,
      made.map((one) => one.taskId),
      made.map((one) => one.resultNo),
      made.map((one) => one.kind),
      made.map((one) => one.grade),
      made.map((one) => one.percentX100),
      made.map((one) => one.guidelineCode),
      made.map((one) => one.sheetId),
      made.map((one) => one.sheetNo),
      made.map((one) => one.sourceRef),
      made.map((one) => one.surveyedOn),
      made.map((one) => one.seconds),
      made.map((one) => one.decidedAt),
      made.map((one) => one.decidedBy),
      made.map((one) => one.decidedByLabel),
      made.map((one) => keys.seal(RESULT, `${one.taskId}|${one.resultNo}`, JSON.stringify(one.words))),
    ],
  )
}

const columns = `task_id as "taskId", result_no as "resultNo", kind, grade, percent_x100 as "percentX100",
  guideline_code as "guidelineCode", sheet_id as "sheetId", sheet_no as "sheetNo", source_ref as "sourceRef",
  surveyed_on as "surveyedOn", decided_at as "decidedAt", decided_by_label as "decidedByLabel", sealed`

export type KeptResult = SurveyResult & { readonly words: ResultWords }
type Row = SurveyResult & { readonly sealed: Buffer }

function resultOf(keys: Keys, { sealed, ...row }: Row): KeptResult {
  const words = JSON.parse(keys.open(RESULT, `${row.taskId}|${row.resultNo}`, sealed)) as ResultWords
  return { ...row, words }
}

export async function findResult(
  tx: Tx,
  keys: Keys,
  taskId: TaskId,
  resultNo: number,
): Promise<KeptResult | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from surveys.result where municipality_code = $1 and task_id = $2 and result_no = $3`,
    [tx.municipality, taskId, resultNo],
  )
  return row ? resultOf(keys, row) : null
}

/** Newest first. */
export async function listResults(tx: Tx, keys: Keys, taskId: TaskId): Promise<KeptResult[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from surveys.result where municipality_code = $1 and task_id = $2 order by result_no desc`,
    [tx.municipality, taskId],
  )
  return rows.map((row) => resultOf(keys, row))
}

/** Number of the last result of a task, 0 = none: undone ones count. */
export async function lastResultNo(tx: Tx, taskId: TaskId): Promise<number> {
  const [row] = await tx.sql<{ no: number }>(
    `select coalesce(max(result_no), 0)::int as no from surveys.result
      where municipality_code = $1 and task_id = $2`,
    [tx.municipality, taskId],
  )
  return row!.no
}
