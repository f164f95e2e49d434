import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { fold } from '@open-bcl/core/ja/fold.ts'
import type { BlockReason } from '../certificates/certificates.ts'
import type { PersonFault } from '../certificates/person-blocks.ts'
import { dateOf, dayOf, imageOf, numberOf, textOf, type Entry } from '../registers/entries.ts'
import { ageOn, type ResidentRecord } from '../residents/residents.ts'

/** 印鑑登録 as the town's register has it. */
export type Seal = {
  readonly state: 'registered' | 'cancelled' | 'suspended'
  readonly registeredOn: RegisterDate
  /** First day on which it no more stands. */
  readonly cancelledOn: PlainDate | null
  /** 登録氏名区分: which name the seal was registered under (interfaces/definitions/seals.ts). */
  readonly nameKind: string
  readonly name: string
  /** 氏名のカタカナ表記 */
  readonly katakana: string
  /** The whole picture on paper, mm. */
  readonly widthMm: number
  readonly heightMm: number
  readonly picture: Uint8Array
}

export function sealOf(entry: Entry): Seal {
  const states = { '1': 'registered', '2': 'cancelled', '3': 'suspended' } as const
  return {
    // A state that nobody knows is none that may be certified.
    state: states[textOf(entry, '登録状態') as keyof typeof states] ?? 'suspended',
    registeredOn: dateOf(entry, '登録年月日'),
    cancelledOn: dayOf(entry, '廃止年月日'),
    nameKind: textOf(entry, '登録氏名区分'),
    name: textOf(entry, '登録氏名'),
    katakana: textOf(entry, '登録氏名_カタカナ'),
    widthMm: numberOf(entry, '印影_幅mm') ?? 0,
    heightMm: numberOf(entry, '印影_高さmm') ?? 0,
    picture: imageOf(entry, '印影') ?? new Uint8Array(),
  }
}

/** Whether the seal may be certified on a day: from its registration until its cancellation, and not while suspended. */
export function isInForce({ state, registeredOn, cancelledOn }: Seal, day: PlainDate): boolean {
  const begun = registeredOn.on === null || registeredOn.on <= day
  return state === 'registered' && begun && (cancelledOn === null || cancelledOn > day)
}

/** 15 is reached the day before the birthday; of an unknown age the register of seals knows more than we do. */
export const underFifteen = (today: PlainDate): PersonFault => ({
  code: 202,
  ja: '15歳未満です',
  holds: ({ birth }) => (ageOn(birth, today) ?? 15) < 15,
})

/** How many of a person's seals are in force, and whether there ever was one. */
export function faultOfSeals(inForce: number, others: number, had: boolean): BlockReason | null {
  if (inForce === 1) return null
  if (inForce > 1)
    return {
      code: 311,
      ja: `登録中の印鑑が${inForce}つあります。1人に1つです。連携元で直すまで交付できません`,
    }
  return others > 0 || had
    ? { code: 306, ja: '印鑑登録が廃止または停止されています（廃印）' }
    : { code: 305, ja: '印鑑登録がありません（未登録印）' }
}

const CONTRADICTS = '。印鑑登録か住民記録の、連携が遅れているほうを直してください'

/** Where 印鑑登録 and 住民記録 do not say the same: one of them is behind, and nobody here knows which. */
export const nameFaults: readonly (BlockReason & {
  readonly holds: (seal: Seal, person: ResidentRecord) => boolean
})[] = [
  {
    code: 311,
    ja: `登録氏名が住民記録の氏名と合いません${CONTRADICTS}`,
    holds: ({ nameKind, name }, person) =>
      nameKind === '1' &&
      ![person.name.full, person.name.latin, person.name.kanji].some((one) => same(one, name)),
  },
  {
    code: 311,
    ja: `登録氏名は旧氏によりますが、住民記録に旧氏がありません${CONTRADICTS}`,
    holds: ({ nameKind }, person) => (nameKind === '2' || nameKind === '4') && person.name.former === '',
  },
  {
    code: 311,
    ja: `登録氏名は通称によりますが、住民記録に通称がありません${CONTRADICTS}`,
    holds: ({ nameKind }, person) => (nameKind === '3' || nameKind === '5') && person.name.alias === '',
  },
  {
    code: 311,
    ja: '登録氏名はカタカナ表記によりますが、カタカナ表記が送られていません。連携元で直してください',
    holds: ({ nameKind, katakana }) => nameKind === '6' && katakana === '',
  },
]

/** The same name but for spaces and variant forms. */
function same(one: string, other: string): boolean {
  return one !== '' && fold(one) === fold(other)
}

/** 印影 is certified when it does not fit into a square of 8 mm, and fits into one of 25 mm (印鑑条例). */
const TOO_SMALL_MM = 8
const LARGEST_MM = 25
/** Height and width of a pixel may differ by this much: the mm of the interface are rounded to 0.1. */
const SCALE_TOLERANCE = 0.03

/** Black dots on white, read from the picture. */
export type Dots = {
  readonly width: number
  readonly height: number
  readonly isInked: (x: number, y: number) => boolean
}

/** The seal alone, without the white around it. */
export type CutSeal = Dots & { readonly widthMm: number; readonly heightMm: number; readonly dpi: number }

export type SealPictureFault =
  | 'not-png'
  | 'not-one-bit'
  | 'not-group-4'
  | 'turned'
  | 'several'
  | 'broken'
  | 'blank'
  | 'all-ink'
  | 'scale'
  | 'too-small'
  | 'too-large'

export const pictureFaults: Readonly<Record<SealPictureFault, string>> = {
  'not-png': '印影の画像がPNGでもTIFF（Group 4）でもありません。どちらかで送り直してください',
  'not-one-bit': '印影の画像が白黒2値のPNGではありません。2値にして送り直してください',
  'not-group-4': '印影のTIFF画像が、Group 4で圧縮した白黒2値ではありません。Group 4かPNGで送り直してください',
  turned: '印影のTIFF画像に、向きを変える指定があります。指定を外して送り直してください',
  several: '印影のTIFF画像に、2枚以上の画像が入っています。1枚にして送り直してください',
  broken: '印影の画像が壊れています。連携元で直してください',
  blank: '印影の画像に何も写っていません。連携元で直してください',
  'all-ink': '印影の画像がすべて黒です。連携元で直してください',
  scale: '印影の画像の縦横の比が、送られた幅と高さ（mm）に合いません。連携元で直してください',
  'too-small': '印影が8mmの正方形に収まるほど小さく、証明できません',
  'too-large': '印影が25mmの正方形に収まりません',
}

/** Cuts the seal out of its picture at its true size. A size or a picture that cannot be right is refused. */
export function cutSeal(
  picture: Dots,
  mm: { readonly widthMm: number; readonly heightMm: number },
): CutSeal | { readonly fault: SealPictureFault } {
  const edges = edgesOf(picture)
  if (edges === null) return { fault: 'blank' }
  const { left, top, width, height, inked } = edges
  if (inked === picture.width * picture.height) return { fault: 'all-ink' }
  const across = mm.widthMm / picture.width
  const down = mm.heightMm / picture.height
  if (!(across > 0 && down > 0) || Math.abs(across / down - 1) > SCALE_TOLERANCE) return { fault: 'scale' }
  const [widthMm, heightMm] = [width * across, height * down]
  const longer = Math.max(widthMm, heightMm)
  if (longer <= TOO_SMALL_MM) return { fault: 'too-small' }
  if (longer > LARGEST_MM) return { fault: 'too-large' }
  return {
    width,
    height,
    isInked: (x, y) => picture.isInked(left + x, top + y),
    widthMm,
    heightMm,
    dpi: 25.4 / across,
  }
}

function edgesOf({ width, height, isInked }: Dots) {
  let [left, top, right, bottom, inked] = [width, height, -1, -1, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isInked(x, y)) continue
      inked++
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  return inked === 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1, inked }
}
