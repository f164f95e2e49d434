import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Body, Paper } from './paper.ts'
import { hisaiSample } from './papers/hisai.ts'
import { risaiSample } from './papers/risai.ts'

/**
 * A form as it is printed from a day on. A law change is a new version with its own date; issues that were frozen under an
 * old one are printed with it for ever. `unverified` says what no public source has shown, so that it can be corrected by a
 * new version when the official form is seen.
 */
export type Layout = {
  /** Of the version; the file `layouts/<version>.typ`. */
  readonly version: string
  readonly form: Form
  readonly ja: string
  readonly inForceFrom: PlainDate
  /** Law, guideline or form it follows. */
  readonly source: string
  readonly unverified: readonly string[]
  /** Made-up people on the form: for the picture in the docs and the town's test copies. */
  readonly sample: (paper: Paper) => Body
}

/** 様式. One kind of certificate may have several. */
export type Form = (typeof all)[number]['form']

const all = [
  {
    version: 'risai-2020',
    form: 'risai',
    ja: '罹災証明書',
    inForceFrom: '2020-03-30' as PlainDate,
    source: '罹災証明書の統一様式（府政防第737号 令和2年3月30日）',
    unverified: ['欄の寸法と配置（様式の原本は未見）'],
    sample: risaiSample,
  },
  {
    version: 'hisai-1',
    form: 'hisai',
    ja: '被災証明書',
    inForceFrom: '2020-03-30' as PlainDate,
    source:
      '統一様式はない。被害の程度を記載しない証明書は罹災証明書と別の名とする（府政防第737号 令和2年3月30日）',
    unverified: ['項目とその順、欄の寸法と配置（市町村ごとに定める）', '証明書の名称（市町村ごとに定める）'],
    sample: hisaiSample,
  },
] as const

export const layouts: readonly Layout[] = all

/** The version of a form in force on a day. Throws where there was none: nothing may be printed by guess. */
export function layoutOn(form: Form, day: PlainDate, among: readonly Layout[] = layouts): Layout {
  const inForce = among
    .filter((layout) => layout.form === form && layout.inForceFrom <= day)
    .toSorted((a, b) => (a.inForceFrom < b.inForceFrom ? 1 : -1))
  if (!inForce[0]) throw new RangeError(`no layout of ${form} is in force on ${day}`)
  return inForce[0]
}
