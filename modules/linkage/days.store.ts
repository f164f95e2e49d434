import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'

/** Files of a day in Japan. A day without any has no row. */
export type DayRow = {
  readonly on: PlainDate
  readonly files: number
  readonly refused: number
  readonly rows: number
}

export async function listDays(tx: Tx, from: Date): Promise<DayRow[]> {
  return await tx.sql<DayRow>(
    `select to_char(at at time zone 'Asia/Tokyo', 'YYYY-MM-DD') as "on",
            (count(*) filter (where state = 'applied'))::integer as files,
            (count(*) filter (where state = 'refused'))::integer as refused,
            coalesce(sum(row_count) filter (where state = 'applied'), 0)::integer as rows
       from linkage.file
      where municipality_code = $1 and at >= $2 and state in ('applied', 'refused')
      group by 1 order by 1`,
    [tx.municipality, from],
  )
}
