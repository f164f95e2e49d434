import { CopyRows, int64, type Int64 } from '@open-bcl/platform/db/copy-rows.ts'
import type { CopyIn } from '@open-bcl/platform/db/copy-in.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { CheckedRow, Intake, IntakeCounts, Repeat } from '../interfaces/interfaces.intake.ts'
import { clearColumns, searchTexts } from './residents.fields.ts'
import { PLACE } from './residents.store.ts'
import { TokenCache } from './residents.tokens.ts'
import type { Origin } from './versions.ts'

/** What one file is taken in as. */
export type IntakeOf = { readonly mode: 'full' | 'delta'; readonly seq: bigint; readonly origin: Origin }

/** What tells whether a row changed. It need not be checked yet but for its key and its flags. */
export type ComparedRow = Pick<CheckedRow, 'line' | 'rowKey' | 'latest' | 'deleted' | 'digest'>

/**
 * Entries that wait before they are sorted into the search index: the longer, the fewer pages are touched, and the more a
 * search of another town must read meanwhile. Values by measurement: docs/decisions/0012.
 */
const WAITING_ENTRIES = '8MB'

/** So many keys of deletions are gathered before they are kept. */
const MOST_GONE = 20_000

/** So much is gathered before it is sent: more than a socket takes without being waited for. */
const SEND_BYTES = 192 * 1024

/** Whether the town has no row at all, of any time. */
export async function isEmpty(tx: Tx): Promise<boolean> {
  const rows = await tx.sql('select 1 from residents.version where municipality_code = $1 limit 1', [
    tx.municipality,
  ])
  return rows.length === 0
}

/** For the rest of the transaction. Without it 1 MB of entries waits, and each is carried to its page almost alone. */
export async function prepareIndex(tx: Tx): Promise<void> {
  await tx.client.query(
    `set local gin_pending_list_limit = '${WAITING_ENTRIES}'; set local work_mem = '256MB'`,
  )
}

/** No entry waits any more, so that no search reads through them. */
export async function settleIndex(tx: Tx): Promise<void> {
  await tx.sql('select residents.settle_search_index()')
}

/** A COPY that is opened when rows come and closed when the connection is wanted for something else. */
export class Copying {
  readonly rows = new CopyRows()
  readonly #open: () => Promise<CopyIn>
  readonly #closed: () => Promise<void>
  #copy: CopyIn | undefined

  constructor(open: () => Promise<CopyIn>, closed: () => Promise<void> = async () => undefined) {
    this.#open = open
    this.#closed = closed
  }

  get isFull(): boolean {
    return this.rows.length >= SEND_BYTES
  }

  async send(): Promise<void> {
    this.#copy ??= await this.#open()
    await this.#copy.write(this.rows.written)
    this.rows.clear()
  }

  async close(): Promise<void> {
    if (this.#copy === undefined && this.rows.length === 0) return
    this.#copy ??= await this.#open()
    const copy = this.#copy
    this.#copy = undefined
    this.rows.end()
    await copy.write(this.rows.written)
    await copy.finish()
    this.rows.clear()
    await this.#closed()
  }
}

/** Seals rows and makes their tokens. */
export class Sealing {
  readonly #keys: Keys
  readonly #tokens: TokenCache<Int64>

  constructor(keys: Keys) {
    this.#keys = keys
    this.#tokens = new TokenCache((field, gram) => int64(keys.token(field, gram)))
  }

  /** Under each key: while keys are changed, a row that did not change has the digest of one of the two. */
  hmacs(digest: Uint8Array): Buffer[] {
    return this.#keys.each.map((key) => key.recordHmac('resident', digest))
  }

  /** household_no, kind, state, sex, birth_on, record_hmac, sealed, tokens */
  put(out: CopyRows, { fields, rowKey, digest, payload }: CheckedRow, found: boolean): void {
    const { householdNo, kind, state, sex, birthOn } = clearColumns(fields)
    if (householdNo === null) out.none()
    else out.text(householdNo)
    out.text(kind)
    out.text(state)
    out.text(sex)
    if (birthOn === null) out.none()
    else out.date(birthOn)
    out.bytes(this.#keys.recordHmac('resident', digest))
    out.bytes(this.#keys.seal(PLACE, rowKey, payload))
    out.bigints(found ? this.#tokensOf(fields) : [])
  }

  #tokensOf(fields: readonly string[]): readonly Int64[] {
    const tokens: Int64[] = []
    searchTexts(fields, (field, text) => {
      for (const token of this.#tokens.of(field, text)) tokens.push(token)
    })
    return tokens
  }
}

/** resident_no, history_no, branch_no */
export function putKey(out: CopyRows, rowKey: string): void {
  const [residentNo, historyNo, branchNo] = rowKey.split('|')
  out.text(residentNo!)
  out.integer(Number(historyNo))
  out.integer(Number(branchNo))
}

const versionColumns =
  'resident_no, history_no, branch_no, from_seq, latest, deleted, household_no, kind, state, sex, birth_on, record_hmac, sealed, tokens, origin'

/** A key stands in the file twice, and once or more as a deletion. */
export class RepeatedKey extends Error {
  override readonly name = 'RepeatedKey'
}

/**
 * The first rows of a town, straight into the table: there is nothing to compare them with. Two rows of one key, or two
 * latest ones of a person, break a unique index.
 */
export class FirstLoad implements Intake {
  readonly #tx: Tx
  readonly #of: IntakeOf
  readonly #sealing: Sealing
  readonly #copying: Copying
  #written = 0
  #skipped = 0
  /** Keys of deletions, on their way into a temporary table. */
  #gone: string[] = []
  #hasGone = false

  constructor(tx: Tx, keys: Keys, of: IntakeOf) {
    this.#tx = tx
    this.#of = of
    this.#sealing = new Sealing(keys)
    this.#copying = new Copying(
      async () => {
        await tx.client.query('set local role loader')
        return tx.copyIn(`copy residents.version (${versionColumns}) from stdin (format binary)`)
      },
      async () => {
        await tx.client.query('set local role none')
      },
    )
  }

  async write(rows: readonly CheckedRow[]): Promise<void> {
    const out = this.#copying.rows
    const { seq, origin } = this.#of
    for (const row of rows) {
      // Nobody knows whom the town deletes.
      if (row.deleted) {
        this.#skipped += 1
        this.#gone.push(row.rowKey)
        if (this.#gone.length === MOST_GONE) await this.#keepGone()
        continue
      }
      out.row(15)
      putKey(out, row.rowKey)
      out.bigint(seq)
      out.boolean(row.latest)
      out.boolean(false)
      this.#sealing.put(out, row, row.latest)
      out.text(origin)
      this.#written += 1
      if (this.#copying.isFull) await this.#copying.send()
    }
  }

  /** There is nothing yet that could go away for lack of a row. */
  async spare(): Promise<void> {
    await this.#copying.close()
  }

  async *finish(): AsyncGenerator<readonly Repeat[]> {
    await this.#keepGone()
    if (this.#hasGone && (await this.#repeatsGone())) throw new RepeatedKey()
    yield []
  }

  async #keepGone(): Promise<void> {
    await this.#copying.close()
    const rows = this.#gone.splice(0)
    if (rows.length === 0) return
    if (!this.#hasGone)
      await this.#tx.client.query('create temporary table gone_row (row_key text) on commit drop')
    this.#hasGone = true
    await this.#tx.sql('insert into gone_row select unnest($1::text[])', [rows])
  }

  /** Whether a deletion names a key that stands in the file twice: no unique index sees it. */
  async #repeatsGone(): Promise<boolean> {
    const rows = await this.#tx.sql(
      `select 1 from gone_row group by row_key having count(*) > 1
       union all
       select 1 from gone_row g join residents.version v
         on v.municipality_code = $1 and v.resident_no = split_part(g.row_key, '|', 1)
        and v.history_no = split_part(g.row_key, '|', 2)::integer and v.branch_no = split_part(g.row_key, '|', 3)::integer
       limit 1`,
      [this.#tx.municipality],
    )
    return rows.length > 0
  }

  async apply(): Promise<IntakeCounts> {
    return { inserted: this.#written, updated: 0, deleted: 0, unchanged: this.#skipped }
  }

  async *withheld(): AsyncGenerator<readonly string[]> {}

  async arrived(rowKeys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#tx.sql<{ rowKey: string }>(
      `select resident_no || '|' || history_no || '|' || branch_no as "rowKey" from residents.version
        where municipality_code = $1 and resident_no = any($2) and from_seq = $3`,
      [this.#tx.municipality, rowKeys.map((rowKey) => rowKey.split('|')[0]), this.#of.seq],
    )
    const gone = this.#hasGone
      ? await this.#tx.sql<{ rowKey: string }>(
          'select row_key as "rowKey" from gone_row where row_key = any($1)',
          [rowKeys],
        )
      : []
    const wanted = new Set(rowKeys)
    return new Set([...rows, ...gone].map(({ rowKey }) => rowKey).filter((rowKey) => wanted.has(rowKey)))
  }

  /** The connection is free. */
  async close(): Promise<void> {
    await this.#copying.close()
  }
}
