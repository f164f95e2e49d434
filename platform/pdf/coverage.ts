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
  /** Whether the font has a glyph of its own for the character. */
  has(codePoint: number): boolean
  /** Whether the font knows the sequence, be it drawn as the default glyph or as another. */
  hasSequence(base: number, selector: number): boolean
}

/** A piece of text that one font prints. */
export type FontRun = { readonly family: string; readonly text: string }

/** What cannot be printed, for the clerk: the characters themselves and how to look them up. */
export type UnprintableUnit = {
  readonly text: string
  /** `U+845B U+E0100` */
  readonly codePoints: string
  /** UTF-16 offset into the text that was asked about. */
  readonly index: number
  /** `private-use`: 外字 without a standard code; `invisible`: controls and joiners that would print as nothing. */
  readonly reason: 'no-glyph' | 'private-use' | 'invisible'
}

export type Coverage = {
  /** The whole text in order, the unprintable units left out. */
  readonly runs: readonly FontRun[]
  /** Base + selector units that need another font than the first, each once, in order of appearance. */
  readonly companionUnits: readonly string[]
  readonly missing: readonly UnprintableUnit[]
}

/**
 * Splits a text into runs by the first font of `fonts` that prints each unit, and names every unit that none prints.
 * A unit is a code point with the variation selector that follows it, never taken apart.
 */
export function coverText(text: string, fonts: readonly FontCmap[]): Coverage {
  const runs: { family: string; text: string }[] = []
  const companionUnits = new Set<string>()
  const missing: UnprintableUnit[] = []
  for (const unit of unitsOf(text)) {
    const reason = refusalOf(unit)
    const font = reason === null ? fonts.find((candidate) => prints(candidate, unit)) : undefined
    if (font === undefined) {
      missing.push({
        text: unit.text,
        codePoints: codePointsOf(unit.text),
        index: unit.index,
        reason: reason ?? 'no-glyph',
      })
      continue
    }
    if (font !== fonts[0]) companionUnits.add(unit.text)
    const last = runs.at(-1)
    if (last !== undefined && last.family === font.family) last.text += unit.text
    else runs.push({ family: font.family, text: unit.text })
  }
  return { runs, companionUnits: [...companionUnits], missing }
}

/** `U+845B U+E0100`: how a clerk finds the character in 文字情報基盤 or in Unicode's tables. */
export function codePointsOf(text: string): string {
  return Array.from(
    text,
    (character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
  ).join(' ')
}

type Unit = { text: string; index: number; base: number; selector: number | null }

function* unitsOf(text: string): Generator<Unit> {
  let index = 0
  while (index < text.length) {
    const base = text.codePointAt(index)!
    let end = index + (base > 0xffff ? 2 : 1)
    const next = text.codePointAt(end)
    const selector = next !== undefined && isVariationSelector(next) ? next : null
    if (selector !== null) end += selector > 0xffff ? 2 : 1
    yield { text: text.slice(index, end), index, base, selector }
    index = end
  }
}

function prints(font: FontCmap, unit: Unit): boolean {
  if (unit.base === LINE_FEED) return true
  return unit.selector === null ? font.has(unit.base) : font.hasSequence(unit.base, unit.selector)
}

function refusalOf({ base, selector }: Unit): UnprintableUnit['reason'] | null {
  if ((base >= 0xe000 && base <= 0xf8ff) || base >= 0xf0000) return 'private-use'
  if (base === LINE_FEED) return selector === null ? null : 'invisible'
  // A lone surrogate, a selector without a base, and what prints nothing of its own or reorders its neighbours.
  // Combining marks too: the precomposed letter is what the registers hold, and a mark over a kanji is a mistake.
  if ((base >= 0xd800 && base <= 0xdfff) || isVariationSelector(base)) return 'invisible'
  return INVISIBLE.test(String.fromCodePoint(base)) ? 'invisible' : null
}

const LINE_FEED = 0x0a
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{M}\p{Cn}]|\p{Default_Ignorable_Code_Point}/u

function isVariationSelector(codePoint: number): boolean {
  return (codePoint >= 0xfe00 && codePoint <= 0xfe0f) || (codePoint >= 0xe0100 && codePoint <= 0xe01ef)
}

/** Reads a TrueType file's `cmap`; only that table is loaded, not the 46 MB around it. */
export function readFontCmap(family: string, path: string): FontCmap {
  const cmap = readTable(path, 'cmap')
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => cmap.readUInt32BE(4 + i * 8 + 4))
  const characters = subtables.find((offset) => cmap.readUInt16BE(offset) === 12)
  if (characters === undefined) throw new Error(`${family}: no cmap of format 12`)
  const covered = readFormat12(cmap, characters)
  const variations = subtables.find((offset) => cmap.readUInt16BE(offset) === 14)
  const sequences =
    variations === undefined
      ? new Set<number>()
      : readFormat14(cmap, variations, (base) => isSet(covered, base))
  return {
    family,
    has: (codePoint) => isSet(covered, codePoint),
    hasSequence: (base, selector) => sequences.has(sequenceKey(base, selector)),
  }
}

function readTable(path: string, tag: string): Buffer {
  const file = openSync(path, 'r')
  try {
    const directory = Buffer.alloc(12 + 16 * 64)
    readSync(file, directory, 0, directory.length, 0)
    const count = directory.readUInt16BE(4)
    for (let i = 0; i < count; i++) {
      const record = 12 + i * 16
      if (directory.toString('latin1', record, record + 4) !== tag) continue
      const table = Buffer.alloc(directory.readUInt32BE(record + 12))
      readSync(file, table, 0, table.length, directory.readUInt32BE(record + 8))
      return table
    }
    throw new Error(`${path}: no table ${tag}`)
  } finally {
    closeSync(file)
  }
}

const CODE_POINTS = 0x110000

function isSet(bits: Uint8Array, codePoint: number): boolean {
  return (bits[codePoint >> 3]! & (1 << (codePoint & 7))) !== 0
}

/** OpenType `cmap` format 12: groups of (first, last, first glyph); glyph 0 is the missing-glyph box. */
function readFormat12(cmap: Buffer, offset: number): Uint8Array {
  const bits = new Uint8Array(CODE_POINTS / 8)
  const groups = cmap.readUInt32BE(offset + 12)
  for (let i = 0; i < groups; i++) {
    const at = offset + 16 + i * 12
    const first = cmap.readUInt32BE(at)
    const last = cmap.readUInt32BE(at + 4)
    const firstGlyph = cmap.readUInt32BE(at + 8)
    for (let codePoint = first; codePoint <= last; codePoint++) {
      if (firstGlyph + codePoint - first !== 0) bits[codePoint >> 3]! |= 1 << (codePoint & 7)
    }
  }
  return bits
}

/** OpenType `cmap` format 14: per selector, ranges drawn as the default glyph and a table of other glyphs. */
function readFormat14(cmap: Buffer, offset: number, hasBase: (base: number) => boolean): Set<number> {
  const sequences = new Set<number>()
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
        for (let base = first; base <= last; base++) {
          if (hasBase(base)) sequences.add(sequenceKey(base, selector))
        }
      }
    }
    if (others !== 0) {
      const mappings = cmap.readUInt32BE(offset + others)
      for (let m = 0; m < mappings; m++) {
        const at = offset + others + 4 + m * 5
        if (cmap.readUInt16BE(at + 3) !== 0) sequences.add(sequenceKey(cmap.readUIntBE(at, 3), selector))
      }
    }
  }
  return sequences
}

/** 256 selectors: FE00–FE0F as 240–255, E0100–E01EF as 0–239. */
function sequenceKey(base: number, selector: number): number {
  return base * 256 + (selector >= 0xe0100 ? selector - 0xe0100 : selector - 0xfe00 + 240)
}
