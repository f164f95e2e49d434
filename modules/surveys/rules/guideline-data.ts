import { firstEdition, moderateHalfFrom, since, sources, type DatedRules } from './dated.ts'
import type { RuleValues } from './guideline-values.ts'
import type { HazardRuleKey } from './guideline-hazards.ts'

/** What holds for every kind of disaster: grades, weights, look, tilt, parts. */
export const houseRules: DatedRules<Exclude<keyof RuleValues, HazardRuleKey>> = {
  'grades.loss': {
    label: '損害割合と被害の程度',
    rows: [
      {
        from: firstEdition,
        text: '50％以上は全壊、40％以上50％未満は大規模半壊、20％以上40％未満は半壊、20％未満は半壊に至らない（一部損壊）',
        source: sources.general,
        verified: false,
        value: [
          { grade: 'G1', fromPercent: 50 },
          { grade: 'G2', fromPercent: 40 },
          { grade: 'G4', fromPercent: 20 },
          { grade: 'G6', fromPercent: 0 },
        ],
      },
      {
        from: since('H25.6'),
        text: '50％以上は全壊、40％以上50％未満は大規模半壊、20％以上40％未満は半壊、20％未満は半壊に至らない（一部損壊）',
        source: sources.kumamoto,
        verified: true,
        value: [
          { grade: 'G1', fromPercent: 50 },
          { grade: 'G2', fromPercent: 40 },
          { grade: 'G4', fromPercent: 20 },
          { grade: 'G6', fromPercent: 0 },
        ],
      },
      {
        from: since('R2.3'),
        text: '50％以上は全壊、40％以上50％未満は大規模半壊、20％以上40％未満は半壊、10％以上20％未満は準半壊、10％未満は準半壊に至らない（一部損壊）。準半壊の始まりの日は未確認',
        source: sources.general,
        verified: false,
        value: [
          { grade: 'G1', fromPercent: 50 },
          { grade: 'G2', fromPercent: 40 },
          { grade: 'G4', fromPercent: 20 },
          { grade: 'G5', fromPercent: 10 },
          { grade: 'G6', fromPercent: 0 },
        ],
      },
      {
        from: moderateHalfFrom,
        text: '50％以上は全壊、40％以上50％未満は大規模半壊、30％以上40％未満は中規模半壊、20％以上30％未満は半壊、10％以上20％未満は準半壊、10％未満は準半壊に至らない（一部損壊）。中規模半壊の始まりの日は未確認',
        source: sources.general,
        verified: false,
        value: sixGrades(),
      },
      {
        from: since('R3.3'),
        text: '50％以上は全壊、40％以上50％未満は大規模半壊、30％以上40％未満は中規模半壊、20％以上30％未満は半壊、10％以上20％未満は準半壊、10％未満は準半壊に至らない（一部損壊）',
        source: sources.ogaki,
        verified: true,
        value: sixGrades(),
      },
    ],
  },
  'grades.floor-area': {
    label: '損壊・焼失・流失した部分の延床面積の割合と被害の程度',
    rows: [
      {
        from: firstEdition,
        text: '延床面積の70％以上は全壊、50％以上70％未満は大規模半壊、20％以上50％未満は半壊',
        source: sources.h25Copy,
        verified: true,
        value: [
          { grade: 'G1', fromPercent: 70 },
          { grade: 'G2', fromPercent: 50 },
          { grade: 'G4', fromPercent: 20 },
        ],
      },
      {
        from: moderateHalfFrom,
        text: '延床面積の70％以上は全壊、50％以上70％未満は大規模半壊、30％以上50％未満は中規模半壊、20％以上30％未満は半壊',
        source: sources.ogaki,
        verified: true,
        value: [
          { grade: 'G1', fromPercent: 70 },
          { grade: 'G2', fromPercent: 50 },
          { grade: 'G3', fromPercent: 30 },
          { grade: 'G4', fromPercent: 20 },
        ],
      },
    ],
  },
  'grades.floor-area-semi': {
    label: '延床面積の割合と準半壊',
    rows: [
      { from: firstEdition, text: '準半壊の区分はない', source: sources.ogaki, verified: true, value: null },
      {
        from: since('R2.3'),
        text: '延床面積の10％以上20％未満は準半壊',
        source: sources.general,
        verified: false,
        value: { grade: 'G5', fromPercent: 10 },
      },
    ],
  },
  degrees: {
    label: '損傷程度の係数',
    rows: [
      {
        from: firstEdition,
        text: '程度Ⅰ 10％、程度Ⅱ 25％、程度Ⅲ 50％、程度Ⅳ 75％、程度Ⅴ 100％。各部位の面積率を掛けて足す',
        source: sources.example,
        verified: true,
        value: { I: 10, II: 25, III: 50, IV: 75, V: 100 },
      },
    ],
  },
  'area-classes': {
    label: '早見表の面積率の段階',
    rows: [
      {
        from: firstEdition,
        text: '面積率は10・20・40・60・80・100％以下の6段階。構成比×係数×段階の上限を四捨五入して点にする',
        source: sources.nonWoodSheet,
        verified: true,
        value: [10, 20, 40, 60, 80, 100],
      },
    ],
  },
  'weights.wood.first': {
    label: '部位別構成比（木造・プレハブ、第1次調査）',
    rows: [
      {
        from: firstEdition,
        text: '屋根10、壁（外壁）80、基礎10',
        source: '平成25年改定前の構成比 https://kotei-110.com',
        verified: true,
        value: { roof: 10, 'outer-wall': 80, foundation: 10 },
      },
      {
        from: since('H25.6'),
        text: '屋根15、壁（外壁）75、基礎10',
        source: sources.kumamoto,
        verified: true,
        value: { roof: 15, 'outer-wall': 75, foundation: 10 },
      },
    ],
  },
  'weights.wood.second': {
    label: '部位別構成比（木造・プレハブ、第2次調査）',
    rows: [
      {
        from: firstEdition,
        text: '屋根15、柱（又は耐力壁）15、床（階段を含む）10、外壁10、内壁15、天井5、建具10、基礎10、設備10。水害と風害でも同じ（宮崎県の竜巻の報道と照合）',
        source: sources.kumamoto,
        verified: true,
        value: {
          roof: 15,
          pillar: 15,
          floor: 10,
          'outer-wall': 10,
          'inner-wall': 15,
          ceiling: 5,
          fittings: 10,
          foundation: 10,
          equipment: 10,
        },
      },
    ],
  },
  'weights.non-wood.first': {
    label: '部位別構成比（非木造、第1次調査）',
    rows: [
      {
        from: firstEdition,
        text: '柱（又は梁）60、雑壁・仕上等25、設備等（外部階段を含む）15',
        source: sources.general,
        verified: false,
        value: { pillar: 60, 'misc-wall': 25, equipment: 15 },
      },
    ],
  },
  'weights.non-wood.second': {
    label: '部位別構成比（非木造、第2次調査）',
    rows: [
      {
        from: firstEdition,
        text: '柱（又は梁）50、床・梁10、外部仕上・雑壁・屋根10、内部仕上・天井10、建具5、設備等15。50・10・10・10・5は調査票で確認、10の3区分の名前と設備等15（残り）は未確認',
        source: sources.nonWoodSheet,
        verified: false,
        value: {
          pillar: 50,
          floor: 10,
          'outer-finish': 10,
          'inner-finish': 10,
          fittings: 5,
          equipment: 15,
        },
      },
    ],
  },
  'look.total': {
    label: '外観による判定',
    rows: [
      {
        from: firstEdition,
        text: '一見して住家の全部、又は一部の階の全部が倒壊しているとき、流失・埋没・焼失したときは、損害割合50％以上として全壊。調査は終了する',
        source: sources.guidelineCopy,
        verified: true,
        value: 'G1',
      },
    ],
  },
  'tilt.wood.total': {
    label: '傾斜による判定（木造・プレハブ）',
    rows: [
      {
        from: firstEdition,
        text: '外壁又は柱の傾斜（1階の四隅の平均）が1/20以上（120cmで6cm以上）のときは、損害割合50％以上として全壊。調査は終了する',
        source: sources.guidelineCopy,
        verified: true,
        value: { grade: 'G1', over: 20 },
      },
    ],
  },
  'tilt.wood.middle': {
    label: '傾斜1/60以上1/20未満の損害割合（木造・プレハブ）',
    rows: [
      {
        from: firstEdition,
        text: '地震で傾斜が1/60以上1/20未満（120cmで2cm以上6cm未満）のときは、損害割合15％を部位の合計に足す。1/60未満は足さない。足し方は未確認',
        source: sources.general,
        verified: false,
        value: { over: 60, points: 15, hazards: ['earthquake'] },
      },
    ],
  },
  'tilt.non-wood.total': {
    label: '傾斜による判定（非木造）',
    rows: [
      {
        from: firstEdition,
        text: '傾斜の平均が1/30以上（120cmで4cm以上）のときは全壊',
        source: sources.nonWoodSheet,
        verified: true,
        value: { grade: 'G1', over: 30 },
      },
    ],
  },
  'tilt.non-wood.settled': {
    label: '傾斜と不同沈下による判定（非木造）',
    rows: [
      {
        from: firstEdition,
        text: '傾斜の平均が1/60以上（120cmで2cm以上）で、かつ最大沈下量又は最大露出量が30cm以上のときは全壊',
        source: sources.nonWoodSheet,
        verified: true,
        value: { grade: 'G1', over: 60, settledCm: 30 },
      },
    ],
  },
  'foundation.undermined': {
    label: '基礎の破壊と地盤の流出（木造・プレハブ）',
    rows: [
      {
        from: firstEdition,
        text: '基礎のいずれかの辺が全部破壊し、かつ、基礎の直下の地盤が流出・陥没しているときは全壊',
        source: sources.general,
        verified: false,
        value: 'G1',
      },
    ],
  },
  'foundation.full': {
    label: '基礎の損傷率75％以上',
    rows: [
      {
        from: firstEdition,
        text: '基礎の損傷率が75％以上のときは、基礎の全部が損傷したものとする',
        source: sources.general,
        verified: false,
        value: { fromPercent: 75 },
      },
    ],
  },
  'pillar.collapse': {
    label: '柱の損傷程度Ⅴが75％以上（非木造）',
    rows: [
      {
        from: firstEdition,
        text: '最も損傷の大きい階で、損傷程度Ⅴの柱が75％以上のときは全壊',
        source: sources.general,
        verified: false,
        value: { grade: 'G1', fromPercent: 75 },
      },
    ],
  },
  'storeys.adjustment': {
    label: '2階建ての階ごとの割合の調整',
    rows: [
      {
        from: firstEdition,
        text: '式が不明のため、適用していない',
        source: sources.unread,
        verified: false,
        value: null,
      },
    ],
  },
  'equipment.items': {
    label: '設備の項目ごとの点数',
    rows: [
      {
        from: firstEdition,
        text: '項目（台所・浴室・便所・洗面・給湯・配管など）ごとの点数が不明のため、調査員が合計点を記入する。上限は設備の構成比',
        source: sources.unread,
        verified: false,
        value: null,
      },
    ],
  },
  'shift.half': {
    label: '第1次調査の簡易な半壊判定',
    rows: [
      { from: firstEdition, text: 'この版にはない', source: sources.r7News, verified: true, value: null },
      {
        from: since('R7.7'),
        text: '第1次調査で、屋根・外壁・建具のそれぞれに一定のずれ・変形があるときは、半壊以上。ずれ・変形の大きさの基準は不明',
        source: sources.r7News,
        verified: false,
        value: 'G4',
      },
    ],
  },
}

function sixGrades(): RuleValues['grades.loss'] {
  return [
    { grade: 'G1', fromPercent: 50 },
    { grade: 'G2', fromPercent: 40 },
    { grade: 'G3', fromPercent: 30 },
    { grade: 'G4', fromPercent: 20 },
    { grade: 'G5', fromPercent: 10 },
    { grade: 'G6', fromPercent: 0 },
  ]
}
