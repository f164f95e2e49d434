import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const ledgerProblems = {
  notFound: {
    code: 'ledger/not-found',
    status: 404,
    title: 'この災害の被災者台帳はありません',
    remedy: '災害の一覧から選び直してください。',
  },
  personNotInLedger: {
    code: 'ledger/person-not-in-ledger',
    status: 404,
    title: 'この被災者台帳に載っていない方です',
    remedy:
      '台帳作成時に住民登録のある方は検索して選んでください。登録のない方は「住登外者の追加」をしてから申請を受け付けてください。',
  },
  tooVague: {
    code: 'ledger/too-vague',
    status: 422,
    title: '検索の条件がありません',
    remedy: '氏名、フリガナ、生年月日、住所、宛名番号のどれかを入力してください。',
  },
  whereaboutsConcealed: {
    code: 'ledger/whereabouts-concealed',
    status: 422,
    title: '支援措置の対象者の住所・電話番号は、この画面では変更できません',
    remedy: '支援措置の担当者に連絡してください。氏名などの他の項目は変更できます。',
  },
  householdUnchanged: {
    code: 'ledger/household-unchanged',
    status: 422,
    title: '選んだ方では、世帯をそのように変えられません',
    remedy: '分けるときは世帯の一部の方を、加えるときは世帯の外の方を一人、世帯主は世帯の中の方を選んでください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const ledgerEvents = {
  ledgerOpened: { code: 'ledger.ledger.opened', sentence: '被災者台帳を作成しました' },
  searched: { code: 'ledger.person.searched', sentence: '被災者台帳を検索しました' },
  entryOpened: { code: 'ledger.entry.opened', sentence: '被災者台帳に記載を始めました' },
  factRecorded: { code: 'ledger.fact.recorded', sentence: '被災者台帳に事実を記録しました' },
  nonResidentAdded: { code: 'ledger.non-resident.added', sentence: '住登外者を追加しました' },
  nonResidentChanged: { code: 'ledger.non-resident.changed', sentence: '住登外者の記載を変更しました' },
  householdChanged: { code: 'ledger.household.changed', sentence: '被災時の世帯の記載を変更しました' },
} as const

/** 事実の種類 the ledger itself records; other modules declare theirs in their messages. */
export const ledgerFacts = {
  'ledger.non-resident-added': '住登外者として追加',
  'ledger.non-resident-changed': '住登外者の記載を変更',
  'ledger.household-split': '被災時の世帯を分けた',
  'ledger.household-joined': '被災時の世帯を、ほかの世帯と一つにした',
  'ledger.household-added': '被災時の世帯に人を加えた',
  'ledger.household-left': '被災時の世帯から人が移った',
  'ledger.household-head': '被災時の世帯主を変えた',
} as const
export type LedgerFactKind = keyof typeof ledgerFacts
