import type { HouseholdNo, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import { Guarded } from '../access/guarded.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { EntryId, NonResidentId, PersonRef } from '../ledger/ledger.ts'
import {
  concealForm,
  formFrom,
  placeKey,
  type ApplicationForm,
  type ApplicationId,
  type ApplicationState,
  type Channel,
} from './risai.ts'

const FORM = 'risai.form.sealed'
const STATE_REASON = 'risai.application.state_reason'
const LATE_REASON = 'risai.application.late_reason'
const PROOFS_WAIVED = 'risai.application.proofs_waived'
/** Purpose of the keyed digest of a dwelling's place. */
export const PLACE = 'risai.form.place'

/** What is known of an application without opening anybody's data. */
export type ApplicationHead = {
  readonly applicationId: ApplicationId
  readonly disasterId: DisasterId
  readonly entryId: EntryId
  readonly applicantRef: PersonRef
  readonly serialNo: string
  readonly state: ApplicationState
  readonly version: number
  readonly formNo: number
  readonly appliedOn: PlainDate
  readonly receivedAt: Date
  readonly channel: Channel
  /** 受付番号 of the way it came; `null` = none. */
  readonly reference: string | null
  readonly joinedTo: ApplicationId | null
  /** Somebody of the application is protected now. */
  readonly suppressed: boolean
}

/** Somebody of a form who is of the ledger. */
export type FormPerson = {
  readonly role: 'applicant' | 'head' | 'member'
  readonly residentNo: ResidentNo | null
  readonly householdNo: HouseholdNo | null
  readonly nonResidentId: NonResidentId | null
}

/**
 * `offset 0` here and below: asked of each row that is shown. Without it the planner, which thinks of all the rows there are and
 * not of the fifty that are wanted, may ask it of a whole table first. Most applicants are the head of household, too: once each.
 */
export const suppressedOf = `exists (select 1 from (
           select distinct q.resident_no, q.household_no, q.non_resident_id from risai.person q
            where q.municipality_code = $1 and q.application_id = a.application_id and q.form_no = a.form_no) p
             where ledger.is_protected($1, p.resident_no, p.household_no, p.non_resident_id) offset 0)`

/** Of `risai.application a`, with the town as $1. */
export const headColumns = `a.application_id as "applicationId", a.disaster_id as "disasterId", a.entry_id as "entryId",
  a.applicant_ref as "applicantRef", a.serial_no as "serialNo", a.state, a.version, a.form_no as "formNo",
  a.applied_on as "appliedOn", a.received_at as "receivedAt", a.channel, a.reference, a.joined_to as "joinedTo",
  ${suppressedOf} as suppressed`

/** Slots of numbers of one disaster: as many applications may take a number at once. */
const SLOTS = 16

/** The next 整理番号 of a disaster, from 1. Kept only if the transaction is. */
export async function takeSerialNo(
  tx: Tx,
  disasterId: DisasterId,
  slots: 'risai.serial_slot' | 'risai.report_slot' = 'risai.serial_slot',
): Promise<number> {
  const take = (wait: string) =>
    tx.sql<{ no: number }>(
      `update ${slots} set next_no = next_no + ${SLOTS}
        where municipality_code = $1 and disaster_id = $2
          and slot = (select slot from ${slots} where municipality_code = $1 and disaster_id = $2
                       order by next_no limit 1 for update ${wait})
        returning next_no - ${SLOTS} as no`,
      [tx.municipality, disasterId],
    )
  const free = await take('skip locked')
  if (free[0]) return free[0].no
  await tx.sql(
    `insert into ${slots} (municipality_code, disaster_id, slot, next_no)
     select $1, $2, slot, slot from generate_series(1, ${SLOTS}) as slot on conflict do nothing`,
    [tx.municipality, disasterId],
  )
  const waited = await take('')
  if (!waited[0]) throw new Error('no slot of numbers for this disaster')
  return waited[0].no
}

/** False when the same 受付番号 of its channel came at the same moment. */
export async function insertApplication(
  tx: Tx,
  keys: Keys,
  application: Omit<ApplicationHead, 'suppressed' | 'formNo' | 'version' | 'state' | 'joinedTo'>,
  lateReason: string,
  receivedBy: string,
): Promise<boolean> {
  const { applicationId } = application
  const rows = await tx.sql(
    `insert into risai.application (municipality_code, application_id, disaster_id, entry_id, applicant_ref, serial_no,
       state, version, form_no, applied_on, received_at, received_by, channel, reference, late_reason)
     values ($1, $2, $3, $4, $5, $6, 'received', 1, 1, $7, $8, $9, $10, $11, $12)
     on conflict (municipality_code, channel, reference) where reference is not null do nothing returning application_id`,
    [
      tx.municipality,
      application.applicationId,
      application.disasterId,
      application.entryId,
      application.applicantRef,
      application.serialNo,
      application.appliedOn,
      application.receivedAt,
      receivedBy,
      application.channel,
      application.reference,
      lateReason === '' ? null : keys.seal(LATE_REASON, applicationId, lateReason),
    ],
  )
  return rows.length === 1
}

/** The application that came under this 受付番号 before. */
export async function findByReference(
  tx: Tx,
  channel: Channel,
  reference: string,
): Promise<{ applicationId: ApplicationId; serialNo: string } | null> {
  const [row] = await tx.sql<{ applicationId: ApplicationId; serialNo: string }>(
    `select application_id as "applicationId", serial_no as "serialNo" from risai.application
      where municipality_code = $1 and channel = $2 and reference = $3`,
    [tx.municipality, channel, reference],
  )
  return row ?? null
}

export async function setProofsWaived(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  reason: string,
): Promise<void> {
  await tx.sql(
    'update risai.application set proofs_waived = $3 where municipality_code = $1 and application_id = $2',
    [tx.municipality, applicationId, keys.seal(PROOFS_WAIVED, applicationId, reason)],
  )
}

/** Appends a version of the form with the people of the ledger who stand in it. */
export async function insertForm(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  formNo: number,
  form: ApplicationForm,
  people: readonly FormPerson[],
  at: Date,
  by: string,
): Promise<void> {
  await tx.sql(
    `insert into risai.form (municipality_code, application_id, form_no, sealed, written_at, written_by, place_hmac)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tx.municipality,
      applicationId,
      formNo,
      keys.seal(FORM, `${applicationId}|${formNo}`, JSON.stringify(form)),
      at,
      by,
      keys.recordHmac(PLACE, placeKey(form.dwellingAddress)),
    ],
  )
  await tx.sql(
    `insert into risai.person (municipality_code, application_id, form_no, position, role, resident_no, household_no,
       non_resident_id)
     select $1, $2, $3, position, role, resident_no, household_no, non_resident_id
       from unnest($4::int[], $5::text[], $6::text[], $7::text[], $8::uuid[])
         as t (position, role, resident_no, household_no, non_resident_id)`,
    [
      tx.municipality,
      applicationId,
      formNo,
      people.map((_, i) => i),
      people.map((person) => person.role),
      people.map((person) => person.residentNo),
      people.map((person) => person.householdNo),
      people.map((person) => person.nonResidentId),
    ],
  )
}

/** Everybody of a form who is of the ledger. */
export async function listPeople(
  tx: Tx,
  applicationId: ApplicationId,
  formNo: number,
): Promise<FormPerson[]> {
  return await tx.sql<FormPerson>(
    `select role, resident_no as "residentNo", household_no as "householdNo", non_resident_id as "nonResidentId"
       from risai.person where municipality_code = $1 and application_id = $2 and form_no = $3 order by position`,
    [tx.municipality, applicationId, formNo],
  )
}

/**
 * Moves an application on, if it is in one of the prior states and nobody changed it since. The winner of two at once
 * is decided here, by the row's lock.
 */
export async function move(
  tx: Tx,
  change: {
    readonly applicationId: ApplicationId
    readonly version: number
    readonly from: readonly ApplicationState[]
    /** `null` = it stays in its state. */
    readonly to: ApplicationState | null
    readonly newFormNo?: number
  },
): Promise<ApplicationHead | null> {
  const [row] = await tx.sql<ApplicationHead>(
    `update risai.application a
        set version = version + 1, state = coalesce($5, state), form_no = coalesce($6, form_no)
      where a.municipality_code = $1 and a.application_id = $2 and a.version = $3 and a.state = any($4)
      returning ${headColumns}`,
    [
      tx.municipality,
      change.applicationId,
      change.version,
      [...change.from],
      change.to,
      change.newFormNo ?? null,
    ],
  )
  return row ?? null
}

export async function setStateReason(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  reason: string,
): Promise<void> {
  await tx.sql(
    'update risai.application set state_reason = $3 where municipality_code = $1 and application_id = $2',
    [tx.municipality, applicationId, keys.seal(STATE_REASON, applicationId, reason)],
  )
}

export async function findHead(tx: Tx, applicationId: ApplicationId): Promise<ApplicationHead | null> {
  const [row] = await tx.sql<ApplicationHead>(
    `select ${headColumns} from risai.application a where a.municipality_code = $1 and a.application_id = $2`,
    [tx.municipality, applicationId],
  )
  return row ?? null
}

/** 併合: those that go on in this one. */
export async function listJoined(tx: Tx, applicationId: ApplicationId): Promise<ApplicationHead[]> {
  return await tx.sql<ApplicationHead>(
    `select ${headColumns} from risai.application a
      where a.municipality_code = $1 and a.joined_to = $2 order by a.received_at, a.serial_no`,
    [tx.municipality, applicationId],
  )
}

export async function setJoinedTo(
  tx: Tx,
  applicationId: ApplicationId,
  into: ApplicationId | null,
): Promise<void> {
  await tx.sql(
    'update risai.application set joined_to = $3 where municipality_code = $1 and application_id = $2',
    [tx.municipality, applicationId, into],
  )
}

/** The words of one application, closed together. */
export type Words = {
  readonly form: ApplicationForm
  readonly stateReason: string | null
  readonly lateReason: string | null
  readonly proofsWaived: string | null
}

function concealWords({ form }: Words): Words {
  return { form: concealForm(form), stateReason: null, lateReason: null, proofsWaived: null }
}

export function guard(
  keys: Keys,
  row: Pick<ApplicationHead, 'applicationId' | 'formNo' | 'suppressed'> & {
    sealed: Buffer
    stateReason?: Buffer | null
    lateReason?: Buffer | null
    proofsWaived?: Buffer | null
  },
): Guarded<Words> {
  const { applicationId, formNo, suppressed, sealed } = row
  const opened = (place: string, words: Buffer | null | undefined) =>
    words ? keys.open(place, applicationId, words) : null
  const words: Words = {
    form: formFrom(keys.open(FORM, `${applicationId}|${formNo}`, sealed)),
    stateReason: opened(STATE_REASON, row.stateReason),
    lateReason: opened(LATE_REASON, row.lateReason),
    proofsWaived: opened(PROOFS_WAIVED, row.proofsWaived),
  }
  return new Guarded({ kind: 'application', id: applicationId }, suppressed, words, concealWords)
}

export async function findApplication(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
): Promise<{ head: ApplicationHead; words: Guarded<Words> } | null> {
  const [row] = await tx.sql<
    ApplicationHead & {
      sealed: Buffer
      stateReason: Buffer | null
      lateReason: Buffer | null
      proofsWaived: Buffer | null
    }
  >(
    `select ${headColumns}, a.state_reason as "stateReason", a.late_reason as "lateReason",
            a.proofs_waived as "proofsWaived", f.sealed
       from risai.application a
       join risai.form f on f.municipality_code = a.municipality_code and f.application_id = a.application_id
        and f.form_no = a.form_no
      where a.municipality_code = $1 and a.application_id = $2`,
    [tx.municipality, applicationId],
  )
  if (!row) return null
  const { sealed, stateReason, lateReason, proofsWaived, ...head } = row
  return { head, words: guard(keys, row) }
}

/** The stored form itself, for what must be kept or sent although nobody may see it. Not for answers. */
export async function storedForm(
  tx: Tx,
  keys: Keys,
  applicationId: ApplicationId,
  formNo: number,
): Promise<ApplicationForm> {
  const [row] = await tx.sql<{ sealed: Buffer }>(
    'select sealed from risai.form where municipality_code = $1 and application_id = $2 and form_no = $3',
    [tx.municipality, applicationId, formNo],
  )
  if (!row) throw new Error('an application without its form')
  return formFrom(keys.open(FORM, `${applicationId}|${formNo}`, row.sealed))
}

/**
 * 所有者と借家人: of `risai.application a`, the application whose decision its certificate follows, where that decision is another
 * now. The certificate in force says what is not so any more until the decision is adopted anew.
 */
export const changedSource = `(select g.same_as from risai.grading g
   where a.state = 'issuable' and g.municipality_code = $1 and g.application_id = a.application_id
     and g.same_as is not null
     and g.grading_no = (select max(l.grading_no) from risai.grading l
                          where l.municipality_code = $1 and l.application_id = a.application_id)
     and not exists (select 1 from risai.certificate c
                      where c.municipality_code = $1 and c.application_id = g.same_as and c.withdrawn_at is null
                        and c.grade = g.grade))`

/** The application whose decision this one was given and which has another now; `null` = they agree, or there is none. */
export async function findChangedSource(
  tx: Tx,
  applicationId: ApplicationId,
): Promise<ApplicationHead | null> {
  const [row] = await tx.sql<{ source: ApplicationId | null }>(
    `select ${changedSource} as source from risai.application a
      where a.municipality_code = $1 and a.application_id = $2`,
    [tx.municipality, applicationId],
  )
  return row?.source ? await findHead(tx, row.source) : null
}
