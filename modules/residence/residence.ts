import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Choice } from '../certificates/choices.ts'
import type { BlockReason, Channel } from '../certificates/certificates.ts'
import type { Item } from '../certificates/papers/residence.ts'
import type { PersonFault } from '../certificates/person-blocks.ts'
import { addressLine, ageOn, type ResidentRecord } from '../residents/residents.ts'
import { unknownCodes } from './residence.codes.ts'

/** 住民票の写し, 住民票記載事項証明書. */
export type ResidenceKind = 'juminhyo' | 'kisai'

/** Items that are printed when somebody asks for them, and omitted when nobody does (住民基本台帳法12条, 標準仕様書 5.1). */
export type Option = {
  readonly name: string
  readonly ja: string
  readonly items: readonly Item[]
  /** Asked only where somebody of the household has it. */
  readonly of: 'everybody' | 'japanese' | 'foreign'
  readonly kinds: readonly ResidenceKind[]
}

const both: Option['kinds'] = ['juminhyo', 'kisai']
const kisai: Option['kinds'] = ['kisai']

/**
 * 個人番号 is not among them: a number kept by the town (`residents/my-numbers`) is shown to named staff alone, and no way
 * onto paper has been built. 通称の記載及び削除に関する事項 is not sent by the interface.
 */
export const options: readonly Option[] = [
  { name: 'relation', ja: '世帯主・続柄', items: ['relation'], of: 'everybody', kinds: both },
  { name: 'domicile', ja: '本籍・筆頭者', items: ['domicile', 'domicileHead'], of: 'japanese', kinds: both },
  { name: 'recordCode', ja: '住民票コード', items: ['recordCode'], of: 'everybody', kinds: both },
  { name: 'nationality', ja: '国籍・地域', items: ['nationality'], of: 'foreign', kinds: both },
  {
    name: 'article',
    ja: '住民基本台帳法第30条の45に規定する区分',
    items: ['article30_45'],
    of: 'foreign',
    kinds: both,
  },
  { name: 'status', ja: '在留資格', items: ['status'], of: 'foreign', kinds: both },
  { name: 'period', ja: '在留期間等', items: ['period'], of: 'foreign', kinds: both },
  { name: 'periodUntil', ja: '在留期間の満了の日', items: ['periodUntil'], of: 'foreign', kinds: both },
  { name: 'cardNo', ja: '在留カード等番号', items: ['cardNo'], of: 'foreign', kinds: both },
  { name: 'addressWithin', ja: '異動前住所', items: ['addressWithin'], of: 'everybody', kinds: both },
  {
    name: 'reading',
    ja: '氏名の振り仮名',
    items: ['reading', 'formerReading'],
    of: 'japanese',
    kinds: kisai,
  },
  { name: 'since', ja: '住民となった年月日', items: ['since'], of: 'everybody', kinds: kisai },
  {
    name: 'settled',
    ja: '住所を定めた年月日・届出日',
    items: ['settledOn', 'settledNotifiedOn'],
    of: 'everybody',
    kinds: kisai,
  },
  { name: 'addressBefore', ja: '転入前住所', items: ['addressBefore'], of: 'everybody', kinds: kisai },
  { name: 'remarks', ja: '備考', items: ['remarks'], of: 'everybody', kinds: kisai },
]

export type Asked = {
  /** 宛名番号 in the order of the paper, as settled choices have them. */
  readonly members: readonly string[]
  readonly form: 'joint' | 'single'
  /** Items somebody asked for. */
  readonly items: ReadonlySet<Item>
  /** 方書: only 住民票記載事項証明書 may leave it out (標準仕様書 5.4). */
  readonly building: boolean
}

const yesOrNo = (name: string, ja: string, usual: 'yes' | 'no'): Choice => ({
  name,
  ja,
  take: 'one',
  options: [
    { value: 'yes', ja: '記載する' },
    { value: 'no', ja: '記載しない' },
  ],
  default: usual,
})

/** What may be chosen. `members` in the order of the paper; nobody but the one who asks is on it unless chosen. */
export function choicesOf(
  kind: ResidenceKind,
  members: readonly Pick<ResidentRecord, 'residentNo' | 'name' | 'kind'>[],
  asking: { readonly residentNo: string; readonly channel: Channel; readonly codeAtKiosk: boolean },
): Choice[] {
  const offered = options.filter(
    ({ name, of, kinds }) =>
      kinds.includes(kind) &&
      (of === 'everybody' || members.some((member) => member.kind === of)) &&
      (name !== 'recordCode' || asking.channel === 'counter' || asking.codeAtKiosk),
  )
  return [
    {
      name: 'members',
      ja: '証明する人',
      take: 'some',
      options: members.map(({ residentNo, name }) => ({ value: residentNo, ja: name.full })),
      default: [asking.residentNo],
    },
    {
      name: 'form',
      ja: '様式',
      take: 'one',
      options: [
        { value: 'joint', ja: kind === 'juminhyo' ? '世帯連記式（1枚に4人まで）' : '連記式（1枚に4人まで）' },
        { value: 'single', ja: '個人票（1枚に1人）' },
      ],
      // 「特段の申出がない場合は世帯連記式」: also for one person.
      default: 'joint',
    },
    ...offered.map(({ name, ja }) => yesOrNo(name, ja, 'no')),
    ...(kind === 'kisai' ? [yesOrNo('building', '方書', 'yes')] : []),
  ]
}

/** What the settled choices mean. An item that was not offered was not asked for. */
export function askedOf(
  kind: ResidenceKind,
  choices: Readonly<Record<string, string | readonly string[]>>,
): Asked {
  const { members } = choices
  if (!Array.isArray(members)) throw new Error('nobody was chosen')
  const asked = options.filter(({ name, kinds }) => kinds.includes(kind) && choices[name] === 'yes')
  return {
    members: members as string[],
    form: choices['form'] === 'single' ? 'single' : 'joint',
    items: new Set(asked.flatMap(({ items }) => items)),
    building: kind === 'juminhyo' || choices['building'] !== 'no',
  }
}

/** コンビニ交付 is for people of 15 and more; an age nobody knows is not 15. */
const KIOSK_AGE = 15

export function tooYoung(today: PlainDate): PersonFault {
  return {
    code: 202,
    ja: '15歳未満です（キオスク端末）',
    holds: ({ birth }, channel) => channel === 'kiosk' && (ageOn(birth, today) ?? 0) < KIOSK_AGE,
  }
}

export const noHousehold: PersonFault = {
  code: 309,
  ja: '世帯番号がありません',
  holds: ({ householdNo }) => householdNo === null,
}

/** What one certificate cannot say of these people together. */
export function faultsOfPaper(
  chosen: readonly ResidentRecord[],
  head: ResidentRecord | null,
  asked: Asked,
  statusWords: Readonly<Record<string, string>>,
): BlockReason[] {
  const faults: BlockReason[] = []
  const addresses = new Set(chosen.map(({ address }) => addressLine(address)))
  // Either form heads every sheet with one address.
  if (addresses.size > 1)
    faults.push({
      code: 309,
      ja: '記載する方の住所が一致しません。住民記録システムで確かめるか、一人ずつ交付してください',
    })
  if (asked.items.has('relation') && head === null)
    faults.push({ code: 309, ja: '世帯主が定まっていないため、世帯主・続柄を記載できません' })
  const unknown = new Set(chosen.flatMap((record) => unknownCodes(record, asked.items, statusWords)))
  for (const item of unknown)
    faults.push({ code: 309, ja: `${item}のコードの名称が登録されていないため、記載できません` })
  return faults
}
