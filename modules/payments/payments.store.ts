import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { EntryId, PersonRef } from '../ledger/ledger.ts'
import type { SupportId } from '../support/support.ts'
import {
  accountKey,
  offset,
  type AwardId,
  type Due,
  type ItemState,
  type KnownAccount,
  type PayeeAccount,
  type PaymentRunId,
  type ReturnCode,
  type Run,
  type RunState,
  type Told,
  type Warning,
} from './payments.ts'
import type { Remitter } from './zengin.ts'
import { listClaimed } from './claims.store.ts'

const ACCOUNT = 'payments.account.sealed'
const CLEARANCE = 'payments.clearance.reason'

/** The newest, or the one of a version. */
export async function findRemitter(
  tx: Tx,
  version: number | null = null,
): Promise<{ version: number; details: Remitter } | null> {
  const [row] = await tx.sql<{ version: number; details: Remitter }>(
    `select version, details from payments.remitter
      where municipality_code = $1 and ($2::int is null or version = $2) order by version desc limit 1`,
    [tx.municipality, version],
  )
  return row ?? null
}

export async function insertRemitter(
  tx: Tx,
  version: number,
  details: Remitter,
  told: Told,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into payments.remitter (municipality_code, version, details, written_at, written_by)
     select $1, $2, $3, $4, $5
      where $2 = 1 + coalesce((select max(version) from payments.remitter where municipality_code = $1), 0)
     on conflict do nothing returning version`,
    [tx.municipality, version, JSON.stringify(details), told.at, told.by],
  )
  return rows.length === 1
}

export async function insertAccount(
  tx: Tx,
  keys: Keys,
  supportId: SupportId,
  version: number,
  account: PayeeAccount,
  told: Told,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into payments.account (municipality_code, application_id, version, sealed, written_at, written_by, written_by_label)
     select $1, $2, $3, $4, $5, $6, $7
      where $3 = 1 + coalesce((select max(version) from payments.account
                                where municipality_code = $1 and application_id = $2), 0)
     on conflict do nothing returning version`,
    [
      tx.municipality,
      supportId,
      version,
      keys.seal(ACCOUNT, `${supportId}|${version}`, JSON.stringify(account)),
      told.at,
      told.by,
      told.label,
    ],
  )
  return rows.length === 1
}

/** The account itself; of a protected person it goes into the bank's file and nowhere else. */
export async function findAccount(
  tx: Tx,
  keys: Keys,
  supportId: SupportId,
): Promise<{ version: number; value: PayeeAccount } | null> {
  const [row] = await tx.sql<{ version: number; sealed: Buffer }>(
    `select version, sealed from payments.account
      where municipality_code = $1 and application_id = $2 order by version desc limit 1`,
    [tx.municipality, supportId],
  )
  if (!row) return null
  const text = keys.open(ACCOUNT, `${supportId}|${row.version}`, row.sealed)
  return { version: row.version, value: JSON.parse(text) as PayeeAccount }
}

export async function insertClearance(
  tx: Tx,
  keys: Keys,
  clearance: { supportId: SupportId; accountVersion: number; warning: Warning; reason: string },
  told: Told,
): Promise<boolean> {
  const { supportId, accountVersion, warning } = clearance
  const rows = await tx.sql(
    `insert into payments.clearance (municipality_code, application_id, account_version, warning, reason, cleared_at,
       cleared_by, cleared_by_label)
     select $1, $2, $3, $4, $5, $6, $7, $8
      where $3 = (select max(version) from payments.account where municipality_code = $1 and application_id = $2)
     on conflict do nothing returning warning`,
    [
      tx.municipality,
      supportId,
      accountVersion,
      warning,
      keys.seal(CLEARANCE, `${supportId}|${accountVersion}|${warning}`, clearance.reason),
      told.at,
      told.by,
      told.label,
    ],
  )
  return rows.length === 1
}

/** Awards of a disaster (or of one application) to be paid that no living item pays. */
export async function listDue(
  tx: Tx,
  keys: Keys,
  of: { readonly disasterId: DisasterId; readonly supportId: SupportId | null },
): Promise<Due[]> {
  const rows = await tx.sql<
    Omit<Due, 'account' | 'amountYen'> & { amountYen: string; version: number | null; sealed: Buffer | null }
  >(
    `select w.award_id as "awardId", w.application_id as "supportId", w.household_id as "householdId",
            w.programme_code as "programmeCode", w.applicant_ref as "applicantRef", w.amount_yen as "amountYen", w.kind,
            c.version, c.sealed,
            coalesce((select array_agg(k.warning) from payments.clearance k
                       where k.municipality_code = $1 and k.application_id = w.application_id
                         and k.account_version = c.version), '{}') as cleared,
            (select max(i.account_version) from payments.item i
              where i.municipality_code = $1 and i.award_id = w.award_id and i.state = 'returned') as "returnedVersion"
       from support.pub_award w
       left join lateral (select a.version, a.sealed from payments.account a
                           where a.municipality_code = $1 and a.application_id = w.application_id
                           order by a.version desc limit 1) c on true
      where w.municipality_code = $1 and w.disaster_id = $2 and w.kind <> 'claim-back' and w.state = 'granted'
        and ($3::uuid is null or w.application_id = $3)
        and not exists (select 1 from payments.item i
                         where i.municipality_code = $1 and i.award_id = w.award_id and i.state in ('planned', 'sent', 'paid'))
      order by w.award_id`,
    [tx.municipality, of.disasterId, of.supportId],
  )
  const due = rows.map(({ version, sealed, amountYen, ...row }) => ({
    ...row,
    amountYen: Number(amountYen),
    account:
      version === null || sealed === null
        ? null
        : {
            version,
            value: JSON.parse(keys.open(ACCOUNT, `${row.supportId}|${version}`, sealed)) as PayeeAccount,
          },
  }))
  return offset(due, await listClaimed(tx, of))
}

/** Accounts of all granted applications of a disaster, for finding one that two households name. */
export async function listKnownAccounts(tx: Tx, keys: Keys, disasterId: DisasterId): Promise<KnownAccount[]> {
  const rows = await tx.sql<Omit<KnownAccount, 'key'> & { version: number; sealed: Buffer }>(
    `select distinct on (a.application_id) a.application_id as "supportId", w.household_id as "householdId",
            w.programme_code as "programmeCode", a.version, a.sealed
       from payments.account a
       join support.pub_award w on w.municipality_code = a.municipality_code and w.application_id = a.application_id
      where a.municipality_code = $1 and w.disaster_id = $2 and w.state = 'granted'
      order by a.application_id, a.version desc`,
    [tx.municipality, disasterId],
  )
  return rows.map(({ version, sealed, ...row }) => ({
    ...row,
    key: accountKey(JSON.parse(keys.open(ACCOUNT, `${row.supportId}|${version}`, sealed)) as PayeeAccount),
  }))
}

const runColumns = `r.run_id as "paymentRunId", r.disaster_id as "disasterId", r.transfer_on as "transferOn", r.state,
  r.version, r.items, r.total_yen as "totalYen", r.made_at as "madeAt", r.made_by_label as "madeBy", r.made_by as maker,
  r.approved_at as "approvedAt", r.approved_by_label as "approvedBy", r.sha256,
  r.remitter_version as "remitterVersion"`
type RunRow = Omit<Run, 'totalYen'> & { totalYen: string }
const runOf = (row: RunRow): Run => ({ ...row, totalYen: Number(row.totalYen) })

/** Writes a run and its items; false when one of the awards stands in a living item already. */
export async function insertRun(
  tx: Tx,
  run: Omit<Run, 'state' | 'version' | 'approvedAt' | 'approvedBy' | 'sha256'>,
  items: readonly {
    readonly awardId: AwardId
    readonly supportId: SupportId
    readonly amountYen: number
    readonly accountVersion: number
  }[],
): Promise<boolean> {
  await tx.sql(
    `insert into payments.run (municipality_code, run_id, disaster_id, transfer_on, state, version, items, total_yen,
       made_at, made_by, made_by_label, remitter_version)
     values ($1, $2, $3, $4, 'proposed', 1, $5, $6, $7, $8, $9, $10)`,
    [
      tx.municipality,
      run.paymentRunId,
      run.disasterId,
      run.transferOn,
      run.items,
      run.totalYen,
      run.madeAt,
      run.maker,
      run.madeBy,
      run.remitterVersion,
    ],
  )
  const rows = await tx.sql(
    `insert into payments.item (municipality_code, run_id, item_no, award_id, application_id, amount_yen, account_version,
       state, state_at)
     select $1, $2, t.no, t.award, t.application, t.yen, t.version, 'planned', $8
       from unnest($3::int[], $4::uuid[], $5::uuid[], $6::bigint[], $7::int[]) as t (no, award, application, yen, version)
     on conflict do nothing returning item_no`,
    [
      tx.municipality,
      run.paymentRunId,
      items.map((_, i) => i + 1),
      items.map(({ awardId }) => awardId),
      items.map(({ supportId }) => supportId),
      items.map(({ amountYen }) => amountYen),
      items.map(({ accountVersion }) => accountVersion),
      run.madeAt,
    ],
  )
  return rows.length === items.length
}

export async function findRun(tx: Tx, paymentRunId: PaymentRunId): Promise<Run | null> {
  const [row] = await tx.sql<RunRow>(
    `select ${runColumns} from payments.run r where r.municipality_code = $1 and r.run_id = $2`,
    [tx.municipality, paymentRunId],
  )
  return row ? runOf(row) : null
}

/** Newest first, each with how often its file was taken out. */
export async function listRuns(tx: Tx, disasterId: DisasterId): Promise<(Run & { exports: number })[]> {
  const rows = await tx.sql<RunRow & { exports: number }>(
    `select ${runColumns},
            (select count(*)::int from payments.export e where e.municipality_code = $1 and e.run_id = r.run_id) as exports
       from payments.run r where r.municipality_code = $1 and r.disaster_id = $2 order by r.run_id desc limit 200`,
    [tx.municipality, disasterId],
  )
  return rows.map((row) => ({ ...runOf(row), exports: row.exports }))
}

/** How often its file was taken out. */
export async function countExports(tx: Tx, paymentRunId: PaymentRunId): Promise<number> {
  const [row] = await tx.sql<{ exports: number }>(
    `select count(*)::int as exports from payments.export where municipality_code = $1 and run_id = $2`,
    [tx.municipality, paymentRunId],
  )
  return row!.exports
}

/** Moves a run on if it is in that state and version: of two at once one wins. */
export async function moveRun(
  tx: Tx,
  seen: { readonly paymentRunId: PaymentRunId; readonly version: number },
  from: readonly RunState[],
  to: RunState,
  approval: {
    readonly at: Date
    readonly by: string
    readonly label: string
    readonly sha256: string
  } | null = null,
): Promise<Run | null> {
  const [row] = await tx.sql<RunRow>(
    `update payments.run r set state = $5, version = version + 1,
            approved_at = coalesce($6, approved_at), approved_by = coalesce($7, approved_by),
            approved_by_label = coalesce($8, approved_by_label), sha256 = coalesce($9, sha256)
      where r.municipality_code = $1 and r.run_id = $2 and r.version = $3 and r.state = any($4)
      returning ${runColumns}`,
    [
      tx.municipality,
      seen.paymentRunId,
      seen.version,
      [...from],
      to,
      approval?.at ?? null,
      approval?.by ?? null,
      approval?.label ?? null,
      approval?.sha256 ?? null,
    ],
  )
  return row ? runOf(row) : null
}

export type Item = {
  readonly itemNo: number
  readonly awardId: AwardId
  readonly supportId: SupportId
  readonly amountYen: number
  readonly accountVersion: number
  readonly state: ItemState
  readonly returnCode: ReturnCode | null
  readonly programmeCode: string
  readonly applicantRef: PersonRef
  readonly entryId: EntryId
  /** The application as it stands, and its newest account: what approval checks once more. */
  readonly applicationState: string
  readonly newestAccount: number
  /** Something of the application was claimed back since the run was made. */
  readonly claimedSince: boolean
}

export async function listItems(tx: Tx, paymentRunId: PaymentRunId): Promise<Item[]> {
  const rows = await tx.sql<Omit<Item, 'amountYen'> & { amountYen: string }>(
    `select i.item_no as "itemNo", i.award_id as "awardId", i.application_id as "supportId", i.amount_yen as "amountYen",
            i.account_version as "accountVersion", i.state, i.return_code as "returnCode",
            w.programme_code as "programmeCode", w.applicant_ref as "applicantRef", w.entry_id as "entryId",
            w.state as "applicationState",
            (select max(a.version) from payments.account a
              where a.municipality_code = $1 and a.application_id = i.application_id) as "newestAccount",
            exists (select 1 from support.pub_award b
                     where b.municipality_code = $1 and b.application_id = i.application_id and b.kind = 'claim-back'
                       and b.decided_at > r.made_at) as "claimedSince"
       from payments.item i
       join payments.run r on r.municipality_code = i.municipality_code and r.run_id = i.run_id
       join support.pub_award w on w.municipality_code = i.municipality_code and w.award_id = i.award_id
      where i.municipality_code = $1 and i.run_id = $2 order by i.item_no`,
    [tx.municipality, paymentRunId],
  )
  return rows.map((row) => ({ ...row, amountYen: Number(row.amountYen) }))
}

/** The accounts of a run as it was made, by item. For the bank's file alone. */
export async function listItemAccounts(
  tx: Tx,
  keys: Keys,
  paymentRunId: PaymentRunId,
): Promise<Map<number, PayeeAccount>> {
  const rows = await tx.sql<{ itemNo: number; supportId: string; version: number; sealed: Buffer }>(
    `select i.item_no as "itemNo", a.application_id as "supportId", a.version, a.sealed
       from payments.item i
       join payments.account a on a.municipality_code = i.municipality_code and a.application_id = i.application_id
        and a.version = i.account_version
      where i.municipality_code = $1 and i.run_id = $2`,
    [tx.municipality, paymentRunId],
  )
  return new Map(
    rows.map(({ itemNo, supportId, version, sealed }) => [
      itemNo,
      JSON.parse(keys.open(ACCOUNT, `${supportId}|${version}`, sealed)) as PayeeAccount,
    ]),
  )
}

/** Moves items of a run; `itemNos` null = all of those states. Answers their numbers. */
export async function moveItems(
  tx: Tx,
  paymentRunId: PaymentRunId,
  itemNos: readonly number[] | null,
  from: readonly ItemState[],
  to: ItemState,
  returnCode: ReturnCode | null,
  at: Date,
): Promise<number[]> {
  const rows = await tx.sql<{ itemNo: number }>(
    `update payments.item set state = $5, return_code = $6, state_at = $7
      where municipality_code = $1 and run_id = $2 and ($3::int[] is null or item_no = any($3)) and state = any($4)
      returning item_no as "itemNo"`,
    [tx.municipality, paymentRunId, itemNos === null ? null : [...itemNos], [...from], to, returnCode, at],
  )
  return rows.map(({ itemNo }) => itemNo)
}

export async function insertExport(
  tx: Tx,
  exportId: string,
  run: Pick<Run, 'paymentRunId'>,
  sha256: string,
  told: Told,
): Promise<void> {
  await tx.sql(
    `insert into payments.export (municipality_code, export_id, run_id, sha256, exported_at, exported_by, exported_by_label)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [tx.municipality, exportId, run.paymentRunId, sha256, told.at, told.by, told.label],
  )
}
