import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'

/** 住家の被害の程度, the six of the unified form, gravest first (災害に係る住家の被害認定基準運用指針). */
export type GradeCode = 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6'

/**
 * The frozen words of one 罹災証明書 (統一様式, 府政防第737号 令和2年3月30日). What stands here is printed, and nothing
 * else is; it is stored with the issue and never changes. All texts are as they appear on paper.
 */
export type RisaiSnapshot = {
  readonly kind: 'risai'
  readonly layoutVersion: 'risai-2020'
  /** 取引番号: random 128 bits, 32 lower-case hexadecimal digits, on every page. */
  readonly transactionId: string
  /** sha256 of the request this answers, hexadecimal: travels in the PDF's metadata. */
  readonly requestDigest: string
  readonly municipality: IssuingMunicipality
  /** 整理番号, as the municipality numbers. */
  readonly serialNo: string
  /** 整理番号 of the certificate this one is issued again for; `null` = a first issue. */
  readonly copyOf: string | null
  /** 世帯主住所: where the head of household lives, not necessarily the damaged dwelling. */
  readonly headAddress: string
  readonly headName: string
  /** 追加記載事項欄①, one line a member of the household (`氏名（続柄）`); `null` = members are not printed. */
  readonly additional1: readonly string[] | null
  /** 罹災原因, `令和８年９月１８日の台風第１４号による`. */
  readonly cause: string
  /** 被災住家の所在地. */
  readonly dwellingAddress: string
  readonly gradeCode: GradeCode
  /** The list to tick from, in the order of the form. */
  readonly grades: readonly { readonly code: GradeCode; readonly label: string }[]
  /** 追加記載事項欄②, on the dwelling; `null` is printed as struck out. */
  readonly additional2: string | null
  /** 追加記載事項欄③, anything else. */
  readonly additional3: string | null
  /** 認証文; `RISAI_CERTIFYING_SENTENCE` unless the municipality words it otherwise. */
  readonly certifyingSentence: string
  readonly issuedOn: PlainDate
  /** 交付年月日 in 和暦. */
  readonly issuedOnText: string
  /** 「試験印刷」 and the like; `null` = a real certificate. */
  readonly testMark: string | null
  /** 「見本（架空の人物）」 where the people are invented; `null` elsewhere. */
  readonly fictitiousMark: string | null
}

export type IssuingMunicipality = {
  readonly code: MunicipalityCode
  /** Printed before the title: a 市町村 name alone is not unique. */
  readonly prefecture: string
  readonly name: string
  /** `飛騨市長`, `飛騨市長職務代理者 飛騨市副市長`. */
  readonly mayorTitle: string
  readonly mayorName: string
  /** 電子公印, black, PNG as base64; `null` = 公印省略. */
  readonly sealPng: string | null
  /** Side of the square on paper, mm, at most 25. */
  readonly sealSizeMm: number
}

export const RISAI_CERTIFYING_SENTENCE = '上記のとおり、相違ないことを証明します。'

/** 統一様式: the six grades as they are printed. */
export const RISAI_GRADES: RisaiSnapshot['grades'] = [
  { code: 'G1', label: '全壊' },
  { code: 'G2', label: '大規模半壊' },
  { code: 'G3', label: '中規模半壊' },
  { code: 'G4', label: '半壊' },
  { code: 'G5', label: '準半壊' },
  { code: 'G6', label: '準半壊に至らない（一部損壊）' },
]

/** Members on the first page, and on each page after it: as `layouts/risai-2020.typ` has it. */
export const MEMBERS_ON_FRONT = 8
export const MEMBERS_ON_FOLLOWING = 36

const UNUSED = '＊＊＊'
const TO_BE_CONTINUED = '（次ページにつづく）'
const DWELLING_NOTE =
  '※住家とは、現実に居住（世帯が生活の本拠として日常的に使用していることをいう。）のために使用している建物のこと。（被災者生活再建支援金や災害救助法による住宅の応急修理等の対象となる住家）'

/**
 * Every word on every page in the order it is drawn, the form's own words included: what the check before delivery
 * expects to read back from the PDF. Pages are a consequence of the number of members.
 */
export function printedWords(snapshot: RisaiSnapshot): string[][] {
  const members = snapshot.additional1
  const following = chunk(members?.slice(MEMBERS_ON_FRONT) ?? [], MEMBERS_ON_FOLLOWING)
  const total = following.length + 1
  const front = [
    ...heading(snapshot),
    ...(snapshot.copyOf === null ? [] : [`（整理番号 ${snapshot.copyOf} の再交付）`]),
    '罹災証明書',
    ...['世帯主住所', snapshot.headAddress],
    ...['世帯主氏名', snapshot.headName],
    ...membersBlock(members?.slice(0, MEMBERS_ON_FRONT) ?? [UNUSED]),
    ...['罹災原因', snapshot.cause],
    ...['被災住家※の所在地', snapshot.dwellingAddress],
    '住家※の被害の程度',
    ...snapshot.grades.map(({ code, label }) => `□${code === snapshot.gradeCode ? '✓' : ''}${label}`),
    ...['住家に関する事項', '（追加記載事項欄②）', snapshot.additional2 ?? UNUSED],
    ...['その他の事項', '（追加記載事項欄③）', snapshot.additional3 ?? UNUSED],
    DWELLING_NOTE,
    ...(total === 1 ? certification(snapshot) : [TO_BE_CONTINUED]),
    ...foot(snapshot, 1, total),
  ]
  const rest = following.map((lines, i) => [
    ...heading(snapshot),
    '罹災証明書（つづき）',
    ...membersBlock(lines),
    ...(i === following.length - 1 ? certification(snapshot) : [TO_BE_CONTINUED]),
    ...foot(snapshot, i + 2, total),
  ])
  return [front, ...rest]
}

function heading(snapshot: RisaiSnapshot): string[] {
  const marks = [snapshot.testMark, snapshot.fictitiousMark].filter((mark) => mark !== null)
  return [...marks, '整理番号', snapshot.serialNo]
}

function membersBlock(lines: readonly string[]): string[] {
  return ['世帯の構成員', '（追加記載事項欄①）', ...lines]
}

/** 認証文 stands on the last page only, so that a page without it is visibly not the whole. */
function certification({ certifyingSentence, issuedOnText, municipality }: RisaiSnapshot): string[] {
  return [
    certifyingSentence,
    issuedOnText,
    municipality.prefecture + municipality.mayorTitle,
    municipality.mayorName,
  ]
}

function foot(snapshot: RisaiSnapshot, page: number, total: number): string[] {
  return ['取引番号', snapshot.transactionId, `${page}／${total}`]
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}

/**
 * One spelling for equal values: keys sorted by code unit, no white space, arrays in order (after RFC 8785; numbers
 * here are integers). Refuses what JSON would drop or change silently.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError('canonical JSON takes whole numbers only')
    return String(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
  }
  throw new TypeError(`canonical JSON has no ${typeof value}`)
}

/** sha256 of the canonical JSON, 64 hexadecimal digits: kept with the issue, to prove that its words are unchanged. */
export async function digestOf(snapshot: object): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(snapshot))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
