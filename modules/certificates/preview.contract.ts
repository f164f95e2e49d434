import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Chosen, Kind, OfferedChoice, TransactionId } from './certificates.contract.ts'

/**
 * 証明発行DB参照: what issuing would print now, from which data, and what stands in the way. Nothing is issued, kept or counted;
 * the words are read as for a certificate, which is recorded.
 */
export const previewIssue = endpoint({
  name: 'previewIssue',
  method: 'POST',
  path: '/api/certificates/preview',
  title: '証明発行DB参照',
  permission: 'certificates.preview',
  isolation: 'repeatable read',
  reads: true,
  input: z.object({
    kind: Kind,
    subjectId: z.string().min(1).max(64),
    channel: z.enum(['counter', 'kiosk']).default('counter').meta({ title: '交付場所' }),
    choices: Chosen,
  }),
  output: z.object({
    /** 取込通番 of the data. */
    dataSeq: z.string(),
    dataAgeSeconds: z.int().nullable(),
    offered: z.array(OfferedChoice),
    obstacles: z.array(z.object({ code: z.int(), words: z.string(), reasons: z.array(z.string()) })),
    /** `null` = what stands in the way forbids to look, too. */
    paper: z
      .object({
        layoutVersion: z.string(),
        layout: z.string(),
        feeYen: z.int(),
        printingYen: z.int(),
        /** Words of each page of one copy in the order they are drawn. */
        pages: z.array(z.array(z.string())),
      })
      .nullable(),
    /** Beside the last one that was printed; `null` = none was, or nothing to compare. */
    last: z
      .object({
        transactionId: TransactionId,
        issuedOn: z.string(),
        dataSeq: z.string(),
        layoutVersion: z.string(),
        differences: z.array(z.object({ item: z.string(), before: z.string(), now: z.string() })),
      })
      .nullable(),
  }),
})
