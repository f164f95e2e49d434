import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const nonDwellingsProblems = {
  notFound: {
    code: 'non-dwellings/not-found',
    status: 404,
    title: 'その被災非住家は見つかりません',
    remedy: '被災非住家の一覧から選び直してください。',
  },
  alreadyReported: {
    code: 'non-dwellings/already-reported',
    status: 409,
    title: 'この物件の被災届出は、もう受け付けています',
    remedy: '届出の画面を開いてください。',
  },
  placeTooLong: {
    code: 'non-dwellings/place-too-long',
    status: 422,
    title: '被災場所と物件の名称が、合わせて200文字を超えています',
    remedy: '「記載を直す」で短くしてから、もう一度受け付けてください。',
  },
  seenOutOfRange: {
    code: 'non-dwellings/seen-out-of-range',
    status: 422,
    title: '確認日が災害の発生前か、未来の日付です',
    remedy: '現地または写真で確かめた日を入力してください。',
  },
  notProtected: {
    code: 'non-dwellings/not-protected',
    status: 409,
    title: '支援措置の対象者の物件ではありません',
    remedy: 'ふつうの画面に、すべての内容が表示されています。',
  },
  photosWithheld: {
    code: 'non-dwellings/photos-withheld',
    status: 404,
    title: 'その写真は見られません',
    remedy: '一覧から選び直してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const nonDwellingsEvents = {
  registered: { code: 'non-dwellings.property.registered', sentence: '被災非住家を登録しました' },
  changed: { code: 'non-dwellings.property.changed', sentence: '被災非住家の記載を変更しました' },
  found: { code: 'non-dwellings.finding.recorded', sentence: '被災非住家の被害を記録しました' },
  photographed: { code: 'non-dwellings.photo.added', sentence: '被災非住家の写真を登録しました' },
  reported: { code: 'non-dwellings.property.reported', sentence: '被災非住家の被災届出を受け付けました' },
  shown: {
    code: 'non-dwellings.property.protected-shown',
    sentence: '支援措置対象者の被災非住家の所在を表示しました',
  },
  exported: { code: 'non-dwellings.list.exported', sentence: '被災非住家の一覧を書き出しました' },
} as const

/** 事実の種類 told to the ledger: kind → what the timeline shows. */
export const nonDwellingsFacts = {
  'non-dwellings.registered': '被災非住家を登録',
  'non-dwellings.changed': '被災非住家の記載を変更',
  'non-dwellings.found': '被災非住家の被害を記録',
} as const
export type NonDwellingsFactKind = keyof typeof nonDwellingsFacts
