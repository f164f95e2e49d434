import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { businesses, type Business } from '../../interfaces/interfaces.columns.ts'
import type { getRun, readUpload } from '../manual.contract.ts'
import { encodingNames, encodings } from '../manual.encoding.ts'

export type Reading = OutputOf<typeof readUpload>
export type Run = OutputOf<typeof getRun>
export type Mode = Run['mode']

export const encodingOptions = encodings.map((value) => ({ value, label: encodingNames[value] }))
export const delimiterOptions = [
  { value: ',', label: 'カンマ（,）' },
  { value: '\t', label: 'タブ' },
  { value: ';', label: 'セミコロン（;）' },
] as const
export const quoteOptions = [
  { value: '"', label: '二重引用符（"）' },
  { value: "'", label: "一重引用符（'）" },
  { value: 'none', label: 'なし' },
] as const

/** Full and delta in the words of what they do. */
export const modeOptions = [
  {
    value: 'full',
    label: '全件で取り込む',
    hint: 'ファイルが、今いる全員の一覧のとき。ファイルにない人のデータは削除されます。',
  },
  {
    value: 'delta',
    label: '追加・変更だけを取り込む',
    hint: 'ファイルが一部の人だけのとき。ファイルにない人のデータはそのまま残ります。',
  },
] as const

export function businessOf(text: string): Business | null {
  return businesses.find((one) => one === text) ?? null
}

/** How sure the guess of a column is, in a word and a colour. */
export function sureness(
  column: Reading['columns'][number],
  target: string | null,
): { readonly words: string; readonly tone: 'success' | 'warning' | 'neutral' | 'information' } {
  if (column.secret) return { words: '取り込みません', tone: 'neutral' }
  if (target === null) return { words: '取り込まない列', tone: 'neutral' }
  if (column.by === 'remembered') return { words: '前回と同じ', tone: 'information' }
  if (column.by === 'content') return { words: '中身から推定・要確認', tone: 'warning' }
  return column.confidence >= 0.8
    ? { words: '項目名から推定', tone: 'success' }
    : { words: '要確認', tone: 'warning' }
}

export function isUnchanged({ counts }: NonNullable<Run['result']>): boolean {
  return counts !== null && counts.inserted + counts.updated + counts.deleted === 0 && counts.refused === 0
}
