import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { openSheetWords } from './sheets.store.ts'

/** What the sheet in force found beside its grade. `null` = the sheet does not ask, or was not answered. */
export type SheetFindings = {
  readonly originRef: string
  readonly lost: boolean | null
  readonly floodedAboveFloor: boolean | null
  readonly slopeDemolition: boolean | null
}

/** By the application that asked for the survey; `originRefs` null = of every application of the disaster. */
export async function listSheetFindings(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  originRefs: readonly string[] | null,
): Promise<SheetFindings[]> {
  type Row = { originRef: string; sheetId: string; sheetNo: number; sealed: Buffer }
  const found: SheetFindings[] = []
  const batches = readInBatches<Row>(
    tx,
    `select t.origin_ref as "originRef", s.sheet_id as "sheetId", s.sheet_no as "sheetNo", s.sealed
       from surveys.task t
       join surveys.result r on r.municipality_code = $1 and r.task_id = t.task_id and r.result_no = t.result_no
       join surveys.sheet s on s.municipality_code = $1 and s.sheet_id = r.sheet_id and s.sheet_no = r.sheet_no
      where t.municipality_code = $1 and t.disaster_id = $2 and t.origin = 'application'
        and ($3::uuid[] is null or t.origin_ref = any($3))`,
    [tx.municipality, disasterId, originRefs === null ? null : [...originRefs]],
  )
  for await (const rows of batches)
    for (const row of rows) {
      const { answers } = openSheetWords(keys, row).sheet
      const told = (key: string): boolean | null => {
        const answer = answers[key]
        return typeof answer === 'boolean' ? answer : null
      }
      const inundation = answers['inundation']
      found.push({
        originRef: row.originRef,
        lost: told('lost'),
        floodedAboveFloor: typeof inundation === 'string' ? inundation === 'above-floor' : null,
        slopeDemolition: told('slopeDemolition'),
      })
    }
  return found
}
