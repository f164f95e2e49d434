/**
 * What applicants are told by mail. No name, no place, no grade: a mailbox may be shared, and an applicant may be under
 * 支援措置. Who reads it knows the 整理番号 from the receipt.
 */
export type NoticeWords = {
  readonly subject: string
  readonly text: string
  /** The same for a letter, whose head and end the paper has. */
  readonly title: string
  readonly lines: readonly string[]
}

export type NoticeAbout = {
  readonly townName: string
  readonly disasterName: string
  readonly serialNo: string
}

function letter(about: NoticeAbout, title: string, lines: readonly string[]): NoticeWords {
  return {
    subject: `【${about.townName}】${title}（整理番号 ${about.serialNo}）`,
    text: [
      '罹災証明書を申請された方へ',
      '',
      ...lines,
      '',
      `災害名：${about.disasterName}`,
      `整理番号：${about.serialNo}`,
      '',
      'このメールは送信専用です。お問い合わせは、申請の窓口へ整理番号を添えてお願いします。',
      about.townName,
      '',
    ].join('\n'),
    title,
    lines: [...lines, '', `災害名　${about.disasterName}`],
  }
}

/** @param surveyBy until when the survey is to be expected, in words; `null` = nobody can say */
export function acceptedWords(about: NoticeAbout, surveyBy: string | null): NoticeWords {
  return letter(about, '罹災証明書の申請を受理しました', [
    '罹災証明書の申請を受理しました。',
    '住家の被害の調査の後、結果をお知らせします。',
    ...(surveyBy === null ? [] : [`調査は${surveyBy}ごろまでに行う見込みです（天候などにより変わります）。`]),
  ])
}

/** The reason is told at the counter: it may say anything about a person. */
export function rejectedWords(about: NoticeAbout): NoticeWords {
  return letter(about, '罹災証明書の申請についてのお知らせ', [
    '罹災証明書の申請は、受理できませんでした。',
    '理由と今後の手続は、申請の窓口でご説明します。',
  ])
}

/** @param atKiosks false for protected persons: machines print nothing for them */
export function issuableWords(about: NoticeAbout, atKiosks: boolean): NoticeWords {
  return letter(about, '罹災証明書を交付できます', [
    '罹災証明書を交付できるようになりました。',
    atKiosks
      ? '申請の窓口、またはマイナンバーカードによりコンビニエンスストア等の証明書交付サービスでお受け取りください。'
      : 'お受け取りの方法は、申請の窓口でご案内します。',
  ])
}

export function notIssuableWords(about: NoticeAbout): NoticeWords {
  return letter(about, '罹災証明書の申請についてのお知らせ', [
    '調査の結果、罹災証明書は交付できないことになりました。',
    '理由と今後の手続は、申請の窓口でご説明します。',
  ])
}

export function resurveyAcceptedWords(about: NoticeAbout): NoticeWords {
  return letter(about, '再調査の申請を受理しました', [
    '再調査の申請を受理しました。',
    '調査の後、結果をお知らせします。交付済みの罹災証明書は、それまで有効です。',
  ])
}

export function resurveyRejectedWords(about: NoticeAbout): NoticeWords {
  return letter(about, '再調査の申請についてのお知らせ', [
    '再調査の申請は、受理できませんでした。',
    '理由と今後の手続は、申請の窓口でご説明します。',
  ])
}

export function resurveyKeptWords(about: NoticeAbout): NoticeWords {
  return letter(about, '再調査の結果のお知らせ', [
    '再調査を行いましたが、被害の程度は変わりませんでした。',
    '交付済みの罹災証明書は、引き続き有効です。',
  ])
}

/** @param atKiosks false for protected persons, and where no certificate is left */
export function resurveyChangedWords(about: NoticeAbout, atKiosks: boolean): NoticeWords {
  return letter(about, '再調査の結果のお知らせ', [
    '再調査の結果、被害の程度が変わりました。',
    '前の罹災証明書は使えなくなりました。お手元の証明書は、申請の窓口へお返しください。',
    atKiosks
      ? '新しい罹災証明書は、申請の窓口、またはマイナンバーカードによりコンビニエンスストア等の証明書交付サービスでお受け取りください。'
      : '今後の手続は、申請の窓口でご案内します。',
  ])
}

/** 訂正: the words of the certificate were put right. */
export function amendedWords(about: NoticeAbout): NoticeWords {
  return letter(about, '罹災証明書の記載を訂正しました', [
    '罹災証明書の記載を訂正しました。前の罹災証明書は使えなくなりました。',
    '新しい罹災証明書のお受け取りの方法は、申請の窓口でご案内します。',
  ])
}
