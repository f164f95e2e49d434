import { createReadStream } from 'node:fs'
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { businesses, fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine, readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { interfaceVersions } from '@open-bcl/modules/interfaces/interfaces.versions.ts'
import { parseManifest, type Manifest } from '@open-bcl/modules/linkage/linkage.manifest.ts'
import { fileErrorOf, type FileError } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { checkFile, hasColumns } from './check-file.ts'
import { patternOf, REPORT_END } from './inbox.ts'
import { Mirror } from './mirror.ts'
import { openState } from './state.ts'
import { printable } from './view.ts'

/** 0 nothing would be refused, 1 rows would be, 2 the file would be refused whole. */
export type Verdict = 0 | 1 | 2

/**
 * `agent check FILE…`: what the cloud would refuse, all of it, in `NAME.check.csv` beside the file: line, 項目名, reason and
 * no value. Nothing is sent, and no enrolment is needed.
 */
export async function checkForReport(
  path: string,
  ours: MunicipalityCode | null,
  say: (line: string) => void,
): Promise<Verdict> {
  if (!(await stat(path)).isFile()) throw new Error(`${path} は通常のファイルではありません。`)
  const reportPath = `${path.replace(/\.csv$/, '')}${REPORT_END}`
  const report = await open(reportPath, 'w', 0o600).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `${reportPath} に報告を書けません（${code ?? 'error'}）。書けるフォルダにファイルを写してから確かめてください。`,
    )
  })
  const scratch = await mkdtemp(join(tmpdir(), 'open-bcl-check-'))
  const state = openState(scratch, new Date())
  let pieces: string[] = [`\uFEFF${csvLine(['行番号', '項目名', '理由'])}`]
  let found = 0
  const flush = async (): Promise<void> => {
    const text = pieces.join('').replaceAll('\n', '\r\n')
    pieces = []
    await report.write(text)
  }
  const note = ({ line, item, message }: FileError): void => {
    found += 1
    pieces.push(csvLine([line === null ? '' : String(line), item, message]))
  }
  try {
    const what = await whatIs(path, ours)
    say(
      `${printable(basename(path))}: ${what.business === null ? '業務を見分けられません' : fileInterfaces[what.business].title}`,
    )
    for (const error of what.errors) note(error)
    if (what.business === null || what.municipality === null) {
      await flush()
      say(`  ファイル全体が取り込まれません。報告: ${reportPath}`)
      return 2
    }
    const checked = await checkFile({
      path,
      municipality: what.municipality,
      business: what.business,
      claims: what.manifest ?? {},
      mirror: new Mirror(state, what.business),
      onError: note,
      onBatch: flush,
    })
    await flush()
    const whole = checked.faults.length + what.errors.length
    say(
      `  ${checked.rows.toLocaleString('ja')}行（削除 ${checked.deletions.toLocaleString('ja')}行）、誤りのある行 ${checked.badRows.toLocaleString('ja')}行、誤り ${found.toLocaleString('ja')}件`,
    )
    if (whole === 0) say(`  ハッシュ合計 ${checked.hashTotal}`)
    if (found > 0) say(`  報告: ${reportPath}`)
    if (whole > 0) say('  このままではファイル全体が取り込まれません。')
    else if (found > 0) say('  誤りのある行だけが取り込まれず、その人には証明書が交付されません。')
    else say('  誤りはありません。')
    return whole > 0 ? 2 : found > 0 ? 1 : 0
  } finally {
    await report.close()
    if (found === 0) await rm(reportPath, { force: true })
    state.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** What the file is, by its manifest, its name, or its columns; and whose, by us, its manifest, or its first row. */
async function whatIs(
  path: string,
  ours: MunicipalityCode | null,
): Promise<{
  readonly business: Business | null
  readonly municipality: MunicipalityCode | null
  readonly manifest: Manifest | null
  readonly errors: readonly FileError[]
}> {
  const stem = path.replace(/\.csv$/, '')
  const named = patternOf(basename(stem))?.business ?? null
  const manifestPath = `${stem}.json`
  if ((await stat(manifestPath).catch(() => null)) !== null) {
    const json = parseJson(await readFile(manifestPath, 'utf8'))
    const parsed = parseManifest(
      typeof json === 'object' && json !== null && !('fileNo' in json) ? { ...json, fileNo: 1 } : json,
    )
    if ('errors' in parsed) {
      const guessed = await byColumns(path)
      return {
        business: named ?? guessed.business,
        municipality: ours ?? guessed.municipality,
        manifest: null,
        errors: parsed.errors.map(fileErrorOf),
      }
    }
    const { manifest } = parsed
    return {
      business: manifest.business,
      municipality: ours ?? manifest.municipalityCode,
      manifest,
      errors: [],
    }
  }
  const guessed = await byColumns(path)
  const business = named ?? guessed.business
  const errors =
    business === null
      ? [
          {
            line: 1,
            item: '見出し行',
            message: 'どの業務の見出しとも一致しません。送付票を付けるか、公開仕様の項目名と比べてください。',
          },
        ]
      : []
  return {
    business,
    municipality: ours ?? guessed.municipality ?? ('000000' as MunicipalityCode),
    manifest: null,
    errors,
  }
}

async function byColumns(
  path: string,
): Promise<{ readonly business: Business | null; readonly municipality: MunicipalityCode | null }> {
  let header: readonly string[] | undefined
  try {
    for await (const { rows } of readCsv(createReadStream(path))) {
      if (header === undefined) {
        header = rows[0]!
        continue
      }
      const code = rows[0]![header.indexOf('市区町村コード')] ?? ''
      return { business: businessOf(header), municipality: isMunicipalityCode(code) ? code : null }
    }
  } catch {
    // What is wrong with it the reading of the whole file says.
  }
  return { business: header === undefined ? null : businessOf(header), municipality: null }
}

function businessOf(header: readonly string[]): Business | null {
  return (
    businesses.find((business) => interfaceVersions(business).some(({ file }) => hasColumns(file, header))) ??
    null
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
