import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const supportProblems = {
  notFound: {
    code: 'support/not-found',
    status: 404,
    title: 'その支援の申請は見つかりません',
    remedy: '申請の一覧から選び直してください。',
  },
  programmeNotFound: {
    code: 'support/programme-not-found',
    status: 404,
    title: 'その制度はこの災害にありません',
    remedy: '制度の一覧から選び直してください。',
  },
  differenceNotFound: {
    code: 'support/difference-not-found',
    status: 404,
    title: 'その過不足は見つかりません',
    remedy: '過不足の一覧から選び直してください。',
  },
  wrongState: {
    code: 'support/wrong-state',
    status: 409,
    title: '申請の状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  alreadyClaimed: {
    code: 'support/already-claimed',
    status: 409,
    title: 'この世帯の方について、同じ制度の申請が既にあります',
    remedy: '世帯が分かれる前後の申請も含めて、申請の一覧で確かめてください。二重には受け付けられません。',
  },
  takenElsewhere: {
    code: 'support/taken-elsewhere',
    status: 422,
    title: 'この制度の申請は、ほかの機関が受け付けます',
    remedy: '説明にある窓口を案内してください。',
  },
  subjectNeeded: {
    code: 'support/subject-needed',
    status: 422,
    title: 'どなたについての申請かを選んでください',
    remedy: '亡くなった方・障害を負った方を「世帯の事情」に登録してから選んでください。',
  },
  appliedInFuture: {
    code: 'support/applied-in-future',
    status: 422,
    title: '申請日が災害の発生前か、未来の日付です',
    remedy: '申請を受けた日を入力してください。',
  },
  notEligible: {
    code: 'support/not-eligible',
    status: 422,
    title: '要件を満たすことが確かめられていないため、支給とする審査はできません',
    remedy: '不足している事情を登録するか、不支給としてください。',
  },
  wrongAmount: {
    code: 'support/wrong-amount',
    status: 422,
    title: '金額が計算と合いません',
    remedy: '計算された額（限度額のある制度では、その範囲）を入力してください。',
  },
  samePerson: {
    code: 'support/same-person',
    status: 422,
    title: '審査した人が自分で決裁することはできません',
    remedy: '別の職員が決裁してください。',
  },
  reasonNeeded: {
    code: 'support/reason-needed',
    status: 422,
    title: '理由を入力してください',
    remedy: '不支給・差戻し・取下げ・過不足の判断には理由が必要です。',
  },
  overrideReasonNeeded: {
    code: 'support/override-reason-needed',
    status: 422,
    title: '記録と違う理由を入力してください',
    remedy: '台帳・申請書・調査票などの記録と違う内容を登録するときは、その理由が必要です。',
  },
  wrongAct: {
    code: 'support/wrong-act',
    status: 422,
    title: 'この過不足には選べない扱いです',
    remedy: '不足のときは追加支給、過払いのときは返還を選んでください。',
  },
  dateOutOfRange: {
    code: 'support/date-out-of-range',
    status: 422,
    title: '日付が災害の発生前か、未来です',
    remedy: '決定・公示の日を入力してください。',
  },
  noLetter: {
    code: 'support/no-letter',
    status: 409,
    title: '決裁が済んでいないため、通知書はまだ作れません',
    remedy: '決裁の後にもう一度お試しください。',
  },
  emptyRule: {
    code: 'support/empty-rule',
    status: 422,
    title: '金額が一つも入力されていません',
    remedy: '被害の程度ごとの額、1人あたりの額、死亡・重傷の額のどれかを入力してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const supportEvents = {
  gateRecorded: { code: 'support.gate.recorded', sentence: '法の適用を登録しました' },
  settingRecorded: { code: 'support.programme.set', sentence: '支援制度の実施・期限・限度額を登録しました' },
  programmeWritten: { code: 'support.programme.written', sentence: '市町村独自の支援制度を登録しました' },
  circumstancesWritten: { code: 'support.circumstances.written', sentence: '世帯の事情を登録しました' },
  matched: { code: 'support.match.run', sentence: '全世帯の支援制度の該当を計算しました' },
  received: { code: 'support.application.received', sentence: '支援の申請を受け付けました' },
  proposed: { code: 'support.application.proposed', sentence: '支援の申請を審査しました' },
  decided: { code: 'support.application.decided', sentence: '支援の申請を決裁しました' },
  withdrawn: { code: 'support.application.withdrawn', sentence: '支援の申請の取下げを登録しました' },
  letterMade: { code: 'support.letter.made', sentence: '支援の決定通知書を作成しました' },
  listExported: { code: 'support.unapplied.exported', sentence: '未申請の世帯の一覧を出力しました' },
  differenceFound: { code: 'support.difference.found', sentence: '支給額の過不足を見つけました' },
  differenceDecided: { code: 'support.difference.decided', sentence: '支給額の過不足の扱いを決めました' },
} as const

/** 事実の種類 told to the ledger. */
export const supportFacts = {
  'support.circumstances': '支援のための世帯の事情を登録',
  'support.received': '支援の申請を受付',
  'support.proposed': '支援の申請を審査',
  'support.decided': '支援の申請を決裁',
  'support.withdrawn': '支援の申請を取下げ',
  'support.difference': '支給額の過不足の扱いを決定',
} as const
export type SupportFactKind = keyof typeof supportFacts
