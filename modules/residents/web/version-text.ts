import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { noValue } from '@open-bcl/ui/fields/kind.ts'
import { dateText } from '@open-bcl/ui/fields/wareki-input.ts'
import { fileInterfaces, sexCodes } from '../../interfaces/interfaces.columns.ts'
import { fieldText } from '../../interfaces/interfaces.text.ts'
import type { listVersions, revealAsOf, revealVersions, searchVersions } from '../versions.contract.ts'

export type FoundPerson = OutputOf<typeof searchVersions>['people'][number]
export type Version = OutputOf<typeof listVersions>['versions'][number]
export type Pair = OutputOf<typeof revealVersions>['items'][number]
export type Then = OutputOf<typeof revealAsOf>
export type Member = Then['household'][number]

export const stateWords: Readonly<Record<Version['state'], string>> = {
  resident: '住民',
  'moved-out': '転出',
  dead: '死亡',
  removed: '消除',
}
export const kindWords: Readonly<Record<Version['kind'], string>> = {
  japanese: '日本人',
  foreign: '外国人',
}
export const originWords = { link: '連携', hand: '手作業' } as const
export const sexWords: Readonly<Record<string, string>> = sexCodes
export const concealedAddress = '（支援措置のため非表示）'

/** 「2-0」, as the register counts: 履歴番号 and 枝番. */
export function numberOf(version: Pick<Version, 'historyNo' | 'branchNo'>): string {
  return `${version.historyNo}-${version.branchNo}`
}

/** 「履歴2-0（取込通番17から）」: one version in words, where two rows have the same 履歴番号. */
export function nameOf(version: Version): string {
  const end = version.deleted ? '・削除' : ''
  return `履歴${numberOf(version)}（取込通番${version.fromSeq}から${end}）`
}

export function birthText({ on, text }: Member['birth']): string {
  return text !== null && text !== '' ? text : dateText(on as PlainDate | null)
}

const columns = new Map(fileInterfaces.residents.columns.map((column) => [column.name, column]))

/** A field of 住民情報 as staff read it. */
export function itemText(name: string, value: string | null): string {
  if (value === null || value === '') return noValue
  const column = columns.get(name)
  return column === undefined ? value : fieldText(column, value)
}

/** What became of an item; in words, since a colour alone says nothing to everybody. */
export function changeOf({ older, newer, changed }: Pair): '変更' | '追加' | '削除' | null {
  if (!changed) return null
  return older === '' ? '追加' : newer === '' ? '削除' : '変更'
}

/** Whether an item says anything: a flag that is 0 says nothing that its neighbours do not. */
export function isFilled(name: string, value: string | null): boolean {
  return (value ?? '') !== '' && !(value === '0' && columns.get(name)?.kind === 'flag')
}

export type Shown = 'changed' | 'filled' | 'all'
export function shownPairs(pairs: readonly Pair[], shown: Shown): readonly Pair[] {
  if (shown === 'all') return pairs
  if (shown === 'changed') return pairs.filter(({ changed }) => changed)
  return pairs.filter(({ name, older, newer }) => isFilled(name, older) || isFilled(name, newer))
}

/** A day and a time of Japan as an instant; without a time the end of the day. `null` when the time cannot be read. */
export function instantOf(day: PlainDate, time: string): string | null {
  const plain = time.normalize('NFKC').replace(/\s/g, '')
  if (plain === '') return new Date(`${day}T23:59:59.999+09:00`).toISOString()
  const parts = /^([01]?\d|2[0-3])[:時]([0-5]\d)分?$/.exec(plain)
  return parts
    ? new Date(`${day}T${parts[1]!.padStart(2, '0')}:${parts[2]}:59.999+09:00`).toISOString()
    : null
}
