import fs from 'node:fs'
import path from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'

/** One municipality or ward of the nation (アドレス・ベース・レジストリ, 2022-04-26). Reference data, the same for everyone. */
export type NationalMunicipality = {
  readonly code: MunicipalityCode
  readonly prefecture: string
  /** With county and ward: 「吉城郡…町」, 「横浜市鶴見区」. */
  readonly fullName: string
  readonly kana: string
  /** Empty unless a ward of a designated city. */
  readonly ward: string
  /** Degrees, of the town hall; `null` where not published. */
  readonly latitude: number | null
  readonly longitude: number | null
}

let list: ReadonlyMap<string, NationalMunicipality> | undefined

/** The national list by 6-digit code: 1,741 municipalities, and the wards of designated cities. */
export function nationalMunicipalities(): ReadonlyMap<string, NationalMunicipality> {
  list ??= new Map(
    fs
      .readFileSync(path.join(import.meta.dirname, 'data/national.tsv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [code = '', prefecture = '', fullName = '', , ward = '', kana = '', lat, lng] = line.split('\t')
        const degrees = (text: string | undefined): number | null => (text ? Number(text) : null)
        const row: NationalMunicipality = {
          code: code as MunicipalityCode,
          prefecture,
          fullName,
          kana,
          ward,
          latitude: degrees(lat),
          longitude: degrees(lng),
        }
        return [code, row]
      }),
  )
  return list
}
