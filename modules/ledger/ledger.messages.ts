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
    remedy:
      '分けるときは世帯の一部の方を、加えるときは世帯の外の方を一人、世帯主は世帯の中の方を選んでください。',
  },
  itemNotFound: {
    code: 'ledger/item-not-found',
    status: 404,
    title: 'この項目は、ここでは記録できません',
    remedy: '被災者の画面から、項目を選び直してください。',
  },
  valueImpossible: {
    code: 'ledger/value-impossible',
    status: 422,
    title: '項目の値が正しくありません',
    remedy: '選択肢から選ぶか、値を入力し直してください。',
  },
  sheetImpossible: {
    code: 'ledger/sheet-impossible',
    status: 422,
    title: '台帳の項目を、そのように設定できません',
    remedy: '示された点を直してください。',
  },
  noDifference: {
    code: 'ledger/no-difference',
    status: 409,
    title: '住民記録との違いは、もうありません',
    remedy: '画面を読み直してください。',
  },
  identityAsBefore: {
    code: 'ledger/identity-as-before',
    status: 409,
    title: '同一人物の登録は、すでにそのようになっています',
    remedy: '画面を読み直して、登録を確かめてください。',
  },
  identityNotResident: {
    code: 'ledger/identity-not-resident',
    status: 422,
    title: '住民登録のある方を選んでください',
    remedy: '住登外者は、住民登録のある方と結び付けます。被災者台帳で住民を探してください。',
  },
  disclosureNotFound: {
    code: 'ledger/disclosure-not-found',
    status: 404,
    title: 'その提供の申請は見つかりません',
    remedy: '提供の一覧から選び直してください。',
  },
  disclosureDecided: {
    code: 'ledger/disclosure-decided',
    status: 409,
    title: 'この申請は、すでに決定されています',
    remedy: '画面を読み直して、決定を確かめてください。',
  },
  disclosureNotApproved: {
    code: 'ledger/disclosure-not-approved',
    status: 409,
    title: '提供することが決まっていません',
    remedy: '決裁の担当者が「提供する」と決定してから、提供を記録してください。',
  },
  disclosureProtected: {
    code: 'ledger/disclosure-protected',
    status: 422,
    title: '支援措置の対象者を含むため、扱いを選ばないと台帳情報を提供できません',
    remedy:
      '支援措置の担当者に連絡し、対象者を除くか、連絡先を除いて提供するかを、決定する人が選んでください。',
  },
  disclosureNobody: {
    code: 'ledger/disclosure-nobody',
    status: 422,
    title: '支援措置の対象者を除くと、提供する人がいません',
    remedy: '提供しないと決定するか、連絡先を除いて提供してください。',
  },
  disclosureConsent: {
    code: 'ledger/disclosure-consent',
    status: 422,
    title: '提供に同意していない方が含まれています',
    remedy: '示された方の「台帳情報の提供の同意」を記録するか、その方を除いた申請にしてください。',
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
  itemSheetChanged: { code: 'ledger.item-sheet.changed', sentence: '台帳の項目の設定を変更しました' },
  disclosureReceived: {
    code: 'ledger.disclosure.received',
    sentence: '台帳情報の提供の申請を受け付けました',
  },
  disclosureDecided: { code: 'ledger.disclosure.decided', sentence: '台帳情報を提供するかを決定しました' },
  disclosureProvided: { code: 'ledger.disclosure.provided', sentence: '台帳情報を提供しました' },
  identified: { code: 'ledger.identity.told', sentence: '住登外者を住民と同じ人と記録しました' },
  toldApart: {
    code: 'ledger.identity.taken-back',
    sentence: '住登外者と住民が同じ人という記録を取り消しました',
  },
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
  'ledger.item-told': '記載事項を記録',
  'ledger.difference-accepted': '住民記録の変更を台帳に取り込んだ',
  'ledger.difference-kept': '住民記録の変更を取り込まず、台帳のままとした',
  'ledger.identified': '住登外者と住民を同じ人と確認',
  'ledger.told-apart': '同じ人という確認を取り消した',
  'ledger.disclosed': '台帳情報を提供',
} as const
export type LedgerFactKind = keyof typeof ledgerFacts
