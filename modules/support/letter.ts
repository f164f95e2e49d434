import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Assessment } from './rules/assessment.ts'
import type { Programme } from './rules/programme.ts'

/** What the layout `support-letter` prints. */
export type LetterWords = {
  readonly madeOn: PlainDate
  readonly date: string
  readonly to: string
  readonly from: string
  readonly title: string
  /** The answer in one sentence, large. */
  readonly answer: string
  /** 「1,000,000円」; empty = no money. */
  readonly amount: string
  readonly why: readonly string[]
  readonly next: readonly string[]
  readonly law: readonly string[]
}

export type LetterAbout = {
  readonly name: string
  readonly townName: string
  readonly disasterName: string
  readonly decidedOn: PlainDate
  readonly decidedText: string
  readonly programme: Pick<Programme, 'title' | 'benefit' | 'about'>
  readonly outcome: 'grant' | 'refuse'
  readonly amountYen: number
  readonly assessment: Assessment
  readonly note: string
}

/**
 * A decision in やさしい words: the answer first, the sum, why, and what to do. No address: the letter goes in an envelope
 * with a window sheet, and of people in hiding nothing may be printed.
 */
export function letterWords(about: LetterAbout): LetterWords {
  const { programme, outcome, amountYen, assessment } = about
  const given = outcome === 'grant'
  const verb = {
    payment: 'お支払いします',
    loan: 'お貸しします',
    'in-kind': '行います',
    reduction: '減免します',
    guide: 'ご案内します',
  }[programme.benefit]
  return {
    madeOn: about.decidedOn,
    date: about.decidedText,
    to: `${about.name}　様`,
    from: about.townName,
    title: `${programme.title}についてのお知らせ`,
    answer: given
      ? `あなたが申請した「${programme.title}」を${verb}。`
      : `あなたが申請した「${programme.title}」は、今回はお受けできませんでした。`,
    amount: given && amountYen > 0 ? `${amountYen.toLocaleString('ja-JP')}円` : '',
    why: [...assessment.reasons.map(({ text }) => `${text}。`), ...(about.note === '' ? [] : [about.note])],
    next: given
      ? programme.benefit === 'payment' || programme.benefit === 'loan'
        ? [
            'お金は、申請のときに聞いた口座に振り込みます。',
            '口座が変わったときは、すぐに役所に知らせてください。',
            '住まいの被害の程度などが後で変わると、金額が変わることがあります。そのときはもう一度お知らせします。',
          ]
        : ['くわしい進め方は、役所からお知らせします。']
      : [
          'わからないことは、役所の窓口で説明します。',
          '事情が変わったときは、もう一度申請できます。',
          'この決定に不服があるときは、この手紙を受け取ったことを知った日の次の日から3か月以内に、市町村長に審査請求ができます（行政不服審査法）。',
        ],
    law: [...new Set(assessment.reasons.map(({ article }) => article))],
  }
}
