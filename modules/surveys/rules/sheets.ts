import { valueOf, type Rules } from './guidelines.ts'
import type { SinkLevel, Weights } from './guideline-values.ts'
import {
  sheetStages,
  structures,
  surveyHazards,
  type InputDefinition,
  type InputKind,
  type PartDefinition,
  type PartKey,
  type SheetDefinition,
  type SheetGroup,
  type SheetKind,
} from './rules.ts'

/** The sixteen sheets: hazard × structure × stage. */
export const sheetKinds: readonly SheetKind[] = surveyHazards.flatMap((hazard) =>
  structures.flatMap((structure) =>
    sheetStages.map((stage) => ({
      hazard: hazard.value,
      structure: structure.value,
      stage: stage.value,
    })),
  ),
)

export const sinkLevels: readonly { readonly value: SinkLevel | 'none'; readonly label: string }[] = [
  { value: 'none', label: 'ない、又は基礎の天端の下25cmより低い' },
  { value: 'foundation-25cm', label: '基礎の天端の下25cmまで' },
  { value: 'floor', label: '床まで' },
  { value: 'above-floor-1m', label: '床上1mまで' },
]

/** 「地震 木造・プレハブ 第1次調査」 */
export function sheetLabel(kind: SheetKind): string {
  return [
    surveyHazards.find((one) => one.value === kind.hazard)!.label,
    structures.find((one) => one.value === kind.structure)!.label,
    sheetStages.find((one) => one.value === kind.stage)!.label,
  ].join(' ')
}

/** The sheet of an edition, as data: screens, paper and checks are made from it. */
export function sheetDefinition(rules: Rules, kind: SheetKind): SheetDefinition {
  const parts = partsOf(rules, kind)
  const groups: SheetGroup[] = [
    { key: 'dwelling', label: '住家', inputs: [dwelling] },
    { key: 'look', label: '外観', inputs: lookOf(kind) },
    {
      key: 'tilt',
      label: kind.structure === 'non-wood' && kind.hazard === 'earthquake' ? '傾斜・不同沈下' : '傾斜',
      inputs: tiltOf(kind),
    },
    { key: 'flood', label: '浸水', inputs: floodOf(rules, kind) },
    { key: 'ground', label: '地盤', inputs: groundOf(kind) },
    { key: 'wind', label: '風と雨', inputs: windOf(kind) },
    { key: 'shift', label: 'ずれ・変形', inputs: shiftOf(rules, kind) },
    { key: 'parts', label: '部位', inputs: parts.map((part) => partInput(part, kind)) },
  ]
  return {
    ...kind,
    guideline: rules.guideline,
    label: sheetLabel(kind),
    groups: groups.filter((group) => group.inputs.length > 0),
    parts,
  }
}

export function inputsOf(definition: SheetDefinition): readonly InputDefinition[] {
  return definition.groups.flatMap((group) => group.inputs)
}

type Extra = Partial<Pick<InputDefinition, 'unit' | 'options' | 'required' | 'askedWhen' | 'part'>>
function input(
  key: string,
  kind: InputKind,
  label: string,
  hint: string,
  extra: Extra = {},
): InputDefinition {
  return {
    key,
    kind,
    label,
    hint,
    unit: '',
    options: [],
    required: true,
    askedWhen: null,
    part: null,
    ...extra,
  }
}

const dwelling = input(
  'dwelling',
  'yes-no',
  '住家である',
  '災害のときに、生活の本拠として実際に使っていた建物。登記や用途は問わない。店舗・納屋・空き家は「いいえ」',
)

function lookOf(kind: SheetKind): InputDefinition[] {
  return [
    input('collapsed', 'yes-no', '住家の全部が倒壊', '離れて全体を見る。一見して全部が倒れていれば「はい」'),
    input(
      'storeyCollapsed',
      'yes-no',
      '一部の階の全部が倒壊',
      '1階だけがつぶれている、2階だけが落ちているなど。一つの階の全部が倒れていれば「はい」',
    ),
    input('lost', 'yes-no', '流失・埋没・焼失', '住家の全部が、流された・埋まった・焼けたときに「はい」'),
    ...(kind.hazard === 'earthquake' && kind.structure === 'wood'
      ? [
          input(
            'foundationUndermined',
            'yes-no',
            '基礎の一辺が全部破壊し、直下の地盤が流出・陥没',
            '基礎のいずれかの辺の全部が壊れ、その下の地盤もなくなっているときに「はい」',
          ),
        ]
      : []),
    input(
      'lostFloorPercent',
      'percent',
      '損壊・焼失・流失した部分の延床面積の割合',
      '損害割合とは別の基準。床面積で分かるときだけ記入する（分からなければ空欄のまま）',
      { unit: '％', required: false },
    ),
  ]
}

/** Of a quake and of the ground the tilt is always measured; elsewhere only when the house looks tilted. */
function tiltOf(kind: SheetKind): InputDefinition[] {
  const always = kind.hazard === 'earthquake' || kind.hazard === 'ground'
  const hint =
    '1階の外壁の四隅（又は四隅の柱）に下げ振りを当て、上と下の水平距離の差を測る。下げ振りは120cmが標準。傾きがない隅は0'
  const tilt = input('tilt', 'tilt', '傾斜（四隅の水平距離）', hint, { unit: 'cm' })
  if (!always) {
    return [
      input(
        'tilted',
        'yes-no',
        '傾いて見える',
        '外壁や柱の傾きが目で分かる、建具が開かないなど。「はい」なら傾斜を測る',
      ),
      { ...tilt, askedWhen: { key: 'tilted', is: true } },
    ]
  }
  if (kind.hazard === 'earthquake' && kind.structure === 'non-wood') {
    return [
      tilt,
      input('maxSettlementCm', 'length', '最大沈下量', '不同沈下で最も沈んだところの深さ。なければ0', {
        unit: 'cm',
      }),
      input(
        'maxExposureCm',
        'length',
        '最大露出量',
        '地盤が下がり、基礎が最も露出したところの高さ。なければ0',
        {
          unit: 'cm',
        },
      ),
    ]
  }
  return [tilt]
}

function floodOf(rules: Rules, kind: SheetKind): InputDefinition[] {
  if (kind.hazard !== 'flood' || kind.stage !== 'first' || kind.structure !== 'wood') return []
  // The oldest edition knows no grading by depth: nothing of it is asked.
  if (valueOf(rules, 'flood.force') === null && valueOf(rules, 'flood.no-force') === null) return []
  const above = { key: 'inundation', is: 'above-floor' }
  return [
    input('detached', 'yes-no', '戸建て', '集合住宅（アパート・長屋など）は「いいえ」'),
    input('storeys', 'choice', '階数', '地上の階数。地下は数えない', {
      options: [
        { value: '1', label: '1階建て' },
        { value: '2', label: '2階建て' },
        { value: '3', label: '3階建て以上' },
      ],
    }),
    input(
      'externalForce',
      'yes-no',
      '外力による損傷',
      '津波・越流・堤防決壊などの水流、泥流、がれきの衝突などで、外壁や建具が壊れていれば「はい」。水がたまっただけ（内水）なら「いいえ」',
    ),
    input('inundation', 'choice', '浸水', '1階の居室の床を基準にする', {
      options: [
        { value: 'none', label: '浸水していない' },
        { value: 'below-floor', label: '床下浸水' },
        { value: 'above-floor', label: '床上浸水' },
      ],
    }),
    input(
      'depthsCm',
      'depths',
      '床上の浸水深',
      '床から浸水の跡までの高さ。玄関や掃き出し窓などで測り、最も浅いところの値で判定する。写真から読み取ってもよい',
      { unit: 'cm', askedWhen: above },
    ),
    ...(valueOf(rules, 'flood.sediment') === null
      ? []
      : [
          input(
            'sediment',
            'choice',
            '土砂などの堆積',
            '住家のすべての部分で、土砂・泥・がれきがどの高さまでたまっているか',
            { options: sinkLevels },
          ),
        ]),
  ]
}

function groundOf(kind: SheetKind): InputDefinition[] {
  if (kind.hazard !== 'ground') return []
  return [
    input(
      'sinking',
      'choice',
      '潜り込み',
      '住家のすべての部分で、どの高さまでが地盤面の下に潜り込んでいるか',
      { options: sinkLevels },
    ),
    input('groundCrack', 'yes-no', '直下の地割れ', '地盤の亀裂が住家の真下を横切っていれば「はい」'),
    input(
      'slopeDemolition',
      'yes-no',
      '斜面の崩壊などによる、やむを得ない解体',
      '敷地の被害のため、解体するほかないと認められるときに「はい」',
    ),
  ]
}

function windOf(kind: SheetKind): InputDefinition[] {
  if (kind.hazard !== 'wind' || kind.stage !== 'first') return []
  return [
    input('outsideDamage', 'choice', '外部の損傷', '屋根・外壁・建具を外から見る', {
      options: [
        { value: 'none', label: 'ない' },
        { value: 'light', label: '軽微（瓦の一部のずれ、雨どい・窓ガラスの一部など）' },
        { value: 'heavy', label: '軽微とはいえない' },
      ],
    }),
    input(
      'rainEntered',
      'yes-no',
      '雨の吹き込み',
      '壊れたところから雨が入り、天井や内壁がぬれていれば「はい」',
    ),
  ]
}

/** 令和7年7月: three parts together show at least 半壊, in the first survey. */
function shiftOf(rules: Rules, kind: SheetKind): InputDefinition[] {
  const asked =
    kind.hazard === 'earthquake' &&
    kind.structure === 'wood' &&
    kind.stage === 'first' &&
    valueOf(rules, 'shift.half') !== null
  if (!asked) return []
  return [
    input(
      'roofShift',
      'yes-no',
      '屋根に一定のずれ・変形',
      '棟の波打ち、屋根の面のずれなどが明らかなときに「はい」',
    ),
    input(
      'wallShift',
      'yes-no',
      '外壁に一定のずれ・変形',
      '外壁の面外への変形、ずれが明らかなときに「はい」',
    ),
    input(
      'fittingsShift',
      'yes-no',
      '建具に一定のずれ・変形',
      '戸や窓の枠の変形で開け閉めできないときに「はい」',
    ),
  ]
}

const partLabels: Readonly<Record<PartKey, string>> = {
  roof: '屋根',
  pillar: '柱（又は耐力壁）',
  floor: '床（階段を含む）',
  'outer-wall': '外壁',
  'inner-wall': '内壁',
  ceiling: '天井',
  fittings: '建具',
  foundation: '基礎',
  equipment: '設備',
  'misc-wall': '雑壁・仕上等',
  'outer-finish': '外部仕上・雑壁・屋根',
  'inner-finish': '内部仕上・天井',
}

function partsOf(rules: Rules, { hazard, structure, stage }: SheetKind): readonly PartDefinition[] {
  if (stage === 'first' && hazard !== 'earthquake') return []
  const weights: Weights = valueOf(rules, `weights.${structure}.${stage}`)
  const label = (key: PartKey): string => {
    if (structure === 'wood') return partLabels[key]
    if (key === 'pillar') return '柱（又は梁）'
    if (key === 'floor') return '床・梁'
    if (key === 'equipment') return stage === 'first' ? '設備等（外部階段を含む）' : '設備等'
    return partLabels[key]
  }
  return Object.entries(weights).map(([key, weight]) => ({
    key: key as PartKey,
    label: label(key as PartKey),
    weight,
  }))
}

const AREAS = '損傷程度ごとの面積の割合。合計は100％まで。損傷がなければ「無被害」'

function partInput({ key, label, weight }: PartDefinition, { structure }: SheetKind): InputDefinition {
  const extra = { part: key }
  switch (key) {
    case 'roof':
      return input(key, 'degree-areas', label, `${AREAS}。屋根の全体を上から見た面積に対する割合`, {
        ...extra,
        unit: '％',
      })
    case 'outer-wall':
      return input(
        key,
        'degree-areas',
        label,
        `${AREAS}。4面の外壁の全体に対する割合（外周の長さの割合でもよい）`,
        {
          ...extra,
          unit: '％',
        },
      )
    case 'pillar':
      return input(
        key,
        'degree-counts',
        label,
        structure === 'wood'
          ? '全部の柱の本数と、損傷程度ごとの本数'
          : '最も損傷の大きい階の柱（又は梁）の本数と、損傷程度ごとの本数',
        { ...extra, unit: '本' },
      )
    case 'fittings':
      return input(key, 'degree-counts', label, '全部の建具の枚数と、損傷程度ごとの枚数', {
        ...extra,
        unit: '枚',
      })
    case 'foundation':
      return input(
        key,
        'length-share',
        label,
        '損傷した基礎の長さと、外周の基礎の長さ。ひび割れは1か所を1mとして数えることが多い（未確認）',
        { ...extra, unit: 'm' },
      )
    case 'equipment':
      return input(
        key,
        'points',
        label,
        `使えなくなった設備（台所・浴室・便所・洗面・給湯・配管など）の点数の合計。0から${weight}まで`,
        { ...extra, unit: '点' },
      )
    case 'floor':
    case 'inner-wall':
    case 'ceiling':
    case 'misc-wall':
    case 'outer-finish':
    case 'inner-finish':
      return input(key, 'degree-areas', label, `${AREAS}。部屋ごとに見て、全体に対する割合にする`, {
        ...extra,
        unit: '％',
      })
  }
}
