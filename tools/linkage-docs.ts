/**
 * Writes the column tables of docs/interfaces/linkage.md between its markers: `node tools/linkage-docs.ts`. The check
 * that generated files are fresh compares the file with `linkageDocs()`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import {
  businesses,
  fileInterfaces,
  type Column,
  type ColumnKind,
} from '@open-bcl/modules/interfaces/interfaces.columns.ts'

export const linkageDocsPath = new URL('../docs/interfaces/linkage.md', import.meta.url)
const begin = '<!-- columns: made by tools/linkage-docs.ts -->'
const end = '<!-- /columns -->'

const kindWords: Readonly<Record<ColumnKind, string>> = {
  text: '文字',
  code: 'コード',
  date: '年月日',
  'uncertain-date': '年月日（不詳あり）',
  digits: '数字',
  hex: '16進',
  integer: '整数',
  flag: 'フラグ',
}

function notes(column: Column): string {
  const codes = Object.entries(column.codes ?? {}).map(([value, meaning]) => `${value} = ${meaning}`)
  return [...codes, ...(column.note === undefined ? [] : [column.note])].join('、')
}

function columnTables(): string {
  return businesses
    .map((business) => {
      const file = fileInterfaces[business]
      const rows = file.columns.map((column, i) =>
        [
          i + 1,
          column.name,
          kindWords[column.kind],
          column.exact === true || column.kind === 'hex' ? `${column.maxLength}（固定）` : column.maxLength,
          column.required ? '○' : '',
          column.sealed ? '○' : '',
          notes(column),
        ].join(' | '),
      )
      return [
        `### ${file.title} (\`${business}\`, ${file.id} 第${file.version}版)`,
        '',
        `一意: ${file.key.join('、')}`,
        '',
        '| 番号 | 項目名 | 種類 | 文字数 | 必須 | 暗号化 | 備考 |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        ...rows.map((row) => `| ${row} |`),
      ].join('\n')
    })
    .join('\n\n')
}

/** The document as it should be: the words of the file on disk, the tables of the column specs. */
export function linkageDocs(): string {
  const now = readFileSync(linkageDocsPath, 'utf8')
  const from = now.indexOf(begin)
  const to = now.indexOf(end)
  if (from < 0 || to < from) throw new Error('docs/interfaces/linkage.md has lost its markers')
  return `${now.slice(0, from)}${begin}\n\n${columnTables()}\n\n${now.slice(to)}`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(linkageDocsPath, linkageDocs())
