import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { FieldError } from '@open-bcl/core/problem.ts'
import { z } from 'zod'
import { businesses, fileInterfaces, type FileInterface } from '../interfaces/interfaces.columns.ts'
import { findVersion, interfaceVersions } from '../interfaces/interfaces.versions.ts'

/**
 * The paper that goes with a linkage file (`NAME.csv` and `NAME.json`): what it is, how many rows, and the digest by
 * which the receiver knows it arrived whole.
 */
export const manifestSchema = z
  .strictObject({
    interfaceId: z.string().min(1).max(40),
    interfaceVersion: z.string().regex(/^[0-9]{1,3}\.[0-9]{1,3}$/),
    municipalityCode: z.custom<MunicipalityCode>(
      (value) => typeof value === 'string' && isMunicipalityCode(value),
    ),
    business: z.enum(businesses),
    /** From 1, one more for every file of the business; a gap stops applying. */
    fileNo: z.int().min(1).max(999_999_999),
    /** `full`: the whole of the business, so what it lacks is gone. `delta`: what changed since the file before. */
    mode: z.enum(['full', 'delta']),
    /** Rows without the header. */
    rowCount: z.int().min(0),
    /** Rows with 削除フラグ 1. */
    deleteCount: z.int().min(0),
    /** Of the CSV file's bytes, 64 lower-case hexadecimal digits. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /**
     * Hash total of the file's rows in the columns of the current version, 32 lower-case hexadecimal digits
     * (`platform/hash-total.ts`). May be left out; checked when given.
     */
    hashTotal: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
    /** Instant with offset. */
    producedAt: z.iso.datetime({ offset: true }),
    producerVersion: z.string().min(1).max(100),
  })
  .refine((manifest) => manifest.deleteCount <= manifest.rowCount, { path: ['deleteCount'] })

export type Manifest = z.output<typeof manifestSchema>

const words: Readonly<Record<string, string>> = {
  interfaceId: 'インタフェースID',
  interfaceVersion: 'インタフェースの版',
  municipalityCode: '団体コード',
  business: '業務',
  fileNo: '通番',
  mode: '全件・差分の別',
  rowCount: '件数',
  deleteCount: '削除件数',
  sha256: 'SHA-256',
  hashTotal: 'ハッシュ合計',
  producedAt: '作成日時',
  producerVersion: '作成プログラムの版',
}

/** The interface, in the version, that a read manifest names. */
export function manifestInterface(manifest: Manifest): FileInterface {
  return findVersion(manifest.business, manifest.interfaceVersion)!.file
}

/**
 * Reads a manifest: shape, and that its interface is one of its business's in a version there is. Whether the town may
 * still send that version is asked when the file is taken (`isAccepted`).
 */
export function parseManifest(
  value: unknown,
): { readonly manifest: Manifest } | { readonly errors: FieldError[] } {
  const parsed = manifestSchema.safeParse(value)
  if (!parsed.success) {
    return {
      errors: parsed.error.issues.map((issue) => {
        const name = String(issue.path[0] ?? '')
        const title = words[name]
        const message =
          title === undefined
            ? '送付票の項目が決まりと違います。余分な項目がないか確かめてください。'
            : `送付票の「${title}」がないか、形が違います。連携元の設定を確かめてください。`
        return { pointer: `/${issue.path.join('/')}`, message }
      }),
    }
  }
  const { business, interfaceId, interfaceVersion } = parsed.data
  const file = fileInterfaces[business]
  if (interfaceId !== file.id || findVersion(business, interfaceVersion) === undefined) {
    const versions = interfaceVersions(business).map(({ version }) => `第${version}版`)
    const message = `送付票のインタフェースが「${file.title}」（${file.id} ${versions.join('、')}）と違います。連携元の版を確かめてください。`
    return { errors: [{ pointer: interfaceId === file.id ? '/interfaceVersion' : '/interfaceId', message }] }
  }
  return { manifest: parsed.data }
}
