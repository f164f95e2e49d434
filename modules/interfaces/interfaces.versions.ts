/**
 * Which versions of an interface are accepted, from when until when, and how a row of an old one becomes a row of the
 * current one. Towns change over at different times after a law change, so two versions are open at once.
 */
import { plainDate } from '@open-bcl/core/dates.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import { fileInterfaces, type Business, type FileInterface } from './interfaces.columns.ts'
import { residentVersions } from './definitions/residents.ts'

export type InterfaceVersion = {
  readonly version: string
  readonly file: FileInterface
  /** First day on which a file of this version is taken. */
  readonly acceptedFrom: PlainDate
  /** Last day, unless a town's setting names another; `null` = the current version. */
  readonly acceptedUntil: PlainDate | null
  /** Why this version is there. */
  readonly source: string
  /** The row in the columns of the current version; `fields` in the order of this version's interface. Pure. */
  convert(fields: readonly string[]): string[]
}

const firstDay = plainDate('2025-04-01')

/** A column the old version lacks is empty, unless `defaults` names its value. */
function converter(
  from: FileInterface,
  to: FileInterface,
  defaults: Readonly<Record<string, string>>,
): (fields: readonly string[]) => string[] {
  const sources = to.columns.map(({ name }) => from.columns.findIndex((column) => column.name === name))
  const blank = to.columns.map(({ name, kind }) => defaults[name] ?? (kind === 'flag' ? '0' : ''))
  return (fields) => sources.map((at, i) => (at < 0 ? blank[i]! : fields[at]!))
}

const [residents10, residents11] = residentVersions

const several: Partial<Readonly<Record<Business, readonly InterfaceVersion[]>>> = {
  residents: [
    {
      version: residents10.version,
      file: residents10,
      acceptedFrom: firstDay,
      acceptedUntil: plainDate('2027-03-31'),
      source: '当初の版。期限は本システムで定めた既定の日で、団体ごとに変えられる。',
      // A フリガナ of the old version is for searching. It is no reading that the law lets a certificate show.
      convert: converter(residents10, residents11, { 振り仮名_公証区分: '0' }),
    },
    {
      version: residents11.version,
      file: residents11,
      acceptedFrom: plainDate('2025-05-26'),
      acceptedUntil: null,
      source:
        '戸籍法・住民基本台帳法の改正（令和5年法律第48号、2025年5月26日施行）で住民票に氏名の振り仮名を記載するため。あわせて住民票の写しに要る項目を加えた。項目名・コード値は公式の一覧と未照合。',
      convert: (fields) => [...fields],
    },
  ],
}

/** Every version of the business that may still come, oldest first; the last is the current one. */
export function interfaceVersions(business: Business): readonly InterfaceVersion[] {
  return all[business]
}

const all = Object.fromEntries(
  Object.values(fileInterfaces).map((file): [Business, readonly InterfaceVersion[]] => [
    file.business,
    several[file.business] ?? [
      {
        version: file.version,
        file,
        acceptedFrom: firstDay,
        acceptedUntil: null,
        source: '当初の版。',
        convert: (fields) => [...fields],
      },
    ],
  ]),
) as Readonly<Record<Business, readonly InterfaceVersion[]>>

/** The version a manifest names; `undefined` when there is none. */
export function findVersion(business: Business, version: string): InterfaceVersion | undefined {
  return all[business].find((one) => one.version === version)
}

/**
 * Whether a file of this version is taken on a day. `until` is the town's own last day for old versions, where it has one;
 * the current version has no end.
 */
export function isAccepted(
  version: InterfaceVersion,
  day: PlainDate,
  until: PlainDate | null = null,
): boolean {
  const last = version.acceptedUntil === null ? null : (until ?? version.acceptedUntil)
  return version.acceptedFrom <= day && (last === null || day <= last)
}
