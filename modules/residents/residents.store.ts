import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { indexGrams } from '@open-bcl/core/ja/fold.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import { concealResident, type ResidentRecord } from './residents.ts'

export const PLACE = 'residents.version.sealed'

/** Fields of the blind index. The same gram in another field is another token. */
export type SearchField = 'name' | 'kana' | 'address'

/** One row of a link file, checked, on its way to the staging table. */
export type IncomingVersion = {
  /** Physical line in the file, for the error report. */
  readonly line: number
  readonly record: ResidentRecord
  /** 最新フラグ */
  readonly latest: boolean
  /** 削除フラグ */
  readonly deleted: boolean
}

export type AppliedCounts = {
  readonly inserted: number
  readonly updated: number
  readonly deleted: number
  readonly unchanged: number
}

export function rowKey(record: { residentNo: string; historyNo: number; branchNo: number }): string {
  return `${record.residentNo}|${record.historyNo}|${record.branchNo}`
}

/** The tokens under which a person is found. */
export function tokensOf(keys: Keys, record: ResidentRecord): bigint[] {
  const { name, address } = record
  const texts: readonly (readonly [SearchField, string])[] = [
    ['name', name.full],
    ['name', name.latin],
    ['name', name.kanji],
    ['name', name.former],
    ['name', name.alias],
    ['kana', name.kana],
    ['kana', name.formerKana],
    ['kana', name.aliasKana],
    ['address', `${address.town}${address.number} ${address.building}`],
  ]
  const tokens = new Set<bigint>()
  for (const [field, text] of texts) {
    if (text === '') continue
    for (const gram of indexGrams(text)) tokens.add(keys.token(field, gram))
  }
  return [...tokens]
}

/** Opens a temporary staging table of this transaction and writes checked rows into it by COPY. */
export async function stageResidents(
  tx: Tx,
  keys: Keys,
): Promise<{ write(rows: readonly IncomingVersion[]): Promise<void>; finish(): Promise<void> }> {
  // Temporary tables know no RLS: COPY FROM is refused under it (design §4 rule 4).
  await tx.client.query(`create temporary table staged_resident (
      line integer not null, resident_no text not null, history_no integer not null, branch_no integer not null,
      latest boolean not null, deleted boolean not null, household_no text, kind text not null, state text not null,
      sex char(1) not null, birth_on date, record_hmac bytea not null, sealed bytea not null, tokens bigint[] not null
    ) on commit drop`)
  const copy = tx.copyIn('copy staged_resident from stdin')
  return {
    write: (rows) => copy.write(rows.map((row) => stagedLine(keys, row)).join('')),
    async finish() {
      await copy.finish()
      await tx.client.query('analyze staged_resident')
    },
  }
}

function stagedLine(keys: Keys, { line, record, latest, deleted }: IncomingVersion): string {
  const json = JSON.stringify(record)
  const sealed = keys.seal(PLACE, rowKey(record), json)
  const tokens = latest && !deleted ? tokensOf(keys, record) : []
  return [
    String(line),
    copyText(record.residentNo),
    String(record.historyNo),
    String(record.branchNo),
    latest ? 't' : 'f',
    deleted ? 't' : 'f',
    record.householdNo === null ? '\\N' : copyText(record.householdNo),
    record.kind,
    record.state,
    record.sex,
    record.birth.on ?? '\\N',
    `\\\\x${keys.recordHmac('resident', json).toString('hex')}`,
    `\\\\x${sealed.toString('hex')}`,
    `{${tokens.join(',')}}\n`,
  ].join('\t')
}

function copyText(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (c) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[c]!)
}

/** Lines of the file whose key (宛名番号, 履歴番号, 枝番), or whose 最新フラグ for a person, stands there twice. */
export async function listStagedDuplicates(
  tx: Tx,
): Promise<{ readonly line: number; readonly firstLine: number; readonly what: 'key' | 'latest' }[]> {
  return await tx.sql(
    `select line, "firstLine", what from (
       select line, min(line) over w as "firstLine", 'key' as what from staged_resident
       window w as (partition by resident_no, history_no, branch_no)
       union all
       select line, min(line) over w, 'latest' from staged_resident where latest and not deleted
       window w as (partition by resident_no)
     ) d where line <> "firstLine" order by line limit 1000`,
  )
}

/**
 * Writes what the staged file changes, as of `seq`. `full`: what the file does not hold is deleted; `delta`: only what it
 * names is touched, and a person's older row steps back when a newer one arrives. Never truncate-and-fill.
 */
export async function applyStaged(tx: Tx, mode: 'full' | 'delta', seq: bigint): Promise<AppliedCounts> {
  const code = tx.municipality
  const key = 'resident_no, history_no, branch_no'
  await tx.sql(
    `create temporary table change on commit drop as
     select s.resident_no, s.history_no, s.branch_no, s.deleted, c.resident_no is not null and not c.deleted as known
       from staged_resident s
       left join residents.version c
         on c.municipality_code = '${code}' and c.to_seq is null
        and (c.resident_no, c.history_no, c.branch_no) = (s.resident_no, s.history_no, s.branch_no)
      where case when s.deleted then c.resident_no is not null and not c.deleted
                 else c.resident_no is null or c.deleted or c.latest <> s.latest or c.record_hmac <> s.record_hmac end`,
  )
  if (mode === 'full') {
    await tx.sql(
      `insert into change (${key}, deleted, known)
       select c.resident_no, c.history_no, c.branch_no, true, true
         from residents.version c
        where c.municipality_code = $1 and c.to_seq is null and not c.deleted
          and not exists (select 1 from staged_resident s
                           where (s.resident_no, s.history_no, s.branch_no) = (c.resident_no, c.history_no, c.branch_no))`,
      [code],
    )
  }
  await tx.client.query('analyze change')
  const tombstones = await closeAndRemember(tx, seq)
  if (mode === 'delta') await stepBack(tx, seq)
  await tx.sql(
    `insert into residents.version (municipality_code, ${key}, from_seq, latest, deleted, household_no, kind, state, sex,
       birth_on, record_hmac, sealed, tokens)
     select $1, s.resident_no, s.history_no, s.branch_no, $2, s.latest, false, s.household_no, s.kind, s.state, s.sex,
            s.birth_on, s.record_hmac, s.sealed, s.tokens
       from staged_resident s join change c using (${key}) where not c.deleted`,
    [code, seq],
  )
  const [counts] = await tx.sql<{ inserted: bigint; updated: bigint; staged: bigint; named: bigint }>(
    `select count(*) filter (where not deleted and not known) as inserted,
            count(*) filter (where not deleted and known) as updated,
            (select count(*) from staged_resident) as staged,
            (select count(*) from change c where exists (select 1 from staged_resident s
               where (s.resident_no, s.history_no, s.branch_no) = (c.resident_no, c.history_no, c.branch_no))) as named
       from change`,
  )
  return {
    inserted: Number(counts!.inserted),
    updated: Number(counts!.updated),
    deleted: tombstones,
    unchanged: Number(counts!.staged - counts!.named),
  }
}

/** Ends the current versions of everything that changes, and writes a tombstone for everything that is deleted. */
async function closeAndRemember(tx: Tx, seq: bigint): Promise<number> {
  await tx.sql(
    `update residents.version v set to_seq = $2
       from change c
      where v.municipality_code = $1 and v.to_seq is null
        and (v.resident_no, v.history_no, v.branch_no) = (c.resident_no, c.history_no, c.branch_no)`,
    [tx.municipality, seq],
  )
  const rows = await tx.sql(
    `insert into residents.version (municipality_code, resident_no, history_no, branch_no, from_seq, latest, deleted,
       household_no, kind, state, sex, birth_on, record_hmac, sealed, tokens)
     select v.municipality_code, v.resident_no, v.history_no, v.branch_no, $2, false, true,
            v.household_no, v.kind, v.state, v.sex, v.birth_on, v.record_hmac, v.sealed, '{}'
       from residents.version v join change c
         on (v.resident_no, v.history_no, v.branch_no) = (c.resident_no, c.history_no, c.branch_no)
      where v.municipality_code = $1 and v.to_seq = $2 and c.deleted
     returning resident_no`,
    [tx.municipality, seq],
  )
  return rows.length
}

/** A delta that brings a person's newer row need not repeat the older one: it stops being the latest here. */
async function stepBack(tx: Tx, seq: bigint): Promise<void> {
  await tx.sql(
    `with older as (
       update residents.version v set to_seq = $2
         from staged_resident s
        where v.municipality_code = $1 and v.to_seq is null and v.latest and not v.deleted
          and s.latest and not s.deleted and s.resident_no = v.resident_no
          and (s.history_no, s.branch_no) <> (v.history_no, v.branch_no)
       returning v.*)
     insert into residents.version (municipality_code, resident_no, history_no, branch_no, from_seq, latest, deleted,
       household_no, kind, state, sex, birth_on, record_hmac, sealed, tokens)
     select o.municipality_code, o.resident_no, o.history_no, o.branch_no, $2, false, false,
            o.household_no, o.kind, o.state, o.sex, o.birth_on, o.record_hmac, o.sealed, '{}'
       from older o`,
    [tx.municipality, seq],
  )
}

/** The next number of the town's data, given inside the applying transaction; its row lock lets one file apply at a time. */
export async function nextSeq(tx: Tx): Promise<bigint> {
  const [row] = await tx.sql<{ seq: bigint }>(
    `insert into residents.sequence as s (municipality_code, last_seq) values ($1, 1)
     on conflict (municipality_code) do update set last_seq = s.last_seq + 1 returning last_seq as seq`,
    [tx.municipality],
  )
  return row!.seq
}

/** 0 before the first file. */
export async function currentSeq(tx: Tx): Promise<bigint> {
  const [row] = await tx.sql<{ seq: bigint }>(
    'select last_seq as seq from residents.sequence where municipality_code = $1',
    [tx.municipality],
  )
  return row?.seq ?? 0n
}

type SealedRow = {
  resident_no: string
  history_no: number
  branch_no: number
  sealed: Buffer
  protected: boolean
}

function open(keys: Keys, row: SealedRow): Guarded<ResidentRecord> {
  const key = `${row.resident_no}|${row.history_no}|${row.branch_no}`
  const record = JSON.parse(keys.open(PLACE, key, row.sealed)) as ResidentRecord
  return new Guarded({ kind: 'resident', id: row.resident_no }, row.protected, record, concealResident)
}

const guardedColumns = `resident_no, history_no, branch_no, sealed,
  residents.is_protected(municipality_code, resident_no, household_no) as protected`

/** What a search asks of the index; the candidates are checked exactly by the caller. */
export type CandidateSearch = {
  readonly asOf: bigint
  readonly tokens: readonly bigint[]
  readonly birthOn: string | null
  readonly byAddress: boolean
}

/**
 * Candidates among the first `examined` people in order of 宛名番号, at most `most`. What many people have in common (one
 * character, a frequent name) is found here in milliseconds; the index of tokens would fetch a sixth of a city first.
 */
export async function walkCandidates(
  tx: Tx,
  keys: Keys,
  search: CandidateSearch,
  examined: number,
  most: number,
): Promise<Guarded<ResidentRecord>[]> {
  const rows = await tx.sql<SealedRow>(
    `select w.resident_no, w.history_no, w.branch_no, w.sealed, p.protected
       from (select * from residents.version v
              where v.municipality_code = $1 and v.latest and not v.deleted
                and v.from_seq <= $2 and (v.to_seq is null or v.to_seq > $2)
              order by v.resident_no limit $3) w
      cross join lateral residents.protection_of($1, w.resident_no, w.household_no) p
      where w.tokens @> $4 and not ($5 and p.protected)
      order by w.resident_no limit $6`,
    [tx.municipality, search.asOf, examined, search.tokens, search.byAddress, most],
  )
  return rows.map((row) => open(keys, row))
}

/** The first `most` candidates of a search in order of 宛名番号; the caller checks them exactly. */
export async function searchCandidates(
  tx: Tx,
  keys: Keys,
  search: CandidateSearch,
  most: number,
): Promise<Guarded<ResidentRecord>[]> {
  const rows = await tx.sql<SealedRow>('select * from residents.search($1, $2, $3, $4, $5, $6)', [
    tx.municipality,
    search.asOf,
    search.tokens.length === 0 ? null : search.tokens,
    search.birthOn,
    search.byAddress,
    most,
  ])
  return rows.map((row) => open(keys, row))
}

/** The latest row of a person as of `seq`. */
export async function findVersion(
  tx: Tx,
  keys: Keys,
  residentNo: ResidentNo,
  seq: bigint,
): Promise<Guarded<ResidentRecord> | null> {
  const [row] = await tx.sql<SealedRow>(
    `select ${guardedColumns} from residents.version
      where municipality_code = $1 and resident_no = $2 and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)`,
    [tx.municipality, residentNo, seq],
  )
  return row ? open(keys, row) : null
}

export async function listHousehold(
  tx: Tx,
  keys: Keys,
  householdNo: string,
  seq: bigint,
): Promise<Guarded<ResidentRecord>[]> {
  const rows = await tx.sql<SealedRow>(
    `select ${guardedColumns} from residents.version
      where municipality_code = $1 and household_no = $2 and latest and not deleted
        and from_seq <= $3 and (to_seq is null or to_seq > $3)
      order by birth_on nulls last, resident_no`,
    [tx.municipality, householdNo, seq],
  )
  return rows.map((row) => open(keys, row))
}
