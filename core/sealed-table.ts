/** Columns of one row by name, each as PostgreSQL writes it: those of the primary key without the municipality. */
export type RowNames = Readonly<Record<string, string>>

/**
 * Which columns of a table are sealed with the municipality's key, and what else is made with it. Each module lists its
 * tables (`x.sealed.ts`), the app gathers them, and `platform/rekey.ts` changes keys by them. A column that is sealed and
 * not listed would be lost with the old key: a test compares the lists with the database's catalogue.
 */
export type SealedTable = {
  /** `schema.table` */
  readonly table: string
  readonly columns: Readonly<Record<string, SealedColumn>>
  /** Column that holds a keyed digest of the first sealed column's words. */
  readonly digest?: {
    readonly column: string
    readonly purpose: (row: RowNames) => string
    /** What of the opened words is digested. */
    readonly of: (opened: string) => string | Uint8Array
  }
  /** Column of search tokens; where it is empty it stays empty. */
  readonly tokens?: {
    readonly column: string
    /** Field and text pairs of the opened words of the first sealed column. */
    readonly texts: (opened: string) => readonly (readonly [field: string, text: string])[]
  }
  /** Columns with digests of what is not kept: emptied, and whoever compares them knows the empty one. */
  readonly forgets?: readonly string[]
  /** Rows sealed in one transaction; few where they are large. */
  readonly batch?: number
}

export type SealedColumn = {
  readonly place: string
  /** The row key the value was sealed with. */
  readonly rowKey: (row: RowNames) => string
}
