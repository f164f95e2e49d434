/**
 * Items of the report of damage (災対法53条, 災害報告取扱要領 第4号様式（その2）). The items are those of the form as 兵庫県 and
 * towns print it; the text of the 要領 itself could not be read here, so which grade goes under which word is our reading of it.
 */
export const damageSource = '消防庁 災害報告取扱要領 第4号様式（その2）（都道府県の様式集による）'

/** What rows are counted for: damage of a house, a person or a thing. */
export const damages = [
  { value: 'dead', label: '死者', of: 'person' },
  { value: 'missing', label: '行方不明者', of: 'person' },
  { value: 'severe', label: '重傷', of: 'person' },
  { value: 'slight', label: '軽傷', of: 'person' },
  { value: 'destroyed', label: '全壊', of: 'house' },
  { value: 'half', label: '半壊', of: 'house' },
  { value: 'part', label: '一部破損', of: 'house' },
  { value: 'other', label: 'その他の非住家', of: 'thing' },
] as const
export type Damage = (typeof damages)[number]['value']

type Count = 'rows' | 'households' | 'people'
export type DamageItem = {
  readonly item: string
  readonly group: string
  readonly label: string
  readonly unit: string
  /** From the ledger: the rows of a damage, and what of them is added up. `null` = told by hand only. */
  readonly from: { readonly damage: Damage; readonly count: Count } | null
  /** Added up of other items: り災世帯 = 全壊 + 半壊 + 床上浸水. */
  readonly sum?: readonly string[]
}

const person = (damage: Damage, label: string): DamageItem => ({
  ...{ item: damage, group: '人的被害', label, unit: '人', from: { damage, count: 'rows' } },
})
const house = (damage: Damage | null, key: string, label: string): DamageItem[] =>
  (
    [
      ['rows', '棟', '棟数'],
      ['households', '世帯', '世帯数'],
      ['people', '人', '人員'],
    ] as const
  ).map(([count, unit, what]) => ({
    item: `${key}-${count}`,
    group: '住家被害',
    label: `${label}（${what}）`,
    unit,
    from: damage === null ? null : { damage, count },
  }))
const told = (group: string, unit: string, lines: readonly (readonly [string, string])[]): DamageItem[] =>
  lines.map(([item, label]) => ({ item, group, label, unit, from: null }))

export const damageItems: readonly DamageItem[] = [
  person('dead', '死者'),
  ...told('人的被害', '人', [['dead-related', 'うち災害関連死者']]),
  person('missing', '行方不明者'),
  person('severe', '負傷者（重傷）'),
  person('slight', '負傷者（軽傷）'),
  ...house('destroyed', 'destroyed', '全壊'),
  ...house('half', 'half', '半壊'),
  ...house('part', 'part', '一部破損'),
  ...house(null, 'above-floor', '床上浸水'),
  ...house(null, 'below-floor', '床下浸水'),
  ...told('非住家被害', '棟', [['public', '公共建物']]),
  {
    item: 'other',
    group: '非住家被害',
    label: 'その他',
    unit: '棟',
    from: { damage: 'other', count: 'rows' },
  },
  ...told('農地', 'ha', [
    ['paddy-lost', '田（流失・埋没）'],
    ['paddy-flooded', '田（冠水）'],
    ['field-lost', '畑（流失・埋没）'],
    ['field-flooded', '畑（冠水）'],
  ]),
  ...told('公共施設など', '箇所', [
    ['schools', '文教施設'],
    ['hospitals', '病院'],
    ['roads', '道路'],
    ['bridges', '橋りょう'],
    ['rivers', '河川'],
    ['ports', '港湾'],
    ['erosion', '砂防'],
    ['waste', '清掃施設'],
    ['cliffs', '崖くずれ'],
    ['railways', '鉄道不通'],
    ['walls', 'ブロック塀等'],
  ]),
  ...told('公共施設など', '隻', [['ships', '被害船舶']]),
  ...told('ライフライン', '戸', [
    ['water', '水道（断水）'],
    ['power', '電気（停電）'],
    ['gas', 'ガス'],
  ]),
  ...told('ライフライン', '回線', [['phones', '電話']]),
  {
    ...{ item: 'victims-households', group: 'り災', label: 'り災世帯数', unit: '世帯', from: null },
    sum: ['destroyed-households', 'half-households', 'above-floor-households'],
  },
  {
    ...{ item: 'victims-people', group: 'り災', label: 'り災者数', unit: '人', from: null },
    sum: ['destroyed-people', 'half-people', 'above-floor-people'],
  },
  ...told('火災', '件', [
    ['fire-buildings', '建物'],
    ['fire-dangerous', '危険物'],
    ['fire-other', 'その他'],
  ]),
  ...told('避難', '箇所', [['shelters', '避難所']]),
  ...told('避難', '人', [['evacuees', '避難者']]),
]

/** Where a reported figure is from. */
export const origins = [
  { value: 'ledger', label: '台帳' },
  { value: 'told', label: '聞き取り' },
  { value: 'sum', label: '計算' },
  { value: 'none', label: '未確認' },
] as const
export type Origin = (typeof origins)[number]['value']

export type Told = {
  readonly value: number
  readonly asOf: string
  readonly source: string
  readonly by: string
}

export type Figure = {
  readonly item: string
  /** What is reported; `null` = 未確認, which is not 0. */
  readonly value: number | null
  readonly origin: Origin
  /** What the ledger says, whatever is reported. */
  readonly ledger: number | null
  readonly told: Told | null
}

/**
 * The figures of a report: what somebody told counts until it is taken back, then the ledger's, and of what nothing is known
 * nothing is said (「未確認」). A sum has only what is known of its parts, and is unknown while all of them are.
 */
export function figuresOf(
  ledger: ReadonlyMap<string, number>,
  told: ReadonlyMap<string, Told>,
): readonly Figure[] {
  const plain = damageItems.map((one): Figure => {
    const said = told.get(one.item) ?? null
    const counted = one.from === null ? null : (ledger.get(one.item) ?? 0)
    if (said) return { item: one.item, value: said.value, origin: 'told', ledger: counted, told: said }
    if (counted === null) return { item: one.item, value: null, origin: 'none', ledger: null, told: null }
    return { item: one.item, value: counted, origin: 'ledger', ledger: counted, told: null }
  })
  const values = new Map(plain.map(({ item, value }) => [item, value]))
  return plain.map((figure, i) => {
    const { sum } = damageItems[i]!
    if (!sum || figure.told) return figure
    const parts = sum.map((item) => values.get(item) ?? null).filter((value) => value !== null)
    if (parts.length === 0) return figure
    return { ...figure, value: parts.reduce((all, value) => all + value, 0), origin: 'sum' }
  })
}
