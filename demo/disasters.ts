import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { demoMunicipalities } from './places.ts'

/** A made-up disaster of the demonstration. None of them happened. */
export type DemoDisaster = {
  readonly key: 'earthquake' | 'flood'
  readonly municipalityCode: MunicipalityCode
  /** 災害の名称 */
  readonly name: string
  readonly kind: '地震' | '水害'
  /** 発生年月日, Japan. */
  readonly startedOn: PlainDate
  /** Last day of a disaster that lasted; the same day otherwise. */
  readonly endedOn: PlainDate
  /** 発生の日時 as printed in 罹災原因. */
  readonly occurredText: string
  /** 罹災証明書の「罹災原因」. */
  readonly causeText: string
  /** 町字 struck hardest. */
  readonly struckTowns: readonly string[]
}

const hida = demoMunicipalities['212172'].code

export const demoDisasters: readonly DemoDisaster[] = [
  {
    key: 'earthquake',
    municipalityCode: hida,
    name: '令和8年9月12日飛騨北部地震（架空）',
    kind: '地震',
    startedOn: plainDate('2026-09-12'),
    endedOn: plainDate('2026-09-12'),
    occurredText: '令和8年9月12日 午後4時10分頃',
    causeText: '令和8年9月12日に発生した飛騨北部を震源とする地震による',
    struckTowns: ['神岡町船津', '神岡町東町', '神岡町殿', '神岡町江馬町', '神岡町城ケ丘', '神岡町朝浦'],
  },
  {
    key: 'flood',
    municipalityCode: hida,
    name: '令和8年7月豪雨（架空）',
    kind: '水害',
    startedOn: plainDate('2026-07-03'),
    endedOn: plainDate('2026-07-06'),
    occurredText: '令和8年7月3日から7月6日まで',
    causeText: '令和8年7月3日から6日までの大雨に伴う宮川・荒城川の氾濫による床上浸水',
    struckTowns: [
      '古川町若宮二丁目',
      '古川町若宮三丁目',
      '古川町向町一丁目',
      '古川町向町二丁目',
      '古川町片原町',
      '古川町殿町',
    ],
  },
]
