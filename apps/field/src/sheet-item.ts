import type { Item } from '@open-bcl/modules/field/phone.contract.ts'

export type SheetItem = Extract<Item, { kind: 'sheet' }>

/** Where one goes on: an unfinished sheet (`itemId`), or the next version of a finished one. */
export type Start = { readonly itemId: string | null; readonly sheet: SheetItem['sheet'] }
