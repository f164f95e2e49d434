import type { FontCmap } from './font-file.ts'

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
  /** Units that are drawn apart from their neighbours, each with its font: those that need another font than the first. */
  readonly apart: ReadonlyMap<string, string>
  readonly missing: readonly UnprintableUnit[]
}

/**
 * Splits a text into runs by the first font of `fonts` that prints each unit, and names every unit that none prints.
 * A unit is a code point with the variation selector or the combining mark that follows it, never taken apart.
 */
export function coverText(text: string, fonts: readonly FontCmap[]): Coverage {
  const runs: { family: string; text: string }[] = []
  const apart = new Map<string, string>()
  const missing: UnprintableUnit[] = []
  for (const unit of unitsOf(text)) {
    const reason = refusalOf(unit)
    const font = reason === 'invisible' ? undefined : fonts.find((candidate) => prints(candidate, unit))
    if (font === undefined) {
      missing.push({
        text: unit.text,
        codePoints: codePointsOf(unit.text),
        index: unit.index,
        reason: reason ?? 'no-glyph',
      })
      continue
    }
    if (font !== fonts[0] || isHalfWidthMark(unit.base)) apart.set(unit.text, font.family)
    const last = runs.at(-1)
    if (last !== undefined && last.family === font.family) last.text += unit.text
    else runs.push({ family: font.family, text: unit.text })
  }
  return { runs, apart, missing }
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
    let base = text.codePointAt(index)!
    let end = index + widthOf(base)
    const next = text.codePointAt(end)
    const selector = next !== undefined && isVariationSelector(next) ? next : null
    if (selector !== null) end += widthOf(selector)
    else {
      // か + U+3099 is が in every respect but its bytes: it is drawn with that glyph.
      while (end < text.length) {
        const mark = text.codePointAt(end)!
        if (mark < FIRST_MARK || !MARK.test(String.fromCodePoint(mark))) break
        const composed = (String.fromCodePoint(base) + String.fromCodePoint(mark)).normalize('NFC')
        if (Array.from(composed).length !== 1) break
        base = composed.codePointAt(0)!
        end += widthOf(mark)
      }
    }
    yield { text: text.slice(index, end), index, base, selector }
    index = end
  }
}

function widthOf(codePoint: number): 1 | 2 {
  return codePoint > 0xffff ? 2 : 1
}

function prints(font: FontCmap, unit: Unit): boolean {
  if (unit.base === LINE_FEED) return true
  if (isPrivateUse(unit.base) && !font.privateUse) return false
  return font.glyphOf(unit.base, unit.selector) !== 0
}

function refusalOf({ base, selector }: Unit): UnprintableUnit['reason'] | null {
  if (isPrivateUse(base)) return 'private-use'
  if (base === LINE_FEED) return selector === null ? null : 'invisible'
  // A lone surrogate, a selector without a base, and what prints nothing of its own or reorders its neighbours.
  // Marks too that make no letter with what stands before them: over a kanji they are a mistake.
  if ((base >= 0xd800 && base <= 0xdfff) || isVariationSelector(base)) return 'invisible'
  return INVISIBLE.test(String.fromCodePoint(base)) ? 'invisible' : null
}

const LINE_FEED = 0x0a
const FIRST_MARK = 0x300
const MARK = /\p{M}/u
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{M}\p{Cn}]|\p{Default_Ignorable_Code_Point}/u

/** ﾞ ﾟ: a shaper takes them for a part of the letter before, and the text that a PDF gives for both becomes unclear. */
function isHalfWidthMark(codePoint: number): boolean {
  return codePoint === 0xff9e || codePoint === 0xff9f
}

export function isPrivateUse(codePoint: number): boolean {
  return (codePoint >= 0xe000 && codePoint <= 0xf8ff) || codePoint >= 0xf0000
}

function isVariationSelector(codePoint: number): boolean {
  return (codePoint >= 0xfe00 && codePoint <= 0xfe0f) || (codePoint >= 0xe0100 && codePoint <= 0xe01ef)
}
