/**
 * 事項の表示切替 outside of the ledger: what a subsystem's forms, pages and files ask and show. The town hides, renames and orders what
 * neither a law, a form of the state nor the work itself needs. The ledger's own items stand in `items.ts`.
 */
export type Subsystem = 'risai' | 'hisai' | 'non-dwellings' | 'cases'

export const subsystems = [
  { value: 'risai', label: '罹災証明の申請' },
  { value: 'hisai', label: '被災届出' },
  { value: 'non-dwellings', label: '被災非住家' },
  { value: 'cases', label: '災害ケースマネジメント' },
] as const satisfies readonly { readonly value: Subsystem; readonly label: string }[]

export type SubsystemItem = {
  readonly key: string
  readonly name: string
  /** Why it can be neither hidden nor renamed: the source; '' = the town decides. */
  readonly fixed: string
}

/**
 * 申請書の統一様式 (内閣府, 2024-11-08) was not read in its source: what it names is known from secondary readings. Whatever stands on the
 * certificate, decides on it or is asked by law is fixed.
 */
const onPaper = '罹災証明書の記載（内閣府の統一様式。原典は未確認）'
const decides = '決定・交付の処理に使う'
const consent = '個人情報を確かめ、使うための同意'
const free = ''

const items = (
  ...list: readonly (readonly [key: string, name: string, fixed: string])[]
): readonly SubsystemItem[] => list.map(([key, name, fixed]) => ({ key, name, fixed }))

export const subsystemItems: Readonly<Record<Subsystem, readonly SubsystemItem[]>> = {
  risai: items(
    ['applicant.name', '申請者氏名', '申請による交付（災害対策基本法90条の2第1項）'],
    ['applicant.kana', '申請者フリガナ', free],
    ['applicant.relationToHead', '世帯主との関係', decides],
    ['applicant.birthOn', '申請者生年月日', free],
    ['applicant.address', '申請者住所', decides],
    ['applicant.phone', '電話番号', free],
    ['applicant.email', 'メールアドレス', free],
    ['applicant.contactPlace', '避難先・その他の連絡先', free],
    ['head', '世帯主の氏名・住所', onPaper],
    ['head.kana', '世帯主フリガナ', free],
    ['members', '世帯の構成員', onPaper],
    ['dwellingAddress', '被災住家の所在地', onPaper],
    ['cause', '罹災原因・被害の原因', onPaper],
    ['dwellingKind', '住家の種別', decides],
    ['tenure', '持家・借家', decides],
    ['occupancy', '居住の状況', decides],
    ['ownerName', '所有者', free],
    ['damageText', '被害の状況', decides],
    ['damagedParts', '損傷した部位', free],
    ['damagedEquipment', '損傷した設備', free],
    ['floodDepthCm', '床上浸水深（cm）', free],
    ['surveyWish', '調査の方法の希望', decides],
    ['consents', '確認・利用・自己判定の同意', consent],
    ['consents.photoUse', '写真を調査・研究等に利用することへの同意', free],
    ['copies', '必要部数', decides],
    ['purpose', '使用目的・提出先', free],
    ['ways', '結果の通知・証明書の受取の方法', decides],
    ['proofs', '確かめた書類', decides],
  ),
  hisai: items(
    ['applicant.name', '届出者氏名', '被災証明書の記載'],
    ['applicant.kana', '届出者フリガナ', free],
    ['applicant.address', '届出者住所', '被災証明書の記載'],
    ['applicant.phone', '電話番号', free],
    ['cause', '被災原因', '被災証明書の記載'],
    ['objects', '被災した物件', '被災証明書の記載'],
    ['place', '被災場所', '被災証明書の記載'],
    ['damageText', '被害の状況', '被災証明書の記載'],
  ),
  'non-dwellings': items(
    ['kind', '種類', '被災証明書の記載'],
    ['name', '物件の名称・目印', '被災証明書の記載'],
    ['place', '被災場所', '被災証明書の記載'],
    ['owner', '所有者の氏名・名称、区分', '被災証明書の記載'],
    ['corporateNo', '法人番号', free],
    ['ownerAddress', '所有者の住所・所在地', free],
    ['phone', '電話番号', free],
    ['result', '被害', '被災証明書の記載'],
    ['note', '備考', free],
  ),
  cases: items(
    ['needs', '課題', '支援の計画に使う'],
    ['nextOn', '次の予定日', '連絡が途切れた世帯を見つけるのに使う'],
    ['responsible', '担当', free],
    ['visit', '訪問・連絡した人、方法、結果', '支援の記録'],
    ['agency', 'つなぐ先', '個人情報の提供の記録'],
    ['consentOn', '本人の同意を得た日', '個人情報の提供の記録'],
    ['agencyName', 'つなぐ先の名前・担当者', free],
    ['words', '内容', '支援の記録'],
  ),
}

/** One line of a town's sheet. The order is the order on the page. */
export type NameLine = { readonly key: string; readonly name: string; readonly shown: boolean }

const openTo = (subsystem: Subsystem): readonly SubsystemItem[] =>
  subsystemItems[subsystem].filter(({ fixed }) => fixed === '')

/** All open items of a subsystem in the order of a town's sheet; one that came with a release stands last, shown. */
export function linesOf(subsystem: Subsystem, sheet: readonly NameLine[]): readonly NameLine[] {
  const open = openTo(subsystem)
  const kept = sheet.filter(({ key }) => open.some((one) => one.key === key))
  const later = open.filter(({ key }) => !kept.some((line) => line.key === key))
  return [...kept, ...later.map(({ key, name }) => ({ key, name, shown: true }))]
}

/** Why a sheet cannot be. */
export function faultOfNames(subsystem: Subsystem, lines: readonly NameLine[]): string | null {
  const open = openTo(subsystem).map(({ key }) => key)
  const keys = lines.map(({ key }) => key)
  if (keys.some((key) => !open.includes(key)))
    return '法令・様式・処理に要る項目は、隠すことも名前を変えることもできません'
  if (new Set(keys).size !== open.length || keys.length !== open.length)
    return '項目が抜けているか、重なっています'
  const fixed = subsystemItems[subsystem].filter((one) => one.fixed !== '').map(({ name }) => name)
  const names = [...lines.map(({ name }) => name.trim()), ...fixed]
  if (names.includes('') || new Set(names).size !== names.length)
    return '名前のない項目か、同じ名前の項目があります'
  return null
}

/** A place on a page, in a file or on paper. With `item` it is one that the town may move, rename or hide. */
type Place = { readonly item?: string }

/**
 * Places in the town's order: what it may not change stays where it is, and the others share the rest in the order of its sheet. `name` is
 * what the town calls one, where that is another name than ours.
 */
export function arranged<P extends Place>(
  subsystem: Subsystem,
  sheet: readonly NameLine[],
  places: readonly P[],
): readonly (P & { readonly name?: string })[] {
  const lines = linesOf(subsystem, sheet)
  const rank = (place: P): number => lines.findIndex(({ key }) => key === place.item)
  const movable = places.filter((place) => rank(place) >= 0).toSorted((a, b) => rank(a) - rank(b))
  return places.flatMap((place) => {
    if (rank(place) < 0) return [place]
    const next = movable.shift()!
    const line = lines[rank(next)]!
    const own = subsystemItems[subsystem].find(({ key }) => key === line.key)?.name
    if (!line.shown) return []
    return [line.name === own ? next : { ...next, name: line.name }]
  })
}
