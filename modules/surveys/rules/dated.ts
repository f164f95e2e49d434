import type { PlainDate } from '@open-bcl/core/brand.ts'
import { guidelines, type GuidelineCode } from '../../disasters/disasters.ts'
import type { RuleKey, RuleValues } from './guideline-values.ts'

/** One content of a rule, from an edition or a day until the next row of the same rule. */
export type DatedRow<Value> = {
  readonly from: PlainDate
  readonly text: string
  readonly source: string
  readonly verified: boolean
  readonly value: Value
}
export type DatedRule<Key extends RuleKey> = {
  readonly label: string
  /** From the oldest; the first begins with the first edition. */
  readonly rows: readonly DatedRow<RuleValues[Key]>[]
}
export type DatedRules<Keys extends RuleKey = RuleKey> = { readonly [Key in Keys]: DatedRule<Key> }

/** First day of an edition. */
export function since(code: GuidelineCode): PlainDate {
  return guidelines.find((one) => one.code === code)!.fromOn
}

export const firstEdition = since('H13.6')
/** 中規模半壊 came with the law of December 2020, before the edition that names it. */
export const moderateHalfFrom = '2020-12-04' as PlainDate

/** Where the values were read. The guideline's own text was not at hand. */
export const sources = {
  general: '一般に知られている内容。運用指針の本文では未確認',
  unread: '運用指針の本文を入手できていないため、内容が不明',
  ogaki: '大垣市「住家の被害の程度と損害割合」 https://www.city.ogaki.lg.jp/0000059863.html',
  guidelineCopy:
    '運用指針 第1編 地震の本文の写し https://velocities1.rssing.com/chan-2652639/article492.html',
  h25Copy:
    '運用指針 平成25年6月の本文の写し https://rara.jp/image_view/731eb346c3ac1c804e1930a656a01544/3691814',
  kumamoto: '被害認定調査とは（Q&A）、熊本地震のときの自治体の説明 https://expydoc.com/doc/9779309',
  nonWoodSheet: '内閣府の調査票を再現したもの（地震 非木造 第2次） http://dpto.jp/jyuka/sheet-jh2.html',
  groundSheet: '内閣府の調査票を再現したもの（地盤 非木造 第1次） http://dpto.jp/jyuka/sheet-gh1.html',
  mifune: '御船町「地盤の沈下や斜面の崩壊等に伴う被害認定調査の基準」 https://expydoc.com/doc/9869583',
  example: '第1次調査の計算例 https://second-op21.com （全90欄が調査票の早見表と一致）',
  depthForce: '外力がある場合の浸水深の表 https://muramoto-hitachi.com/?p=1271 ほか2件',
  depthNoForce:
    '運用指針 令和6年5月31日改定の浸水深の表 https://blog.hitachi-net.jp/archives/51895711 ほか2件',
  h30Notes: '運用指針 平成30年3月改定の解説（リスク対策.com 5114）',
  r7News: '運用指針 令和7年7月改定の報道 https://jpculturenow.com/content/338354',
} as const
