import type { BadRow, IntakeCounts } from '../interfaces/interfaces.intake.ts'
import type { Business } from '../interfaces/interfaces.columns.ts'
import type { Origin } from '../residents/versions.ts'
import type { Manifest } from './linkage.manifest.ts'
import type { FileError } from './linkage.receipt.ts'

/** The key under which it is remembered that a person has rows and no latest one: no row has it. */
export function latestKey(residentNo: string): string {
  return `${residentNo}|${NO_LATEST}`
}
export const NO_LATEST = '最新なし'

/** One file to be applied. */
export type FileToApply = {
  readonly business: Business
  readonly mode: 'full' | 'delta'
  readonly origin: Origin
  /** The number of the town's data that the file makes (`nextSeq`): the caller holds it, so that nothing else applies. */
  readonly seq: bigint
  /** What the sender claims; a file that came by hand claims nothing. */
  readonly manifest?: Pick<Manifest, 'interfaceVersion' | 'rowCount' | 'deleteCount' | 'sha256' | 'hashTotal'>
  /** The bytes of the CSV file from its beginning, in the form of the interface. Asked for once or several times. */
  open(): AsyncIterable<Uint8Array>
  /**
   * Hears of rows that are not applied, and of people (`line` null) whom only an unreadable row kept from being deleted. In
   * batches, inside the transaction and with its connection free. When the file has to be read anew, what it wrote is
   * rolled back and it hears of all of them again: it must keep nothing but in the transaction.
   */
  onBadRows?(rows: readonly BadRow[]): Promise<void>
  /** `rows`: how many there will be, as far as the sender says. */
  progress?(done: { readonly rowsDone: number; readonly rows: number | null }): void
  /** Where 個人番号 go; without it they are counted and dropped. */
  readonly myNumbers?: MyNumberSink
}

/** Takes 個人番号 of good rows of 住民情報, in batches, inside the transaction and with its connection free. */
export type MyNumberSink = {
  write(
    rows: readonly { readonly residentNo: string; readonly myNumber: string; readonly deleted: boolean }[],
  ): Promise<void>
}

/** What became of it. Refused: nothing changed in the transaction, which stays usable. */
export type AppliedFile = {
  /** Rows read. */
  readonly rows: number
  /** Rows that were not applied. */
  readonly badRows: number
  /** Wrong places by line, the first `MOST_ERRORS`; no value of the file. */
  readonly errors: readonly FileError[]
  readonly moreErrors: boolean
} & (
  | { readonly state: 'refused' }
  | {
      readonly state: 'applied'
      readonly counts: IntakeCounts
      /** People whom a full file does not name any more, and who are kept since a row could not be read. */
      readonly withheld: number
      /** Of all rows of the file, good or bad, in the columns of the current version. */
      readonly hashTotal: string
      readonly notes: readonly string[]
      /** Which of these rows the file brought, good: bad rows of earlier files that are mended now. */
      mended(rowKeys: readonly string[]): Promise<ReadonlySet<string>>
    }
)
