import { z } from 'zod'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'

/** A wrong place of a file. `line` is the physical line, `null` for the file as a whole. Holds no value of the file. */
export const fileError = z.object({
  line: z.int().min(1).nullable(),
  item: z.string().meta({ title: '項目名' }),
  message: z.string().meta({ title: '理由' }),
})
export type FileError = z.output<typeof fileError>

/** No more wrong places than this are listed; a file that is wrong throughout needs no more to be understood. */
export const MOST_ERRORS = 1_000

/** 32 lower-case hexadecimal digits (`platform/hash-total.ts`). */
export const hashTotal = z.string().regex(/^[0-9a-f]{32}$/)

/** What the cloud tells the agent about one file. Receipts of the first release lack what has a default here. */
export const linkReceipt = z.object({
  fileId: z.uuid(),
  business: z.enum(businesses),
  fileNo: z.int().min(1),
  mode: z.enum(['full', 'delta']),
  sha256: z.string(),
  /**
   * `applied`: every good row stands; `refused`: nothing changed; `verified`: would be applied, and nothing was kept
   * (verification only). A bad row does not refuse a file: see `counts.refused` and `errors`.
   */
  state: z.enum(['applied', 'refused', 'verified']),
  /** Number of the town's data that the file made, decimal; `null` unless applied. */
  seq: z.string().nullable(),
  counts: z.object({
    rows: z.int(),
    inserted: z.int(),
    updated: z.int(),
    deleted: z.int(),
    unchanged: z.int(),
    /** Rows with something wrong: not applied. */
    refused: z.int(),
    /** Rows that wait for the person they speak of. */
    parked: z.int().default(0),
    /** People for whom nothing is issued until a good row of theirs comes. */
    blocked: z.int().default(0),
  }),
  /** Of all rows of the file as the cloud read them; `null` when it could not be read to its end. */
  hashTotal: hashTotal.nullable().default(null),
  /** What was noticed without being wrong. */
  notes: z.array(z.string()),
  errors: z.array(fileError),
  /** There are more than the errors listed. */
  moreErrors: z.boolean(),
  receivedAt: z.iso.datetime(),
})
export type LinkReceipt = z.output<typeof linkReceipt>

/** No more than this of each business, and of files whose business cannot be told. */
export const MOST_HOME_REFUSALS = 5
/** A file that never came here and so has no receipt: the agent did not take it, or its opening was refused. */
export const homeRefusal = z.strictObject({
  /** `null` = it cannot be told. */
  business: z.enum(businesses).nullable(),
  fileNo: z.int().min(1).max(999_999_999).nullable(),
  /** How the name of its folder in `refused/` ends; the file's own name stays in the town hall. */
  place: z.string().regex(/^[0-9a-f]{12}$/),
  at: z.iso.datetime(),
  /** Wrong places, as far as they were counted. */
  errors: z.int().min(1).max(1_000_000),
  /** The first of them, in words without values: one line of plain text. */
  reason: z
    .string()
    .min(1)
    .max(300)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u),
})
export type HomeRefusal = z.output<typeof homeRefusal>

/** `line:3/氏名` and `/interfaceId` as places of a file and its manifest. */
export function fileErrorOf({ pointer, message }: FieldError): FileError {
  const place = /^line:(\d+)(?:\/(.*))?$/.exec(pointer)
  if (place) return { line: Number(place[1]), item: place[2] ?? '', message }
  return { line: null, item: '送付票', message }
}
