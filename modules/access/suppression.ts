import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import {
  applyVersions,
  copyField,
  listStagedRepeats,
  openStaging,
  type VersionCounts,
  type VersionedTable,
} from '@open-bcl/platform/db/staging.ts'

/** One row of 支援措置対象者情報, checked. */
export type IncomingSuppression = {
  /** Physical line in the file, for the error report. */
  readonly line: number
  readonly latest: boolean
  readonly deleted: boolean
  readonly record: {
    readonly residentNo: ResidentNo
    readonly historyNo: number
    readonly startsOn: PlainDate
    /** `null` = open. Its passing lifts nothing (標準 3.4). */
    readonly endsOn: PlainDate | null
    readonly categoryCode: string
    /** 区分「終了」 */
    readonly ended: boolean
  }
}

const versions: VersionedTable = {
  table: 'access.suppression',
  staged: 'staged_suppression',
  key: { resident_no: 'text', history_no: 'integer' },
  columns: { starts_on: 'date', ends_on: 'date', category: 'text', lifted: 'boolean' },
}

/**
 * Takes in 支援措置 as the town sends it. Only rows with 最新フラグ stand; a newer one of the same person ends the older.
 * When a file holds two that both claim to be the latest, both stand, and the person stays protected while one does.
 */
export async function openSuppressionIntake(ctx: Ctx): Promise<{
  write(rows: readonly IncomingSuppression[]): Promise<void>
  finish(): Promise<{ readonly line: number; readonly firstLine: number }[]>
  apply(mode: 'full' | 'delta', seq: bigint): Promise<VersionCounts>
}> {
  const { tx } = ctx
  const staging = await openStaging(tx, versions)
  return {
    write: (rows) => staging.write(rows.map(stagedLine).join('')),
    async finish() {
      await staging.finish()
      return await listStagedRepeats(tx, versions)
    },
    async apply(mode, seq) {
      await stepBack(ctx)
      return await applyVersions(tx, versions, mode, seq)
    },
  }
}

function stagedLine({ line, latest, deleted, record }: IncomingSuppression): string {
  return `${[
    String(line),
    latest && !deleted ? 't' : 'f',
    copyField(record.residentNo),
    String(record.historyNo),
    record.startsOn,
    record.endsOn ?? '\\N',
    copyField(record.categoryCode),
    record.ended ? 't' : 'f',
  ].join('\t')}\n`
}

/** A delta that brings a person's newer row need not repeat the older one. */
async function stepBack({ tx }: Ctx): Promise<void> {
  await tx.sql(
    `insert into staged_suppression (line, present, resident_no, history_no)
     select 0, false, c.resident_no, c.history_no
       from access.suppression c
      where c.municipality_code = $1 and c.to_seq is null
        and not exists (select 1 from staged_suppression s
                         where (s.resident_no, s.history_no) = (c.resident_no, c.history_no))
        and exists (select 1 from staged_suppression s
                     where s.present and s.resident_no = c.resident_no and s.history_no > c.history_no)`,
    [tx.municipality],
  )
}
