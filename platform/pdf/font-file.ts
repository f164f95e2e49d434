import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Which characters a font can print, read from its own `cmap` table.
 *
 * Formats 12 (code point → glyph) and 14 (base + variation selector) are read here rather than asked of a library:
 * every renderer tried draws an unknown sequence as its base glyph or as a box, which on a certificate is a wrong name.
 */
export type FontCmap = {
  /** The family name the renderer knows the font by. */
  readonly family: string
  /** Its private-use code points are 外字 that may be printed; elsewhere they are nobody's. */
  readonly privateUse: boolean
  /** The glyph of a character, or of the sequence with this selector, be it the default glyph or another; 0 = none. */
  glyphOf(base: number, selector: number | null): number
}

/** Reads a font's `cmap`; only that table is loaded, not the 46 MB around it. */
export function readFontCmap(family: string, path: string, privateUse = false): FontCmap {
  const cmap = readTables(path, ['cmap']).get('cmap')
  if (cmap === undefined) throw new Error(`${family}: no cmap`)
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => cmap.readUInt32BE(4 + i * 8 + 4))
  const characters = subtables.find((offset) => cmap.readUInt16BE(offset) === 12)
  if (characters === undefined) throw new Error(`${family}: no cmap of format 12`)
  const glyphs = readFormat12(cmap, characters)
  const variations = subtables.find((offset) => cmap.readUInt16BE(offset) === 14)
  const sequences =
    variations === undefined ? new Map<number, number>() : readFormat14(cmap, variations, glyphs)
  return {
    family,
    privateUse,
    glyphOf: (base, selector) =>
      selector === null ? glyphs[base]! : (sequences.get(sequenceKey(base, selector)) ?? 0),
  }
}

/** The tables of these names that an OpenType file has. Throws a `RangeError` or an `Error` when the file is none. */
export function readTables(path: string, tags: readonly string[]): Map<string, Buffer> {
  const file = openSync(path, 'r')
  try {
    const directory = Buffer.alloc(12 + 16 * 64)
    readSync(file, directory, 0, directory.length, 0)
    const magic = directory.readUInt32BE(0)
    if (magic !== TRUE_TYPE && magic !== OPEN_TYPE)
      throw new Error(`${path}: not a TrueType or OpenType font`)
    const tables = new Map<string, Buffer>()
    const count = Math.min(directory.readUInt16BE(4), 64)
    for (let i = 0; i < count; i++) {
      const record = 12 + i * 16
      const tag = directory.toString('latin1', record, record + 4)
      const length = directory.readUInt32BE(record + 12)
      if (!tags.includes(tag)) continue
      if (length > LARGEST_TABLE) throw new Error(`${path}: the table ${tag} is too large`)
      const table = Buffer.alloc(length)
      if (readSync(file, table, 0, length, directory.readUInt32BE(record + 8)) !== length)
        throw new Error(`${path}: the table ${tag} is cut off`)
      tables.set(tag, table)
    }
    return tables
  } finally {
    closeSync(file)
  }
}

const TRUE_TYPE = 0x00010000
const OPEN_TYPE = 0x4f54544f
const LARGEST_TABLE = 32 * 1024 * 1024
const CODE_POINTS = 0x110000

/** OpenType `cmap` format 12: groups of (first, last, first glyph); glyph 0 is the missing-glyph box. */
function readFormat12(cmap: Buffer, offset: number): Uint16Array {
  const glyphs = new Uint16Array(CODE_POINTS)
  const groups = cmap.readUInt32BE(offset + 12)
  for (let i = 0; i < groups; i++) {
    const at = offset + 16 + i * 12
    const first = cmap.readUInt32BE(at)
    const last = Math.min(cmap.readUInt32BE(at + 4), CODE_POINTS - 1)
    const firstGlyph = cmap.readUInt32BE(at + 8)
    for (let codePoint = first; codePoint <= last; codePoint++)
      glyphs[codePoint] = firstGlyph + codePoint - first
  }
  return glyphs
}

/** OpenType `cmap` format 14: per selector, ranges drawn as the default glyph and a table of other glyphs. */
function readFormat14(cmap: Buffer, offset: number, glyphs: Uint16Array): Map<number, number> {
  const sequences = new Map<number, number>()
  const selectors = cmap.readUInt32BE(offset + 6)
  for (let i = 0; i < selectors; i++) {
    const record = offset + 10 + i * 11
    const selector = cmap.readUIntBE(record, 3)
    const defaults = cmap.readUInt32BE(record + 3)
    const others = cmap.readUInt32BE(record + 7)
    if (defaults !== 0) {
      const ranges = cmap.readUInt32BE(offset + defaults)
      for (let r = 0; r < ranges; r++) {
        const at = offset + defaults + 4 + r * 4
        const first = cmap.readUIntBE(at, 3)
        const last = first + cmap.readUInt8(at + 3)
        for (let base = first; base <= last; base++)
          sequences.set(sequenceKey(base, selector), glyphs[base] ?? 0)
      }
    }
    if (others !== 0) {
      const mappings = cmap.readUInt32BE(offset + others)
      for (let m = 0; m < mappings; m++) {
        const at = offset + others + 4 + m * 5
        sequences.set(sequenceKey(cmap.readUIntBE(at, 3), selector), cmap.readUInt16BE(at + 3))
      }
    }
  }
  return sequences
}

/** 256 selectors: FE00–FE0F as 240–255, E0100–E01EF as 0–239. */
function sequenceKey(base: number, selector: number): number {
  return base * 256 + (selector >= 0xe0100 ? selector - 0xe0100 : selector - 0xfe00 + 240)
}
