/**
 * Cuts a migration into single statements: Citus takes one statement per query (`data-tier` rule: one statement per
 * query). Knows quotes, dollar quotes and comments; nothing else of SQL.
 */
export function splitSql(text: string): string[] {
  const statements: string[] = []
  let start = 0
  let i = 0
  while (i < text.length) {
    const rest = text.slice(i, i + 2)
    const dollar = text[i] === '$' ? /^\$[A-Za-z_]*\$/.exec(text.slice(i, i + 64))?.[0] : undefined
    if (rest === '--') i = endOf(text, '\n', i)
    else if (rest === '/*') i = endOf(text, '*/', i + 2)
    else if (text[i] === "'" || text[i] === '"') i = endOf(text, text[i]!, i + 1)
    else if (dollar) i = endOf(text, dollar, i + dollar.length)
    else if (text[i] === ';') {
      statements.push(text.slice(start, i))
      i += 1
      start = i
    } else i += 1
  }
  statements.push(text.slice(start))
  return statements
    .map((s) => s.trim())
    .filter((s) => s.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '')
}

function endOf(text: string, closing: string, from: number): number {
  const at = text.indexOf(closing, from)
  if (at < 0 && closing !== '\n') throw new Error(`migration: ${closing} is never closed`)
  return at < 0 ? text.length : at + closing.length
}
