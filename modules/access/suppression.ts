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
  columns: { starts_on: 'date', ends_on: 'date', category: 'text', lifted: 'boolean', latest: 'boolean' },
}

/** `keptPeople`: persons whose record went away without an end, and who stay protected all the same. */
export type SuppressionCounts = VersionCounts & { readonly keptPeople: number }

/**
 * Takes in 支援措置 as the town sends it. Whom it protects is `access.is_suppressed`: nothing but an explicit end (区分 終了)
 * of the newest 履歴番号 lifts a protection. So a record that has not ended stays when the town deletes it or leaves it
 * out of a full file; a deleted end is taken back; an end that a full file leaves out stays an end.
 */
export async function openSuppressionIntake(ctx: Ctx): Promise<{
  write(rows: readonly IncomingSuppression[]): Promise<void>
  finish(): Promise<{ readonly line: number; readonly firstLine: number }[]>
  apply(mode: 'full' | 'delta', seq: bigint): Promise<SuppressionCounts>
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
      const keptPeople = await countKept(ctx, mode)
      await keepUnended(ctx)
      await stepBack(ctx)
      return { ...(await applyVersions(tx, versions, 'delta', seq)), keptPeople }
    },
  }
}

function stagedLine({ line, latest, deleted, record }: IncomingSuppression): string {
  return `${[
    String(line),
    deleted ? 'f' : 't',
    copyField(record.residentNo),
    String(record.historyNo),
    record.startsOn,
    record.endsOn ?? '\\N',
    copyField(record.categoryCode),
    record.ended ? 't' : 'f',
    latest ? 't' : 'f',
  ].join('\t')}\n`
}

/**
 * Persons protected by a record that this file takes away: named as deleted, or (`full`) not named at all, with nothing
 * of the same person or newer in its place.
 */
async function countKept({ tx }: Ctx, mode: 'full' | 'delta'): Promise<number> {
  const [row] = await tx.sql<{ people: bigint }>(
    `select count(distinct c.resident_no) as people
       from access.suppression c
       left join staged_suppression s on (s.resident_no, s.history_no) = (c.resident_no, c.history_no)
      where c.municipality_code = $1 and c.to_seq is null and not c.lifted
        and access.is_suppressed(c.municipality_code, c.resident_no)
        and case when s.line is null then $2 else not s.present end
        and (c.latest or not exists (
          select 1 from access.suppression n
           where n.municipality_code = $1 and n.to_seq is null and n.resident_no = c.resident_no
             and n.history_no > c.history_no))
        and not exists (select 1 from staged_suppression n
                         where n.present and n.resident_no = c.resident_no and n.history_no > c.history_no)`,
    [tx.municipality, mode === 'full'],
  )
  return Number(row!.people)
}

/** A deleted record that has not ended is staged as it stands: nothing changes. */
async function keepUnended({ tx }: Ctx): Promise<void> {
  await tx.sql(
    `update staged_suppression s
        set present = true, starts_on = c.starts_on, ends_on = c.ends_on, category = c.category, lifted = c.lifted,
            latest = c.latest
       from access.suppression c
      where c.municipality_code = $1 and c.to_seq is null and not c.lifted and not s.present
        and (s.resident_no, s.history_no) = (c.resident_no, c.history_no)`,
    [tx.municipality],
  )
}

/** A file that brings a person's newer row need not repeat the older one: it is no more the latest. */
async function stepBack({ tx }: Ctx): Promise<void> {
  await tx.sql(
    `insert into staged_suppression (line, present, resident_no, history_no, starts_on, ends_on, category, lifted, latest)
     select 0, true, c.resident_no, c.history_no, c.starts_on, c.ends_on, c.category, c.lifted, false
       from access.suppression c
      where c.municipality_code = $1 and c.to_seq is null and c.latest
        and not exists (select 1 from staged_suppression s
                         where (s.resident_no, s.history_no) = (c.resident_no, c.history_no))
        and exists (select 1 from staged_suppression s
                     where s.present and s.latest and s.resident_no = c.resident_no and s.history_no > c.history_no)`,
    [tx.municipality],
  )
}
