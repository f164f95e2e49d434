import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Disaster, DisasterId, GuidelineCode, HazardCode } from './disasters.ts'

type Row = {
  disasterId: string
  disasterCode: string
  name: string
  hazards: string[]
  occurredOn: string
  causeText: string
  applicationDeadlineOn: string | null
  guidelineCode: string
  registeredAt: Date
}

const columns = `disaster_id as "disasterId", disaster_code as "disasterCode", name, hazards,
  occurred_on as "occurredOn", cause_text as "causeText", application_deadline_on as "applicationDeadlineOn",
  guideline_code as "guidelineCode", registered_at as "registeredAt"`

function disasterOf(row: Row): Disaster {
  return {
    ...row,
    disasterId: row.disasterId as DisasterId,
    hazards: row.hazards as HazardCode[],
    occurredOn: row.occurredOn as PlainDate,
    applicationDeadlineOn: row.applicationDeadlineOn as PlainDate | null,
    guidelineCode: row.guidelineCode as GuidelineCode,
  }
}

/** Writes a disaster under the next free code of its year; `null` when a disaster of that name is there. */
export async function insertDisaster(
  tx: Tx,
  disaster: Omit<Disaster, 'disasterCode'>,
  codePrefix: string,
  registeredBy: string,
): Promise<Disaster | null> {
  for (;;) {
    // Two registrations at once meet at the unique key: the second waits, gets no row and counts again.
    const [row] = await tx.sql<Row>(
      `insert into disasters.disaster (municipality_code, disaster_id, disaster_code, name, hazards, occurred_on,
         cause_text, application_deadline_on, guideline_code, registered_at, registered_by)
       select $1, $2, $3 || (count(*) + 1), $4, $5, $6, $7, $8, $9, $10, $11
         from disasters.disaster where municipality_code = $1 and starts_with(disaster_code, $3)
       on conflict do nothing
       returning ${columns}`,
      [
        tx.municipality,
        disaster.disasterId,
        codePrefix,
        disaster.name,
        [...disaster.hazards],
        disaster.occurredOn,
        disaster.causeText,
        disaster.applicationDeadlineOn,
        disaster.guidelineCode,
        disaster.registeredAt,
        registeredBy,
      ],
    )
    if (row) return disasterOf(row)
    const named = await tx.sql(
      'select 1 from disasters.disaster where municipality_code = $1 and name = $2',
      [tx.municipality, disaster.name],
    )
    if (named.length > 0) return null
  }
}

export async function findDisaster(tx: Tx, disasterId: DisasterId): Promise<Disaster | null> {
  const [row] = await tx.sql<Row>(
    `select ${columns} from disasters.disaster where municipality_code = $1 and disaster_id = $2`,
    [tx.municipality, disasterId],
  )
  return row ? disasterOf(row) : null
}

/** The newest first. */
export async function listDisasters(tx: Tx): Promise<Disaster[]> {
  const rows = await tx.sql<Row>(
    `select ${columns} from disasters.disaster where municipality_code = $1
      order by occurred_on desc, registered_at desc, disaster_id`,
    [tx.municipality],
  )
  return rows.map(disasterOf)
}
