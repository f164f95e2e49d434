import { z } from 'zod'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { ItemValue } from '../ledger/items.ts'
import {
  codesOf,
  MOST_NOTES,
  MOST_PEOPLE,
  reports,
  transferItems,
  type ReportKind,
  type TransferItem,
} from './evacuees.ts'

/**
 * What towns send each other, the same bytes whether they lie in a post box or travel as a file: a message, signed by the
 * sender (Ed25519) and sealed to the addressee (age; `sealing.actions.ts`). Outside stand only the two towns, so that a file
 * given to the wrong town is told so; what is inside says them again, and counts.
 */
export const FORMAT = 'open-bcl-evacuees/1'

const words = (most: number) => z.string().max(most)
const day = z.iso.date()

const PacketPerson = z.object({
  key: z.uuid(),
  name: words(400).min(1),
  kana: words(400),
  birth: z.object({ on: day.nullable(), uncertain: z.boolean(), text: words(200).nullable() }),
  sex: z.enum(['1', '2', '3']),
  address: words(600).nullable(),
  items: z.array(z.object({ key: z.enum(codesOf(transferItems)), value: ItemValue })).max(10),
  consent: z.object({ on: day, method: words(20), by: words(20) }),
})
export type PacketPerson = z.output<typeof PacketPerson>

const Offer = z.object({
  kind: z.literal('offer'),
  expiresOn: day,
  disaster: words(100),
  /** Somebody of the household is under 支援措置 at the sender's: no whereabouts are in it, and none may come into being. */
  protected: z.boolean(),
  items: z.array(z.enum(codesOf<TransferItem>(transferItems))).max(10),
  people: z.array(PacketPerson).min(1).max(MOST_PEOPLE),
  notes: z.array(z.object({ on: day, kind: words(40), words: words(10_000) })).max(MOST_NOTES),
})
export type Offer = z.output<typeof Offer>
const people = z.array(z.uuid()).min(1).max(MOST_PEOPLE)

const Body = z.discriminatedUnion('kind', [
  Offer,
  z.object({ kind: z.literal('withdrawn'), people }),
  z.object({ kind: z.literal('taken') }),
  z.object({ kind: z.literal('returned'), reason: words(500) }),
  z.object({
    kind: z.literal('report'),
    people,
    report: z.enum(codesOf<ReportKind>(reports)),
    on: day,
    place: words(200),
    words: words(1_000),
  }),
])
export type Body = z.output<typeof Body>

const Town = z.string().refine(isMunicipalityCode)
export const Message = z.object({
  messageId: z.uuid(),
  transferId: z.uuid(),
  from: Town,
  fromName: words(100),
  to: Town,
  sentAt: z.iso.datetime(),
  body: Body,
})
export type Message = z.output<typeof Message>

export const Outside = z.object({
  format: z.literal(FORMAT),
  from: Town,
  to: Town,
  sealed: z.base64(),
})
export const Signed = z.object({ message: z.string(), signature: z.base64() })

export type TownSecret = { readonly identity: string; readonly signing: string }
export type TownKeys = { readonly recipient: string; readonly signer: string; readonly secret: TownSecret }

/** What a town gives to another: who it is and its public keys, in one line. */
export type TownCard = { readonly code: string; readonly recipient: string; readonly signer: string }

/** Why a message was not taken. */
export type Refusal = 'not-a-message' | 'wrong-town' | 'unknown-sender' | 'damaged'
export type Opened =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly why: Refusal }
