import { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { businesses } from '../interfaces/interfaces.columns.ts'
import { hashTotal } from './linkage.receipt.ts'

/**
 * 復旧パッケージ: a folder with a full file of every business as of one number of the town's data, each as it would be sent
 * (`NAME.csv`, `NAME.json`), `package.json` that names them all, and its signature. Every file is encrypted to the town
 * (`.age`). docs/guides/recovery-for-towns.md is written for who receives one.
 */
export const PACKAGE_FORMAT = 'open-bcl recovery 1'

/**
 * 支援措置 that protect here though the town sends them no more, or sent them so that they could not be read: a delta of
 * 支援措置対象者 to be applied after the full file. A row that has a 宛名番号 and nothing else is refused as a row, and its
 * person is protected until a good one comes.
 */
export const KEPT = 'kept-protections'

export const packageFiles = {
  list: 'package.json',
  /** ECDSA P-256 with SHA-256 over the bytes of `package.json`, DER: `openssl dgst -verify` reads it. */
  signature: 'package.sig',
  certificate: 'signer.pem',
  authority: 'authority.pem',
} as const

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const recoveryPackage = z.strictObject({
  format: z.literal(PACKAGE_FORMAT),
  municipalityCode: z.custom<MunicipalityCode>(
    (value) => typeof value === 'string' && isMunicipalityCode(value),
  ),
  /** The number of the town's data, decimal. */
  seq: z.string().regex(/^[1-9][0-9]*$/),
  /** The moment that was asked for; `null` where a number was. */
  moment: z.iso.datetime().nullable(),
  /** When that number was given; `null` where it is older than the record of them. */
  appliedAt: z.iso.datetime().nullable(),
  madeAt: z.iso.datetime(),
  withMyNumbers: z.boolean(),
  files: z
    .array(
      z.strictObject({
        business: z.enum(businesses),
        rows: z.int().min(0),
        hashTotal,
        /** Of `NAME.csv` and of `NAME.json`, opened. */
        sha256,
        manifestSha256: sha256,
        /** The last file or hand load of the business that is in it; `null` where it is older than the record of them. */
        last: z
          .strictObject({
            seq: z.string(),
            at: z.iso.datetime(),
            fileNo: z.int().nullable(),
            origin: z.enum(['link', 'hand']),
          })
          .nullable(),
        /** Something of it was loaded by staff: such data never make 住民票・印鑑・税, and go back the way they came. */
        loadedByHand: z.boolean(),
      }),
    )
    .refine((files) => new Set(files.map(({ business }) => business)).size === files.length),
  /** `KEPT`; `null` where there are none. */
  keptProtections: z
    .strictObject({ rows: z.int().min(1), hashTotal, sha256, manifestSha256: sha256 })
    .nullable(),
})
export type RecoveryPackage = z.output<typeof recoveryPackage>
export type RecoveredFile = RecoveryPackage['files'][number]
