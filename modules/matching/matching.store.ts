import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import type { ListedPerson, ListId, OutcomeKind, RowId, Source } from './matching.ts'

const LIST = 'matching.list.sealed'
const ROW = 'matching.row.sealed'
const OUTCOME = 'matching.outcome.sealed'
const PURPOSE = 'matching-row'

export type List = {
  readonly listId: ListId
  readonly disasterId: DisasterId
  readonly source: Source
  readonly automatic: boolean
  readonly header: readonly string[]
  readonly targets: readonly string[]
  readonly rows: number
  readonly same: number
  readonly title: string
  readonly fileName: string
  readonly at: Date
  readonly by: string
}
type SealedList = Omit<List, 'title' | 'fileName'> & { readonly sealed: Buffer }

const listColumns = `list_id as "listId", disaster_id as "disasterId", source, automatic, header, targets, rows, same, sealed,
  taken_at as at, actor_label as by`

function openList(keys: Keys, { sealed, ...list }: SealedList): List {
  return {
    ...list,
    ...(JSON.parse(keys.open(LIST, list.listId, sealed)) as Pick<List, 'title' | 'fileName'>),
  }
}

/** False when that number was taken. */
export async function insertList(tx: Tx, keys: Keys, list: List, actor: string): Promise<boolean> {
  const { listId, title, fileName } = list
  const rows = await tx.sql(
    `insert into matching.list (municipality_code, list_id, disaster_id, source, automatic, header, targets, rows, same,
       sealed, taken_at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing returning list_id`,
    [
      ...[tx.municipality, listId, list.disasterId, list.source, list.automatic],
      ...[[...list.header], [...list.targets], list.rows, list.same],
      keys.seal(LIST, listId, JSON.stringify({ title, fileName })),
      ...[list.at, actor, list.by],
    ],
  )
  return rows.length === 1
}

export async function findList(tx: Tx, keys: Keys, listId: string): Promise<List | null> {
  const [row] = await tx.sql<SealedList>(
    `select ${listColumns} from matching.list where municipality_code = $1 and list_id = $2`,
    [tx.municipality, listId],
  )
  return row ? openList(keys, row) : null
}

export async function listLists(tx: Tx, keys: Keys, disasterId: DisasterId): Promise<List[]> {
  const rows = await tx.sql<SealedList>(
    `select ${listColumns} from matching.list
      where municipality_code = $1 and disaster_id = $2 order by list_id desc limit 200`,
    [tx.municipality, disasterId],
  )
  return rows.map((row) => openList(keys, row))
}

/** How a header was read the last time. */
export async function keptTargets(tx: Tx, header: readonly string[]): Promise<string[] | null> {
  const [row] = await tx.sql<{ targets: string[] }>(
    `select targets from matching.list where municipality_code = $1 and header = $2 order by list_id desc limit 1`,
    [tx.municipality, [...header]],
  )
  return row?.targets ?? null
}

/** Rows by list and state; `null` = not compared yet. */
export async function countRows(
  tx: Tx,
  listIds: readonly string[],
): Promise<{ listId: string; kind: OutcomeKind | null; automatic: boolean; count: number }[]> {
  return await tx.sql(
    `select r.list_id as "listId", p.kind, coalesce(p.automatic, false) as automatic, count(*)::int as count
       from matching.row r
       left join matching.present p on p.municipality_code = r.municipality_code and p.row_id = r.row_id
      where r.municipality_code = $1 and r.list_id = any($2::uuid[])
      group by 1, 2, 3`,
    [tx.municipality, [...listIds]],
  )
}

export type NewRow = { readonly rowId: RowId; readonly line: number; readonly row: ListedPerson }

const contentOf = (source: Source, row: ListedPerson): string => JSON.stringify({ source, row })

/** Which of these rows an earlier list of the disaster had in the same words, by place in the list. */
export async function knownRows(
  tx: Tx,
  keys: Keys,
  disasterId: DisasterId,
  source: Source,
  rows: readonly ListedPerson[],
): Promise<Set<number>> {
  const known = new Set<number>()
  for (const key of keys.each) {
    const hmacs = rows.map((row) => key.recordHmac(PURPOSE, contentOf(source, row)))
    const found = await tx.sql<{ at: number }>(
      `select k.at::int - 1 as at from unnest($3::bytea[]) with ordinality as k(hmac, at)
         join matching.row r on r.municipality_code = $1 and r.disaster_id = $2 and r.row_hmac = k.hmac`,
      [tx.municipality, disasterId, hmacs],
    )
    for (const { at } of found) known.add(at)
  }
  return known
}

/** Rows written; those that another list of the same moment brought are left out. */
export async function insertRows(
  tx: Tx,
  keys: Keys,
  { listId, disasterId, source }: Pick<List, 'listId' | 'disasterId' | 'source'>,
  rows: readonly NewRow[],
): Promise<number> {
  const contents = rows.map(({ row }) => contentOf(source, row))
  const written = await tx.sql(
    `insert into matching.row (municipality_code, row_id, list_id, disaster_id, line, row_hmac, sealed)
     select $1, k.row_id, $2, $3, k.line, k.hmac, k.sealed
       from unnest($4::uuid[], $5::int[], $6::bytea[], $7::bytea[]) as k(row_id, line, hmac, sealed)
     on conflict do nothing returning row_id`,
    [
      ...[tx.municipality, listId, disasterId],
      rows.map(({ rowId }) => rowId),
      rows.map(({ line }) => line),
      contents.map((content) => keys.recordHmac(PURPOSE, content)),
      contents.map((content, i) => keys.seal(ROW, rows[i]!.rowId, content)),
    ],
  )
  return written.length
}

type SealedRow = { rowId: RowId; listId: ListId; disasterId: DisasterId; line: number; sealed: Buffer }
export type Row = Omit<SealedRow, 'sealed'> & { readonly row: ListedPerson }

function openRow(keys: Keys, { sealed, ...rest }: SealedRow): Row {
  const { row } = JSON.parse(keys.open(ROW, rest.rowId, sealed)) as { row: ListedPerson }
  return { ...rest, row }
}

const rowColumns =
  'r.row_id as "rowId", r.list_id as "listId", r.disaster_id as "disasterId", r.line, r.sealed'

/** Rows of a list that nobody compared yet. */
export async function waitingRows(tx: Tx, keys: Keys, listId: string, most: number): Promise<Row[]> {
  const rows = await tx.sql<SealedRow>(
    `select ${rowColumns} from matching.row r
      where r.municipality_code = $1 and r.list_id = $2
        and not exists (select 1 from matching.outcome o where o.municipality_code = $1 and o.row_id = r.row_id)
      order by r.line limit $3`,
    [tx.municipality, listId, most],
  )
  return rows.map((row) => openRow(keys, row))
}

export type Present = {
  readonly step: number
  readonly kind: OutcomeKind | null
  readonly personRef: PersonRef | null
  readonly automatic: boolean
}

export async function findRow(tx: Tx, keys: Keys, rowId: string): Promise<(Row & Present) | null> {
  const [row] = await tx.sql<SealedRow & Present>(
    `select ${rowColumns}, coalesce(p.step, 0) as step, p.kind, p.person_ref as "personRef",
            coalesce(p.automatic, false) as automatic
       from matching.row r
       left join matching.present p on p.municipality_code = r.municipality_code and p.row_id = r.row_id
      where r.municipality_code = $1 and r.row_id = $2`,
    [tx.municipality, rowId],
  )
  return row ? openPresent(keys, row) : null
}

function openPresent(keys: Keys, row: SealedRow & Present): Row & Present {
  const { step, kind, personRef, automatic } = row
  return { ...openRow(keys, row), step, kind, personRef, automatic }
}

/** Rows of a list in its order, those of some states alone where asked. */
export async function listRows(
  tx: Tx,
  keys: Keys,
  asked: { listId: string; kinds: readonly string[] | null; after: number; limit: number },
): Promise<(Row & Present)[]> {
  const rows = await tx.sql<SealedRow & Present>(
    `select ${rowColumns}, coalesce(p.step, 0) as step, p.kind, p.person_ref as "personRef",
            coalesce(p.automatic, false) as automatic
       from matching.row r
       left join matching.present p on p.municipality_code = r.municipality_code and p.row_id = r.row_id
      where r.municipality_code = $1 and r.list_id = $2 and r.line > $4
        and ($3::text[] is null or coalesce(p.kind, 'waiting') = any($3))
      order by r.line limit $5`,
    [tx.municipality, asked.listId, asked.kinds === null ? null : [...asked.kinds], asked.after, asked.limit],
  )
  return rows.map((row) => openPresent(keys, row))
}

/** The next row of a list that waits for a person, after a line and then from the beginning; put off ones last. */
export async function nextOpen(tx: Tx, listId: string, line: number, rowId: string): Promise<RowId | null> {
  const [row] = await tx.sql<{ rowId: RowId }>(
    `select r.row_id as "rowId" from matching.row r
       join matching.present p on p.municipality_code = r.municipality_code and p.row_id = r.row_id
      where r.municipality_code = $1 and r.list_id = $2 and r.row_id <> $4
        and p.kind in ('certain', 'unsure', 'undone', 'none', 'later')
      order by p.kind = 'later', p.kind = 'none', r.line <= $3, r.line limit 1`,
    [tx.municipality, listId, line, rowId],
  )
  return row?.rowId ?? null
}

export type Candidate = {
  readonly rowId: RowId
  readonly personRef: PersonRef
  readonly score: number
  readonly reasons: readonly string[]
}

export async function insertCandidates(tx: Tx, list: readonly Candidate[]): Promise<void> {
  if (list.length === 0) return
  await tx.sql(
    `insert into matching.candidate (municipality_code, row_id, person_ref, score, reasons)
     select $1, k.row_id, k.person_ref, k.score, string_to_array(k.reasons, ' ')
       from unnest($2::uuid[], $3::text[], $4::int[], $5::text[]) as k(row_id, person_ref, score, reasons)
     on conflict do nothing`,
    [
      tx.municipality,
      list.map(({ rowId }) => rowId),
      list.map(({ personRef }) => personRef),
      list.map(({ score }) => score),
      list.map(({ reasons }) => reasons.join(' ')),
    ],
  )
}

/** Candidates of a row, the best first. */
export async function listCandidates(tx: Tx, rowId: string): Promise<Candidate[]> {
  return await tx.sql(
    `select row_id as "rowId", person_ref as "personRef", score, reasons from matching.candidate
      where municipality_code = $1 and row_id = $2 order by score desc, person_ref`,
    [tx.municipality, rowId],
  )
}

export type Outcome = {
  readonly rowId: RowId
  readonly step: number
  readonly kind: OutcomeKind
  readonly personRef: PersonRef | null
  readonly automatic: boolean
  readonly reason: string | null
}

/** The rows whose outcome was written; somebody was first with the others. */
export async function insertOutcomes(
  tx: Tx,
  keys: Keys,
  list: readonly Outcome[],
  who: { readonly at: Date; readonly actor: string; readonly label: string },
): Promise<Set<string>> {
  if (list.length === 0) return new Set()
  const rows = await tx.sql<{ rowId: string }>(
    `insert into matching.outcome (municipality_code, row_id, step, kind, person_ref, automatic, sealed, at, actor, actor_label)
     select $1, k.row_id, k.step, k.kind, k.person_ref, k.automatic, k.sealed, $8, $9, $10
       from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::bool[], $7::bytea[])
         as k(row_id, step, kind, person_ref, automatic, sealed)
     on conflict do nothing returning row_id as "rowId"`,
    [
      tx.municipality,
      list.map(({ rowId }) => rowId),
      list.map(({ step }) => step),
      list.map(({ kind }) => kind),
      list.map(({ personRef }) => personRef),
      list.map(({ automatic }) => automatic),
      list.map(({ rowId, step, reason }) =>
        reason === null ? null : keys.seal(OUTCOME, `${rowId}|${step}`, reason),
      ),
      ...[who.at, who.actor, who.label],
    ],
  )
  return new Set(rows.map(({ rowId }) => rowId))
}

/** Everything that was found and decided of a row, newest first. */
export async function listOutcomes(
  tx: Tx,
  keys: Keys,
  rowId: RowId,
): Promise<(Outcome & { at: Date; by: string })[]> {
  const rows = await tx.sql<Omit<Outcome, 'reason'> & { at: Date; by: string; sealed: Buffer | null }>(
    `select row_id as "rowId", step, kind, person_ref as "personRef", automatic, sealed, at, actor_label as by
       from matching.outcome where municipality_code = $1 and row_id = $2 order by step desc`,
    [tx.municipality, rowId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    reason: sealed === null ? null : keys.open(OUTCOME, `${row.rowId}|${row.step}`, sealed),
  }))
}

/** Whom the rows of a list are linked with at present. */
export async function linkedOf(tx: Tx, listId: string): Promise<Set<string>> {
  const rows = await tx.sql<{ ref: string }>(
    `select p.person_ref as ref from matching.row r
       join matching.present p on p.municipality_code = r.municipality_code and p.row_id = r.row_id
      where r.municipality_code = $1 and r.list_id = $2 and p.kind in ('linked', 'added')`,
    [tx.municipality, listId],
  )
  return new Set(rows.map(({ ref }) => ref))
}
