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

/** What the cloud tells the agent about one file: it was applied whole, or refused whole. */
export const linkReceipt = z.object({
  fileId: z.uuid(),
  business: z.enum(businesses),
  fileNo: z.int().min(1),
  mode: z.enum(['full', 'delta']),
  sha256: z.string(),
  state: z.enum(['applied', 'refused']),
  /** Number of the town's data that the file made, decimal; `null` when refused. */
  seq: z.string().nullable(),
  counts: z.object({
    rows: z.int(),
    inserted: z.int(),
    updated: z.int(),
    deleted: z.int(),
    unchanged: z.int(),
    /** Rows with something wrong. */
    refused: z.int(),
  }),
  /** What was noticed without being wrong. */
  notes: z.array(z.string()),
  errors: z.array(fileError),
  /** There are more than the errors listed. */
  moreErrors: z.boolean(),
  receivedAt: z.iso.datetime(),
})
export type LinkReceipt = z.output<typeof linkReceipt>

/** `line:3/氏名` and `/interfaceId` as places of a file and its manifest. */
export function fileErrorOf({ pointer, message }: FieldError): FileError {
  const place = /^line:(\d+)(?:\/(.*))?$/.exec(pointer)
  if (place) return { line: Number(place[1]), item: place[2] ?? '', message }
  return { line: null, item: '送付票', message }
}
