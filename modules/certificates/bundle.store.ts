import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { RendererBuild } from '@open-bcl/platform/pdf/typst.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { ITEM, type Item } from './batch.store.ts'
import { FROZEN, insertArchived, ISSUE, PDF, type FrozenContent, type Issue } from './certificates.store.ts'
import type { IssueState } from './certificates.ts'

const SHEETS = 'certificates.batch_bundle.sheets'

export type Bundle = {
  readonly bundleNo: number
  readonly madeAt: Date
  /** As made. */
  readonly places: number
  readonly leftOut: number
  readonly pages: number
  /** Whether its document has left at least once. */
  readonly delivered: boolean
  readonly printed: boolean | null
  readonly endedAt: Date | null
  readonly endedBy: string | null
}

/** 宛名台紙 of a bundle, one page a place, and what each says. */
export type Sheets = { readonly pdf: Uint8Array; readonly words: readonly (readonly string[])[] }

function sealedSheets({ pdf, words }: Sheets): string {
  return JSON.stringify({ pdf: Buffer.from(pdf).toString('base64'), words })
}

export async function insertBundle(
  tx: Tx,
  keys: Keys,
  batchId: string,
  bundle: {
    readonly bundleNo: number
    readonly sheets: Sheets | null
    readonly madeAt: Date
    /** In the order of the places. */
    readonly positions: readonly number[]
  },
): Promise<void> {
  const { bundleNo, sheets, positions } = bundle
  await tx.sql(
    `insert into certificates.batch_bundle (municipality_code, batch_id, bundle_no, sheets, made_at)
     values ($1, $2, $3, $4, $5)`,
    [
      tx.municipality,
      batchId,
      bundleNo,
      sheets && keys.seal(SHEETS, `${batchId}|${bundleNo}`, sealedSheets(sheets)),
      bundle.madeAt,
    ],
  )
  const moved = await tx.sql(
    `update certificates.batch_item b set state = 'bundled', bundle_no = $3, bundle_place = t.place
       from unnest($4::int[]) with ordinality as t (position, place)
      where b.municipality_code = $1 and b.batch_id = $2 and b.position = t.position and b.state = 'built'
      returning b.position`,
    [tx.municipality, batchId, bundleNo, [...positions]],
  )
  if (moved.length !== positions.length) throw new Error('a certificate was in two bundles')
}

export async function lastBundleNo(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx.sql<{ no: number }>(
    `select coalesce(max(bundle_no), 0)::int as no from certificates.batch_bundle
      where municipality_code = $1 and batch_id = $2`,
    [tx.municipality, batchId],
  )
  return row!.no
}

export async function listBundles(tx: Tx, batchId: string): Promise<Bundle[]> {
  return await tx.sql<Bundle>(
    `select u.bundle_no as "bundleNo", u.made_at as "madeAt", e.printed, e.at as "endedAt", e.actor_label as "endedBy",
            i.places, i."leftOut", i.pages, i.delivered
       from certificates.batch_bundle u
       left join certificates.batch_bundle_end e
         on (e.municipality_code, e.batch_id, e.bundle_no) = (u.municipality_code, u.batch_id, u.bundle_no)
       join lateral (
         select count(*)::int as places, (count(*) filter (where b.state = 'left-out'))::int as "leftOut",
                coalesce(sum(n.pages) filter (where b.state <> 'left-out'), 0)::int as pages,
                coalesce(bool_or(d.position is not null), false) as delivered
           from certificates.batch_item b
           join certificates.issue n on (n.municipality_code, n.transaction_id) = (b.municipality_code, b.transaction_id)
           left join certificates.issue_state d
             on (d.municipality_code, d.transaction_id) = (b.municipality_code, b.transaction_id) and d.state = 'delivered'
          where b.municipality_code = $1 and b.batch_id = u.batch_id and b.bundle_no = u.bundle_no) i on true
      where u.municipality_code = $1 and u.batch_id = $2 order by u.bundle_no`,
    [tx.municipality, batchId],
  )
}

/** The items of a bundle by their places; empty = there is no such bundle. */
export async function listBundleItems(tx: Tx, batchId: string, bundleNo: number): Promise<Item[]> {
  return await tx.sql<Item>(
    `select ${ITEM} from certificates.batch_item
      where municipality_code = $1 and batch_id = $2 and bundle_no = $3 order by bundle_place`,
    [tx.municipality, batchId, bundleNo],
  )
}

/** `null` = the bundle has none. */
export async function findSheets(
  tx: Tx,
  keys: Keys,
  batchId: string,
  bundleNo: number,
): Promise<Sheets | null> {
  const [row] = await tx.sql<{ sheets: Buffer | null }>(
    'select sheets from certificates.batch_bundle where municipality_code = $1 and batch_id = $2 and bundle_no = $3',
    [tx.municipality, batchId, bundleNo],
  )
  if (!row?.sheets) return null
  const opened = JSON.parse(keys.open(SHEETS, `${batchId}|${bundleNo}`, row.sheets)) as {
    pdf: string
    words: string[][]
  }
  return { pdf: Buffer.from(opened.pdf, 'base64'), words: opened.words }
}

/** False when somebody said it first. */
export async function insertBundleEnd(
  tx: Tx,
  batchId: string,
  bundleNo: number,
  end: { readonly printed: boolean; readonly at: Date; readonly actor: string; readonly label: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into certificates.batch_bundle_end (municipality_code, batch_id, bundle_no, printed, at, actor, actor_label)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning bundle_no`,
    [tx.municipality, batchId, bundleNo, end.printed, end.at, end.actor, end.label],
  )
  return rows.length === 1
}

/** Everything that leaves with an issue, and whether it still may. */
export type Document = {
  readonly issue: Issue
  readonly content: FrozenContent
  readonly pdf: Uint8Array
  readonly pdfSha256: string
  readonly build: string
  /** Aborted or withdrawn. */
  readonly over: boolean
  /** 送付済み: for a printer. */
  readonly left: boolean
}

/** Archived documents by 取引番号; one whose last day has passed is absent. */
export async function findDocuments(
  tx: Tx,
  keys: Keys,
  transactionIds: readonly string[],
  today: PlainDate,
): Promise<Map<string, Document>> {
  const rows = await tx.sql<
    Issue & {
      frozen: Buffer
      sealed: Buffer
      pdfSha256: string
      build: string
      over: boolean
      left: boolean
    }
  >(
    `select ${ISSUE}, frozen, pdf_sha256 as "pdfSha256", build, sealed_pdf as sealed,
            exists (select 1 from certificates.issue_state s
                     where s.municipality_code = $1 and s.transaction_id = i.transaction_id
                       and s.state in ('aborted', 'withdrawn')) as over,
            exists (select 1 from certificates.issue_state s
                     where s.municipality_code = $1 and s.transaction_id = i.transaction_id
                       and s.state = 'delivered') as "left"
       from certificates.issue i
       join lateral (select pdf_sha256, build from certificates.artefact a
                      where a.municipality_code = $1 and a.transaction_id = i.transaction_id) a on true
       join lateral (select sealed_pdf from certificates.archive r
                      where r.municipality_code = $1 and r.transaction_id = i.transaction_id and r.keep_until >= $3) r on true
      where i.municipality_code = $1 and i.transaction_id = any($2)`,
    [tx.municipality, [...transactionIds], today],
  )
  return new Map(
    rows.map(({ frozen, sealed, pdfSha256, build, over, left, ...issue }) => {
      const { transactionId } = issue
      const content = JSON.parse(keys.open(FROZEN, transactionId, frozen)) as FrozenContent
      const pdf = Buffer.from(keys.open(PDF, transactionId, sealed), 'base64')
      return [transactionId, { issue, content, pdf, pdfSha256, build, over, left }]
    }),
  )
}

/** 送付 of all of these that are made and have not left yet. */
export async function appendDelivered(
  tx: Tx,
  transactionIds: readonly string[],
  by: { readonly at: Date; readonly actor: string },
): Promise<void> {
  await appendAll(tx, transactionIds, 'built', 'delivered', by)
}

/** Takes all of these on that are in one state; answers which it took. What was given up meanwhile is not among them. */
async function appendAll(
  tx: Tx,
  transactionIds: readonly string[],
  from: IssueState,
  to: IssueState,
  by: { readonly at: Date; readonly actor: string },
): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `insert into certificates.issue_state (municipality_code, transaction_id, position, state, at, actor)
     select $1, t.id, last.position + 1, $3::text, $4::timestamptz, $5::text
       from unnest($2::text[]) as t (id)
       join lateral (select s.position, s.state from certificates.issue_state s
                      where s.municipality_code = $1 and s.transaction_id = t.id order by s.position desc limit 1) last on true
      where last.state = $6 on conflict do nothing returning transaction_id as id`,
    [tx.municipality, [...transactionIds], to, by.at, by.actor, from],
  )
  return rows.map(({ id }) => id)
}

/** A checked document, as `storeBuild` keeps one. */
export type Made = {
  readonly transactionId: string
  readonly pages: number
  readonly pdf: Uint8Array
  readonly pdfSha256: string
  readonly build: RendererBuild
  readonly keepUntil: PlainDate
}

/** Keeps the documents of issues that still go on, and answers which those are. */
export async function insertMade(
  tx: Tx,
  keys: Keys,
  made: readonly Made[],
  by: { readonly at: Date; readonly actor: string },
): Promise<ReadonlySet<string>> {
  const ids = made.map(({ transactionId }) => transactionId)
  const going = new Set(await appendAll(tx, ids, 'frozen', 'built', by))
  const kept = made.filter(({ transactionId }) => going.has(transactionId))
  if (kept.length === 0) return going
  const keptIds = kept.map(({ transactionId }) => transactionId)
  await tx.sql(
    `insert into certificates.artefact (municipality_code, transaction_id, pdf_sha256, pages, build, fonts, built_at)
     select $1, id, sha256, pages, build, fonts::jsonb, $7
       from unnest($2::text[], $3::text[], $4::smallint[], $5::text[], $6::text[]) as t (id, sha256, pages, build, fonts)`,
    [
      tx.municipality,
      keptIds,
      kept.map(({ pdfSha256 }) => pdfSha256),
      kept.map(({ pages }) => pages),
      kept.map(({ build }) => build.build),
      kept.map(({ build }) => JSON.stringify(build.fonts)),
      by.at,
    ],
  )
  // One by one: a list of bytes goes to the database as text, twice as long.
  for (const { transactionId, pdf, keepUntil } of kept)
    await insertArchived(tx, keys, transactionId, pdf, keepUntil)
  return going
}
