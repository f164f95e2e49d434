/**
 * The map of the house. The order is the rule: a module may use only modules that stand above it, and of those only
 * the ones it names. `access` is implied for all. Read by the import check (`tools/import-rules.ts`) and the docs.
 */
export type ModuleSpec = {
  /** 法令・業務の語 */
  readonly ja: string
  readonly uses: readonly string[]
  /** Which database holds its tables. The centre keeps no resident data and never sees the cloud's tables. */
  readonly database: 'cloud' | 'center'
}

export const modules = {
  access: { ja: '権限・監査・支援措置', uses: [], database: 'cloud' },
  municipalities: { ja: '団体・利用機能', uses: [], database: 'cloud' },
  files: { ja: 'ファイル（写真・添付）', uses: ['municipalities'], database: 'cloud' },
  interfaces: { ja: '公開インタフェースの定義（連携用データ）', uses: [], database: 'cloud' },
  residents: { ja: '中間DB・住民記録の世代', uses: ['interfaces', 'municipalities'], database: 'cloud' },
  protection: { ja: '支援措置（仮支援措置・決定・延長・解除）', uses: ['residents'], database: 'cloud' },
  'break-glass': {
    ja: '運用者による緊急閲覧',
    uses: ['municipalities', 'residents'],
    database: 'cloud',
  },
  registers: {
    ja: '印鑑・税・介護・家屋・カードのシリアル番号などの台帳',
    uses: ['interfaces', 'municipalities', 'residents'],
    database: 'cloud',
  },
  disasters: { ja: '災害・適用区分', uses: ['municipalities'], database: 'cloud' },
  relief: { ja: '応援職員・引継ぎ', uses: ['disasters'], database: 'cloud' },
  notices: { ja: '通知（メール）', uses: ['municipalities'], database: 'cloud' },
  linkage: {
    ja: '連携AP・取込',
    uses: ['interfaces', 'municipalities', 'residents', 'registers', 'notices'],
    database: 'cloud',
  },
  manual: {
    ja: '手作業取込・即日開始',
    uses: ['interfaces', 'municipalities', 'residents', 'registers', 'linkage'],
    database: 'cloud',
  },
  certificates: {
    ja: '証明書交付',
    uses: ['municipalities', 'residents', 'break-glass', 'protection', 'registers', 'linkage'],
    database: 'cloud',
  },
  ledger: { ja: '被災者台帳（災対法90条の3）', uses: ['residents', 'disasters'], database: 'cloud' },
  matching: {
    ja: '名寄せ',
    uses: ['municipalities', 'residents', 'manual', 'disasters', 'ledger'],
    database: 'cloud',
  },
  cases: { ja: '災害ケースマネジメント', uses: ['disasters', 'ledger'], database: 'cloud' },
  evacuees: {
    ja: '広域避難者の引継ぎ',
    uses: ['municipalities', 'protection', 'disasters', 'ledger', 'cases'],
    database: 'cloud',
  },
  extraction: {
    ja: '援護対象者抽出',
    uses: ['interfaces', 'residents', 'registers', 'disasters', 'ledger'],
    database: 'cloud',
  },
  'evac-support': {
    ja: '避難行動要支援者名簿（災対法49条の10・49条の11）',
    uses: ['interfaces', 'residents', 'registers', 'disasters', 'ledger', 'extraction'],
    database: 'cloud',
  },
  dwellings: {
    ja: '家屋・世帯との結び付け',
    uses: ['municipalities', 'residents', 'registers', 'disasters', 'ledger'],
    database: 'cloud',
  },
  surveys: {
    ja: '住家の被害認定調査',
    uses: ['dwellings', 'files', 'interfaces', 'municipalities', 'residents', 'disasters', 'ledger'],
    database: 'cloud',
  },
  field: {
    ja: '調査端末（圏外での調査）',
    uses: ['files', 'municipalities', 'disasters', 'surveys'],
    database: 'cloud',
  },
  risai: {
    ja: '罹災証明（災対法90条の2）',
    uses: [
      'municipalities',
      'residents',
      'disasters',
      'ledger',
      'dwellings',
      'files',
      'surveys',
      'certificates',
      'notices',
    ],
    database: 'cloud',
  },
  'external-link': {
    ja: '外部被災者支援連携',
    uses: [
      'municipalities',
      'interfaces',
      'residents',
      'disasters',
      'certificates',
      'linkage',
      'ledger',
      'risai',
    ],
    database: 'cloud',
  },
  support: {
    ja: '支援制度・申請・決定',
    uses: [
      'municipalities',
      'residents',
      'registers',
      'disasters',
      'ledger',
      'dwellings',
      'surveys',
      'risai',
    ],
    database: 'cloud',
  },
  payments: {
    ja: '支払・振込・返還',
    uses: ['municipalities', 'disasters', 'ledger', 'support'],
    database: 'cloud',
  },
  'non-dwellings': {
    ja: '被災非住家',
    uses: ['files', 'residents', 'disasters', 'ledger', 'risai'],
    database: 'cloud',
  },
  residence: {
    ja: '住民票の写し・住民票記載事項証明書',
    uses: ['municipalities', 'residents', 'protection', 'registers', 'certificates'],
    database: 'cloud',
  },
  seals: {
    ja: '印鑑登録証明書',
    uses: ['municipalities', 'residents', 'registers', 'certificates'],
    database: 'cloud',
  },
  taxes: {
    ja: '所得・課税・納税の証明書',
    uses: ['interfaces', 'municipalities', 'residents', 'registers', 'certificates'],
    database: 'cloud',
  },
  situation: {
    ja: '災害対応の状況・被害状況報告（災対法53条）',
    uses: [
      'municipalities',
      'disasters',
      'notices',
      'certificates',
      'ledger',
      'surveys',
      'risai',
      'support',
      'payments',
      'non-dwellings',
    ],
    database: 'cloud',
  },
  practice: {
    ja: '練習（架空の住民で）',
    uses: [
      'interfaces',
      'municipalities',
      'residents',
      'linkage',
      'disasters',
      'ledger',
      'dwellings',
      'risai',
    ],
    database: 'cloud',
  },
  backpage: { ja: '証明書の裏面（偽造・改ざん防止）', uses: ['certificates'], database: 'center' },
  center: {
    ja: '証明書交付センター・キオスク・JPKI',
    uses: ['certificates', 'backpage'],
    database: 'center',
  },
  billing: { ja: '利用料・手数料・精算・統計', uses: ['certificates', 'center'], database: 'center' },
} as const satisfies Record<string, ModuleSpec>

export type ModuleName = keyof typeof modules
