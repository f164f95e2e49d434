import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Programme, Rule } from './programme.ts'

const ordinances = '条例・要綱による。例：阿久比町・川島町・美唄市の条例'
const yatsushiro = '市町村の規程による。例：八代市の支援制度案内（2026年）'
const unknown = '出典未確認（国の特例が出ることが多い）'

function reduction(
  code: string,
  title: string,
  rule: Rule,
  about: string,
  source: string,
  over: Partial<Programme> = {},
): Programme {
  return {
    code,
    title,
    area: 'reduction',
    benefit: 'reduction',
    fromOn: '2000-01-01' as PlainDate,
    untilOn: null,
    basis: '市町村の条例・規則',
    source,
    verified: false,
    gate: 'town',
    rule,
    months: null,
    documents: ['罹災証明書'],
    exclusiveWith: [],
    about,
    ...over,
  }
}

const ALL = '全額'
const HALF = '2分の1'
const halfOrWorse = { G1: ALL, G2: HALF, G3: HALF, G4: HALF } as const
/** The law names no share: the town's own rules do. */
const TOWN = '市町村が定める額'
const decidedByTown = { G1: TOWN, G2: TOWN, G3: TOWN, G4: TOWN } as const
const LIKE_BEFORE = '住宅用地と同じ扱い'
const eachHalfOrWorse = { G1: ALL, G2: ALL, G3: ALL, G4: ALL } as const

/** Each is open only where the town decided for the disaster that it is given, and as its own rules say. */
export const reductionProgrammes: readonly Programme[] = [
  reduction(
    'zei-jinteki',
    '市町村民税の減免（死亡・障害）',
    { kind: 'resident-tax-person' },
    '亡くなった方、障害を負った方の市町村民税を減らします。',
    ordinances,
    { documents: [] },
  ),
  reduction(
    'zei-songai',
    '市町村民税の減免（住宅・家財の損害）',
    { kind: 'resident-tax-loss' },
    '住宅・家財に大きな損害を受けた方の市町村民税を、所得に応じて減らします。',
    ordinances,
  ),
  reduction(
    'zei-tochi',
    '固定資産税の減免（土地）',
    { kind: 'land-tax' },
    '被害を受けた土地の固定資産税を、被害の面積に応じて減らします。',
    ordinances,
    { documents: [] },
  ),
  reduction(
    'zei-kaoku',
    '固定資産税の減免（家屋）',
    { kind: 'reduction', shares: { G1: ALL, G2: '10分の8', G3: '10分の6', G4: '10分の6' }, when: 'owner' },
    '被害を受けた家屋の固定資産税を、被害の程度に応じて減らします。',
    ordinances,
  ),
  reduction(
    'kokuho-zei',
    '国民健康保険税（料）の減免',
    { kind: 'reduction', shares: halfOrWorse, when: 'national-insurance' },
    '国民健康保険税（料）を、被害の程度に応じて減らします。',
    yatsushiro,
  ),
  reduction(
    'kokuho-futan',
    '国民健康保険の一部負担金の免除',
    { kind: 'reduction', shares: eachHalfOrWorse, when: 'national-insurance' },
    '医療機関の窓口で払うお金を免除します。',
    unknown,
  ),
  reduction(
    'koki-ryo',
    '後期高齢者医療保険料の減免',
    { kind: 'reduction', shares: halfOrWorse, when: 'late-elderly' },
    '後期高齢者医療の保険料を減らします。',
    unknown,
  ),
  reduction(
    'koki-futan',
    '後期高齢者医療の一部負担金の免除',
    { kind: 'reduction', shares: eachHalfOrWorse, when: 'late-elderly' },
    '医療機関の窓口で払うお金を免除します。',
    unknown,
  ),
  reduction(
    'kaigo-ryo',
    '介護保険料の減免',
    { kind: 'reduction', shares: halfOrWorse, when: 'nursing-care' },
    '介護保険料を減らします。',
    unknown,
  ),
  reduction(
    'kaigo-riyo',
    '介護保険の利用者負担の免除',
    { kind: 'reduction', shares: eachHalfOrWorse, when: 'nursing-care' },
    '介護サービスの利用者負担を免除します。',
    unknown,
  ),
  reduction(
    'nenkin',
    '国民年金保険料の免除',
    { kind: 'reduction', shares: eachHalfOrWorse, when: 'pension' },
    '住宅・家財などのおおむね2分の1以上の損害を受けた方の国民年金保険料を免除します。',
    yatsushiro,
    { basis: '国民年金法90条' },
  ),
  reduction(
    'nhk',
    '放送受信料の免除',
    { kind: 'reduction', shares: { G1: '6か月分', G2: '6か月分', G3: '6か月分', G4: '6か月分' }, when: null },
    '半壊以上の住まいの放送受信料を免除します。',
    yatsushiro,
    { basis: '日本放送協会放送受信料免除基準' },
  ),
  reduction(
    'suido',
    '上下水道料金の減免',
    {
      kind: 'reduction',
      shares: {
        G1: '市町村が定める額',
        G2: '市町村が定める額',
        G3: '市町村が定める額',
        G4: '市町村が定める額',
      },
      when: null,
    },
    '上下水道の料金を減らします。',
    yatsushiro,
  ),
  reduction(
    'kohi-kaitai',
    '公費解体',
    {
      kind: 'reduction',
      shares: { G1: '解体・撤去', G2: '解体・撤去', G3: '解体・撤去', G4: '解体・撤去' },
      when: 'owner',
    },
    '半壊以上の家屋を、所有者の申請により市町村が解体・撤去します。共有のときは全員の同意が要ります。',
    yatsushiro,
    {
      area: 'other',
      benefit: 'in-kind',
      basis: '廃棄物の処理及び清掃に関する法律22条',
      documents: ['罹災証明書', '登記事項証明書', '所有者・共有者の同意書'],
    },
  ),
  reduction(
    'hoiku-ryo',
    '保育料の減免',
    {
      kind: 'reduction',
      shares: {
        G1: '市町村が定める額',
        G2: '市町村が定める額',
        G3: '市町村が定める額',
        G4: '市町村が定める額',
      },
      when: null,
    },
    '保育料を減らします。',
    unknown,
  ),
  reduction(
    'shugaku-enjo',
    '就学援助',
    { kind: 'relief-in-kind', when: 'pupils' },
    '学用品費・給食費などを援助します。',
    unknown,
    { area: 'other', benefit: 'in-kind' },
  ),
  reduction(
    'zei-kigen',
    '市町村税の申告・納付の期限の延長、徴収の猶予',
    { kind: 'reduction', shares: decidedByTown, when: null },
    '市町村税を納める期限を延ばし、又は分けて納められるようにします。',
    unknown,
    { basis: '地方税法15条・20条の5の2', documents: [] },
  ),
  reduction(
    'zei-jutakuyochi',
    '被災住宅用地の固定資産税の特例',
    {
      kind: 'reduction',
      shares: { G1: LIKE_BEFORE, G2: LIKE_BEFORE, G3: LIKE_BEFORE, G4: LIKE_BEFORE },
      when: 'owner',
    },
    '住宅を失った土地の固定資産税を、住宅があったときと同じに扱います。',
    unknown,
    { basis: '地方税法349条の3の3' },
  ),
  reduction(
    'tesuryo',
    '証明書の交付手数料の免除',
    { kind: 'relief-in-kind', when: null },
    '支援の申請などに使う住民票の写しなどの手数料を免除します。',
    unknown,
    { basis: '市町村の手数料条例', documents: [] },
  ),
  reduction(
    'shodoku',
    '浸水した住居の消毒',
    { kind: 'relief-in-kind', when: 'lost-house' },
    '浸水した住居の消毒や、消毒薬の配付を行います。',
    unknown,
    { area: 'other', benefit: 'in-kind', basis: '感染症法27条', documents: [] },
  ),
  reduction(
    'saigai-gomi',
    '災害ごみの受入れ',
    { kind: 'relief-in-kind', when: null },
    '災害で出た家具・畳などを、仮置場で受け入れます。',
    unknown,
    { area: 'other', benefit: 'in-kind', basis: '廃棄物処理法6条の2', documents: [] },
  ),
  reduction(
    'koei-jutaku',
    '公営住宅への入居',
    { kind: 'temporary-housing', rented: true, prices: [] },
    '住まいを失った世帯が、公営住宅に一時的に入居できます。',
    unknown,
    { area: 'other', benefit: 'in-kind' },
  ),
]
