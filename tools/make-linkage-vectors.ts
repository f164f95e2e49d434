/**
 * Makes modules/linkage/vectors/: files that every reader of the linkage interface must accept or refuse, with what it
 * must say. Run by hand when a layout changes: `node tools/make-linkage-vectors.ts`, then read the diff.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import type { HouseholdNo, MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { plainDate } from '@open-bcl/core/dates.ts'
import { fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import {
  writeCardSerialRow,
  writeSuppressionRow,
  type CardSerialRecord,
  type SuppressionRecord,
} from '@open-bcl/modules/linkage/linkage.records.ts'
import type { ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { writeResidentRow } from '@open-bcl/modules/residents/residents.fields.ts'
import type { RowMarks } from '@open-bcl/modules/interfaces/interfaces.fields.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'

const folder = new URL('../modules/linkage/vectors/', import.meta.url)
const hida = '212172' as MunicipalityCode
const marks: RowMarks = {
  latest: true,
  deleted: false,
  operatorId: 'vector',
  operatedOn: plainDate('2026-11-21'),
  operatedTime: '09:30:00',
}
const on = (text: string): RegisterDate => ({ on: plainDate(text), uncertain: false, text: null })
const never: RegisterDate = { on: null, uncertain: false, text: null }

const hanako: ResidentRecord = {
  residentNo: '0000000000019' as ResidentNo,
  historyNo: 1,
  branchNo: 0,
  householdNo: '0000000000019' as HouseholdNo,
  kind: 'japanese',
  state: 'resident',
  changedOn: on('2020-04-01'),
  notifiedOn: plainDate('2020-04-03'),
  changeReason: '10',
  name: {
    full: '架空　花子',
    kana: 'カクウ　ハナコ',
    latin: '',
    kanji: '',
    former: '',
    formerKana: '',
    alias: '',
    aliasKana: '',
    preference: '1',
  },
  sex: '2',
  sexText: '女',
  birth: on('1980-02-29'),
  relationCodes: ['02'],
  relationText: '世帯主',
  address: {
    municipalityCode: hida,
    townCode: '0010000',
    prefecture: '岐阜県',
    city: '飛騨市',
    town: '神岡町江馬町',
    number: '1番地1',
    building: '',
    postCode: '5061125',
  },
  becameResidentOn: on('2020-04-01'),
  addressBefore: '岐阜県高山市花岡町二丁目18番地',
  addressAfter: '',
  removedOn: never,
  foreign: null,
}
const rare: ResidentRecord = {
  ...hanako,
  residentNo: '0000000000124' as ResidentNo,
  name: { ...hanako.name, full: '葛\u{E0100}城　𠮷之助"', kana: 'カツラギ　ヨシノスケ' },
  sex: '1',
  sexText: '男',
  birth: { on: plainDate('1951-02-28'), uncertain: true, text: '昭和26年2月29日' },
}
const foreigner: ResidentRecord = {
  ...hanako,
  residentNo: '0000000000205' as ResidentNo,
  kind: 'foreign',
  name: {
    ...hanako.name,
    full: 'FICTION MARIA',
    kana: 'フィクション　マリア',
    latin: 'FICTION MARIA',
    alias: '架空　まり',
    aliasKana: 'カクウ　マリ',
    preference: '2',
  },
  foreign: {
    nationalityCode: 'PHL',
    nationality: 'フィリピン',
    article30_45: '1',
    statusOfResidence: 'A01',
    periodUntil: plainDate('2028-03-31'),
  },
}
const protectedOne: SuppressionRecord = {
  residentNo: hanako.residentNo,
  historyNo: 1,
  startsOn: plainDate('2026-04-01'),
  endsOn: null,
  categoryCode: '1',
  ended: false,
}
const card: CardSerialRecord = {
  residentNo: hanako.residentNo,
  issuerKeyId: '0123456789abcdef0123456789abcdef01234567',
  serial: '1461501637330902918203684832716283019655932542975',
  kind: 'card',
  validFrom: plainDate('2024-05-01'),
  validUntil: plainDate('2029-05-01'),
  revokedOn: null,
}

function header(business: Business): string[] {
  return fileInterfaces[business].columns.map((column) => column.name)
}
function table(business: Business, rows: readonly string[][]): string {
  return [header(business), ...rows].map(csvLine).join('')
}
/** Written as sparingly as RFC 4180 allows. */
function bare(rows: readonly string[][], end: string): string {
  const write = (field: string): string =>
    /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
  return rows.map((row) => row.map(write).join(',') + end).join('')
}
function changed(row: string[], name: string, value: string): string[] {
  return row.with(header('residents').indexOf(name), value)
}
function save(path: string, content: string | Uint8Array, expected: object): void {
  writeFileSync(new URL(`${path}.csv`, folder), content)
  writeFileSync(
    new URL(`${path}.json`, folder),
    `${JSON.stringify({ municipalityCode: hida, ...expected }, null, 2)}\n`,
  )
}

for (const name of ['valid', 'invalid']) mkdirSync(new URL(name, folder), { recursive: true })

const residents = [hanako, rare, foreigner]
const residentRows = residents.map((record) => writeResidentRow(hida, record, marks))
const parsedResidents = residents.map((record) => ({ record, deleted: false, latest: true, myNumber: null }))
save('valid/residents', table('residents', residentRows), { business: 'residents', rows: parsedResidents })
save(
  'valid/residents-bom-crlf-other-order',
  `\uFEFF${bare(
    [header('residents'), ...residentRows].map((row) => row.toReversed()),
    '\r\n',
  )}`,
  { business: 'residents', rows: parsedResidents },
)
save(
  'valid/residents-my-number',
  table('residents', [writeResidentRow(hida, hanako, marks, '123456789018')]),
  {
    business: 'residents',
    rows: [{ record: hanako, deleted: false, latest: true, myNumber: '123456789018' }],
  },
)
const suppressionRows = [protectedOne, { ...protectedOne, historyNo: 2, categoryCode: '9', ended: true }]
save(
  'valid/suppressions',
  table(
    'suppressions',
    suppressionRows.map((record) => writeSuppressionRow(hida, record, marks)),
  ),
  {
    business: 'suppressions',
    rows: suppressionRows.map((record) => ({ record, deleted: false, latest: true })),
  },
)
const cards = [
  card,
  { ...card, serial: '2', kind: 'smartphone' as const, revokedOn: plainDate('2026-11-20') },
]
save(
  'valid/card-serials',
  table(
    'card-serials',
    cards.map((record) => writeCardSerialRow(hida, record, false)),
  ),
  {
    business: 'card-serials',
    rows: cards.map((record) => ({ record, deleted: false, latest: true })),
  },
)
save(
  'valid/card-serials-no-last-line-end',
  table('card-serials', [writeCardSerialRow(hida, card, true)]).trimEnd(),
  {
    business: 'card-serials',
    rows: [{ record: card, deleted: true, latest: true }],
  },
)
save('valid/suppressions-no-rows', table('suppressions', []), { business: 'suppressions', rows: [] })

const first = residentRows[0]!
const people = (rows: readonly string[][]): string => table('residents', rows)
const refused = (errors: readonly string[]): object => ({ business: 'residents', errors })
save(
  'invalid/bad-check-digit',
  people([first, changed(residentRows[1]!, '個人番号', '123456789012')]),
  refused(['line:3/個人番号']),
)
save(
  'invalid/bad-date',
  people([
    changed(first, '生年月日', '2026-02-29'),
    changed(residentRows[1]!, '異動届出年月日', '令和8年4月1日'),
  ]),
  refused(['line:2/生年月日', 'line:3/異動届出年月日']),
)
save(
  'invalid/duplicate-key',
  people([first, residentRows[1]!, changed(first, '氏名', '架空　別人')]),
  refused(['line:4/宛名番号・履歴番号・履歴番号_枝番']),
)
save(
  'invalid/other-municipality',
  people([changed(first, '市区町村コード', '212032')]),
  refused(['line:2/市区町村コード']),
)
save('invalid/too-long', people([changed(first, '氏名', '架'.repeat(101))]), refused(['line:2/氏名']))
save('invalid/required-empty', people([changed(first, '氏名', '')]), refused(['line:2/氏名']))

const kana = header('residents').indexOf('氏名_フリガナ')
const withoutKana = [header('residents'), first].map((row) => row.toSpliced(kana, 1))
save('invalid/missing-column', withoutKana.map(csvLine).join(''), refused(['line:1/氏名_フリガナ']))
save(
  'invalid/unknown-column',
  [
    [...header('residents'), '備考'],
    [...first, ''],
  ]
    .map(csvLine)
    .join(''),
  refused([`line:1/${first.length + 1}`]),
)
save(
  'invalid/repeated-column',
  [
    [...header('residents'), '氏名'],
    [...first, ''],
  ]
    .map(csvLine)
    .join(''),
  refused(['line:1/氏名']),
)

const cardText = table(
  'card-serials',
  cards.map((record) => writeCardSerialRow(hida, record, false)),
)
const fault = (kind: string, line: number, column: number): object => ({
  business: 'card-serials',
  fault: { kind, line, column },
})
// 「高山」 in Shift_JIS where a code is expected.
const bytes = new TextEncoder().encode(cardText)
save(
  'invalid/bad-encoding',
  Buffer.concat([bytes, Buffer.from([0x22, 0x8d, 0x82, 0x8e, 0x52, 0x22, 0x0a])]),
  fault('not-utf8', 4, 1),
)
save(
  'invalid/truncated-in-quotes',
  cardText.slice(0, cardText.lastIndexOf('2029')),
  fault('unterminated-quote', 3, 7),
)
save(
  'invalid/truncated-between-fields',
  cardText.slice(0, cardText.lastIndexOf(',"2029')),
  fault('too-few-fields', 3, 7),
)
save('invalid/stray-quote', cardText.replace('"card"', 'ca"rd'), fault('stray-quote', 2, 5))
save('invalid/text-after-quote', cardText.replace('"card"', '"ca"rd"'), fault('text-after-quote', 2, 5))
save('invalid/too-many-fields', cardText.replace('"card"', '"ca","rd"'), fault('too-many-fields', 2, 10))
save('invalid/nul', cardText.replace('"card"', '"ca\u0000rd"'), fault('nul', 2, 5))
save('invalid/old-mac-line-ends', cardText.replaceAll('\n', '\r'), fault('lone-carriage-return', 1, 9))
save('invalid/empty', '', fault('empty', 1, 1))
