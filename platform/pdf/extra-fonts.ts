import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { isPrivateUse } from './coverage.ts'
import { alike } from './drawn-alike.ts'
import { type FontCmap, readFontCmap, readTables } from './font-file.ts'
import type { Font } from './fonts.ts'

/** 追加の書体が使えない: says which file and why, for the operator who put it there. Nothing starts without it. */
export class BadFont extends Error {
  override readonly name = 'BadFont'
  constructor(file: string, reason: string) {
    super(`追加の書体「${file}」を使えません。${reason}`)
  }
}

export type ExtraFonts = {
  readonly fonts: readonly Font[]
  readonly cmaps: readonly FontCmap[]
  /** Holds exactly these files, as they were when their hashes were taken; `null` = there are none. */
  readonly folder: string | null
}

export const noExtraFonts: ExtraFonts = { fonts: [], cmaps: [], folder: null }

const FONT_FILE = /^\.(ttf|otf)$/i
const OTHER_FONT_FILE = /^\.(ttc|otc|woff2?|eot|tte|pf[ab])$/i

/**
 * The fonts an operator put into a folder, for characters that ours lack: 行政事務標準文字 (差分フォント), whose
 * private-use code points are the nation's and not a town's. In the order of their file names; the first that has a
 * character prints it, after ours.
 * @param standard our own fonts, which go first
 */
export async function loadExtraFonts(
  source: string,
  cacheDir: string,
  standard: readonly FontCmap[],
): Promise<ExtraFonts> {
  const names = (await readFolder(source)).filter((name) => !name.startsWith('.')).toSorted()
  const other = names.find((name) => OTHER_FONT_FILE.test(extname(name)))
  if (other !== undefined) throw new BadFont(other, '使えるのは TTF と OTF のファイルです。')
  const files = names.filter((name) => FONT_FILE.test(extname(name)))
  if (files.length === 0) return noExtraFonts

  const contents = await Promise.all(files.map((file) => readFile(join(source, file))))
  const hashes = contents.map(sha256)
  const folder = join(cacheDir, 'extra-fonts', sha256(Buffer.from(hashes.join('\n'))))
  await mkdir(folder, { recursive: true })
  for (const [i, content] of contents.entries())
    await put(folder, `${hashes[i]}${extname(files[i]!).toLowerCase()}`, content)

  const compiler = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontPaths: [folder] }] })
  const before = [...standard]
  const fonts: Font[] = []
  for (const [i, file] of files.entries()) {
    const path = join(folder, `${hashes[i]}${extname(file).toLowerCase()}`)
    const cmap = openFont(compiler, file, path, before)
    before.push(cmap)
    fonts.push({ family: cmap.family, file, sha256: hashes[i]!, path })
  }
  return { fonts, cmaps: before.slice(standard.length), folder }
}

async function readFolder(source: string): Promise<string[]> {
  try {
    return await readdir(source)
  } catch {
    throw new Error(`追加の書体のフォルダー「${source}」を読めません。`)
  }
}

async function put(folder: string, name: string, content: Buffer): Promise<void> {
  const partial = join(folder, `.${randomBytes(6).toString('hex')}.partial`)
  try {
    await writeFile(partial, content)
    await rename(partial, join(folder, name))
  } finally {
    await rm(partial, { force: true })
  }
}

function openFont(compiler: NodeCompiler, file: string, path: string, before: readonly FontCmap[]): FontCmap {
  const tables = tablesOf(file, path)
  // fsType 2 alone: restricted licence embedding (OpenType, OS/2).
  if ((tables.get('OS/2')!.readUInt16BE(8) & 0xe) === 2)
    throw new BadFont(file, 'PDFへの埋め込みが許されていない書体です。')
  const family = familyOf(tables.get('name')!).find((name) => isKnown(compiler, name))
  if (family === undefined) throw new BadFont(file, '書体の名前を読めません。')
  if (before.some((font) => font.family.toLowerCase() === family.toLowerCase()))
    throw new BadFont(file, `同じ名前の書体「${family}」がもうあります。`)
  const cmap = onePerGlyph(cmapOf(file, family, path), before)
  const first = firstAdded(cmap, before)
  if (first === undefined) throw new BadFont(file, 'ほかの書体にない文字がありません。')
  draw(compiler, file, family, first)
  return cmap
}

const NEEDED = ['OS/2', 'cmap', 'head', 'hmtx', 'maxp', 'name']

function tablesOf(file: string, path: string): Map<string, Buffer> {
  try {
    const tables = readTables(path, NEEDED)
    if (NEEDED.every((tag) => tables.has(tag)) && tables.get('OS/2')!.length >= 10) return tables
  } catch {
    // Said below.
  }
  throw new BadFont(file, 'ファイルが壊れているか、TrueType・OpenType の書体ではありません。')
}

function cmapOf(file: string, family: string, path: string): FontCmap {
  try {
    return readFontCmap(family, path, true)
  } catch {
    throw new BadFont(file, '文字と字形の対応表（cmap 形式12）を読めません。')
  }
}

/** Family names of the `name` table (1 and 16), and without the style that the renderer leaves out of them. */
function familyOf(name: Buffer): string[] {
  const found: string[] = []
  try {
    const texts = name.readUInt16BE(4)
    for (let i = 0; i < name.readUInt16BE(2); i++) {
      const record = 6 + i * 12
      const id = name.readUInt16BE(record + 6)
      if (id !== 1 && id !== 16) continue
      const at = texts + name.readUInt16BE(record + 10)
      const bytes = name.subarray(at, at + name.readUInt16BE(record + 8))
      const unicode = name.readUInt16BE(record) !== 1
      found.push(unicode ? Buffer.from(bytes).swap16().toString('utf16le') : bytes.toString('latin1'))
    }
  } catch {
    // A table that is cut off: what was read before may do.
  }
  return found.flatMap((family) => [family, family.replace(/[ _-][^ _-]+$/, '')])
}

function isKnown(compiler: NodeCompiler, family: string): boolean {
  const compiled = compiler.compile({ mainFileContent: `#text(font: ${JSON.stringify(family)})[.]` })
  return compiled.result !== null && compiled.takeWarnings() === null
}

/** One letter, drawn as certificates are: whether the renderer can read the outlines, and may embed them. */
function draw(compiler: NodeCompiler, file: string, family: string, codePoint: number): void {
  const letter = `#text(font: ${JSON.stringify(family)}, fallback: false)[\\u{${codePoint.toString(16)}}]`
  try {
    compiler.pdf(
      { mainFileContent: `#set document(date: datetime(year: 2026, month: 1, day: 1))\n${letter}` },
      { pdfStandard: 'a-2u' },
    )
  } catch {
    throw new BadFont(file, '字形を描けません。')
  }
}

function firstAdded(cmap: FontCmap, before: readonly FontCmap[]): number | undefined {
  for (let codePoint = 0; codePoint < CODE_POINTS; codePoint++)
    if (addedBy(cmap, before, codePoint)) return codePoint
  return undefined
}
const CODE_POINTS = 0x110000

function addedBy(cmap: FontCmap, before: readonly FontCmap[], codePoint: number): boolean {
  return cmap.glyphOf(codePoint, null) !== 0 && before.every((font) => lacks(font, codePoint))
}

/** Our own fonts have shapes of their makers in the private use areas; they are nobody's 外字. */
function lacks(font: FontCmap, codePoint: number): boolean {
  return font.glyphOf(codePoint, null) === 0 || (isPrivateUse(codePoint) && !font.privateUse)
}

/**
 * Of characters that share a glyph the first that has a standard code: a PDF could not say reliably which of them was meant,
 * and the reading of every page would stop the town.
 */
function onePerGlyph(cmap: FontCmap, before: readonly FontCmap[]): FontCmap {
  const owner = new Map<number, number>()
  for (let codePoint = 0; codePoint < CODE_POINTS; codePoint++) {
    if (!addedBy(cmap, before, codePoint)) continue
    const glyph = cmap.glyphOf(codePoint, null)
    const present = owner.get(glyph)
    if (present === undefined || (isPrivateUse(present) && !isPrivateUse(codePoint)))
      owner.set(glyph, codePoint)
  }
  const mayDraw = (base: number, glyph: number): boolean => {
    const first = owner.get(glyph)
    return first === undefined || alike(String.fromCodePoint(first)) === alike(String.fromCodePoint(base))
  }
  return {
    ...cmap,
    glyphOf(base, selector) {
      const glyph = cmap.glyphOf(base, selector)
      return glyph !== 0 && mayDraw(base, glyph) ? glyph : 0
    },
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
