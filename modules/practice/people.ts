import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { addDays } from '@open-bcl/core/dates.ts'
import { makeResidentNo } from '@open-bcl/core/ja/check-digits.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { noCopyItems, type Address, type ResidentRecord } from '../residents/residents.ts'

/**
 * 練習の人: some three hundred people in 120 households, all of them made up (架空の人物です). Names are put together from frequent
 * ones; they live in 「練習町」, which no municipality has, so that any list, sheet or file shows what it is of. Nothing
 * is left to chance: the same day gives the same people in every town.
 */
export const HOUSEHOLDS = 120

export type PracticeTown = {
  readonly code: MunicipalityCode
  readonly prefecture: string
  /** 市区町村, as it stands in addresses. */
  readonly city: string
  /** Where on a map their houses are drawn; `null` = nowhere. */
  readonly centre: { readonly latitude: number; readonly longitude: number } | null
  readonly today: PlainDate
}

export type PracticePerson = { readonly record: ResidentRecord; readonly protectedFrom: PlainDate | null }

type Relation = '世帯主' | '妻' | '子' | '父' | '母'
const relationCodes: Readonly<Record<Relation, readonly string[]>> = {
  世帯主: ['02'],
  妻: ['12'],
  子: ['20'],
  父: ['51'],
  母: ['52'],
}

type Member = { readonly relation: Relation; readonly male: boolean; readonly age: number }
const member = (relation: Relation, male: boolean, age: number): Member => ({ relation, male, age })

/** Households as a small town has them: old people alone, couples, families, three generations. */
const plans: readonly (readonly Member[])[] = [
  [member('世帯主', false, 81)],
  [member('世帯主', true, 74), member('妻', false, 71)],
  [member('世帯主', true, 42), member('妻', false, 40), member('子', true, 11), member('子', false, 8)],
  [member('世帯主', true, 27)],
  [member('世帯主', true, 35), member('妻', false, 33), member('子', false, 1)],
  [
    ...[member('世帯主', true, 49), member('妻', false, 47), member('子', true, 16)],
    ...[member('父', true, 79), member('母', false, 76)],
  ],
  [member('世帯主', false, 38), member('子', true, 9)],
  [member('世帯主', true, 61), member('妻', false, 58)],
]
/** The first mother alone with a child is in hiding: what that means is to be practised, too. */
const IN_HIDING = 6

const words = (list: string): readonly (readonly [string, string])[] =>
  list.split(' ').map((one) => one.split('/') as [string, string])
const families = words(
  '佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ 山本/ヤマモト 中村/ナカムラ 小林/コバヤシ 加藤/カトウ 吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ 松本/マツモト 井上/イノウエ 木村/キムラ 林/ハヤシ 清水/シミズ 斎藤/サイトウ 齋藤/サイトウ 渡邊/ワタナベ 髙橋/タカハシ',
)
const men = words(
  '太郎/タロウ 一郎/イチロウ 健一/ケンイチ 正/タダシ 茂/シゲル 誠/マコト 大輔/ダイスケ 翔太/ショウタ 拓也/タクヤ 実/ミノル 和夫/カズオ 蓮/レン 陸/リク',
)
const women = words(
  '花子/ハナコ 和子/カズコ 幸子/サチコ 恵子/ケイコ 由美/ユミ 美咲/ミサキ 陽子/ヨウコ 結衣/ユイ さくら/サクラ 文子/フミコ 直美/ナオミ 葵/アオイ 凜/リン',
)
const blocks = ['一丁目', '二丁目', '三丁目', '四丁目']

const noDate: RegisterDate = { on: null, uncertain: false, text: null }
const sure = (day: PlainDate): RegisterDate => ({ on: day, uncertain: false, text: null })

/** 宛名番号 and 世帯番号 that follow each other; the standard passes over some bodies (標準 1.1.13). */
function numbers(prefix: string): () => ResidentNo {
  let sequence = 0
  return () => {
    for (;;) {
      const made = makeResidentNo(`${prefix}${String(++sequence).padStart(8, '0')}`)
      if (made !== null) return made
    }
  }
}

export function practicePeople(town: PracticeTown): PracticePerson[] {
  const nextPerson = numbers('99')
  const nextHousehold = numbers('98')
  return Array.from({ length: HOUSEHOLDS }, (_, at) => {
    const [family, familyKana] = families[(at * 5) % families.length]!
    const householdNo = nextHousehold() as string as HouseholdNo
    const address = addressOf(town, at)
    return plans[at % plans.length]!.map(({ relation, male, age }, i) => {
      const given = male ? men : women
      const [name, kana] = given[(at * 3 + i * 4) % given.length]!
      const born = addDays(town.today, -Math.round(age * 365.25) - ((at * 37 + i * 11) % 360))
      const record = personOf(town, {
        ...{ residentNo: nextPerson(), householdNo, address, relation, male, born },
        ...{ full: `${family}　${name}`, kana: `${familyKana}　${kana}` },
      })
      return { record, protectedFrom: at === IN_HIDING ? addDays(town.today, -60) : null }
    })
  }).flat()
}

function addressOf({ code, prefecture, city }: PracticeTown, at: number): Address {
  const flat = at % 12 === 11
  return {
    ...{ municipalityCode: code, prefecture, city, postCode: '9999999' },
    townCode: `999000${1 + (at % blocks.length)}`,
    town: `練習町${blocks[at % blocks.length]!}`,
    number: `${1 + Math.floor(at / 16)}番${1 + (Math.floor(at / blocks.length) % 4)}号`,
    building: flat ? `練習ハイツ　${101 + Math.floor(at / 12)}号室` : '',
  }
}

function personOf(
  { code }: PracticeTown,
  of: {
    readonly residentNo: ResidentNo
    readonly householdNo: HouseholdNo
    readonly address: Address
    readonly relation: Relation
    readonly male: boolean
    readonly born: PlainDate
    readonly full: string
    readonly kana: string
  },
): ResidentRecord {
  const none = { latin: '', kanji: '', former: '', formerKana: '', alias: '', aliasKana: '' }
  return {
    ...{ residentNo: of.residentNo, householdNo: of.householdNo, historyNo: 1, branchNo: 0 },
    ...{ kind: 'japanese', state: 'resident', changeReason: '12' },
    ...{ changedOn: sure(of.born), notifiedOn: of.born, becameResidentOn: sure(of.born) },
    name: { ...none, full: of.full, kana: of.kana, preference: '1' },
    ...{ sex: of.male ? '1' : '2', sexText: of.male ? '男' : '女', birth: sure(of.born) },
    ...{ relationCodes: relationCodes[of.relation], relationText: of.relation },
    address: { ...of.address, municipalityCode: code },
    ...{ addressBefore: '', addressAfter: '', removedOn: noDate, copy: noCopyItems, foreign: null },
  }
}

/** 家屋課税台帳 of those who live in no flat, by the columns of the interface. */
export function practiceHouses(
  people: readonly PracticePerson[],
  { centre }: PracticeTown,
): Readonly<Record<string, string>>[] {
  const heads = people.filter(({ record }) => record.relationText === '世帯主')
  return heads.flatMap(({ record: { residentNo, address } }, at) => {
    if (address.building !== '') return []
    const ground = 55 + (at % 8) * 7
    const storeys = at % 5 === 0 ? 1 : 2
    return [
      {
        物件番号: `9${String(at + 1).padStart(8, '0')}`,
        所有者_枝番: '1',
        履歴番号: '1',
        家屋状態: '1',
        所有者_宛名番号: residentNo,
        所有区分: '1',
        所在地_町字コード: address.townCode,
        所在地_町字: address.town,
        所在地_番地号表記: address.number,
        緯度: centre === null ? '' : (centre.latitude + (Math.floor(at / 11) - 5) * 0.0006).toFixed(6),
        経度: centre === null ? '' : (centre.longitude + ((at % 11) - 5) * 0.0007).toFixed(6),
        用途: at % 23 === 5 ? '03' : '01',
        構造: at % 10 === 6 ? '5' : '1',
        地上階数: String(storeys),
        地下階数: '0',
        床面積_1階: ground.toFixed(2),
        床面積_延べ: (ground * storeys * 0.92).toFixed(2),
      },
    ]
  })
}
