/**
 * Rows as CSV for a spreadsheet: UTF-8 with a mark, every field quoted. A cell that begins like a formula is led by an
 * apostrophe: what stands in it was typed somewhere, and may begin with anything. A number is no text and stays one.
 */
export function spreadsheetCsv(rows: Rows): string {
  return `\uFEFF${spreadsheetLines(rows)}`
}

type Rows = readonly (readonly (string | number)[])[]

/** Further rows of a file that `spreadsheetCsv` began. */
export function spreadsheetLines(rows: Rows): string {
  const quoted = (text: string): string =>
    `"${(/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  const cell = (value: string | number): string => (typeof value === 'number' ? String(value) : quoted(value))
  return rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')
}
