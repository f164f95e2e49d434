import type { OfferedKind } from './issuing-server.ts'

const yesOrNo = (name: string, ja: string): OfferedKind['choices'][number] => ({
  name,
  ja,
  take: 'one',
  options: [
    { value: 'yes', ja: '記載する' },
    { value: 'no', ja: '記載しない' },
  ],
  default: 'no',
})

const members: OfferedKind['choices'][number] = {
  name: 'members',
  ja: '証明する人',
  take: 'some',
  options: [
    { value: 'handle-of-the-holder-01', ja: '佐藤　太郎' },
    { value: 'handle-of-the-spouse-02', ja: '佐藤　花子' },
    { value: 'handle-of-a-child-00003', ja: 'グエン・ティ・ホア・マリア・アレクサンドラ' },
  ],
  default: ['handle-of-the-holder-01'],
}

const form = (joint: string): OfferedKind['choices'][number] => ({
  name: 'form',
  ja: '様式',
  take: 'one',
  options: [
    { value: 'joint', ja: joint },
    { value: 'single', ja: '個人票（1枚に1人）' },
  ],
  default: 'joint',
})

const items = [
  yesOrNo('relation', '世帯主・続柄'),
  yesOrNo('domicile', '本籍・筆頭者'),
  yesOrNo('recordCode', '住民票コード'),
  yesOrNo('nationality', '国籍・地域'),
  yesOrNo('article', '住民基本台帳法第30条の45に規定する区分'),
  yesOrNo('status', '在留資格'),
  yesOrNo('period', '在留期間等'),
  yesOrNo('periodUntil', '在留期間の満了の日'),
  yesOrNo('cardNo', '在留カード等番号'),
  yesOrNo('addressWithin', '異動前住所'),
]

/** Every kind of the protocol but 罹災証明書, with the choices that BCL and a town's own server offer of it: the most there can be. */
export const everyOtherKind: readonly OfferedKind[] = [
  {
    kind: 'juminhyo',
    ja: '住民票の写し',
    feeYen: 300,
    subject: '住民票の写し',
    choices: [members, form('世帯連記式（1枚に4人まで）'), ...items],
  },
  {
    kind: 'kisai',
    ja: '住民票記載事項証明書',
    feeYen: 300,
    subject: '住民票記載事項証明書',
    choices: [
      members,
      form('連記式（1枚に4人まで）'),
      ...items,
      yesOrNo('reading', '氏名の振り仮名'),
      yesOrNo('since', '住民となった年月日'),
      yesOrNo('settled', '住所を定めた年月日・届出日'),
      yesOrNo('addressBefore', '転入前住所'),
      yesOrNo('remarks', '備考'),
      { ...yesOrNo('building', '方書'), default: 'yes' },
    ],
  },
  { kind: 'inkan', ja: '印鑑登録証明書', feeYen: 300, subject: '印鑑登録証明書', choices: [] },
  {
    kind: 'tax',
    ja: '税証明',
    feeYen: 300,
    subject: '税証明',
    choices: [
      {
        name: 'paper',
        ja: '証明書',
        take: 'one',
        options: [
          { value: 'assessment', ja: '課税（非課税）証明書' },
          { value: 'income', ja: '所得証明書' },
          { value: 'payment', ja: '納税証明書' },
        ],
        default: 'assessment',
      },
      {
        name: 'year',
        ja: '年度',
        take: 'one',
        options: [{ value: '2026', ja: '令和8年度（令和7年中の所得）' }],
        default: '2026',
      },
    ],
  },
  { kind: 'hisai', ja: '被災証明書', feeYen: 0, subject: '令和8年台風第99号 被災証明書', choices: [] },
  { kind: 'koseki', ja: '戸籍証明書', feeYen: 450, subject: '戸籍全部事項証明書', choices: [] },
  { kind: 'fuhyo', ja: '戸籍の附票の写し', feeYen: 300, subject: '戸籍の附票の写し', choices: [] },
]
