import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { rowDigest } from '@open-bcl/platform/hash-total.ts'
import { deflateSync } from 'node:zlib'
import { fileInterfaces, type Business, type Column } from '../../interfaces/interfaces.columns.ts'
import { canonicalRow, versionedRow } from '../../interfaces/interfaces.fields.ts'
import type { CheckedRow } from '../../interfaces/interfaces.intake.ts'
import { nextSeq } from '../../residents/intake.actions.ts'
import type { Origin } from '../../residents/versions.ts'
import type { EntryBusiness } from '../entries.ts'
import { openCardSerialIntake, openEntryIntake } from '../intake.actions.ts'

/** A white PNG of 8 × 8 pixels. */
const image = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 1, 0, 0, 0, 0])),
  chunk('IDAT', deflateSync(Buffer.alloc(16))),
  chunk('IEND', Buffer.alloc(0)),
]).toString('base64')

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const head = Buffer.alloc(4)
  head.writeUInt32BE(data.length)
  return Buffer.concat([head, body, crcOf(body)])
}

function crcOf(bytes: Buffer): Buffer {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  const result = Buffer.alloc(4)
  result.writeUInt32BE(~crc >>> 0)
  return result
}

function valueOf({ kind, name, maxLength, codes, min, exact }: Column): string {
  switch (kind) {
    case 'text':
      return `試験${name}`.slice(0, maxLength)
    case 'code':
      return codes === undefined ? '1' : Object.keys(codes)[0]!
    case 'date':
    case 'uncertain-date':
      return '2026-04-01'
    case 'time':
      return '09:00:00'
    case 'year':
      return '2026'
    case 'digits':
      return (exact === true ? '1'.repeat(maxLength) : '1').slice(0, maxLength)
    case 'hex':
      return 'ab'.repeat(maxLength / 2)
    case 'integer':
    case 'decimal':
      return String(min ?? 1)
    case 'amount':
      return '1000'
    case 'image':
      return image
    case 'flag':
      return '0'
  }
}

/** A right row of any business: every column has a value, but those named in `over`. 不詳表記 and 個人番号 are empty. */
export function sampleRow(
  business: Business,
  over: Readonly<Record<string, string>> = {},
  municipality = '212172' as MunicipalityCode,
): string[] {
  return fileInterfaces[business].columns.map((column) => {
    const { name, check } = column
    if (over[name] !== undefined) return over[name]
    if (name === '市区町村コード') return municipality
    if (name === '最新フラグ') return '1'
    return name.endsWith('_不詳表記') || check !== undefined ? '' : valueOf(column)
  })
}

/** A row as the intake gets it. */
export function checkedRow(business: Business, fields: readonly string[], line: number): CheckedRow {
  const file = fileInterfaces[business]
  const at = (name: string): string => fields[file.columns.findIndex((column) => column.name === name)]!
  const canonical = canonicalRow(file, fields)
  return {
    line,
    fields,
    rowKey: file.key.map(at).join('|'),
    residentNo: at(file.residentNo),
    latest: !file.hasLatest || at('最新フラグ') === '1',
    deleted: at('削除フラグ') === '1',
    payload: Buffer.from(versionedRow(file, canonical)),
    digest: rowDigest(canonical),
  }
}

/** Takes シリアル番号 in as the link does, as the whole of a town's; on a transaction of the role `linkage`. */
export async function loadCardSerials(
  ctx: Ctx,
  cards: readonly {
    readonly residentNo: string
    readonly issuerKeyId: string
    readonly serial: string
    readonly kind: 'card' | 'smartphone'
    readonly validFrom: string
    readonly validUntil: string
  }[],
): Promise<void> {
  const intake = await openCardSerialIntake(ctx, { business: 'card-serials', mode: 'full', origin: 'link' })
  const rows = cards.map((card) =>
    sampleRow('card-serials', {
      宛名番号: card.residentNo,
      発行者鍵識別子: card.issuerKeyId,
      シリアル番号: card.serial,
      種別: card.kind,
      有効開始年月日: card.validFrom,
      有効終了年月日: card.validUntil,
      失効年月日: '',
    }),
  )
  await intake.write(rows.map((fields, i) => checkedRow('card-serials', fields, i + 2)))
  for await (const repeats of intake.finish()) throw new Error(`${repeats.length} rows stand there twice`)
  await intake.apply(await nextSeq(ctx))
}

/** Takes rows of a business in as the link does; on a transaction of the role `linkage`. */
export async function loadEntries(
  ctx: Ctx,
  business: EntryBusiness,
  rows: readonly (readonly string[])[],
  mode: 'full' | 'delta' = 'delta',
  origin: Origin = 'link',
): Promise<void> {
  const intake = await openEntryIntake(ctx, { business, mode, origin })
  await intake.write(rows.map((fields, i) => checkedRow(business, fields, i + 2)))
  for await (const repeats of intake.finish()) throw new Error(`${repeats.length} rows stand there twice`)
  await intake.apply(await nextSeq(ctx))
}
