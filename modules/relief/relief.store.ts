import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { HelperPass, HelperPassId, NoteId, Shift } from './relief.ts'

const NOTE = 'relief.note.sealed'

const columns = `p.pass_id as "passId", p.version, p.disaster_id as "disasterId", p.pass_no as "passNo", p.job, p.areas,
  p.valid_from as "validFrom", p.valid_until as "validUntil", p.staff_id as "staffId", p.pin_hash as "pinHash",
  p.enrolled_at as "enrolledAt", p.revoked_at as "revokedAt", p.revoked_by_label as "revokedByLabel"`

export async function lastPassNo(tx: Tx, disasterId: DisasterId): Promise<number> {
  const [row] = await tx.sql<{ last: number }>(
    `select coalesce(max(pass_no), 0) as last from relief.pass where municipality_code = $1 and disaster_id = $2`,
    [tx.municipality, disasterId],
  )
  return row!.last
}

/** False when somebody else took one of the numbers. */
export async function insertPasses(
  tx: Tx,
  batch: Pick<HelperPass, 'disasterId' | 'job' | 'areas' | 'validFrom' | 'validUntil'> & {
    readonly at: Date
    readonly by: string
    readonly label: string
  },
  cards: readonly { readonly passId: HelperPassId; readonly passNo: number; readonly codeSha: Buffer }[],
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into relief.pass (municipality_code, pass_id, version, disaster_id, pass_no, job, valid_from, valid_until,
       code_sha, made_at, made_by, made_by_label, areas)
     select $1, c.id, 1, $2, c.no, $3, $4, $5, c.code, $6, $7, $8, $12
       from unnest($9::uuid[], $10::int[], $11::bytea[]) as c (id, no, code)
     on conflict do nothing returning pass_id`,
    [
      tx.municipality,
      batch.disasterId,
      batch.job,
      batch.validFrom,
      batch.validUntil,
      batch.at,
      batch.by,
      batch.label,
      cards.map(({ passId }) => passId),
      cards.map(({ passNo }) => passNo),
      cards.map(({ codeSha }) => codeSha),
      batch.areas,
    ],
  )
  return rows.length === cards.length
}

export async function listPasses(tx: Tx, disasterId: DisasterId): Promise<HelperPass[]> {
  return await tx.sql<HelperPass>(
    `select ${columns} from relief.pass p
      where p.municipality_code = $1 and p.disaster_id = $2 order by p.pass_no desc limit 2000`,
    [tx.municipality, disasterId],
  )
}

export async function findPass(tx: Tx, passId: HelperPassId): Promise<HelperPass | undefined> {
  const [row] = await tx.sql<HelperPass>(
    `select ${columns} from relief.pass p where p.municipality_code = $1 and p.pass_id = $2`,
    [tx.municipality, passId],
  )
  return row
}

/** By the account it opened. */
export async function findPassOf(tx: Tx, staffId: string): Promise<HelperPass | undefined> {
  const [row] = await tx.sql<HelperPass>(
    `select ${columns} from relief.pass p where p.municipality_code = $1 and p.staff_id = $2`,
    [tx.municipality, staffId],
  )
  return row
}

/** By its unused code, held for whoever comes first. */
export async function holdByCode(tx: Tx, codeSha: Buffer): Promise<HelperPass | undefined> {
  const [row] = await tx.sql<HelperPass>(
    `select ${columns} from relief.pass p where p.municipality_code = $1 and p.code_sha = $2 for no key update`,
    [tx.municipality, codeSha],
  )
  return row
}

export async function enrol(
  tx: Tx,
  passId: HelperPassId,
  of: { readonly staffId: string; readonly pinHash: string; readonly at: Date },
): Promise<void> {
  await tx.sql(
    `update relief.pass set version = version + 1, code_sha = null, staff_id = $3, pin_hash = $4, enrolled_at = $5
      where municipality_code = $1 and pass_id = $2`,
    [tx.municipality, passId, of.staffId, of.pinHash, of.at],
  )
}

/** Only of a card that nobody has used or taken back; `undefined` otherwise. */
export async function renewCode(
  tx: Tx,
  { passId, version }: { readonly passId: HelperPassId; readonly version: number },
  codeSha: Buffer,
): Promise<number | undefined> {
  const [row] = await tx.sql<{ passNo: number }>(
    `update relief.pass set version = version + 1, code_sha = $4
      where municipality_code = $1 and pass_id = $2 and version = $3 and staff_id is null and revoked_at is null
      returning pass_no as "passNo"`,
    [tx.municipality, passId, version, codeSha],
  )
  return row?.passNo
}

/** Those that were not revoked before. */
export async function revoke(
  tx: Tx,
  disasterId: DisasterId,
  passIds: readonly HelperPassId[],
  told: { readonly at: Date; readonly label: string },
): Promise<HelperPass[]> {
  return await tx.sql<HelperPass>(
    `update relief.pass p set version = version + 1, code_sha = null, pin_hash = null, revoked_at = $4, revoked_by_label = $5
      where p.municipality_code = $1 and p.disaster_id = $2 and p.pass_id = any($3::uuid[]) and p.revoked_at is null
      returning ${columns}`,
    [tx.municipality, disasterId, [...passIds], told.at, told.label],
  )
}

export async function countPasses(
  tx: Tx,
  disasterId: DisasterId,
  passIds: readonly HelperPassId[],
): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::int as count from relief.pass
      where municipality_code = $1 and disaster_id = $2 and pass_id = any($3::uuid[])`,
    [tx.municipality, disasterId, [...passIds]],
  )
  return row!.count
}

type NoteRow = {
  readonly noteId: NoteId
  readonly disasterId: DisasterId
  readonly shiftOn: string
  readonly shift: Shift
  readonly urgent: boolean
}
export type Note = NoteRow & {
  readonly words: string
  readonly writtenAt: Date
  readonly writtenByLabel: string
  readonly doneAt: Date | null
  readonly doneByLabel: string | null
}

/** False when the note is there already: the same one, sent twice. */
export async function insertNote(
  tx: Tx,
  keys: Keys,
  note: NoteRow & {
    readonly words: string
    readonly at: Date
    readonly by: string
    readonly label: string
  },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into relief.note (municipality_code, note_id, disaster_id, shift_on, shift, urgent, sealed, written_at,
       written_by, written_by_label) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict do nothing returning note_id`,
    [
      tx.municipality,
      note.noteId,
      note.disasterId,
      note.shiftOn,
      note.shift,
      note.urgent,
      keys.seal(NOTE, note.noteId, note.words),
      note.at,
      note.by,
      note.label,
    ],
  )
  return rows.length === 1
}

/** What waits for somebody first, then the newest. */
export async function listNotes(tx: Tx, keys: Keys, disasterId: DisasterId, limit: number): Promise<Note[]> {
  const rows = await tx.sql<Omit<Note, 'words'> & { readonly sealed: Buffer }>(
    `select n.note_id as "noteId", n.disaster_id as "disasterId", n.shift_on as "shiftOn", n.shift, n.urgent, n.sealed,
            n.written_at as "writtenAt", n.written_by_label as "writtenByLabel", d.done_at as "doneAt",
            d.done_by_label as "doneByLabel"
       from relief.note n
       left join relief.note_done d on d.municipality_code = $1 and d.note_id = n.note_id
      where n.municipality_code = $1 and n.disaster_id = $2
      order by (n.urgent and d.note_id is null) desc, n.written_at desc, n.note_id desc limit $3`,
    [tx.municipality, disasterId, limit],
  )
  return rows.map(({ sealed, ...row }) => ({ ...row, words: keys.open(NOTE, row.noteId, sealed) }))
}

export async function findNote(tx: Tx, noteId: NoteId): Promise<{ disasterId: DisasterId } | undefined> {
  const [row] = await tx.sql<{ disasterId: DisasterId }>(
    'select disaster_id as "disasterId" from relief.note where municipality_code = $1 and note_id = $2',
    [tx.municipality, noteId],
  )
  return row
}

/** Whoever says so first stands. */
export async function insertDone(
  tx: Tx,
  noteId: NoteId,
  told: { readonly at: Date; readonly by: string; readonly label: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into relief.note_done (municipality_code, note_id, done_at, done_by, done_by_label)
     values ($1, $2, $3, $4, $5) on conflict do nothing returning note_id`,
    [tx.municipality, noteId, told.at, told.by, told.label],
  )
  return rows.length === 1
}
