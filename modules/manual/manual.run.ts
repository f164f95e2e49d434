import type { LineFinding } from './manual.reading.ts'

/** What a try or a load came to. Counts, lines and items; no value of the file. */
export type RunResult = {
  /** `null`: stopped before anything could be counted. */
  readonly counts: {
    readonly rows: number
    readonly inserted: number
    readonly updated: number
    readonly deleted: number
    readonly unchanged: number
    /** Rows with something wrong: not loaded. */
    readonly refused: number
  } | null
  /** Rows of this business that stood before, as far as the file says something of them. */
  readonly before: number
  /** Deletions of so many must be typed by the clerk. */
  readonly mustConfirmDeletions: boolean
  readonly notes: readonly string[]
  /** What was changed on the way, by column. */
  readonly changes: readonly { readonly item: string; readonly message: string; readonly count: number }[]
  /** The first wrong lines. */
  readonly findings: readonly LineFinding[]
  readonly findingCount: number
  /** The first lines that are loaded, but as they do not quite say. */
  readonly cautions: readonly LineFinding[]
  readonly cautionCount: number
  /** Names the full list of both in the spool; `null` when there is none. */
  readonly findingsId: string | null
  /** Why a run was refused or failed. */
  readonly reason: string | null
}
