import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { SheetKind } from './rules/rules.ts'
import type { SheetId, TaskId } from './surveys.ts'

export type Scan = SheetKind & {
  readonly scanId: string
  readonly taskId: TaskId
  readonly sheetId: SheetId
  readonly fileId: string
  readonly page: number
  readonly pages: number
  readonly storedAt: Date
  readonly storedByLabel: string
}

const columns = `s.scan_id as "scanId", s.task_id as "taskId", s.sheet_id as "sheetId", s.file_id as "fileId", s.hazard,
  s.structure, s.stage, s.page, s.pages, s.stored_at as "storedAt", s.stored_by_label as "storedByLabel"`

/** False when one of that id is there already. */
export async function insertScan(tx: Tx, scan: Scan & { readonly storedBy: string }): Promise<boolean> {
  const rows = await tx.sql(
    `insert into surveys.scan (municipality_code, scan_id, task_id, sheet_id, file_id, hazard, structure, stage, page,
       pages, stored_at, stored_by, stored_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning scan_id`,
    [
      tx.municipality,
      scan.scanId,
      scan.taskId,
      scan.sheetId,
      scan.fileId,
      scan.hazard,
      scan.structure,
      scan.stage,
      scan.page,
      scan.pages,
      scan.storedAt,
      scan.storedBy,
      scan.storedByLabel,
    ],
  )
  return rows.length === 1
}

export async function findScan(tx: Tx, scanId: string): Promise<Scan | null> {
  const [row] = await tx.sql<Scan>(
    `select ${columns} from surveys.scan s where s.municipality_code = $1 and s.scan_id = $2`,
    [tx.municipality, scanId],
  )
  return row ?? null
}

/** The newest first. */
export async function listScans(tx: Tx, taskId: TaskId): Promise<(Scan & { readonly recorded: boolean })[]> {
  return await tx.sql(
    `select ${columns}, exists (select 1 from surveys.sheet k
                                 where k.municipality_code = $1 and k.sheet_id = s.sheet_id) as recorded
       from surveys.scan s where s.municipality_code = $1 and s.task_id = $2 order by s.scan_id desc limit 200`,
    [tx.municipality, taskId],
  )
}
