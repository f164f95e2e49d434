import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import type { Addressee } from '../certificates/papers/envelope.ts'
import type { EnvelopeWindow } from '../municipalities/municipalities.ts'
import type { CodeOf } from './risai.ts'

export type LetterId = Brand<string, 'LetterId'>
export type LetterBatchId = Brand<string, 'LetterBatchId'>

export const letterBatchStates = [
  { value: 'made', label: '印刷・発送待ち' },
  { value: 'posted', label: '発送済み' },
  { value: 'dissolved', label: '取りやめ' },
] as const
export type LetterBatchState = CodeOf<typeof letterBatchStates>

/** Letters of one bundle: what one person puts into envelopes without a break, and what the renderer makes in seconds. */
export const MOST_LETTERS = 200

/** A notice as decided: sealed until it is printed. */
export type LetterWords = { readonly title: string; readonly paragraphs: readonly string[] }

export type Letter = Addressee & LetterWords & { readonly serialNo: string }

/** What `layouts/notice-1.typ` draws: one page a letter. */
export type LetterFacts = {
  readonly window: EnvelopeWindow
  readonly madeOn: PlainDate
  /** Who sends it: 飛騨市長. */
  readonly from: string
  readonly letters: readonly Letter[]
}

export const LETTER_LAYOUT = 'notice-1'

function printed(facts: LetterFacts, letter: Letter) {
  const { postCode, address, name, title } = letter
  return {
    postMark: postCode === null ? null : `〒${postCode.slice(0, 3)}-${postCode.slice(3)}`,
    address,
    addressed: `${name}　様`,
    dateText: formatWareki(facts.madeOn, 'full-width') ?? facts.madeOn,
    from: facts.from,
    title,
    text: [...letter.paragraphs, '', `整理番号　${letter.serialNo}`].join('\n'),
  }
}

export function letterSnapshot(facts: LetterFacts): object {
  return {
    window: facts.window,
    madeOn: facts.madeOn,
    letters: facts.letters.map((letter) => printed(facts, letter)),
  }
}

/** The words of each page in drawing order. */
export function letterWords(facts: LetterFacts): string[][] {
  return facts.letters.map((letter) => {
    const { postMark, address, addressed, dateText, from, title, text } = printed(facts, letter)
    const lines = text.split('\n').filter((line) => line !== '')
    return [...(postMark === null ? [] : [postMark]), address, addressed, dateText, from, title, ...lines]
  })
}
