import type { Brand } from '@open-bcl/core/brand.ts'

export type NonDwellingId = Brand<string, 'NonDwellingId'>

/** What it is. `object` names the box of the 被災届出 that it goes under. */
export const nonDwellingKinds = [
  { value: 'warehouse', label: '倉庫・物置', object: 'non-dwelling' },
  { value: 'garage', label: '車庫', object: 'non-dwelling' },
  { value: 'shop', label: '店舗', object: 'non-dwelling' },
  { value: 'office', label: '事務所', object: 'non-dwelling' },
  { value: 'factory', label: '工場', object: 'non-dwelling' },
  { value: 'farm', label: '農業施設（ハウス、畜舎など）', object: 'non-dwelling' },
  { value: 'vacant', label: '空き家', object: 'non-dwelling' },
  { value: 'vehicle', label: '車両', object: 'vehicle' },
  { value: 'boat', label: '船舶', object: 'other' },
  { value: 'machine', label: '機械・設備', object: 'other' },
  { value: 'ground', label: '土地・塀・工作物', object: 'other' },
  { value: 'other', label: 'その他', object: 'other' },
] as const
export type NonDwellingKind = (typeof nonDwellingKinds)[number]['value']

/** 調査の結果 in words of damage. None of the names of the law's grades of dwellings: they are for 罹災証明 alone. */
export const damageWords = [
  { value: 'none', label: '被害なし' },
  { value: 'part', label: '一部が損傷' },
  { value: 'much', label: '大きく損傷' },
  { value: 'unusable', label: '使えない（修理できない）' },
  { value: 'flooded', label: '浸水' },
  { value: 'buried', label: '土砂・がれきの流入' },
  { value: 'washed-away', label: '流失' },
  { value: 'burnt', label: '焼失' },
] as const
export type DamageWord = (typeof damageWords)[number]['value']

export const ownerKinds = [
  { value: 'person', label: '個人' },
  { value: 'company', label: '法人・団体' },
] as const
export type OwnerKind = (typeof ownerKinds)[number]['value']

/** What somebody needs the concealed words of a protected person's thing for. */
export const shownFor = [
  { value: 'contact', label: '所有者への連絡' },
  { value: 'visit', label: '現地の確認' },
  { value: 'certificate', label: '届出・証明書の手続' },
  { value: 'protection', label: '支援措置の事務' },
] as const
export type ShownFor = (typeof shownFor)[number]['value']

/** Wholly sealed. */
export type PropertyWords = {
  readonly ownerName: string
  readonly ownerAddress: string
  readonly phone: string
  /** 法人番号; empty of a person, or unknown. */
  readonly corporateNo: string
  /** What it is called or known by: 北倉庫, 飛騨 500 あ 1234. */
  readonly name: string
  readonly place: string
  readonly note: string
}

/** Without anything that tells where the owner is, or how to reach them; free words may say anything. */
export function concealProperty(words: PropertyWords): PropertyWords {
  return { ...words, ownerAddress: '', phone: '', name: '', place: '', note: '' }
}
