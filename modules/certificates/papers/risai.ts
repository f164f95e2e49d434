import { certificationWords, TO_BE_CONTINUED, UNUSED, type Body, type Paper } from '../paper.ts'

/** 住家の被害の程度, the six of the unified form, gravest first (災害に係る住家の被害認定基準運用指針). */
export type GradeCode = 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6'

/**
 * The frozen words of one 罹災証明書 (統一様式, 府政防第737号 令和2年3月30日). What stands here is printed, and nothing
 * else is; it is stored with the issue and never changes. All texts are as they appear on paper.
 */
export type RisaiFacts = {
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
}

export const RISAI_CERTIFYING_SENTENCE = '上記のとおり、相違ないことを証明します。'

/** 統一様式: the six grades as they are printed. */
export const RISAI_GRADES: RisaiFacts['grades'] = [
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

const DWELLING_NOTE =
  '※住家とは、現実に居住（世帯が生活の本拠として日常的に使用していることをいう。）のために使用している建物のこと。（被災者生活再建支援金や災害救助法による住宅の応急修理等の対象となる住家）'

const SAMPLE: RisaiFacts = {
  serialNo: '令８水害第１２３号',
  copyOf: null,
  headAddress: '岐阜県飛騨市古川町本町２番２２号　コーポ飛騨古川２０３号室',
  headName: '見本　太郎',
  additional1: ['見本　太郎（世帯主）', '見本　花子（妻）', '見本　一葉（子）'],
  cause: '令和８年９月１８日の台風第１４号による',
  dwellingAddress: '岐阜県飛騨市古川町本町２番２２号',
  gradeCode: 'G3',
  grades: RISAI_GRADES,
  additional2: '木造２階建　持家　床上浸水',
  additional3: null,
  certifyingSentence: RISAI_CERTIFYING_SENTENCE,
}

export const risaiSample = (paper: Paper): Body => risaiBody(SAMPLE, paper)

/** The pages of one copy, the form's own words included. Their number is a consequence of the number of members. */
export function risaiBody(facts: RisaiFacts, paper: Paper): Body {
  const members = facts.additional1
  const following = chunk(members?.slice(MEMBERS_ON_FRONT) ?? [], MEMBERS_ON_FOLLOWING)
  const certification = certificationWords(paper, facts.certifyingSentence)
  const front = [
    ...['整理番号', facts.serialNo],
    ...(facts.copyOf === null ? [] : [`（整理番号 ${facts.copyOf} の再交付）`]),
    '罹災証明書',
    ...['世帯主住所', facts.headAddress],
    ...['世帯主氏名', facts.headName],
    ...membersBlock(members?.slice(0, MEMBERS_ON_FRONT) ?? [UNUSED]),
    ...['罹災原因', facts.cause],
    ...['被災住家※の所在地', facts.dwellingAddress],
    '住家※の被害の程度',
    ...facts.grades.map(({ code, label }) => `□${code === facts.gradeCode ? '✓' : ''}${label}`),
    ...['住家に関する事項', '（追加記載事項欄②）', facts.additional2 ?? UNUSED],
    ...['その他の事項', '（追加記載事項欄③）', facts.additional3 ?? UNUSED],
    DWELLING_NOTE,
    ...(following.length === 0 ? certification : [TO_BE_CONTINUED]),
  ]
  const rest = following.map((lines, i) => [
    ...['整理番号', facts.serialNo],
    '罹災証明書（つづき）',
    ...membersBlock(lines),
    ...(i === following.length - 1 ? certification : [TO_BE_CONTINUED]),
  ])
  return { facts, pages: [front, ...rest] }
}

function membersBlock(lines: readonly string[]): string[] {
  return ['世帯の構成員', '（追加記載事項欄①）', ...lines]
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
