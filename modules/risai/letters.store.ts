import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { LetterBatchId, LetterBatchState, LetterId, LetterWords } from './letters.ts'
import { guard, headColumns, type ApplicationHead, type Words } from './risai.store.ts'
import type { ApplicationId, NoticeKind } from './risai.ts'

const SEALED = 'risai.letter.sealed'

export async function insertLetter(
  tx: Tx,
  keys: Keys,
  letter: {
    readonly letterId: LetterId
    readonly disasterId: DisasterId
    readonly applicationId: ApplicationId
    readonly kind: NoticeKind
    readonly requestedAt: Date
    readonly words: LetterWords
  },
): Promise<void> {
  const { letterId, words } = letter
  await tx.sql(
    `insert into risai.letter (municipality_code, letter_id, disaster_id, application_id, kind, requested_at, sealed)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tx.municipality,
      letterId,
      letter.disasterId,
      letter.applicationId,
      letter.kind,
      letter.requestedAt,
      keys.seal(SEALED, letterId, JSON.stringify(words)),
    ],
  )
}

/** Where a letter stands, without its words. */
export type LetterStanding = {
  readonly letterId: LetterId
  readonly applicationId: ApplicationId
  readonly serialNo: string
  readonly kind: NoticeKind
  readonly requestedAt: Date
  readonly batchId: LetterBatchId | null
  readonly postedAt: Date | null
  readonly leftOutAt: Date | null
  readonly suppressed: boolean
}

const letterColumns = `l.letter_id as "letterId", l.kind, l.requested_at as "requestedAt", l.batch_id as "batchId",
  l.posted_at as "postedAt", l.left_out_at as "leftOutAt"`

const fromLetters = `from risai.letter l
  join risai.application a on a.municipality_code = l.municipality_code and a.application_id = l.application_id`

function standingOf(row: ApplicationHead & LetterStanding): LetterStanding {
  const { letterId, applicationId, serialNo, kind, requestedAt, batchId, postedAt, leftOutAt, suppressed } =
    row
  return { letterId, applicationId, serialNo, kind, requestedAt, batchId, postedAt, leftOutAt, suppressed }
}

/** Waiting letters of a disaster, oldest first. */
export async function listWaiting(tx: Tx, disasterId: DisasterId, most: number): Promise<LetterStanding[]> {
  const rows = await tx.sql<ApplicationHead & LetterStanding>(
    `select ${letterColumns}, ${headColumns} ${fromLetters}
      where l.municipality_code = $1 and l.disaster_id = $2 and l.batch_id is null and l.left_out_at is null
      order by l.letter_id limit $3`,
    [tx.municipality, disasterId, most],
  )
  return rows.map(standingOf)
}

export async function countWaiting(tx: Tx, disasterId: DisasterId): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(
    `select count(*)::int as count from risai.letter
      where municipality_code = $1 and disaster_id = $2 and batch_id is null and left_out_at is null`,
    [tx.municipality, disasterId],
  )
  return row!.count
}

/** Letters about one application, newest first. */
export async function listOfApplication(tx: Tx, applicationId: ApplicationId): Promise<LetterStanding[]> {
  const rows = await tx.sql<ApplicationHead & LetterStanding>(
    `select ${letterColumns}, ${headColumns} ${fromLetters}
      where l.municipality_code = $1 and l.application_id = $2 order by l.letter_id desc`,
    [tx.municipality, applicationId],
  )
  return rows.map(standingOf)
}

export async function listOfBatch(tx: Tx, batchId: LetterBatchId): Promise<LetterStanding[]> {
  const rows = await tx.sql<ApplicationHead & LetterStanding>(
    `select ${letterColumns}, ${headColumns} ${fromLetters}
      where l.municipality_code = $1 and l.batch_id = $2 order by l.letter_id`,
    [tx.municipality, batchId],
  )
  return rows.map(standingOf)
}

export type ToPrint = {
  readonly letterId: LetterId
  readonly serialNo: string
  /** The applicant; `null` = 住登外者. */
  readonly residentNo: ResidentNo | null
  readonly letter: LetterWords
  readonly words: Guarded<Words>
}

/** What is printed of a bundle: nobody who is protected now, nothing that was taken out. */
export async function listToPrint(tx: Tx, keys: Keys, batchId: LetterBatchId): Promise<ToPrint[]> {
  const rows = await tx.sql<
    ApplicationHead & { letterId: LetterId; residentNo: ResidentNo | null; sealed: Buffer; letter: Buffer }
  >(
    `select l.letter_id as "letterId", l.sealed as letter, ${headColumns}, f.sealed,
            (select p.resident_no from risai.person p
              where p.municipality_code = $1 and p.application_id = a.application_id and p.form_no = a.form_no
                and p.role = 'applicant') as "residentNo"
       ${fromLetters}
       join risai.form f on f.municipality_code = a.municipality_code and f.application_id = a.application_id
        and f.form_no = a.form_no
      where l.municipality_code = $1 and l.batch_id = $2 and l.left_out_at is null order by l.letter_id`,
    [tx.municipality, batchId],
  )
  return rows
    .filter(({ suppressed }) => !suppressed)
    .map(({ letterId, residentNo, sealed, letter, ...head }) => ({
      ...{ letterId, residentNo, serialNo: head.serialNo },
      letter: JSON.parse(keys.open(SEALED, letterId, letter)) as LetterWords,
      words: guard(keys, { ...head, sealed }),
    }))
}

export type LetterBatch = {
  readonly batchId: LetterBatchId
  readonly disasterId: DisasterId
  readonly state: LetterBatchState
  readonly version: number
  readonly madeAt: Date
  readonly madeBy: string
  readonly postedOn: PlainDate | null
  readonly letters: number
}

const batchColumns = `b.batch_id as "batchId", b.disaster_id as "disasterId", b.state, b.version, b.made_at as "madeAt",
  b.made_by_label as "madeBy", b.posted_on as "postedOn",
  (select count(*)::int from risai.letter l
    where l.municipality_code = $1 and l.batch_id = b.batch_id and l.left_out_at is null) as letters`

export async function insertBatch(
  tx: Tx,
  batch: Pick<LetterBatch, 'batchId' | 'disasterId' | 'madeAt' | 'madeBy'>,
  actor: string,
): Promise<void> {
  await tx.sql(
    `insert into risai.letter_batch (municipality_code, batch_id, disaster_id, state, version, made_at, made_by,
       made_by_label) values ($1, $2, $3, 'made', 1, $4, $5, $6)`,
    [tx.municipality, batch.batchId, batch.disasterId, batch.madeAt, actor, batch.madeBy],
  )
}

/** Takes waiting letters into a bundle; answers how many: a colleague may have been first with some. */
export async function takeLetters(
  tx: Tx,
  batchId: LetterBatchId,
  letterIds: readonly LetterId[],
): Promise<number> {
  const rows = await tx.sql(
    `update risai.letter set batch_id = $2
      where municipality_code = $1 and letter_id = any($3::uuid[]) and batch_id is null and left_out_at is null
      returning letter_id`,
    [tx.municipality, batchId, [...letterIds]],
  )
  return rows.length
}

export async function findBatch(tx: Tx, batchId: LetterBatchId): Promise<LetterBatch | null> {
  const [row] = await tx.sql<LetterBatch>(
    `select ${batchColumns} from risai.letter_batch b where b.municipality_code = $1 and b.batch_id = $2`,
    [tx.municipality, batchId],
  )
  return row ?? null
}

/** Newest first. */
export async function listBatches(tx: Tx, disasterId: DisasterId): Promise<LetterBatch[]> {
  return await tx.sql<LetterBatch>(
    `select ${batchColumns} from risai.letter_batch b
      where b.municipality_code = $1 and b.disaster_id = $2 order by b.batch_id desc limit 200`,
    [tx.municipality, disasterId],
  )
}

/** From `made` to its end; false when somebody was first. */
export async function endBatch(
  tx: Tx,
  seen: { readonly batchId: LetterBatchId; readonly version: number },
  to: 'posted' | 'dissolved',
  postedOn: PlainDate | null,
): Promise<boolean> {
  const rows = await tx.sql(
    `update risai.letter_batch set state = $4, version = version + 1, posted_on = $5
      where municipality_code = $1 and batch_id = $2 and version = $3 and state = 'made' returning batch_id`,
    [tx.municipality, seen.batchId, seen.version, to, postedOn],
  )
  return rows.length === 1
}

export async function markPosted(tx: Tx, batchId: LetterBatchId, at: Date): Promise<void> {
  await tx.sql(
    `update risai.letter set posted_at = $3
      where municipality_code = $1 and batch_id = $2 and left_out_at is null`,
    [tx.municipality, batchId, at],
  )
}

/** The letters of a bundle wait again; those of people who are protected now leave it on their own. */
export async function releaseLetters(
  tx: Tx,
  batchId: LetterBatchId,
  letterIds: readonly LetterId[] | null,
): Promise<void> {
  await tx.sql(
    `update risai.letter set batch_id = null
      where municipality_code = $1 and batch_id = $2 and posted_at is null
        and ($3::uuid[] is null or letter_id = any($3))`,
    [tx.municipality, batchId, letterIds === null ? null : [...letterIds]],
  )
}

/** Taken out: told otherwise. False when it was posted or taken out already. */
export async function leaveOut(tx: Tx, letterId: LetterId, at: Date): Promise<ApplicationId | null> {
  const [row] = await tx.sql<{ applicationId: ApplicationId }>(
    `update risai.letter set left_out_at = $3
      where municipality_code = $1 and letter_id = $2 and posted_at is null and left_out_at is null
      returning application_id as "applicationId"`,
    [tx.municipality, letterId, at],
  )
  return row?.applicationId ?? null
}
