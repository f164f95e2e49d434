import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const evacueesProblems = {
  notFound: {
    code: 'evacuees/not-found',
    status: 404,
    title: 'その引継ぎは見つかりません',
    remedy: '引継ぎの一覧から選び直してください。',
  },
  townNotReady: {
    code: 'evacuees/town-not-ready',
    status: 422,
    title: '引継ぎの相手の市町村を選べません',
    remedy:
      '一覧にある市町村を選んでください。「準備中」の市町村には、「他市町村からの引継ぎ」を一度開くよう頼んでください。ほかのシステムの市町村は、「引継ぎの相手」で登録してください。',
  },
  cardUnreadable: {
    code: 'evacuees/card-unreadable',
    status: 422,
    title: '相手の市町村の登録用の文字を読み取れません',
    remedy: '「open-bcl-town/1」で始まる1行を、そのまま貼り付けてください。',
  },
  townHere: {
    code: 'evacuees/town-here',
    status: 422,
    title: 'この市町村は、登録しなくても引継ぎができます',
    remedy: '同じシステムを使う市町村です。引継ぎの相手の一覧から選んでください。',
  },
  impossible: {
    code: 'evacuees/impossible',
    status: 422,
    title: '引継ぎの内容に、足りない点か正しくない点があります',
    remedy: '示された項目を直してください。',
  },
  nobody: {
    code: 'evacuees/nobody',
    status: 422,
    title: '引き継げる方がいません',
    remedy:
      '同意のある方を選んでください。支援措置の対象者は、支援措置の担当者に相談し、一時解除の決定を受けた人が送ってください。',
  },
  wrongState: {
    code: 'evacuees/wrong-state',
    status: 409,
    title: 'この引継ぎでは、その操作はできません',
    remedy: '画面を読み直して、引継ぎの状態を確かめてください。',
  },
  over: {
    code: 'evacuees/over',
    status: 422,
    title: '同意の期限が過ぎています',
    remedy: '利用できません。必要なときは、避難元の市町村に、本人の同意を取り直すよう頼んでください。',
  },
  fileClosed: {
    code: 'evacuees/file-closed',
    status: 409,
    title: 'このファイルは、もう渡せません',
    remedy: '同意が取り消されたか、期限が過ぎています。新しい引継ぎを準備してください。',
  },
  notAMessage: {
    code: 'evacuees/not-a-message',
    status: 422,
    title: '引継ぎのファイルではありません',
    remedy: '相手の市町村から受け取った引継ぎのファイルを、そのまま選んでください。',
  },
  wrongTown: {
    code: 'evacuees/wrong-town',
    status: 422,
    title: 'ほかの市町村にあてたファイルです',
    remedy: '開かずに、送ってきた市町村に連絡してください。',
  },
  unknownSender: {
    code: 'evacuees/unknown-sender',
    status: 422,
    title: '送ってきた市町村が登録されていません',
    remedy: '「引継ぎの相手」で、送ってきた市町村を登録してから読み込んでください。',
  },
  damaged: {
    code: 'evacuees/damaged',
    status: 422,
    title: 'ファイルが壊れているか、書き換えられています',
    remedy: '読み込みませんでした。送ってきた市町村に、送り直すよう連絡してください。',
  },
  alreadyRead: {
    code: 'evacuees/already-read',
    status: 409,
    title: 'このファイルは、すでに読み込まれています',
    remedy: '引継ぎの一覧で確かめてください。もう一度読み込む必要はありません。',
  },
  withdrawn: {
    code: 'evacuees/withdrawn',
    status: 409,
    title: '本人の同意が取り消された引継ぎです',
    remedy: '利用できません。手元のファイルや写しを捨ててください。',
  },
  protected: {
    code: 'evacuees/protected',
    status: 422,
    title: '支援措置の対象者がいるため、場所と内容の言葉は報告できません',
    remedy: '「今いる場所」と「内容」を空欄にするか、支援措置の担当者どうしで連絡してください。',
  },
  unprotected: {
    code: 'evacuees/unprotected',
    status: 422,
    title: '支援措置の対象者のため、この市町村で保護していない人とは結び付けられません',
    remedy:
      '先に支援措置を申し出るか、「新しく載せる」を選んでください。新しく載せると、はじめから保護されます。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const evacueesEvents = {
  keysMade: { code: 'evacuees.keys.made', sentence: '引継ぎ用の鍵を作成しました' },
  partnerRegistered: { code: 'evacuees.partner.registered', sentence: '引継ぎの相手の市町村を登録しました' },
  prepared: { code: 'evacuees.transfer.prepared', sentence: '広域避難者の引継ぎを準備しました' },
  sent: { code: 'evacuees.transfer.sent', sentence: '広域避難者の引継ぎを送りました' },
  withdrawn: {
    code: 'evacuees.transfer.withdrawn',
    sentence: '広域避難者の引継ぎの同意の取消しを記録しました',
  },
  fileTaken: { code: 'evacuees.file.taken', sentence: '引継ぎのファイルを取り出しました' },
  arrived: { code: 'evacuees.message.arrived', sentence: '他市町村からの引継ぎの知らせを受け取りました' },
  refused: {
    code: 'evacuees.message.refused',
    sentence: '他市町村からの引継ぎの知らせを受け取りませんでした',
  },
  takenOver: { code: 'evacuees.arrival.taken', sentence: '他市町村からの引継ぎを引き継ぎました' },
  givenBack: { code: 'evacuees.arrival.returned', sentence: '他市町村からの引継ぎを返しました' },
  reported: { code: 'evacuees.arrival.reported', sentence: '広域避難者のことを避難元に報告しました' },
} as const

/** 事実の種類 told to the ledger: kind → what the time line shows. */
export const evacueesFacts = {
  'evacuees.sent': '避難先の市町村へ引き継いだ',
  'evacuees.accepted': '避難先の市町村が引き継いだ',
  'evacuees.returned': '避難先の市町村から返された',
  'evacuees.reported': '避難先の市町村から報告があった',
  'evacuees.withdrawn': '引継ぎの同意が取り消された',
  'evacuees.taken-over': '避難元の市町村から引き継いだ',
  'evacuees.told-origin': '避難元の市町村に報告した',
  'evacuees.not-to-use': '避難元で引継ぎの同意が取り消された（引き継いだ情報は利用できません）',
} as const
export type EvacueesFactKind = keyof typeof evacueesFacts
