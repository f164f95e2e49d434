import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const surveysProblems = {
  taskNotFound: {
    code: 'surveys/task-not-found',
    status: 404,
    title: 'その調査対象は見つかりません',
    remedy: '調査の一覧から選び直してください。',
  },
  planNotFound: {
    code: 'surveys/plan-not-found',
    status: 404,
    title: 'その調査計画は見つかりません',
    remedy: '調査計画の一覧から選び直してください。',
  },
  teamNotFound: {
    code: 'surveys/team-not-found',
    status: 404,
    title: 'その調査班は見つかりません',
    remedy: '調査計画の画面から選び直してください。',
  },
  sheetNotFound: {
    code: 'surveys/sheet-not-found',
    status: 404,
    title: 'その調査票は見つかりません',
    remedy: '調査対象の画面から選び直してください。',
  },
  photoNotFound: {
    code: 'surveys/photo-not-found',
    status: 404,
    title: 'その写真は見つかりません',
    remedy: '調査対象の画面から選び直してください。',
  },
  scanNotFound: {
    code: 'surveys/scan-not-found',
    status: 404,
    title: 'その調査票の画像は見つかりません',
    remedy: '調査対象の画面から選び直してください。',
  },
  wrongState: {
    code: 'surveys/wrong-state',
    status: 409,
    title: '調査対象の状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  numberTaken: {
    code: 'surveys/number-taken',
    status: 409,
    title: '同じ番号で、異なる内容がすでに登録されています',
    remedy: '画面を開き直して、登録済みの内容を確かめてください。',
  },
  sheetMovedOn: {
    code: 'surveys/sheet-moved-on',
    status: 409,
    title: 'この調査票は、ほかの職員が先に訂正しました',
    remedy: '最新の調査票と見比べて、もう一度登録してください。入力した内容は失われていません。',
  },
  outOfRange: {
    code: 'surveys/out-of-range',
    status: 422,
    title: '調査日が災害の発生前か、未来の日付です',
    remedy: '調査した日を入力してください。',
  },
  sheetInvalid: {
    code: 'surveys/sheet-invalid',
    status: 422,
    title: '調査票に誤りがあります',
    remedy: '示された項目を直して、もう一度登録してください。',
  },
  noGrade: {
    code: 'surveys/no-grade',
    status: 422,
    title: 'この調査票からは被害の程度が決まりません',
    remedy: '足りない項目を入力するか、第2次調査を依頼してください。',
  },
  noConsent: {
    code: 'surveys/no-consent',
    status: 422,
    title: '自己判定方式には、申請者の同意が必要です',
    remedy: 'いつ、どのように同意を得たかを入力するか、第1次調査を選んでください。',
  },
  concealed: {
    code: 'surveys/concealed',
    status: 422,
    title: '支援措置の対象者に関わる調査対象のため、所在地・連絡先は変更できません',
    remedy: '支援措置の担当者に連絡してください。',
  },
  countChanged: {
    code: 'surveys/count-changed',
    status: 409,
    title: '確認した後に、対象の件数が変わりました',
    remedy: '対象をもう一度確認してから、実行してください。',
  },
  tooMany: {
    code: 'surveys/too-many',
    status: 422,
    title: '対象が多すぎます',
    remedy: '区域や状態で絞り込み、1万件以内にして、もう一度実行してください。',
  },
  tooManyHouses: {
    code: 'surveys/too-many-houses',
    status: 422,
    title: '一度に調査対象へ加えられる家屋は、2,000棟までです',
    remedy: '区域を分けて囲み、もう一度実行してください。',
  },
  nothingThere: {
    code: 'surveys/nothing-there',
    status: 422,
    title: '対象がありません',
    remedy: '区域や状態の条件を確かめてください。',
  },
  tooVague: {
    code: 'surveys/too-vague',
    status: 422,
    title: '探す言葉がありません',
    remedy: '氏名か所在地を入力してください。',
  },
  badArea: {
    code: 'surveys/bad-area',
    status: 422,
    title: '区域の形が正しくありません',
    remedy: '線が交わらないように、3つ以上の角で囲んでください。',
  },
  dates: {
    code: 'surveys/dates',
    status: 422,
    title: '終わりの日が、始まりの日より前です',
    remedy: '日付を確かめてください。',
  },
  importUnreadable: {
    code: 'surveys/import-unreadable',
    status: 422,
    title: '取り込むファイルを読めません',
    remedy: '見出し行のある CSV（UTF-8 か Shift_JIS）か、点の GeoJSON を選んでください。',
  },
  alreadyAsked: {
    code: 'surveys/already-asked',
    status: 409,
    title: 'この住家の調査は、すでに依頼されています',
    remedy: '依頼済みの調査の結果を待つか、その調査を取りやめてから依頼してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const surveysEvents = {
  planMade: { code: 'surveys.plan.made', sentence: '調査計画を登録しました' },
  planChanged: { code: 'surveys.plan.changed', sentence: '調査計画を変更しました' },
  teamChanged: { code: 'surveys.team.changed', sentence: '調査班を変更しました' },
  requested: { code: 'surveys.task.requested', sentence: '被害認定調査を依頼しました' },
  changed: { code: 'surveys.task.changed', sentence: '調査対象の記載を変更しました' },
  assigned: { code: 'surveys.tasks.assigned', sentence: '調査対象を調査班に割り当てました' },
  assignmentUndone: { code: 'surveys.tasks.assignment-undone', sentence: '調査班への割当てを取り消しました' },
  claimed: { code: 'surveys.task.claimed', sentence: '調査を始めました' },
  released: { code: 'surveys.task.released', sentence: '調査中の印を外しました' },
  recorded: { code: 'surveys.sheet.recorded', sentence: '調査票を登録しました' },
  photoAdded: { code: 'surveys.photo.added', sentence: '調査写真を登録しました' },
  confirmed: { code: 'surveys.result.confirmed', sentence: '調査結果を確定しました' },
  undone: { code: 'surveys.result.undone', sentence: '調査結果を取り消しました' },
  cancelled: { code: 'surveys.task.cancelled', sentence: '調査を取りやめました' },
  areaJudged: { code: 'surveys.area.judged', sentence: '区域を一括して判定しました' },
  areaUndone: { code: 'surveys.area.undone', sentence: '区域の一括判定を取り消しました' },
  imported: { code: 'surveys.import.applied', sentence: '他の調査結果を取り込みました' },
  papersPrinted: { code: 'surveys.papers.printed', sentence: '調査票（紙）を印刷しました' },
  scanAdded: { code: 'surveys.scan.added', sentence: '紙の調査票の画像を登録しました' },
  exported: { code: 'surveys.tasks.exported', sentence: '調査の一覧を書き出しました' },
} as const

/** 事実の種類 told to the ledger: kind → what the timeline shows. */
export const surveysFacts = {
  'surveys.requested': '被害認定調査を依頼',
  'surveys.recorded': '調査票を登録',
  'surveys.confirmed': '調査結果を確定',
  'surveys.undone': '調査結果を取消し',
  'surveys.cancelled': '調査を取りやめ',
} as const
export type SurveysFactKind = keyof typeof surveysFacts
