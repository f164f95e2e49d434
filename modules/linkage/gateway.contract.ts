import { z } from 'zod'
import { businesses, type Business } from '../interfaces/interfaces.columns.ts'
import { manifestSchema } from './linkage.manifest.ts'
import { hashTotal, homeRefusal, linkReceipt, MOST_HOME_REFUSALS } from './linkage.receipt.ts'

/**
 * What 連携AP and cloud say to each other (README.md, "The protocol"). Every message but `enrol` travels under mutual TLS
 * and is signed (`platform/signed-message.ts`) over its body's bytes by the certificate's own key.
 */
export const linkPaths = {
  enrol: '/link/enrol',
  renew: '/link/renew',
  status: '/link/status',
  reconcile: '/link/reconcile',
  file: (business: Business, fileNo: number) => `/link/files/${business}/${fileNo}`,
  /** Checked and applied in a transaction that is rolled back; numbers of its own, nothing is kept. */
  verification: (business: Business, fileNo: number) => `/link/verification/files/${business}/${fileNo}`,
} as const

/** Every answer about a file that is being received, and `wrongOffset`, carries it. */
export const OFFSET_HEADER = 'upload-offset'
/**
 * Where a chunk belongs, in the address that is signed: its offset, and the file's SHA-256 as in its manifest, so that a
 * chunk of a replaced upload does not slip into the new one.
 */
export function chunkPath(file: string, chunk: { readonly offset: number; readonly sha256: string }): string {
  return `${file}?offset=${chunk.offset}&sha256=${chunk.sha256}`
}
/** No more bytes than this in one PATCH. */
export const MOST_CHUNK_BYTES = 4 * 1024 * 1024

const business = z.enum(businesses)
const fileNo = z.int().min(1).max(999_999_999)

/** POST `status`: also the heartbeat by which the freshness of the town's data is judged. */
export const statusRequest = z.strictObject({
  agentVersion: z.string().min(1).max(100),
  /** In verification it says nothing of the town's data, and is no sign of life of the link. */
  mode: z.enum(['production', 'verification']),
  /** Files that wait in the town hall or were refused there, by business; a business left out has none. */
  unsent: z.partialRecord(business, z.int().min(0).max(1_000_000)),
  /** Files without receipt that nothing has taken the place of. */
  refused: z
    .array(homeRefusal)
    .max((businesses.length + 1) * MOST_HOME_REFUSALS)
    .default([]),
})
export const statusAnswer = z.object({
  municipalityCode: z.string(),
  now: z.iso.datetime(),
  /** Files are taken now. Status, reconciliation and renewal always are. */
  open: z.boolean(),
  /** The town's link hours, `HH:MM` in Japan; `00:00`–`24:00` = round the clock. Staff may open outside them. */
  opensAt: z.string(),
  closesAt: z.string(),
  businesses: z.array(
    z.object({
      business,
      /** The next number to be applied. */
      nextFileNo: z.int().min(1),
      /** Staff stopped the applying: files are taken and wait. */
      paused: z.boolean(),
      /** Complete files that wait for a smaller number. */
      held: z.array(z.int()),
      /**
       * Staff ask for this number and those after it again, also those refused or done, as far as the agent still has them.
       * Falls back to `null` once this number is opened.
       */
      wanted: z.int().nullable(),
      /** The last applied file's receipt, for an agent that never saw it; `null` before the first. */
      last: linkReceipt.nullable(),
      /** Interface versions taken now, newest first; until and with which day (`null` = no end is set). */
      versions: z.array(z.object({ version: z.string(), acceptedUntil: z.iso.date().nullable() })),
    }),
  ),
})
export type LinkStatus = z.output<typeof statusAnswer>

/** PUT a file's address: opens or resumes. Other content under a number not yet applied replaces the upload. */
export const openRequest = z.strictObject({
  manifest: manifestSchema,
  /** Of the CSV file. */
  bytes: z.int().min(1),
})

/** Answer of PUT, PATCH and GET. GET of a number never opened answers `receiving`, 0. */
export const fileState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('receiving'), received: z.int().min(0) }),
  z.object({
    /** `held`: a smaller number is missing, or staff paused. */
    state: z.enum(['waiting', 'held', 'applying']),
    rowsDone: z.int(),
    rows: z.int(),
  }),
  z.object({ state: z.enum(['applied', 'refused', 'verified']), receipt: linkReceipt }),
])
export type FileState = z.output<typeof fileState>

/**
 * POST `reconcile`: how the business stands in the town hall after a file: its rows without deleted ones and without those
 * that its own checks (the same as ours) refuse.
 */
export const reconcileRequest = z.strictObject({
  business,
  fileNo,
  rows: z.int().min(0),
  hashTotal,
})
/** `rows` and `hashTotal` are ours, computed anew from what is kept. */
export const reconcileAnswer = z.object({
  agrees: z.boolean(),
  rows: z.int(),
  hashTotal,
  checkedAt: z.iso.datetime(),
})

export const enrolRequest = z.object({
  /** 登録コード as shown on the screen; spaces and lower case do not matter. */
  code: z.string().min(1).max(100),
  /** PKCS #10, PEM. */
  requestPem: z.string().min(1).max(10_000),
})
/** POST `renew`: a new certificate; the old one is revoked when the new one is first used. */
export const renewRequest = z.strictObject({ requestPem: z.string().min(1).max(10_000) })
/** Of `enrol` and `renew`. */
export const certificateAnswer = z.object({ certificatePem: z.string(), authorityPem: z.string() })
