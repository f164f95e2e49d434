/**
 * Rows as CSV for a spreadsheet: UTF-8 with a mark, every field quoted. A cell that begins like a formula is led by an
 * apostrophe: what stands in it was typed somewhere, and may begin with anything. A number is no text and stays one.
 */
export function spreadsheetCsv(rows: readonly (readonly (string | number)[])[]): string {
  const quoted = (text: string): string =>
    `"${(/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  const cell = (value: string | number): string => (typeof value === 'number' ? String(value) : quoted(value))
  return `\uFEFF${rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')}`
}
