import { readInBatches } from '@open-bcl/platform/db/cursor.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { BadRow, CheckedRow, IntakeCounts, Repeat } from '../interfaces/interfaces.intake.ts'
import { Copying, putKey, Sealing, type ComparedRow, type IntakeOf } from './intake.store.ts'

const key = 'resident_no, history_no, branch_no'
const of = (alias: string): string => `(${alias}.resident_no, ${alias}.history_no, ${alias}.branch_no)`
const keyText = (alias: string): string =>
  `${alias}.resident_no || '|' || ${alias}.history_no || '|' || ${alias}.branch_no`

const sameKey = `select ${key} from compared_row group by ${key} having count(*) > 1`
const sameLatest =
  'select resident_no from compared_row where latest and not deleted group by resident_no having count(*) > 1'

/** Whether rows come in order, as registers write them: then no key comes twice, and that need not be asked. */
class RowOrder {
  #key = ''
  #residentNo = ''
  #hasLatest = false
  isStrict = true

  next(rowKey: string, latest: boolean): void {
    const residentNo = rowKey.slice(0, rowKey.indexOf('|'))
    if (residentNo === this.#residentNo) {
      // 履歴番号 are numbers of any length: of several rows of a person, those of one length only are in order here.
      if (rowKey.length !== this.#key.length || rowKey <= this.#key || (latest && this.#hasLatest))
        this.isStrict = false
      this.#hasLatest ||= latest
    } else {
      if (residentNo < this.#residentNo) this.isStrict = false
      this.#hasLatest = latest
    }
    this.#key = rowKey
    this.#residentNo = residentNo
  }
}

/**
 * A file for a town that has rows: a first reading stages keys and digests, SQL says which lines change something, and
 * only those are checked, sealed and written in a second reading. Temporary tables know no RLS: COPY FROM is refused under
 * it (design §4 rule 4).
 */
export class Comparison {
  readonly #tx: Tx
  readonly #of: IntakeOf
  readonly #sealing: Sealing
  readonly #compared: Copying
  readonly #changed: Copying
  /** A bad row that may be anybody's: nobody is deleted for not being in the file. */
  #anybody = false
  #sparedAny = false
  #rows = 0
  readonly #order = new RowOrder()

  constructor(tx: Tx, keys: Keys, how: IntakeOf) {
    this.#tx = tx
    this.#of = how
    this.#sealing = new Sealing(keys)
    this.#compared = new Copying(async () => tx.copyIn('copy compared_row from stdin (format binary)'))
    this.#changed = new Copying(async () => tx.copyIn('copy changed_row from stdin (format binary)'))
  }

  async open(): Promise<void> {
    for (const table of [
      'compared_row (line integer, resident_no text, history_no integer, branch_no integer, latest boolean, deleted boolean, record_hmac bytea, other_hmac bytea)',
      // A key that cannot be read is null.
      'spared_row (line integer, resident_no text, row_key text)',
      'changed_row (line integer, latest boolean, household_no text, kind text, state text, sex char(1), birth_on date, record_hmac bytea, sealed bytea, tokens bigint[])',
      'withheld_person (resident_no text)',
    ])
      await this.#tx.client.query(`create temporary table ${table} on commit drop`)
  }

  /** First reading: rows whose key and flags are right. */
  async compare(rows: readonly ComparedRow[]): Promise<void> {
    const out = this.#compared.rows
    this.#rows += rows.length
    for (const { line, rowKey, latest, deleted, digest } of rows) {
      this.#order.next(rowKey, latest && !deleted)
      out.row(8)
      out.integer(line)
      putKey(out, rowKey)
      out.boolean(latest)
      out.boolean(deleted)
      const [now, other] = this.#sealing.hmacs(digest)
      out.bytes(now!)
      if (other === undefined) out.none()
      else out.bytes(other)
      if (this.#compared.isFull) await this.#compared.send()
    }
  }

  /** In either reading. */
  async spare(rows: readonly BadRow[]): Promise<void> {
    await this.close()
    this.#sparedAny ||= rows.length > 0
    if (rows.some(({ residentNo }) => residentNo === null)) this.#anybody = true
    await this.#tx.sql(
      'insert into spared_row (line, resident_no, row_key) select * from unnest($1::integer[], $2::text[], $3::text[])',
      [
        rows.map(({ line }) => line),
        rows.map(({ residentNo }) => residentNo),
        rows.map(({ rowKey }) => rowKey),
      ],
    )
  }

  /** The connection is free. */
  async close(): Promise<void> {
    await this.#compared.close()
    await this.#changed.close()
  }

  /** After the first reading: lines whose key, or whose 最新フラグ for a person, stands in the file twice. Few, if any. */
  async *repeatedLines(): AsyncGenerator<readonly number[]> {
    await this.close()
    await this.#tx.client.query('analyze compared_row')
    if (this.#order.isStrict) return
    for await (const rows of readInBatches<{ line: number }>(
      this.#tx,
      `select line from compared_row join (${sameKey}) k using (${key})
       union
       select line from compared_row join (${sameLatest}) l using (resident_no) where latest and not deleted`,
      [],
    ))
      yield rows.map(({ line }) => line)
  }

  /** The same but for rows that were spared since; now they are spared, too. */
  async *repeats(): AsyncGenerator<readonly Repeat[]> {
    await this.close()
    await this.#tx.client.query(`create temporary table repeated_row on commit drop as
      with good as (select * from compared_row where line not in (select line from spared_row)),
      same_key as (${sameKey.replace('compared_row', 'good')}),
      same_latest as (${sameLatest.replace('compared_row', 'good')})
      select line, 'key' as what, first, last, resident_no, ${keyText('k')} as row_key
        from (select c.*, min(c.line) over w as first, max(c.line) over w as last
                from good c join same_key using (${key}) window w as (partition by ${key})) k
      union all
      select line, 'latest', first, last, resident_no, ${keyText('l')}
        from (select c.*, min(c.line) over w as first, max(c.line) over w as last
                from good c join same_latest using (resident_no)
               where c.latest and not c.deleted and not exists (select 1 from same_key k where ${of('k')} = ${of('c')})
              window w as (partition by c.resident_no)) l
       where first < last`)
    const { rowCount } = await this.#tx.client.query(
      'insert into spared_row (line, resident_no, row_key) select line, resident_no, row_key from repeated_row',
    )
    this.#sparedAny ||= rowCount !== 0
    yield* readInBatches<Repeat>(
      this.#tx,
      `select line, row_key as "rowKey", resident_no as "residentNo", what,
              case when line = first then last else first end as "otherLine"
         from repeated_row order by line`,
      [],
    )
  }

  /** Finds out which lines change something; in a full file also what it does not hold (`line` is null). */
  async findChanges(): Promise<void> {
    const tx = this.#tx
    const full = this.#of.mode === 'full'
    await this.#tx.client.query('analyze spared_row')
    await this.#tx.client.query(
      `create temporary table change on commit drop as
       select s.line, coalesce(s.resident_no, c.resident_no) as resident_no,
              coalesce(s.history_no, c.history_no) as history_no, coalesce(s.branch_no, c.branch_no) as branch_no,
              coalesce(s.latest, false) as latest, coalesce(s.deleted, true) as deleted,
              c.resident_no is not null and not c.deleted as known
         from compared_row s
         ${full ? 'full' : 'left'} join (
           select ${key}, latest, deleted, record_hmac, origin from residents.version
            where municipality_code = '${tx.municipality}' and to_seq is null) c on ${of('c')} = ${of('s')}
        where case when s.line is null then not c.deleted
                   when s.deleted then c.resident_no is not null and not c.deleted
                   else c.resident_no is null or c.deleted or c.latest <> s.latest
                     or c.record_hmac <> s.record_hmac and c.record_hmac is distinct from s.other_hmac
                     or c.origin = 'hand' and ${this.#of.origin === 'link'} end`,
    )
  }

  /** The lines that change something, in order. */
  async *changedLines(): AsyncGenerator<readonly number[]> {
    for await (const rows of readInBatches<{ line: number }>(
      this.#tx,
      'select line from change where line is not null and line not in (select line from spared_row) order by line',
      [],
      20_000,
    ))
      yield rows.map(({ line }) => line)
  }

  /** The lines that are bad as far as is known now. */
  async *sparedLines(): AsyncGenerator<readonly number[]> {
    for await (const rows of readInBatches<{ line: number }>(this.#tx, 'select line from spared_row', []))
      yield rows.map(({ line }) => line)
  }

  /** Second reading: changed rows that are right. */
  async write(rows: readonly CheckedRow[]): Promise<void> {
    const out = this.#changed.rows
    for (const row of rows) {
      if (row.deleted) continue
      out.row(10)
      out.integer(row.line)
      out.boolean(row.latest)
      // A row that is no more the latest gets its tokens too: see `keepLatest`.
      this.#sealing.put(out, row, true)
      if (this.#changed.isFull) await this.#changed.send()
    }
  }

  /** Writes the differences. Never truncate-and-fill. */
  async apply(): Promise<IntakeCounts> {
    await this.close()
    const tx = this.#tx
    const spared = await this.#takeOutSpared()
    if (this.#sparedAny) {
      await this.#keepLatest()
      await this.#keepMissing()
    }
    await tx.client.query('analyze change; analyze changed_row')
    const deleted = await this.#closeAndRemember()
    if (this.#sparedAny || this.#of.mode === 'delta') await this.#stepBack()
    await tx.sql(
      `insert into residents.version (municipality_code, ${key}, from_seq, latest, deleted, household_no, kind, state, sex,
         birth_on, record_hmac, sealed, tokens, origin)
       select $1, c.resident_no, c.history_no, c.branch_no, $2, c.latest, false, w.household_no, w.kind, w.state, w.sex,
              w.birth_on, w.record_hmac, w.sealed, case when c.latest then w.tokens else '{}' end, $3
         from change c join changed_row w using (line) where not c.deleted`,
      [tx.municipality, this.#of.seq, this.#of.origin],
    )
    const [counts] = await tx.sql<Record<'inserted' | 'updated' | 'named', bigint>>(
      `select count(*) filter (where not deleted and not known) as inserted,
              count(*) filter (where not deleted and known) as updated,
              count(*) filter (where line is not null) as named
         from change`,
    )
    return {
      inserted: Number(counts!.inserted),
      updated: Number(counts!.updated),
      deleted,
      unchanged: this.#rows - spared - Number(counts!.named),
    }
  }

  /** After `apply`: those whom a full file would have deleted, had every row of it been readable. */
  async *withheld(): AsyncGenerator<readonly string[]> {
    for await (const rows of readInBatches<{ residentNo: string }>(
      this.#tx,
      'select resident_no as "residentNo" from withheld_person',
      [],
    ))
      yield rows.map(({ residentNo }) => residentNo)
  }

  /** After `apply`: those whose latest row it took away without making another one the latest. */
  async *withoutLatest(): AsyncGenerator<readonly string[]> {
    for await (const rows of readInBatches<{ residentNo: string }>(
      this.#tx,
      // One look at an index each (`offset 0`): nearly everybody still has a latest row.
      `with lost as materialized (
         select n.resident_no from (select distinct resident_no from change) n
          where not exists (select 1 from residents.version l
                             where l.municipality_code = $1 and l.resident_no = n.resident_no and l.to_seq is null
                               and l.latest and not l.deleted offset 0))
       select n.resident_no as "residentNo" from lost n
        where exists (select 1 from residents.version v
                       where v.municipality_code = $1 and v.resident_no = n.resident_no and v.to_seq = $2 and v.latest
                         and not v.deleted offset 0)
          and exists (select 1 from residents.pub_without_latest p
                       where p.municipality_code = $1 and p.resident_no = n.resident_no)`,
      [this.#tx.municipality, this.#of.seq],
    ))
      yield rows.map(({ residentNo }) => residentNo)
  }

  /** Which of these keys the file held a good row of. */
  async arrived(rowKeys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#tx.sql<{ rowKey: string }>(
      `select ${keyText('s')} as "rowKey" from compared_row s
        where s.resident_no = any($1) and ${keyText('s')} = any($2) and s.line not in (select line from spared_row)`,
      [rowKeys.map((rowKey) => rowKey.split('|')[0]), [...rowKeys]],
    )
    return new Set(rows.map(({ rowKey }) => rowKey))
  }

  /** How many rows that were compared are spared now. */
  async #takeOutSpared(): Promise<number> {
    if (!this.#sparedAny) return 0
    await this.#tx.client.query('analyze spared_row')
    await this.#tx.client.query('delete from change where line in (select line from spared_row)')
    const [row] = await this.#tx.sql<{ rows: bigint }>(
      'select count(*) as rows from compared_row where line in (select line from spared_row)',
    )
    return Number(row!.rows)
  }

  /**
   * A person one of whose rows is bad stays findable: where the file only takes her latest row back and the one that takes
   * its place is the bad one, it stays the latest until that one comes.
   */
  async #keepLatest(): Promise<void> {
    await this.#tx.sql(
      `update change n set latest = true
         from residents.version c
        where c.municipality_code = $1 and c.to_seq is null and c.latest and not c.deleted and ${of('c')} = ${of('n')}
          and not n.latest and not n.deleted
          and exists (select 1 from spared_row s where s.resident_no = n.resident_no)
          and not exists (
            select 1 from compared_row s
             where s.resident_no = n.resident_no and s.latest and not s.deleted
               and s.line not in (select line from spared_row))`,
      [this.#tx.municipality],
    )
    // Where nothing else of it changed, it stands already.
    await this.#tx.sql(
      `delete from change n using compared_row s, residents.version c
        where s.line = n.line and not s.latest and n.latest
          and c.municipality_code = $1 and c.to_seq is null and c.latest and not c.deleted and ${of('c')} = ${of('n')}
          and c.record_hmac in (s.record_hmac, s.other_hmac) and not (c.origin = 'hand' and ${this.#of.origin === 'link'})`,
      [this.#tx.municipality],
    )
  }

  /** What a full file does not hold goes away, but for what belongs to somebody with a bad row, who may be anybody. */
  async #keepMissing(): Promise<void> {
    await this.#tx.client.query(
      'delete from change c where line is null and exists (select 1 from spared_row s where s.resident_no = c.resident_no)',
    )
    if (!this.#anybody) return
    await this.#tx.client.query(
      'insert into withheld_person select distinct resident_no from change where line is null',
    )
    await this.#tx.client.query('delete from change where line is null')
  }

  /** Ends the current versions of everything that changes, and writes a tombstone for everything that is deleted. */
  async #closeAndRemember(): Promise<number> {
    const tx = this.#tx
    await tx.sql(
      `update residents.version v set to_seq = $2
         from change c
        where v.municipality_code = $1 and v.to_seq is null and ${of('v')} = ${of('c')}`,
      [tx.municipality, this.#of.seq],
    )
    const { rowCount } = await tx.client.query(
      `insert into residents.version (municipality_code, ${key}, from_seq, latest, deleted, household_no, kind, state, sex,
         birth_on, record_hmac, sealed, tokens, origin)
       select v.municipality_code, v.resident_no, v.history_no, v.branch_no, $2, false, true, v.household_no, v.kind,
              v.state, v.sex, v.birth_on, v.record_hmac, v.sealed, '{}', $3
         from residents.version v join change c on ${of('v')} = ${of('c')}
        where v.municipality_code = $1 and v.to_seq = $2 and c.deleted`,
      [tx.municipality, this.#of.seq, this.#of.origin],
    )
    return rowCount ?? 0
  }

  /** A file that brings a person's newer row need not repeat the older one: it stops being the latest here. */
  async #stepBack(): Promise<void> {
    await this.#tx.sql(
      `with older as (
         update residents.version v set to_seq = $2
           from change c
          where v.municipality_code = $1 and v.to_seq is null and v.latest and not v.deleted
            and c.latest and not c.deleted and c.resident_no = v.resident_no and ${of('c')} <> ${of('v')}
         returning v.*)
       insert into residents.version (municipality_code, ${key}, from_seq, latest, deleted, household_no, kind, state, sex,
         birth_on, record_hmac, sealed, tokens, origin)
       select o.municipality_code, o.resident_no, o.history_no, o.branch_no, $2, false, false, o.household_no, o.kind,
              o.state, o.sex, o.birth_on, o.record_hmac, o.sealed, '{}', o.origin
         from older o`,
      [this.#tx.municipality, this.#of.seq],
    )
  }
}
