import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode, makeMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { testCloud, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { checkRow, currentFields, readHeader, type FileColumns } from '../interfaces/interfaces.checks.ts'
import { fileInterfaces, type Business, type FileInterface } from '../interfaces/interfaces.columns.ts'
import { CsvFault, csvLine, readCsv } from '../interfaces/interfaces.csv.ts'
import { interfaceVersions } from '../interfaces/interfaces.versions.ts'
import { sampleFields, sampleMunicipality } from '../interfaces/testing/sample-rows.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { applyRemembering } from './apply.actions.ts'
import type { AppliedFile, FileToApply } from './intake.ts'
import { canonicalOf, totalOf } from './testing/model.ts'

/**
 * Files that were spoilt in any way: applied for what they are, row by row as a plain reading of the same bytes says, or
 * refused whole in words; nothing thrown, no hang, and the connection works on. `FC_RUNS` spoilt files of each kind.
 */
const numRuns = Number(process.env['FC_RUNS'] ?? 15)
const seed = Number(process.env['FC_SEED'] ?? 2026)
/** A file of a hundred kilobytes takes tens of milliseconds. */
const LONGEST_MS = 15_000

const vectors = new URL('../interfaces/vectors/', import.meta.url)
type Vector = {
  readonly name: string
  readonly business: Business
  readonly version: string
  readonly csv: Buffer
}
function vectorsOf(kind: 'valid' | 'invalid'): Vector[] {
  const folder = new URL(`${kind}/`, vectors)
  return readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .map((name) => {
      const { business, interfaceVersion } = JSON.parse(
        readFileSync(new URL(name.replace('.csv', '.json'), folder), 'utf8'),
      ) as { business: Business; interfaceVersion: string }
      return { name, business, version: interfaceVersion, csv: readFileSync(new URL(name, folder)) }
    })
}

/** Ways to spoil bytes; `a` and `b` are places, 0 to 1, `n` is some number. */
const spoilers: Readonly<Record<string, (bytes: Buffer, a: number, b: number, n: number) => Buffer>> = {
  'a bit flips': (bytes, a, _b, n) => {
    const spoilt = Buffer.from(bytes)
    spoilt[Math.floor(a * bytes.length)]! ^= 1 << (n % 8)
    return spoilt
  },
  'a byte is another': (bytes, a, _b, n) => {
    const spoilt = Buffer.from(bytes)
    spoilt[Math.floor(a * bytes.length)] = n % 256
    return spoilt
  },
  'it is cut': (bytes, a) => bytes.subarray(0, Math.floor(a * bytes.length)),
  'its beginning is lost': (bytes, a) => bytes.subarray(Math.floor(a * bytes.length)),
  'a block is lost': (bytes, a, b) =>
    Buffer.concat([bytes.subarray(0, at(bytes, a, b)[0]), bytes.subarray(at(bytes, a, b)[1])]),
  'a block comes twice': (bytes, a, b) => {
    const [from, to] = at(bytes, a, b)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  'blocks change places': (bytes, a, b) => {
    const [from, to] = at(bytes, a, b)
    return Buffer.concat([bytes.subarray(from, to), bytes.subarray(0, from), bytes.subarray(to)])
  },
  'bytes slip in': (bytes, a, _b, n) => {
    const slipped = [
      ['"'],
      [','],
      ['\n'],
      ['\r'],
      ['\u0000'],
      ['\u001f'],
      ['\ufeff'],
      ['""'],
      ['","'],
      ['"\r\n"'],
      ['\u2028'],
      ['\u{e0100}'],
      ['x'.repeat(70_000)],
      ['"'.repeat(5_001)],
      [','.repeat(5_000)],
      ['\n'.repeat(5_000)],
    ] as const
    const place = Math.floor(a * bytes.length)
    const [text] = slipped[n % slipped.length]!
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(text), bytes.subarray(place)])
  },
  'broken UTF-8 slips in': (bytes, a, _b, n) => {
    const broken = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe3, 0x81], [0x80]]
    const place = Math.floor(a * bytes.length)
    return Buffer.concat([
      bytes.subarray(0, place),
      Buffer.from(broken[n % broken.length]!),
      bytes.subarray(place),
    ])
  },
  'it is UTF-16': (bytes) => Buffer.from(`\ufeff${bytes.toString()}`, 'utf16le'),
  'it is cut to seven bits': (bytes) => Buffer.from(bytes.map((unit) => unit & 0x7f)),
  'it was encoded twice': (bytes) => Buffer.from(bytes.toString('latin1'), 'utf8'),
  'line ends change': (bytes, _a, _b, n) =>
    Buffer.from(
      bytes
        .toString()
        .replaceAll('\r\n', '\n')
        .replaceAll('\n', ['\r\n', '\r', '\n\n', '\n\r'][n % 4]!),
    ),
  'all quotes go': (bytes) => Buffer.from(bytes.toString().replaceAll('"', '')),
  'commas are tabs': (bytes) => Buffer.from(bytes.toString().replaceAll(',', '\t')),
  'rows change places': (bytes, a) => {
    const [header = '', ...rows] = linesOf(bytes)
    const turn = Math.floor(a * rows.length)
    return Buffer.from([header, ...rows.slice(turn).toReversed(), ...rows.slice(0, turn)].join(''))
  },
  'a row is lost': (bytes, a) =>
    Buffer.from(
      linesOf(bytes)
        .toSpliced(Math.floor(a * linesOf(bytes).length), 1)
        .join(''),
    ),
  'two rows become one': (bytes, a) => {
    const lines = linesOf(bytes)
    const place = Math.floor(a * lines.length)
    return Buffer.from(lines.map((line, i) => (i === place ? line.trimEnd() : line)).join(''))
  },
  'a row comes many times': (bytes, a, _b, n) => {
    const lines = linesOf(bytes)
    const place = Math.floor(a * lines.length)
    return Buffer.from(
      lines.flatMap((line, i) => (i === place ? Array<string>(2 + (n % 40)).fill(line) : [line])).join(''),
    )
  },
  'digits change': (bytes, a, b) => {
    const [from, to] = at(bytes, a, b)
    const changed = bytes
      .subarray(from, to)
      .map((unit) => (unit >= 0x30 && unit <= 0x39 ? 0x30 + ((unit + 1) % 10) : unit))
    return Buffer.concat([bytes.subarray(0, from), changed, bytes.subarray(to)])
  },
}

function at(bytes: Buffer, a: number, b: number): [number, number] {
  const [from, to] = a < b ? [a, b] : [b, a]
  return [Math.floor(from * bytes.length), Math.floor(to * bytes.length)]
}

function linesOf(bytes: Buffer): string[] {
  return bytes.toString().split(/(?<=\n)/)
}

/** The bytes as they come from a disk or a network: in pieces of any size, empty ones too. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) {
    yield bytes.subarray(from, from + size)
    if (from % 3 === 0) yield new Uint8Array(0)
  }
}

/** A plain reading of the file by itself. */
type Reading = {
  readonly rows: number
  readonly badLines: ReadonlySet<number>
  readonly hashTotal: string
  readonly deletions: number
  readonly otherTown: boolean
}

async function readPlainly(
  bytes: Buffer,
  file: FileInterface,
  town: MunicipalityCode,
): Promise<Reading | null> {
  const current = fileInterfaces[file.business]
  let columns: FileColumns | undefined
  const canonicals: string[] = []
  const badLines = new Set<number>()
  let deletions = 0
  let otherTown = false
  try {
    for await (const batch of readCsv(pieces(bytes, 1 << 16))) {
      for (const [i, row] of batch.rows.entries()) {
        if (columns === undefined) {
          const header = readHeader(file, row, town)
          if ('errors' in header) return null
          columns = header.columns
          continue
        }
        const line = batch.lines[i]!
        const fields = currentFields(row, columns)
        const values = Object.fromEntries(current.columns.map(({ name }, j) => [name, fields[j]!]))
        const canonical = canonicalOf(current, values)
        canonicals.push(canonical)
        const errors = checkRow(row, columns, line)
        if (errors.length > 0) badLines.add(line)
        if (values['削除フラグ'] === '1') deletions += 1
        const code = values['市区町村コード']!
        otherTown ||= code !== town && isMunicipalityCode(code)
      }
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error
    return null
  }
  return { rows: canonicals.length, badLines, hashTotal: totalOf(canonicals), deletions, otherTown }
}

let towns = 0
/** A town of its own, and the file as that town sends it. */
function ofNewTown(csv: Buffer): { town: MunicipalityCode; csv: Buffer } {
  towns += 1
  const town = makeMunicipalityCode(String(10_000 + towns))
  return { town, csv: Buffer.from(csv.toString('latin1').replaceAll(sampleMunicipality, town), 'latin1') }
}

describe('spoilt files', () => {
  let cloud: TestCloud
  before(async () => {
    cloud = await testCloud()
  })
  after(() => cloud.close())

  type Tried = {
    readonly base: Buffer
    readonly bytes: Buffer
    readonly mode: 'full' | 'delta'
    readonly size: number
  }

  /** Applies `base`, then `bytes` twice, for a town of its own. After each the connection is asked other things. */
  const attempt = async (
    file: FileInterface,
    town: MunicipalityCode,
    { base, bytes, mode, size }: Tried,
  ): Promise<{ first: AppliedFile; again: AppliedFile; changed: boolean }> => {
    const { business } = file
    await cloud.onboard(town, '試験町')
    const scoped = async <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> =>
      await withCtx(
        cloud.linkage,
        { actor: { kind: 'job', task: 'test' }, municipality: town, traceId: 'test' },
        work,
      )
    const apply = async (data: Buffer, how: 'full' | 'delta'): Promise<AppliedFile> => {
      const claims = await claimsOf(data, file, town)
      return await scoped(async (ctx) => {
        const seq = await nextSeq(ctx, { business, fileNo: null, origin: 'link' })
        const open = () => pieces(data, size)
        const started = performance.now()
        const applied = await applyRemembering(
          ctx,
          { business, mode: how, origin: 'link', seq, open, ...claims },
          null,
        )
        assert.ok(performance.now() - started < LONGEST_MS, 'takes too long')
        assert.equal((await ctx.tx.sql('select 1')).length, 1)
        return applied
      })
    }
    if (base.length > 0) assert.equal((await apply(base, 'full')).state, 'applied')
    const before = await scoped((ctx) => printOf(ctx, town))
    const first = await apply(bytes, mode)
    const changed = (await scoped((ctx) => printOf(ctx, town))) !== before
    return { first, changed, again: await apply(bytes, mode) }
  }

  /** A fingerprint of all that files write. */
  const printOf = async (ctx: Ctx, town: MunicipalityCode): Promise<string> => {
    const print = createHash('sha256')
    for (const table of [
      'residents.version',
      'registers.entry',
      'registers.card_serial',
      'access.suppression',
      'access.suppression_doubt',
      'linkage.bad_row',
    ])
      for (const { text } of await ctx.tx.sql<{ text: string }>(
        `select t::text as text from ${table} t where municipality_code = $1 order by 1`,
        [town],
      ))
        print.update(`${text}\n`)
    return print.digest('hex')
  }

  /** An old version is read by its name; the rest of what a manifest claims is not what is tried here. */
  const claimsOf = async (
    data: Buffer,
    file: FileInterface,
    town: MunicipalityCode,
  ): Promise<Pick<FileToApply, 'manifest'>> => {
    if (file.version === fileInterfaces[file.business].version) return {}
    const read = await readPlainly(data, file, town)
    const sha256 = createHash('sha256').update(data).digest('hex')
    const { rows = 0, deletions = 0 } = read ?? {}
    return { manifest: { interfaceVersion: file.version, rowCount: rows, deleteCount: deletions, sha256 } }
  }

  const judge = async (
    file: FileInterface,
    town: MunicipalityCode,
    tried: Tried,
  ): Promise<'applied' | 'refused'> => {
    const { first, again, changed } = await attempt(file, town, tried)
    assert.equal(again.state, first.state)
    const plain = await readPlainly(tried.bytes, file, town)
    if (first.state === 'refused') {
      assert.equal(changed, false, 'a refused file changed something')
      assert.ok(first.errors.length > 0)
      for (const { message } of first.errors) assert.match(message, /。$/)
      return 'refused'
    }
    assert.ok(plain !== null && !plain.otherTown, 'what cannot be read was applied')
    assert.equal(first.rows, plain.rows)
    assert.equal(first.hashTotal, plain.hashTotal)
    const { inserted, updated, deleted, unchanged } = first.counts
    assert.ok(first.badRows >= plain.badLines.size || tried.base.length > 0)
    if (!first.moreErrors) {
      const told = new Set(first.errors.map(({ line }) => line))
      for (const line of plain.badLines) assert.ok(told.has(line), `line ${line} is wrong and nobody says so`)
    }
    assert.ok(inserted + updated + unchanged <= plain.rows)
    if (tried.mode === 'delta')
      assert.equal(inserted + updated + deleted + unchanged + first.badRows, plain.rows)
    // The same again changes nothing.
    assert.ok(again.state === 'applied')
    assert.deepEqual({ ...again.counts, unchanged: 0 }, { inserted: 0, updated: 0, deleted: 0, unchanged: 0 })
    return 'applied'
  }

  const spoiled = fc.record({
    how: fc.array(fc.constantFrom(...Object.keys(spoilers)), { minLength: 1, maxLength: 3 }),
    a: fc.double({ min: 0, max: 0.9999, noNaN: true }),
    b: fc.double({ min: 0, max: 0.9999, noNaN: true }),
    n: fc.nat({ max: 1_000_000 }),
    size: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(65_536)),
    mode: fc.constantFrom('full' as const, 'delta' as const),
    onTop: fc.boolean(),
  })
  type Spoiled = typeof spoiled extends fc.Arbitrary<infer T> ? T : never

  const spoil = (csv: Buffer, { how, a, b, n }: Spoiled): Buffer =>
    how.reduce(
      (bytes, name) => (bytes.length === 0 ? bytes : Buffer.from(spoilers[name]!(bytes, a, b, n))),
      csv,
    )

  const versions = Object.values(fileInterfaces).flatMap(({ business }) =>
    interfaceVersions(business).map(({ file }) => file),
  )
  for (const [i, file] of versions.entries()) {
    test(`${file.business} ${file.version}`, async (t) => {
      const vector = vectorsOf('valid').find(
        ({ name }) => name === `${file.business}-${file.version}.csv`,
      )!.csv
      const seen = { applied: 0, refused: 0 }
      await fc.assert(
        fc.asyncProperty(spoiled, async (one) => {
          const { town, csv } = ofNewTown(vector)
          const tried = { base: one.onTop ? csv : Buffer.alloc(0), bytes: spoil(csv, one), ...one }
          seen[await judge(file, town, tried)] += 1
        }),
        { numRuns, seed: (seed + i) % 2 ** 31, endOnFailure: true },
      )
      t.diagnostic(`FC_SEED=${seed}: ${seen.applied} applied, ${seen.refused} refused`)
    })
  }

  test('a file of many blocks, spoilt somewhere', async (t) => {
    const file = fileInterfaces.residents
    const rows = Array.from({ length: 700 }, (_, i) => {
      const fields = sampleFields(file, i % 9)
      fields[file.columns.findIndex(({ name }) => name === '宛名番号')] = String(i + 1).padStart(13, '0')
      return fields
    })
    const large = Buffer.from([file.columns.map(({ name }) => name), ...rows].map(csvLine).join(''))
    const seen = { applied: 0, refused: 0 }
    const runs = Math.max(3, Math.floor(numRuns / 5))
    await fc.assert(
      fc.asyncProperty(spoiled, async (one) => {
        const { town, csv } = ofNewTown(large)
        const tried = {
          ...one,
          base: one.onTop ? csv : Buffer.alloc(0),
          bytes: spoil(csv, one),
          size: one.size + 4_000,
        }
        seen[await judge(file, town, tried)] += 1
      }),
      { numRuns: runs, seed, endOnFailure: true },
    )
    t.diagnostic(`FC_SEED=${seed}: ${large.length} bytes, ${seen.applied} applied, ${seen.refused} refused`)
  })

  test('every vector comes to what it says, whatever the size of the pieces', async () => {
    for (const kind of ['valid', 'invalid'] as const)
      for (const { name, business, version, csv } of vectorsOf(kind)) {
        const file = interfaceVersions(business).find((one) => one.version === version)!.file
        for (const size of [61, 65_536]) {
          const { town, csv: bytes } = ofNewTown(csv)
          const { first } = await attempt(file, town, { base: Buffer.alloc(0), bytes, mode: 'full', size })
          if (kind === 'valid') assert.deepEqual([first.state, first.badRows], ['applied', 0], name)
          else assert.ok(first.state === 'refused' || first.badRows > 0, name)
        }
      }
  })

  test('files of the world at large are refused for their heading', async () => {
    const corpus = new URL('../manual/testing/csv-spectrum/', import.meta.url)
    for (const name of readdirSync(corpus).filter((one) => one.endsWith('.csv')))
      for (const { business } of versions) {
        const bytes = readFileSync(new URL(name, corpus))
        const { first } = await attempt(fileInterfaces[business], ofNewTown(bytes).town, {
          base: Buffer.alloc(0),
          bytes,
          mode: 'full',
          size: 100,
        })
        assert.equal(first.state, 'refused', name)
      }
  })

  test('the same, under a heading of ours, are rows that are wrong or no rows at all', async () => {
    const corpus = new URL('../manual/testing/csv-spectrum/', import.meta.url)
    const vector = vectorsOf('valid').find(({ name }) => name === 'seals-1.0.csv')!.csv
    for (const name of readdirSync(corpus).filter((one) => one.endsWith('.csv'))) {
      const { town, csv } = ofNewTown(vector)
      const bytes = Buffer.concat([csv, readFileSync(new URL(name, corpus))])
      assert.equal(
        await judge(fileInterfaces.seals, town, { base: csv, bytes, mode: 'full', size: 50 }),
        'refused',
        name,
      )
    }
  })

  test('what was spoilt leaves no memory behind', async () => {
    const { town, csv } = ofNewTown(vectorsOf('valid').find(({ name }) => name === 'residents-1.1.csv')!.csv)
    // A quote that is never closed, over many megabytes.
    const endless = Buffer.concat([csv, Buffer.from('"'), Buffer.alloc(40 * 1024 * 1024, 'あ')])
    const before = process.memoryUsage.rss()
    const { first } = await attempt(fileInterfaces.residents, town, {
      ...{ base: csv, bytes: endless, mode: 'full', size: 65_536 },
    })
    assert.equal(first.state, 'refused')
    assert.ok(process.memoryUsage.rss() - before < 200 * 1024 * 1024)
  })
})
