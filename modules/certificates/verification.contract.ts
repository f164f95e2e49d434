import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { TRANSACTION_ID } from './certificates.ts'

const MunicipalityCode = z
  .string()
  .regex(/^[0-9]{6}$/)
  .meta({ title: '団体コード' })
const Day = z.iso.date()

/** The public keys of a town's papers, as a verifier keeps them (`open-bcl verify-paper --keys`). */
export const PaperKeys = z.object({
  municipalityCode: MunicipalityCode,
  municipalityName: z.string(),
  /** Oldest first; also those that sign no more. */
  keys: z.array(
    z.object({
      keyId: z.int().min(1),
      /** P-256 point, uncompressed, base64. */
      publicKey: z.base64().length(88),
      fromOn: Day,
      untilOn: Day.nullable(),
      revokedFrom: Day.nullable(),
    }),
  ),
})
export type PaperKeys = z.output<typeof PaperKeys>

/** For anybody: nothing of a person, and nobody is asked who they are. */
export const getPaperKeys = endpoint({
  name: 'getPaperKeys',
  method: 'GET',
  path: '/api/verify/keys/:municipalityCode',
  title: '証明書の検証用の公開鍵',
  permission: 'public',
  input: z.object({ municipalityCode: MunicipalityCode }),
  output: PaperKeys,
  problems: [platformProblems.tooMany],
})

/**
 * Whether a paper is known and in force, told to whoever holds it: its transaction id is 128 random bits. Nothing is told of
 * a person, and nothing is kept of who asked.
 */
export const checkPaper = endpoint({
  name: 'checkPaper',
  method: 'POST',
  path: '/api/verify/paper',
  title: '証明書の有効性の照会',
  permission: 'public',
  reads: true,
  input: z.object({
    municipalityCode: MunicipalityCode,
    transactionId: z.string().regex(TRANSACTION_ID).meta({ title: '取引番号' }),
  }),
  output: z.object({
    state: z.enum(['genuine-and-in-force', 'withdrawn', 'not-printed', 'unknown']),
    /** `null` where the paper is unknown. */
    issuedOn: Day.nullable(),
    /** sha256 of the codes that were made for its pages, hexadecimal: a code made with a stolen key is none of them. */
    codes: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  }),
  problems: [platformProblems.tooMany],
})
