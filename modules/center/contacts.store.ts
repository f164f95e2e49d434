import type { Tx } from '@open-bcl/platform/db/tx.ts'

export type Contact = {
  readonly contactId: string
  readonly party: 'town' | 'operator' | 'bcl' | 'jpki'
  readonly partyKey: string
  readonly ja: string
  readonly mail: string
  readonly phone: string
}

export async function listContacts(
  tx: Tx,
  asked: { readonly party?: string | undefined; readonly partyKey?: string | undefined },
): Promise<Contact[]> {
  return await tx.sql<Contact>(
    `select contact_id as "contactId", party, party_key as "partyKey", ja, mail, phone from center.contact
      where removed_at is null and ($1::text is null or party = $1) and ($2::text is null or party_key = $2)
      order by party, party_key, ja, contact_id`,
    [asked.party ?? null, asked.partyKey ?? null],
  )
}

export async function insertContact(tx: Tx, contact: Contact, at: Date): Promise<void> {
  await tx.sql(
    `insert into center.contact (contact_id, party, party_key, ja, mail, phone, added_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [contact.contactId, contact.party, contact.partyKey, contact.ja, contact.mail, contact.phone, at],
  )
}

export async function removeContact(tx: Tx, contactId: string, at: Date): Promise<boolean> {
  const rows = await tx.sql(
    `update center.contact set removed_at = $2 where contact_id = $1 and removed_at is null returning contact_id`,
    [contactId, at],
  )
  return rows.length === 1
}
