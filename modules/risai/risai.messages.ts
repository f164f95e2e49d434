import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const risaiProblems = {
  notFound: {
    code: 'risai/not-found',
    status: 404,
    title: 'その申請は見つかりません',
    remedy: '申請の一覧から選び直してください。',
  },
  certificateNotFound: {
    code: 'risai/certificate-not-found',
    status: 404,
    title: 'その罹災証明書は見つかりません',
    remedy: '申請の画面から選び直してください。',
  },
  wrongState: {
    code: 'risai/wrong-state',
    status: 409,
    title: '申請の状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  consentMissing: {
    code: 'risai/consent-missing',
    status: 422,
    title: '必須の同意がありません',
    remedy:
      '住民基本台帳等による確認と、被災者支援業務での利用への同意がなければ受け付けられません。申請者に確かめてください。',
  },
  incomplete: {
    code: 'risai/incomplete',
    status: 422,
    title: '申請書に必要な項目が入力されていません',
    remedy: '示された項目を入力してください。',
  },
  appliedInFuture: {
    code: 'risai/applied-in-future',
    status: 422,
    title: '申請日が未来の日付です',
    remedy: '今日までの日付を入力してください。',
  },
  memberNotInLedger: {
    code: 'risai/member-not-in-ledger',
    status: 422,
    title: '世帯の構成員に、この被災者台帳に載っていない宛名番号があります',
    remedy: '世帯の一覧から選び直すか、宛名番号なしで入力してください。',
  },
  surveyOutOfRange: {
    code: 'risai/survey-out-of-range',
    status: 422,
    title: '調査日が災害の発生前か、未来の日付です',
    remedy: '調査した日を入力してください。',
  },
  noDamageCertificate: {
    code: 'risai/no-damage-certificate',
    status: 422,
    title: '無被害の住家には罹災証明書を交付できません',
    remedy: '交付不可とするか、認定結果を確かめてください。',
  },
  concealed: {
    code: 'risai/concealed',
    status: 422,
    title: '支援措置の対象者を含む申請のため、住所・連絡先は変更できません',
    remedy: '支援措置の担当者に連絡してください。他の項目は変更できます。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事. */
export const risaiEvents = {
  received: { code: 'risai.application.received', sentence: '罹災証明書の申請を受け付けました' },
  corrected: { code: 'risai.application.corrected', sentence: '申請の記載を補正しました' },
  accepted: { code: 'risai.application.accepted', sentence: '申請を受理しました' },
  rejected: { code: 'risai.application.rejected', sentence: '申請を不受理としました' },
  graded: { code: 'risai.application.graded', sentence: '被害の程度を登録しました' },
  decided: { code: 'risai.application.decided', sentence: '交付の可否を決定しました' },
  withdrawn: { code: 'risai.application.withdrawn', sentence: '申請の取下げを登録しました' },
  certificateWithdrawn: { code: 'risai.certificate.withdrawn', sentence: '罹災証明書を失効させました' },
} as const

/** 事実の種類 told to the ledger: kind → what the timeline shows. */
export const risaiFacts = {
  'risai.received': '罹災証明書の申請を受付',
  'risai.corrected': '申請の記載を補正',
  'risai.accepted': '申請を受理',
  'risai.rejected': '申請を不受理',
  'risai.graded': '被害の程度を認定',
  'risai.decided': '交付の可否を決定',
  'risai.withdrawn': '申請を取下げ',
  'risai.certificate-withdrawn': '罹災証明書を失効',
} as const
export type RisaiFactKind = keyof typeof risaiFacts
