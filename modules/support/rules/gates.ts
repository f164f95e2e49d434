/** What must have been invoked for a town and a disaster before a programme is open there. */
export const gates = [
  { value: 'kyujo', label: '災害救助法の適用', article: '災害救助法2条・同令1条' },
  { value: 'saiken', label: '被災者生活再建支援法の適用', article: '被災者生活再建支援法2条2号・同令1条' },
  {
    value: 'choikin',
    label: '災害弔慰金等の対象となる災害',
    article: '災害弔慰金の支給等に関する法律3条・同令1条',
  },
  {
    value: 'engo',
    label: '災害援護資金の対象となる災害（都道府県で救助が行われた）',
    article: '災害弔慰金の支給等に関する法律10条・同令3条',
  },
  // Not a gate of a programme: where no area was so recognised, no household is one.
  { value: 'choki', label: '長期避難世帯の認定（都道府県）', article: '被災者生活再建支援法2条2号ハ' },
] as const
export type GateCode = (typeof gates)[number]['value']
export const gateCodes = gates.map((gate) => gate.value) as [GateCode, ...GateCode[]]

export function gateLabel(code: GateCode): string {
  return gates.find((gate) => gate.value === code)?.label ?? code
}

/** How many households (支援法: 全壊 households) there are, and of how many people. `null` = not known. */
export type GateFigures = {
  readonly population: number
  /** 滅失世帯 counted singly: 全壊・全焼・流失. */
  readonly destroyed: number
  readonly halfDestroyed: number
  /** 床上浸水, 土砂の堆積 and the like. */
  readonly flooded: number
  readonly prefecturePopulation: number | null
  readonly prefectureDestroyed: number | null
}

/** 換算 (救助法令1条2項): two 半壊 or three 床上浸水 households are one destroyed; what is left over counts not. */
export function destroyedHouseholds(
  figures: Pick<GateFigures, 'destroyed' | 'halfDestroyed' | 'flooded'>,
): number {
  // In sixths, so that one 半壊 and a half are not lost between two roundings.
  return Math.floor((figures.destroyed * 6 + figures.halfDestroyed * 3 + figures.flooded * 2) / 6)
}

type Step = readonly [below: number, value: number]
const step = (table: readonly Step[], population: number): number =>
  table.find(([below]) => population < below)![1]
/** 別表第一; 別表第三 is the half of it. Source: 災害救助法施行令 (e-Gov, December 2013). */
const table1: readonly Step[] = [
  [5_000, 30],
  [15_000, 40],
  [30_000, 50],
  [50_000, 60],
  [100_000, 80],
  [300_000, 100],
  [Infinity, 150],
]
const table2: readonly Step[] = [
  [1_000_000, 1_000],
  [2_000_000, 1_500],
  [3_000_000, 2_000],
  [Infinity, 2_500],
]

export type GateAdvice = { readonly reached: boolean; readonly text: string; readonly article: string }

/** Whether the figures reach the thresholds. Advice only: the act of applying is the prefecture's, and recorded by itself. */
export function reliefActAdvice(figures: GateFigures): GateAdvice[] {
  const counted = destroyedHouseholds(figures)
  const alone = step(table1, figures.population)
  const advice: GateAdvice[] = [
    {
      reached: counted >= alone,
      text: `換算した滅失世帯 ${counted}世帯（基準 ${alone}世帯）`,
      article: '災害救助法施行令1条1項1号・別表第一',
    },
  ]
  if (figures.prefecturePopulation !== null && figures.prefectureDestroyed !== null) {
    const wide = step(table2, figures.prefecturePopulation)
    const half = alone / 2
    advice.push({
      reached: figures.prefectureDestroyed >= wide && counted >= half,
      text: `都道府県の滅失世帯 ${figures.prefectureDestroyed}世帯（基準 ${wide}世帯）、市町村 ${counted}世帯（基準 ${half}世帯）`,
      article: '災害救助法施行令1条1項2号・別表第二・第三',
    })
  }
  return advice
}

/** 支援法令1条 1号–3号; 4号–6号 hang on other towns and are recorded when they are told. */
export function rebuildActAdvice(figures: GateFigures): GateAdvice[] {
  const advice: GateAdvice[] = [
    {
      reached: reliefActAdvice(figures).some((one) => one.reached),
      text: '災害救助法施行令1条1項1号又は2号の被害',
      article: '被災者生活再建支援法施行令1条1号',
    },
    {
      reached: figures.destroyed >= 10,
      text: `全壊 ${figures.destroyed}世帯（基準 10世帯）`,
      article: '被災者生活再建支援法施行令1条2号',
    },
  ]
  if (figures.prefectureDestroyed !== null)
    advice.push({
      reached: figures.prefectureDestroyed >= 100,
      text: `都道府県の全壊 ${figures.prefectureDestroyed}世帯（基準 100世帯）`,
      article: '被災者生活再建支援法施行令1条3号',
    })
  return advice
}
