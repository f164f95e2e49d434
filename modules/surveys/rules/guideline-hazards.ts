import { firstEdition, moderateHalfFrom, since, sources, type DatedRules } from './dated.ts'
import type { RuleKey, RuleValues } from './guideline-values.ts'

export type HazardRuleKey = Extract<
  RuleKey,
  | `ground.${string}`
  | `flood.${string}`
  | `wind.${string}`
  | `photos.${string}`
  | `area.${string}`
  | `first-survey.${string}`
>

/** 地盤被害, 水害, 風害, and the ways without a visit. */
export const hazardRules: DatedRules<HazardRuleKey> = {
  'ground.tilt': {
    label: '地盤被害：傾斜による判定',
    rows: [
      {
        from: firstEdition,
        text: '四隅の傾斜の平均が1/20以上は全壊、1/60以上1/20未満は大規模半壊、1/100以上1/60未満は半壊',
        source: `${sources.mifune}、${sources.groundSheet}`,
        verified: true,
        value: groundTilt(),
      },
      {
        from: moderateHalfFrom,
        text: '四隅の傾斜の平均が1/20以上は全壊、1/60以上1/20未満は大規模半壊、1/100以上1/60未満は半壊。中規模半壊ができたときに区切りが変わったかは未確認',
        source: `${sources.mifune}、${sources.groundSheet}`,
        verified: false,
        value: groundTilt(),
      },
    ],
  },
  'ground.sinking': {
    label: '地盤被害：潜り込みによる判定',
    rows: [
      {
        from: firstEdition,
        text: '床上1mまでの全部が地盤面の下にあれば全壊、床までは大規模半壊、基礎の天端の下25cmまでは半壊',
        source: `${sources.mifune}、${sources.groundSheet}`,
        verified: true,
        value: groundSinking(),
      },
      {
        from: moderateHalfFrom,
        text: '床上1mまでの全部が地盤面の下にあれば全壊、床までは大規模半壊、基礎の天端の下25cmまでは半壊。中規模半壊ができたときに区切りが変わったかは未確認',
        source: `${sources.mifune}、${sources.groundSheet}`,
        verified: false,
        value: groundSinking(),
      },
    ],
  },
  'ground.crack': {
    label: '地盤被害：地割れ',
    rows: [
      {
        from: firstEdition,
        text: '地盤の亀裂が住家の直下を横断しているときは全壊',
        source: '朝日新聞の解説 https://www.asahi.com/articles/DA3S13932260.html',
        verified: true,
        value: 'G1',
      },
    ],
  },
  'ground.slope': {
    label: '地盤被害：斜面の崩壊',
    rows: [
      {
        from: firstEdition,
        text: '斜面の崩壊などの敷地の被害で、やむを得ず解体するときは全壊',
        source: sources.mifune,
        verified: true,
        value: 'G1',
      },
    ],
  },
  'ground.parts': {
    label: '地盤被害：部位による判定との関係',
    rows: [
      {
        from: firstEdition,
        text: '第2次調査では、傾斜・潜り込みによる程度と、地震の構成比で計算した部位による程度の、重いほうとする',
        source: sources.general,
        verified: false,
        value: true,
      },
    ],
  },
  'flood.force': {
    label: '浸水深による判定（外力による損傷がある場合）',
    rows: [
      {
        from: firstEdition,
        text: 'この版にあるか不明のため、第2次調査とする',
        source: sources.unread,
        verified: false,
        value: null,
      },
      {
        from: since('H21.6'),
        text: '床上1.8m以上は全壊、床上1m以上1.8m未満は大規模半壊、床上1m未満は半壊（最も浅い部分で測る）',
        source: sources.general,
        verified: false,
        value: [
          { grade: 'G1', fromCm: 180 },
          { grade: 'G2', fromCm: 100 },
          { grade: 'G4', fromCm: 0 },
        ],
      },
      {
        from: moderateHalfFrom,
        text: '床上1.8m以上は全壊、1m以上1.8m未満は大規模半壊、0.5m以上1m未満は中規模半壊、0.5m未満は半壊（最も浅い部分で測る）',
        source: sources.depthForce,
        verified: true,
        value: [
          { grade: 'G1', fromCm: 180 },
          { grade: 'G2', fromCm: 100 },
          { grade: 'G3', fromCm: 50 },
          { grade: 'G4', fromCm: 0 },
        ],
      },
    ],
  },
  'flood.no-force': {
    label: '浸水深による判定（外力による損傷がない場合）',
    rows: [
      {
        from: firstEdition,
        text: 'この版にはない。外力による損傷がない住家は第2次調査とする',
        source: sources.depthNoForce,
        verified: true,
        value: null,
      },
      {
        from: since('R6.5'),
        text: '床上1.8m以上は大規模半壊、1m以上1.8m未満は中規模半壊、0.1m以上1m未満は半壊、0.1m未満は準半壊（最も浅い部分で測る）。浸水深だけで全壊にはならない',
        source: sources.depthNoForce,
        verified: true,
        value: [
          { grade: 'G2', fromCm: 180 },
          { grade: 'G3', fromCm: 100 },
          { grade: 'G4', fromCm: 10 },
          { grade: 'G5', fromCm: 0 },
        ],
      },
    ],
  },
  'flood.below-floor': {
    label: '床下浸水',
    rows: [
      {
        from: firstEdition,
        text: '床下浸水は、準半壊に至らない（一部損壊）',
        source: sources.depthForce,
        verified: true,
        value: 'G6',
      },
    ],
  },
  'flood.houses': {
    label: '浸水深で判定できる住家',
    rows: [
      {
        from: firstEdition,
        text: '浸水深による判定は、戸建ての1・2階建ての木造・プレハブに限る。3階以上と非木造は第2次調査とする（除き方は未確認）',
        source: sources.general,
        verified: false,
        value: { storeys: 2 },
      },
    ],
  },
  'flood.sediment': {
    label: '土砂の堆積（床上1m）',
    rows: [
      { from: firstEdition, text: 'この版にはない', source: sources.h30Notes, verified: true, value: null },
      {
        from: since('H30.3'),
        text: '住家のすべての部分で、床上1mまで土砂などが堆積しているときは全壊',
        source: sources.h30Notes,
        verified: true,
        value: 'G1',
      },
    ],
  },
  'flood.sediment-lower': {
    label: '土砂の堆積（床まで・基礎の天端の下25cmまで）',
    rows: [
      { from: firstEdition, text: 'この版にはない', source: sources.general, verified: false, value: null },
      {
        from: since('H30.3'),
        text: '住家のすべての部分で、床まで土砂などが堆積しているときは大規模半壊、基礎の天端の下25cmまでは半壊',
        source: sources.general,
        verified: false,
        value: [
          { level: 'floor', grade: 'G2' },
          { level: 'foundation-25cm', grade: 'G4' },
        ],
      },
    ],
  },
  'flood.soaked': {
    label: '浸水した部位の最低の損傷程度',
    rows: [
      {
        from: firstEdition,
        text: '床・内壁・建具・設備などの浸水深ごとの最低の損傷程度が不明のため、適用していない',
        source: sources.unread,
        verified: false,
        value: null,
      },
    ],
  },
  'wind.light': {
    label: '風害：外部の損傷が軽微で雨の吹き込みがない場合',
    rows: [
      {
        from: firstEdition,
        text: '外部の損傷が軽微で、雨の吹き込みがないときは、内部を調べずに準半壊に至らない（一部損壊）。それ以外は第2次調査',
        source: sources.general,
        verified: false,
        value: 'G6',
      },
    ],
  },
  'photos.slight': {
    label: '自己判定方式',
    rows: [
      { from: firstEdition, text: 'この版にはない', source: sources.h30Notes, verified: true, value: null },
      {
        from: since('H30.3'),
        text: '申請者が一部損壊（準半壊に至らない）の判定にあらかじめ同意し、写真で損害が明らかに10％未満と分かるときは、現地調査をせずに準半壊に至らない（一部損壊）。写真が足りない、10％以上かもしれないときは現地調査とする',
        source: '新宮市 https://www.city.shingu.lg.jp/info/2840 、大垣市・海南市・古河市・二本松市の案内',
        verified: true,
        value: 'G6',
      },
    ],
  },
  'area.aerial': {
    label: '区域の一括判定：航空写真',
    rows: [
      { from: firstEdition, text: 'この版にはない', source: sources.h30Notes, verified: true, value: null },
      {
        from: since('H30.3'),
        text: '航空写真などで、区域の住家がすべて明らかに全壊と分かるときは、その区域を全壊とする',
        source: sources.h30Notes,
        verified: true,
        value: 'G1',
      },
    ],
  },
  'area.corners': {
    label: '区域の一括判定：四隅の住家の浸水深',
    rows: [
      { from: firstEdition, text: 'この版にはない', source: sources.h30Notes, verified: true, value: null },
      {
        from: since('H30.3'),
        text: '浸水区域の四隅の住家がすべて床上1.8m以上で、外力による損傷があるときは、その区域を全壊とする',
        source: sources.h30Notes,
        verified: true,
        value: { houses: 4, fromCm: 180, force: 'G1', noForce: null },
      },
      {
        from: since('R6.5'),
        text: '浸水区域の四隅の住家がすべて床上1.8m以上のとき、その区域を、外力による損傷があれば全壊、なければ大規模半壊とする',
        source: sources.depthNoForce,
        verified: true,
        value: { houses: 4, fromCm: 180, force: 'G1', noForce: 'G2' },
      },
    ],
  },
  'first-survey.may-skip': {
    label: '第1次調査の省略',
    rows: [
      {
        from: firstEdition,
        text: '第1次調査から始める',
        source: sources.kumamoto,
        verified: true,
        value: false,
      },
      {
        from: since('R7.7'),
        text: '第1次調査をせずに第2次調査から始めてよい。第1次から第2次へは住家ごとに進めてよい',
        source: sources.r7News,
        verified: true,
        value: true,
      },
    ],
  },
}

function groundTilt(): RuleValues['ground.tilt'] {
  return [
    { over: 20, grade: 'G1' },
    { over: 60, grade: 'G2' },
    { over: 100, grade: 'G4' },
  ]
}

function groundSinking(): RuleValues['ground.sinking'] {
  return [
    { level: 'above-floor-1m', grade: 'G1' },
    { level: 'floor', grade: 'G2' },
    { level: 'foundation-25cm', grade: 'G4' },
  ]
}
