/** A figure stays a number, so that a spreadsheet can add it up. */
export type Cell = string | number

/** What a file shows, whatever its form: CSV, spreadsheet or paper. */
export type Table = {
  readonly title: string
  /** Facts above the rows. */
  readonly heading: readonly { readonly label: string; readonly text: string }[]
  readonly columns: readonly { readonly label: string; readonly figures: boolean }[]
  readonly rows: readonly (readonly Cell[])[]
  /** Same width as the rows; `null` = nothing to add up. */
  readonly total: readonly Cell[] | null
  readonly notes: readonly string[]
}

/** The columns of figures are named; what stands before them is text. */
export function columnsOf(texts: readonly string[], figures: readonly string[]): Table['columns'] {
  return [
    ...texts.map((label) => ({ label, figures: false })),
    ...figures.map((label) => ({ label, figures: true })),
  ]
}

/** Rows for CSV: the title and the facts first, then the table, the notes at the end. */
export function tableRows(table: Table): Cell[][] {
  return [
    [table.title],
    ...table.heading.map(({ label, text }) => [label, text]),
    [],
    table.columns.map((column) => column.label),
    ...table.rows.map((row) => [...row]),
    ...(table.total === null ? [] : [[...table.total]]),
    [],
    ...table.notes.map((note) => [note]),
  ]
}

/** 「1,234」; a negative amount with the sign of Japanese accounts: 「▲5,350」. */
export function figureText(value: number): string {
  return value < 0 ? `▲${(-value).toLocaleString('ja-JP')}` : value.toLocaleString('ja-JP')
}

/** What the layout `table.typ` prints. */
export function tableSnapshot(table: Table, madeOn: string): object {
  const print = (cells: readonly Cell[]): string[] =>
    cells.map((cell) => (typeof cell === 'number' ? figureText(cell) : cell))
  return {
    madeOn,
    title: table.title,
    heading: table.heading,
    columns: table.columns,
    rows: table.rows.map(print),
    total: table.total === null ? null : print(table.total),
    notes: table.notes,
  }
}
