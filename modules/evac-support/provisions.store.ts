import type { Tx } from '@open-bcl/platform/db/tx.ts'
import type { Keys } from '@open-bcl/platform/seal.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import type { Hand } from './evac-support.store.ts'
import type {
  Basis,
  EvacRecipientId,
  PersonBasis,
  ProvisionState,
  Recipient,
  RecipientKind,
  RecipientWords,
} from './evac-support.ts'

const RECIPIENT = 'evac_support.recipient.sealed'
const PROVISION = 'evac_support.provision.sealed'
const DECISION = 'evac_support.provision_decision.sealed'

function recipientWords(keys: Keys, id: string, version: number, sealed: Buffer): RecipientWords {
  return JSON.parse(keys.open(RECIPIENT, `${id}|${version}`, sealed)) as RecipientWords
}

/** All as they stand, or one of them. */
export async function listRecipients(
  tx: Tx,
  keys: Keys,
  evacRecipientId: EvacRecipientId | null,
): Promise<Recipient[]> {
  const rows = await tx.sql<Omit<Recipient, 'words'> & { sealed: Buffer }>(
    `select evac_recipient_id as "evacRecipientId", version, kind, in_plan as "inPlan", whole_town as "wholeTown", ended, sealed
       from evac_support.present_recipient
      where municipality_code = $1 and ($2::uuid is null or evac_recipient_id = $2)
      order by ended, evac_recipient_id`,
    [tx.municipality, evacRecipientId],
  )
  return rows.map(({ sealed, ...row }) => ({
    ...row,
    words: recipientWords(keys, row.evacRecipientId, row.version, sealed),
  }))
}

/** False when somebody wrote another version meanwhile. */
export async function insertRecipient(tx: Tx, keys: Keys, one: Recipient, hand: Hand): Promise<boolean> {
  const { evacRecipientId, version } = one
  const rows = await tx.sql(
    `insert into evac_support.recipient (municipality_code, evac_recipient_id, version, kind, in_plan, whole_town, ended,
       sealed, written_at, written_by, written_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning version`,
    [
      tx.municipality,
      evacRecipientId,
      version,
      one.kind,
      one.inPlan,
      one.wholeTown,
      one.ended,
      keys.seal(RECIPIENT, `${evacRecipientId}|${version}`, JSON.stringify(one.words)),
      hand.at,
      hand.by,
      hand.label,
    ],
  )
  return rows.length > 0
}

export type Asked = {
  readonly provisionId: string
  readonly basis: Basis
  readonly evacRecipientId: EvacRecipientId
  readonly recipientVersion: number
  readonly disasterId: DisasterId | null
  readonly people: number
  readonly reason: string
}

export async function insertProvision(tx: Tx, keys: Keys, one: Asked, hand: Hand): Promise<void> {
  await tx.sql(
    `insert into evac_support.provision (municipality_code, provision_id, basis, evac_recipient_id, recipient_version,
       disaster_id, people, sealed, requested_at, requested_by, requested_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tx.municipality,
      one.provisionId,
      one.basis,
      one.evacRecipientId,
      one.recipientVersion,
      one.disasterId,
      one.people,
      keys.seal(PROVISION, one.provisionId, JSON.stringify({ reason: one.reason })),
      hand.at,
      hand.by,
      hand.label,
    ],
  )
}

export type Provision = Asked & {
  readonly state: ProvisionState
  readonly recipient: Recipient
  readonly requestedAt: Date
  readonly requestedBy: string
  readonly requestedByLabel: string
  readonly decision: { readonly at: Date; readonly by: string; readonly reason: string } | null
}

/** The newest first, or one by its id. */
export async function listProvisions(
  tx: Tx,
  keys: Keys,
  wanted: { readonly provisionId: string } | { readonly after: string | null; readonly limit: number },
): Promise<Provision[]> {
  type Row = Omit<Asked, 'reason'> & {
    readonly sealed: Buffer
    readonly kind: RecipientKind
    readonly inPlan: boolean
    readonly wholeTown: boolean
    readonly ended: boolean
    readonly recipientSealed: Buffer
    readonly requestedAt: Date
    readonly requestedBy: string
    readonly requestedByLabel: string
    readonly outcome: 'approved' | 'refused' | null
    readonly decisionSealed: Buffer | null
    readonly decidedAt: Date | null
    readonly decidedByLabel: string | null
  }
  const one = 'provisionId' in wanted
  const rows = await tx.sql<Row>(
    `select v.provision_id as "provisionId", v.basis, v.evac_recipient_id as "evacRecipientId",
            v.recipient_version as "recipientVersion", v.disaster_id as "disasterId", v.people, v.sealed, r.kind,
            r.in_plan as "inPlan", r.whole_town as "wholeTown", n.ended, r.sealed as "recipientSealed",
            v.requested_at as "requestedAt", v.requested_by as "requestedBy", v.requested_by_label as "requestedByLabel",
            d.outcome, d.sealed as "decisionSealed", d.decided_at as "decidedAt", d.decided_by_label as "decidedByLabel"
       from evac_support.provision v
       join evac_support.recipient r
         on r.municipality_code = $1 and r.evac_recipient_id = v.evac_recipient_id and r.version = v.recipient_version
       join evac_support.present_recipient n
         on n.municipality_code = $1 and n.evac_recipient_id = v.evac_recipient_id
       left join evac_support.provision_decision d on d.municipality_code = $1 and d.provision_id = v.provision_id
      where v.municipality_code = $1 and ($2::uuid is null or v.provision_id = $2)
        and ($3::uuid is null or v.provision_id < $3)
      order by v.provision_id desc limit $4`,
    [tx.municipality, one ? wanted.provisionId : null, one ? null : wanted.after, one ? 1 : wanted.limit],
  )
  return rows.map((row) => {
    const { provisionId, evacRecipientId, recipientVersion } = row
    const { reason } = JSON.parse(keys.open(PROVISION, provisionId, row.sealed)) as { reason: string }
    return {
      ...{ provisionId, evacRecipientId, recipientVersion, reason },
      ...{ basis: row.basis, disasterId: row.disasterId, people: row.people },
      ...{ requestedAt: row.requestedAt, requestedBy: row.requestedBy },
      requestedByLabel: row.requestedByLabel,
      state: row.outcome ?? 'requested',
      recipient: {
        ...{ evacRecipientId, version: recipientVersion, kind: row.kind, inPlan: row.inPlan },
        ...{ wholeTown: row.wholeTown, ended: row.ended },
        words: recipientWords(keys, evacRecipientId, recipientVersion, row.recipientSealed),
      },
      decision:
        row.decisionSealed === null
          ? null
          : {
              at: row.decidedAt!,
              by: row.decidedByLabel!,
              ...(JSON.parse(keys.open(DECISION, provisionId, row.decisionSealed)) as {
                reason: string
              }),
            },
    }
  })
}

/** False when it was decided already. */
export async function insertDecision(
  tx: Tx,
  keys: Keys,
  provisionId: string,
  decision: { readonly outcome: 'approved' | 'refused'; readonly reason: string },
  hand: Hand,
): Promise<boolean> {
  const rows = await tx.sql(
    `insert into evac_support.provision_decision (municipality_code, provision_id, outcome, sealed, decided_at, decided_by,
       decided_by_label)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning provision_id`,
    [
      tx.municipality,
      provisionId,
      decision.outcome,
      keys.seal(DECISION, provisionId, JSON.stringify({ reason: decision.reason })),
      hand.at,
      hand.by,
      hand.label,
    ],
  )
  return rows.length > 0
}

export type Handover = {
  readonly handoverId: string
  readonly provisionId: string
  readonly form: 'csv' | 'xlsx'
  readonly people: number
  readonly byConsent: number
  readonly leftOut: number
}

export async function insertHandover(
  tx: Tx,
  one: Handover,
  people: readonly { readonly residentNo: string; readonly basis: PersonBasis }[],
  hand: Hand,
): Promise<void> {
  await tx.sql(
    `insert into evac_support.handover (municipality_code, handover_id, provision_id, form, people, by_consent, left_out,
       handed_at, handed_by, handed_by_label)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      tx.municipality,
      one.handoverId,
      one.provisionId,
      one.form,
      one.people,
      one.byConsent,
      one.leftOut,
      hand.at,
      hand.by,
      hand.label,
    ],
  )
  await tx.sql(
    `insert into evac_support.handover_person (municipality_code, handover_id, position, resident_no, basis)
     select $1, $2, t.position, t.no, t.basis
       from unnest($3::text[], $4::text[]) with ordinality as t (no, basis, position)`,
    [
      tx.municipality,
      one.handoverId,
      people.map(({ residentNo }) => residentNo),
      people.map(({ basis }) => basis),
    ],
  )
}

/** Each time something was taken out, the oldest first, by provision. */
export async function listHandovers(
  tx: Tx,
  provisionIds: readonly string[],
): Promise<(Handover & { readonly handedAt: Date; readonly handedBy: string })[]> {
  return await tx.sql(
    `select handover_id as "handoverId", provision_id as "provisionId", form, people, by_consent as "byConsent",
            left_out as "leftOut", handed_at as "handedAt", handed_by_label as "handedBy"
       from evac_support.handover where municipality_code = $1 and provision_id = any($2)
      order by handed_at, handover_id`,
    [tx.municipality, [...provisionIds]],
  )
}

/** To whom a person's data went, the newest first. */
export async function handoversOf(
  tx: Tx,
  keys: Keys,
  residentNo: string,
): Promise<
  {
    readonly provisionId: string
    readonly recipient: string
    readonly personBasis: PersonBasis
    readonly handedAt: Date
    readonly handedBy: string
  }[]
> {
  const rows = await tx.sql<{
    provisionId: string
    id: string
    version: number
    sealed: Buffer
    personBasis: PersonBasis
    handedAt: Date
    handedBy: string
  }>(
    `select v.provision_id as "provisionId", r.evac_recipient_id as id, r.version, r.sealed, p.basis as "personBasis",
            h.handed_at as "handedAt", h.handed_by_label as "handedBy"
       from evac_support.handover_person p
       join evac_support.handover h on h.municipality_code = $1 and h.handover_id = p.handover_id
       join evac_support.provision v on v.municipality_code = $1 and v.provision_id = h.provision_id
       join evac_support.recipient r
         on r.municipality_code = $1 and r.evac_recipient_id = v.evac_recipient_id and r.version = v.recipient_version
      where p.municipality_code = $1 and p.resident_no = $2 order by h.handed_at desc, h.handover_id desc limit 200`,
    [tx.municipality, residentNo],
  )
  return rows.map(({ id, version, sealed, ...row }) => ({
    ...row,
    recipient: recipientWords(keys, id, version, sealed).name,
  }))
}
