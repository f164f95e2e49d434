import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const dwellingsProblems = {
  notFound: {
    code: 'dwellings/not-found',
    status: 404,
    title: 'その家屋は見つかりません',
    remedy: '家屋の一覧から選び直してください。',
  },
  propertyTaken: {
    code: 'dwellings/property-taken',
    status: 409,
    title: 'その物件番号の家屋は、もう登録されています',
    remedy: '家屋の一覧で探してください。',
  },
  alreadyLinked: {
    code: 'dwellings/already-linked',
    status: 409,
    title: 'ほかの職員が、この世帯の住家を先に登録しました',
    remedy: '画面を開き直し、今の登録を確かめてください。',
  },
  notLinked: {
    code: 'dwellings/not-linked',
    status: 409,
    title: 'この世帯の住家は登録されていません',
    remedy: '画面を開き直してください。',
  },
  noHousehold: {
    code: 'dwellings/no-household',
    status: 422,
    title: '世帯に属していない方です',
    remedy: '「この方だけ」を選んでください。',
  },
  runUnderWay: {
    code: 'dwellings/run-under-way',
    status: 409,
    title: '前の処理がまだ終わっていません',
    remedy: '終わるまで待ってから、もう一度押してください。',
  },
  bulkNotFound: {
    code: 'dwellings/bulk-not-found',
    status: 404,
    title: '取り消せるまとまりがありません',
    remedy: '画面を開き直してください。',
  },
  concealed: {
    code: 'dwellings/concealed',
    status: 409,
    title: 'この家屋の位置は、支援措置のため表示も変更もできません',
    remedy: '家屋課税台帳を扱う部署で確かめてください。',
  },
  goneHouse: {
    code: 'dwellings/gone-house',
    status: 422,
    title: '滅失した家屋です',
    remedy:
      '災害の時に建っていた家屋を選んでください。災害の後に滅失したのであれば、家屋の状態を「現存」に直してから登録してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const dwellingsEvents = {
  taken: { code: 'dwellings.house.taken', sentence: '家屋課税台帳から家屋を取り込みました' },
  added: { code: 'dwellings.house.added', sentence: '家屋を追加しました' },
  changed: { code: 'dwellings.house.changed', sentence: '家屋の記載を変更しました' },
  positioned: { code: 'dwellings.house.positioned', sentence: '家屋の位置を地図で決めました' },
  linked: { code: 'dwellings.occupancy.linked', sentence: '世帯と住家を結び付けました' },
  unlinked: { code: 'dwellings.occupancy.unlinked', sentence: '世帯と住家の結び付けを取り消しました' },
  proposed: { code: 'dwellings.proposal.made', sentence: '世帯と住家の候補を作りました' },
  accepted: { code: 'dwellings.proposal.accepted', sentence: '世帯と住家の候補をまとめて採用しました' },
  refused: { code: 'dwellings.proposal.refused', sentence: '世帯と住家の候補を退けました' },
  undone: { code: 'dwellings.proposal.undone', sentence: 'まとめて行った操作を取り消しました' },
  exported: { code: 'dwellings.house.exported', sentence: '家屋の一覧を書き出しました' },
} as const

/** 事実の種類 told to the ledger: kind → what the timeline shows. */
export const dwellingsFacts = {
  'dwellings.linked': '住んでいた家屋を登録',
  'dwellings.unlinked': '住んでいた家屋の登録を取消し',
} as const
export type DwellingsFactKind = keyof typeof dwellingsFacts
