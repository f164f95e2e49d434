/**
 * The persons whom tests and manuals call by name. All are fictitious (架空の人物). Add the person your bug needed at the
 * end of their town and let them stay: their numbers follow this order.
 */
import type { DraftHousehold } from './drafts.ts'
import { hidaHouseholds } from './people-hida.ts'
import { finder, man, moved, woman } from './person.ts'
import type { DemoMunicipalityCode } from './places.ts'

const takayama = finder('212032')
const yokohama = finder('141003')

const takayamaHouseholds: readonly DraftHousehold[] = [
  {
    address: takayama('相生町', '18番地'),
    members: [
      man(
        'moverIn',
        '移川　渡',
        'ウツリカワ　ワタル',
        '1992-09-01',
        '世帯主',
        moved('2026-10-01', '岐阜県飛騨市神岡町城ケ丘31番地'),
      ),
    ],
  },
  {
    // Has the same 宛名番号 as somebody in 飛騨市.
    address: takayama('八幡町', '3番地'),
    members: [
      man('neighbourMan', '隣村　守', 'トナリムラ　マモル', '1963-02-20', '世帯主'),
      woman('neighbourWoman', '隣村　文江', 'トナリムラ　フミエ', '1965-08-12', '妻'),
    ],
  },
]

const yokohamaHouseholds: readonly DraftHousehold[] = [
  {
    address: yokohama('吉田町', '45番地', 'みなとマンション　1201号室'),
    members: [
      man('minatoShota', '港野　翔太', 'ミナトノ　ショウタ', '1989-09-09', '世帯主'),
      woman('minatoAoi', '港野　葵', 'ミナトノ　アオイ', '1990-10-10', '妻'),
      woman('minatoRin', '港野　凛', 'ミナトノ　リン', '2022-01-01', '子'),
    ],
  },
  {
    address: yokohama('寛政町', '9876番地56'),
    members: [woman('hidingInYokohama', '浜隠　しおり', 'ハマガクレ　シオリ', '1993-06-06', '世帯主')],
  },
]

export const namedHouseholds: Readonly<Record<DemoMunicipalityCode, readonly DraftHousehold[]>> = {
  '212172': hidaHouseholds,
  '212032': takayamaHouseholds,
  '141003': yokohamaHouseholds,
}

/** 支援措置 of the named persons, by key. */
export const protections: Readonly<
  Record<string, { startsOn: string; endsOn: string | null; categoryCode: string; lifted: boolean }>
> = {
  motherInHiding: { startsOn: '2026-04-01', endsOn: '2027-03-31', categoryCode: '1', lifted: false },
  childInHiding: { startsOn: '2026-04-01', endsOn: '2027-03-31', categoryCode: '1', lifted: false },
  protectionExpired: { startsOn: '2024-10-01', endsOn: '2025-09-30', categoryCode: '2', lifted: false },
  protectionLifted: { startsOn: '2023-01-10', endsOn: '2024-01-09', categoryCode: '1', lifted: true },
  hidingInYokohama: { startsOn: '2026-05-01', endsOn: null, categoryCode: '2', lifted: false },
}

/** Parts of addresses under 支援措置 that stand nowhere else: no screen, answer, log or page may ever carry one. */
export const canaries: readonly string[] = ['9876番地54', '金糸雀荘', '9876番地55', '9876番地56']

/** Names that no log line, error or metric may ever carry. */
export const markedNames: readonly string[] = Object.values(namedHouseholds)
  .flat()
  .flatMap((household) => household.members)
  .flatMap(({ name }) => [name.full, name.kana, ...(name.alias === undefined ? [] : [name.alias])])
