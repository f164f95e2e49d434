/**
 * Writes the tables of docs/interfaces/linkage.md between its markers, from the definitions and the checks themselves:
 * `node tools/linkage-docs.ts`. With `--check` it only compares.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { checkRow, readHeader } from '@open-bcl/modules/interfaces/interfaces.checks.ts'
import {
  fileInterfaces,
  linkOrder,
  type Column,
  type ColumnKind,
  type Feed,
  type FileInterface,
} from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { CsvFault, csvLine, readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { canonicalRow, FIELD_SEPARATOR } from '@open-bcl/modules/interfaces/interfaces.fields.ts'
import { findVersion, interfaceVersions } from '@open-bcl/modules/interfaces/interfaces.versions.ts'
import { fileFaults } from '@open-bcl/modules/linkage/linkage.messages.ts'
import type { Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { HashTotal, rowDigest } from '@open-bcl/platform/hash-total.ts'
import { writeGenerated } from './generated.ts'
import { makeVectors } from './make-linkage-vectors.ts'

export const linkageDocsPath = new URL('../docs/interfaces/linkage.md', import.meta.url)

export const kindWords: Readonly<Record<ColumnKind, string>> = {
  text: '文字',
  code: 'コード',
  date: '年月日',
  'uncertain-date': '年月日（不詳あり）',
  time: '時刻',
  year: '年度',
  digits: '数字',
  hex: '16進',
  integer: '整数',
  amount: '金額',
  decimal: '小数',
  image: '画像',
  flag: 'フラグ',
}

const feedWords: Readonly<Record<Feed, string>> = {
  juminhyo: '住民票の写し',
  inkan: '印鑑登録証明書',
  tax: '税証明書',
  risai: '罹災証明書',
  hisai: '被災証明書',
}

function notes(column: Column): string {
  const { codes, requiredWhen, min, max, scale } = column
  return [
    ...Object.entries(codes ?? {}).map(([value, meaning]) => `${value} = ${meaning}`),
    ...(requiredWhen === undefined
      ? []
      : [`「${requiredWhen.column}」が${requiredWhen.values.join('か')}のとき必須`]),
    ...(column.kind === 'decimal' ? [`${min}から${max}まで、小数${scale}桁まで`] : []),
    ...(column.note === undefined ? [] : [column.note]),
  ].join('、')
}

function columnTable(file: FileInterface): string {
  const periods = file.periods.map(([from, to]) => `「${to}」は「${from}」より前にならない`)
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
    `### ${file.title}（\`${file.business}\`, ${file.id} 第${file.version}版）`,
    '',
    file.about,
    '',
    `- 一意: ${file.key.join('、')}`,
    `- 宛名番号: ${file.residentNo}`,
    ...periods.map((words) => `- ${words}`),
    `- 出典: ${file.source}`,
    '',
    '| 番号 | 項目名 | 種類 | 文字数 | 必須 | 個人の情報 | 備考 |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')
}

/** The current version whole; of an older one only how it differs. */
function columnTables(): string {
  return linkOrder
    .map((business) =>
      [
        columnTable(fileInterfaces[business]),
        ...interfaceVersions(business).slice(0, -1).map(olderVersion),
      ].join('\n\n'),
    )
    .join('\n\n')
}

function olderVersion({ file, convert }: ReturnType<typeof interfaceVersions>[number]): string {
  const current = fileInterfaces[file.business]
  const blank = convert(file.columns.map(() => ''))
  const lacking = current.columns.flatMap(({ name }, i) =>
    file.columns.some((column) => column.name === name) ? [] : [`| ${name} | ${blank[i] || '空欄'} |`],
  )
  return [
    `#### ${file.title} 第${file.version}版`,
    '',
    `第${current.version}版から次の項目を除いたもの。ほかの項目は同じ。受け取るときに第${current.version}版の行に直し、除かれた項目は右の値とする。`,
    '',
    '| 項目名 | 直した後の値 |',
    '| --- | --- |',
    ...lacking,
  ].join('\n')
}

function businessTable(): string {
  const rows = linkOrder.map((business, i) => {
    const { id, title, feeds, key, columns } = fileInterfaces[business]
    const certificates = feeds.map((feed) => feedWords[feed]).join('、')
    return `| ${i + 1} | ${title} | \`${business}\` | ${id} | ${columns.length} | ${key.join('、')} | ${certificates} |`
  })
  return [
    '| 送る順 | 業務 | `business` | インタフェースID | 項目数 | 一意の項目 | 用いる証明書 |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function versionTable(): string {
  const rows = linkOrder.flatMap((business) =>
    interfaceVersions(business).map(
      ({ version, acceptedFrom, acceptedUntil, source }) =>
        `| ${fileInterfaces[business].title} | ${version} | ${acceptedFrom} | ${acceptedUntil ?? '期限なし（現行）'} | ${source} |`,
    ),
  )
  return [
    '| 業務 | 版 | 受取開始日 | 受取期限（既定） | 理由 |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/** What the checks say of the invalid vectors, one line for each kind of column and sentence. */
async function errorTable(): Promise<string> {
  const rows = new Map<string, string>()
  const faults = new Map<string, string>()
  for (const [path, { csv, expected }] of makeVectors()) {
    const { business, interfaceVersion, municipalityCode } = expected as Record<string, string>
    if (!path.startsWith('invalid/')) continue
    const { file } = findVersion(business as FileInterface['business'], interfaceVersion!)!
    let columns
    try {
      for await (const batch of readCsv(oneChunk(csv))) {
        if (columns === undefined) {
          const header = readHeader(file, batch.rows[0]!, municipalityCode as MunicipalityCode)
          if ('errors' in header) {
            const { message } = header.errors[0]!
            faults.set(message.replace(/「.*?」|[0-9]+/g, ''), `| 見出し行 | ${message} |`)
            break
          }
          columns = header.columns
          continue
        }
        for (const [i, row] of batch.rows.entries()) {
          for (const { message, pointer } of checkRow(row, columns, batch.lines[i]!)) {
            const name = pointer.slice(pointer.indexOf('/') + 1)
            // Refuses the file.
            if (name === '市区町村コード')
              faults.set(name, `| ほかの団体 | ${message.slice(message.indexOf('「'))} |`)
            if (name === '市区町村コード') continue
            const { kind } = file.columns.find((column) => column.name === name)!
            const words = message.slice(message.indexOf('」') + 1)
            const always = /^が空です|より前です/.test(words)
            const alike = words
              .replace(/「.*?」が.*とき|「.*?」より/, '')
              .replace(/（.*?）/, '')
              .replace(/[0-9,]+(?=文字|桁|から|ビット)/g, 'n')
            const place = always ? alike : `${kind}${alike}`
            if (!rows.has(place))
              rows.set(place, `| ${always ? 'どの種類も' : kindWords[kind]} | 「${name}」${words} |`)
          }
        }
      }
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error
      faults.set(error.kind, `| CSV（${error.kind}） | ${error.message.replace(/^.*?項目め: /, '')} |`)
    }
  }
  return [
    '行の誤り（その行だけを取り込まない）。',
    '',
    '| 種類 | 理由（例） |',
    '| --- | --- |',
    ...[...rows.values()].toSorted(),
    '',
    'ファイル全体の誤り（ファイルを取り込まない）。',
    '',
    '| 種類 | 理由 |',
    '| --- | --- |',
    ...faults.values(),
    ...Object.values(fileFaults).map(({ item, message }) => `| ${item} | ${message} |`),
  ].join('\n')
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** A small file with everything a sender computes. */
export function example(): { csv: string; manifest: Manifest; canonical: string[]; digests: string[] } {
  const file = fileInterfaces.suppressions
  const names = file.columns.map(({ name }) => name)
  const rows = [
    [
      '212172',
      '0000000000019',
      '1',
      '2026-04-01',
      '2027-03-31',
      '1',
      'k0001',
      '2026-04-01',
      '09:30:00',
      '1',
      '0',
    ],
    ['212172', '0000000000124', '2', '2025-05-10', '', '9', 'k0002', '2026-11-20', '17:05:12', '1', '0'],
  ]
  const csv = [names, ...rows].map(csvLine).join('')
  const canonical = rows.map((row) => canonicalRow(file, row))
  const total = new HashTotal()
  const digests = canonical.map(rowDigest)
  for (const digest of digests) total.add(digest)
  const manifest: Manifest = {
    interfaceId: file.id,
    interfaceVersion: file.version,
    municipalityCode: '212172' as MunicipalityCode,
    business: file.business,
    fileNo: 1,
    mode: 'full',
    rowCount: rows.length,
    deleteCount: 0,
    sha256: createHash('sha256').update(csv).digest('hex'),
    hashTotal: total.toString(),
    producedAt: '2026-11-21T02:00:00+09:00',
    producerVersion: 'example 1.0',
  }
  return { csv, manifest, canonical, digests: digests.map((digest) => digest.toString('hex')) }
}

function exampleText(): string {
  const { csv, manifest, canonical, digests } = example()
  const heads = digests.map((digest) => digest.slice(0, 32))
  return [
    '`shien_0001.csv`（文字コードUTF-8、BOMなし、改行LF）',
    '',
    '```csv',
    csv.trimEnd(),
    '```',
    '',
    '行ごとに、正準行（区切りのU+001Fを`␟`で示す）とそのSHA-256。',
    '',
    ...canonical.flatMap((row, i) => [
      `${i + 1}行め`,
      '',
      '```text',
      row.replaceAll(FIELD_SEPARATOR, '␟'),
      digests[i]!,
      '```',
      '',
    ]),
    '先頭の16バイト（16進32桁）を足し、2の128乗で割った余りがハッシュ合計。',
    '',
    '```text',
    ...heads.map((head, i) => `${i === 0 ? '  ' : '+ '}${head}`),
    `= ${manifest.hashTotal}`,
    '```',
    '',
    '`shien_0001.json`',
    '',
    '```json',
    JSON.stringify(manifest, null, 2),
    '```',
  ].join('\n')
}

/** The document as it should be: the words of the file on disk, the rest made. */
export async function linkageDocs(): Promise<string> {
  const parts: Readonly<Record<string, string>> = {
    businesses: businessTable(),
    versions: versionTable(),
    example: exampleText(),
    errors: await errorTable(),
    columns: columnTables(),
  }
  let document = readFileSync(linkageDocsPath, 'utf8')
  for (const [name, content] of Object.entries(parts)) {
    const begin = `<!-- ${name}: made by tools/linkage-docs.ts -->`
    const from = document.indexOf(begin)
    const to = document.indexOf(`<!-- /${name} -->`)
    if (from < 0 || to < from) throw new Error(`docs/interfaces/linkage.md has lost its marker ${name}`)
    document = `${document.slice(0, from)}${begin}\n\n${content}\n\n${document.slice(to)}`
  }
  return document
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeGenerated('docs/interfaces/linkage.md', await linkageDocs(), 'tools/linkage-docs.ts')
