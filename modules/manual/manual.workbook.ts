/** What a workbook turns into, and why one is refused. */
export type WorkbookFault = 'not-a-workbook' | 'too-large' | 'too-many-columns'

export type WorkbookMessage =
  | { readonly kind: 'text'; readonly sheet: number; readonly text: string }
  /** A sheet is at its end. `figures`: by column, cells that are numbers, whose leading zeros are gone. */
  | {
      readonly kind: 'sheet'
      readonly sheet: number
      readonly name: string
      readonly rows: number
      readonly figures: readonly number[]
    }
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly fault: WorkbookFault }

export type Sheet = {
  readonly name: string
  readonly rows: number
  readonly figures: readonly number[]
}

/** Largest .xlsx file; unzipped it may be 100 MB (`workbook-thread.actions.ts`). */
export const MOST_WORKBOOK_BYTES = 30 * 1024 * 1024
