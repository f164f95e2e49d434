import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { DamageGrade } from '../../disasters/grades.ts'
import type { Programme, Rule } from './programme.ts'

/**
 * What others give: tax offices, banks, schools, companies. The town takes no application and knows no sum; it tells whom to
 * ask. Names and laws are commonly known and were not read in their source here, so none is verified.
 */
const unread = '出典未確認（国・各機関の案内は手元にない。要件と額は窓口が決める）'

const halfOrWorse: readonly DamageGrade[] = ['G1', 'G2', 'G3', 'G4']
const nearlyHalfOrWorse: readonly DamageGrade[] = [...halfOrWorse, 'G5']

type Guide = Extract<Rule, { kind: 'guide' }>

function guide(
  code: string,
  title: string,
  office: string,
  about: string,
  over: Partial<Programme> & Partial<Pick<Guide, 'grades' | 'when'>> = {},
): Programme {
  const { grades = null, when = null, ...rest } = over
  return {
    code,
    title,
    area: 'other',
    benefit: 'guide',
    fromOn: '2000-01-01' as PlainDate,
    untilOn: null,
    basis: '各機関の規程',
    source: unread,
    verified: false,
    gate: 'none',
    rule: { kind: 'guide', office, grades, when },
    months: null,
    documents: ['罹災証明書'],
    exclusiveWith: [],
    about,
    ...rest,
  }
}

export const guideProgrammes: readonly Programme[] = [
  guide(
    'shogai-riyo',
    '障害福祉サービスの利用者負担の減免',
    '市町村の障害福祉の窓口',
    '障害福祉サービスの利用者負担が軽くなることがあります。',
    {
      area: 'reduction',
      basis: '障害者総合支援法31条',
    },
  ),
  guide(
    'jido-fuyo',
    '児童扶養手当などの所得制限の特例',
    '市町村の児童福祉の窓口',
    '住宅・家財などに大きな損害を受けた方は、所得による制限を受けないことがあります。',
    {
      basis: '児童扶養手当法12条',
    },
  ),
  guide(
    'shotokuzei',
    '所得税の軽減（雑損控除・災害減免法）',
    '税務署',
    '住宅や家財に損害を受けた方の所得税が軽くなります。',
    {
      area: 'reduction',
      basis: '所得税法72条・災害減免法2条',
    },
  ),
  guide('kokuzei-yuyo', '国税の申告期限の延長・納税の猶予', '税務署', '申告や納税の期限を延ばせます。', {
    area: 'reduction',
    basis: '国税通則法11条・46条',
  }),
  guide(
    'kenzei',
    '都道府県税の減免・猶予（自動車税・不動産取得税など）',
    '都道府県税事務所',
    '自動車税、不動産取得税、個人事業税などが軽くなることがあります。',
    {
      area: 'reduction',
      basis: '地方税法・都道府県の条例',
    },
  ),
  guide(
    'fukushi-shikin-saigai',
    '生活福祉資金 福祉費（災害を受けたことにより臨時に必要となる経費）',
    '社会福祉協議会',
    '所得の少ない世帯、障害のある方や高齢の方のいる世帯にお貸しします（上限150万円。返済が必要です）。',
    {
      area: 'loan',
      basis: '生活福祉資金貸付制度要綱',
      source: '上限額は OpenFisca-Japan の表。要件は社会福祉協議会が決める（未確認）',
    },
  ),
  guide(
    'koguchi-shikin',
    '生活福祉資金 緊急小口資金',
    '社会福祉協議会',
    '当面の生活費をお貸しします（返済が必要です）。',
    {
      area: 'loan',
      basis: '生活福祉資金貸付制度要綱',
      documents: [],
    },
  ),
  guide(
    'boshi-fushi-shikin',
    '母子父子寡婦福祉資金の貸付・償還の猶予',
    '市町村・都道府県の福祉の窓口',
    'ひとり親の家庭などに、住宅の資金などをお貸しします。返済中の方は猶予を受けられることがあります。',
    {
      area: 'loan',
      basis: '母子及び父子並びに寡婦福祉法',
    },
  ),
  guide('fukko-yushi', '災害復興住宅融資', '住宅金融支援機構', '住宅の建設・購入・補修のための融資です。', {
    area: 'loan',
    basis: '独立行政法人住宅金融支援機構法13条',
    grades: nearlyHalfOrWorse,
  }),
  guide(
    'loan-gengaku',
    '住宅ローンなどの返済の減免（自然災害債務整理ガイドライン）',
    '借入れをしている金融機関',
    '被災前の借入れの返済が難しい方が、減額や免除を話し合えます。',
    {
      area: 'loan',
      basis: '自然災害による被災者の債務整理に関するガイドライン',
    },
  ),
  guide(
    'saigai-koei',
    '災害公営住宅への入居',
    '市町村・都道府県の住宅の窓口',
    '住まいを失った方のための公営住宅です。造られるまで時間がかかります。',
    {
      basis: '公営住宅法8条',
      grades: halfOrWorse,
    },
  ),
  guide(
    'shogakukin',
    '奨学金の緊急採用・応急採用、返還の期限の猶予',
    '在学する学校・日本学生支援機構',
    '災害で家計が急に変わった学生・生徒のための奨学金です。返している方は猶予を受けられます。',
    {
      basis: '独立行政法人日本学生支援機構法',
    },
  ),
  guide(
    'kotogakko',
    '高等学校などの授業料の減免',
    '在学する学校',
    '授業料や入学料が軽くなることがあります。',
    {
      basis: '学校・都道府県の規程',
      when: 'pupils',
    },
  ),
  guide(
    'tokubetsu-shien',
    '特別支援学校などへの就学奨励',
    '在学する学校',
    '学用品や通学の費用の援助を受けられます。',
    {
      basis: '特別支援学校への就学奨励に関する法律',
      when: 'pupils',
    },
  ),
  guide(
    'koyo-hoken',
    '雇用保険の失業等給付の特例',
    'ハローワーク',
    '勤め先が災害で休業し、賃金を受けられない方が、失業の手当を受けられることがあります。',
    {
      basis: '雇用保険法・激甚災害法25条',
      documents: [],
    },
  ),
  guide(
    'mibarai',
    '未払賃金の立替払',
    '労働基準監督署',
    '勤め先が倒産し、賃金が払われていない方が、一部の立替えを受けられます。',
    {
      basis: '賃金の支払の確保等に関する法律7条',
      documents: [],
    },
  ),
  guide(
    'rodo-saigai',
    '労災保険の給付',
    '労働基準監督署',
    '仕事中・通勤中の被災による負傷・病気・死亡について給付があります。災害弔慰金との調整があります。',
    {
      basis: '労働者災害補償保険法',
      documents: [],
    },
  ),
  guide(
    'denki-gas',
    '電気・ガス料金の特別措置',
    '電力会社・ガス会社',
    '料金の支払いの期限の延長、使わない間の基本料金の免除などがあります。',
    {
      area: 'reduction',
      basis: '各社の約款',
    },
  ),
  guide(
    'denwa',
    '電話・インターネット料金の特別措置',
    '通信会社',
    '支払いの期限の延長、使えない間の料金の免除などがあります。',
    {
      area: 'reduction',
      basis: '各社の約款',
    },
  ),
  guide(
    'horitsu',
    '法律の相談（被災者法律相談）',
    '法テラス・弁護士会',
    '家の貸し借り、借入れ、相続などの困りごとを相談できます。',
    {
      basis: '総合法律支援法',
      documents: [],
    },
  ),
  guide(
    'hoken',
    '地震保険・火災保険・共済の請求',
    '契約した保険会社・共済',
    '契約がわからないときも、自然災害等損保契約照会制度で調べられます。',
    {
      basis: '保険契約',
      documents: [],
    },
  ),
  guide(
    'saigai-kashitsuke',
    '中小企業・小規模事業者の災害復旧貸付',
    '日本政策金融公庫・商工会',
    '店や工場に被害を受けた事業者への融資です。',
    {
      area: 'loan',
      basis: '株式会社日本政策金融公庫法',
      documents: ['被災証明書'],
    },
  ),
  guide(
    'norin-shikin',
    '農林漁業者への災害の融資（天災資金など）',
    '農協・漁協・日本政策金融公庫',
    '農地・施設・作物などに被害を受けた方への融資です。',
    {
      area: 'loan',
      basis: '天災融資法',
      documents: ['被災証明書'],
    },
  ),
]
