import type { Brand, PlainDate } from '@open-bcl/core/brand.ts'
import type { SexCode } from '../residents/residents.ts'

export type ListId = Brand<string, 'ListId'>
export type RowId = Brand<string, 'RowId'>

/** Where a list comes from (選択肢). */
export const sources = [
  { value: 'shelter', label: '避難所の名簿' },
  { value: 'form', label: '申込みフォーム・電話受付' },
  { value: 'hotel', label: '宿泊施設・二次避難の名簿' },
  { value: 'welfare', label: '福祉・医療の名簿' },
  { value: 'other', label: 'その他' },
] as const
export type Source = (typeof sources)[number]['value']

/** One row of a list, as far as it could be read. Words stay as they were written. */
export type ListedPerson = {
  readonly name: string
  readonly kana: string
  readonly birthOn: PlainDate | null
  /** What was written where it is no day of a calendar. */
  readonly birthText: string
  readonly age: number | null
  readonly sex: SexCode
  readonly address: string
  readonly phone: string
  /** What the list says of the household: a number, or its head. */
  readonly household: string
  /** Where the person stays now. */
  readonly place: string
  readonly note: string
}

/** What was found and decided of a row. */
export type OutcomeKind = 'certain' | 'unsure' | 'none' | 'linked' | 'added' | 'later' | 'undone'

export const rowStates = [
  { value: 'waiting', label: '照合中' },
  { value: 'certain', label: 'ほぼ確実（確認待ち）' },
  { value: 'unsure', label: '候補あり（確認待ち）' },
  { value: 'undone', label: '結び付けを取り消した（確認待ち）' },
  { value: 'none', label: '候補なし' },
  { value: 'later', label: '後で確認' },
  { value: 'linked', label: '結び付け済み' },
  { value: 'added', label: '住登外者として追加済み' },
] as const
export type RowState = (typeof rowStates)[number]['value']

/** Rows that wait for a person, in this order of states. */
export const openKinds: readonly OutcomeKind[] = ['certain', 'unsure', 'undone', 'none', 'later']

export function isOpen(kind: OutcomeKind): boolean {
  return openKinds.includes(kind)
}

/** A row of a list without anything that tells where the person is. */
export function concealListed(row: ListedPerson): ListedPerson {
  return { ...row, address: '', phone: '', household: '', place: '', note: '' }
}

/** What the ledger is told of a row in words. */
export function wordsOf(title: string, line: number, row: ListedPerson): string {
  const told = [
    ['居所', row.place],
    ['住所', row.address],
    ['電話', row.phone],
    ['備考', row.note],
  ].filter(([, text]) => text !== '')
  return [`${title}（${line}行目）`, ...told.map(([term, text]) => `${term}：${text}`)].join('　')
}
