import hentaigana from './data/hentaigana.json' with { type: 'json' }
import variants from './data/variants.json' with { type: 'json' }

/**
 * The search fold: two spellings that a clerk should find by either one fold to the same text. Rules of
 * 住民記録システム標準仕様書 2.1.2. Never store or print folded text.
 *
 * 濁点・半濁点 are ignored, and ヂ=ジ, ヅ=ズ: together that makes チ=シ and ツ=ス. A search that finds one person too
 * many is corrected by the eye; one that misses a person is not.
 */

const smallKana = 'ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿヰヱヲチツ'
const plainKana = 'アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロイエオシス'

/** Character → what it folds to: small kana, 変体仮名, variant kanji. Built when first needed (about 20,000 entries). */
let characterMap: Map<string, string> | undefined

function buildCharacterMap(): Map<string, string> {
  const map = new Map<string, string>()
  const plain = [...plainKana]
  for (const [i, small] of [...smallKana].entries()) map.set(small, plain[i]!)
  map.set('ッ', map.get('ツ')!)
  for (const line of hentaigana) {
    const [kana, ...forms] = line
    for (const form of forms) map.set(form, map.get(kana!) ?? kana!)
  }
  for (const line of variants) {
    const [form, ...others] = line
    for (const other of others) map.set(other, form!)
  }
  return map
}

const vuRows: Readonly<Record<string, string>> = {
  ァ: 'ハ',
  ア: 'ハ',
  ィ: 'ヒ',
  イ: 'ヒ',
  ェ: 'ヘ',
  エ: 'ヘ',
  ォ: 'ホ',
  オ: 'ホ',
}

/** ー, ―, －, ‐ and what else is typed for them. */
const dashes = /[-ー‐-―−─]+/g
/** Spaces, and the marks that stand for one in foreign names. */
const separators = /[\s・゠'’‘`.,]/g
const asciiOnly = /^[0-9a-z]*$/

/** Folds a text for searching; folding twice changes nothing. */
export function fold(text: string): string {
  if (asciiOnly.test(text)) return text
  return foldPlain(text) ?? foldAny(text)
}

/**
 * What most characters fold to wherever they stand, by UTF-16 unit: filled as they are met, `NOT_YET` until then. A city's
 * names and addresses hardly have others, and folding them all by `foldAny` takes half of the time of loading it.
 */
const NOT_YET = 0
const GONE = 0xfffe
const NOT_PLAIN = 0xffff
const plainFolds = new Uint16Array(0x10000)
let folded = new Uint16Array(256)

/** `fold` of a text of plain characters only; `null` for any other. */
function foldPlain(text: string): string | null {
  if (text.length > folded.length) folded = new Uint16Array(text.length * 2)
  let length = 0
  let dashed = false
  let before = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    let to = plainFolds[unit]!
    if (to === NOT_YET) to = plainFolds[unit] = plainFoldOf(unit)
    if (to === NOT_PLAIN) return null
    if (to === GONE) continue
    // オ段 + ウ: what the ウ becomes goes on with the next one.
    if (to === U && isORow(before)) to = O
    else before = to
    if (to === HYPHEN || to === PROLONGED) dashed = true
    folded[length++] = to
  }
  const result = String.fromCharCode.apply(null, folded.subarray(0, length) as unknown as number[])
  return dashed ? foldO(foldDashes(result)) : result
}

const U = 0x30a6
const O = 0x30aa
const HYPHEN = 0x2d
const PROLONGED = 0x30fc

function isORow(unit: number): boolean {
  return unit >= O && unit <= 0x30ed && oRow.includes(String.fromCharCode(unit))
}

/** Letters, digits, kana without their own marks, kanji, the commonest dashes and spaces: nothing beside them changes them. */
function plainFoldOf(unit: number): number {
  const plain =
    (unit >= 0x20 && unit < 0x7f) ||
    (unit >= 0x3041 && unit <= 0x3093) ||
    (unit >= 0x30a1 && unit <= 0x30fc && unit !== 0x30f4) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff01 && unit <= 0xff5e) ||
    [0x3000, 0x3005, 0x2010, 0x2015, 0x2212].includes(unit)
  if (!plain) return NOT_PLAIN
  const to = foldCharacters(String.fromCharCode(unit))
  if (to === '') return GONE
  if (isDash(to)) return to === 'ー' ? PROLONGED : HYPHEN
  return to.length === 1 ? to.charCodeAt(0) : NOT_PLAIN
}

function isDash(text: string): boolean {
  return text.replace(dashes, '') === ''
}

/** `fold` of any text. */
export function foldAny(text: string): string {
  return foldO(foldDashes(foldCharacters(text)))
}

function foldCharacters(text: string): string {
  characterMap ??= buildCharacterMap()
  const plain = text
    .replace(/゛/g, '\u3099')
    .replace(/゜/g, '\u309A')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ぁ-ゖ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .replace(/ヴ([ァアィイェエォオ]?)/g, (_, vowel: string) => vuRows[vowel] ?? 'フ')
    .replace(/ヂ/g, 'シ')
    .replace(/ヅ/g, 'ス')
    // Decomposed, every mark can be dropped at once: 濁点, accents of Latin letters, variation selectors (IVS).
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
    .replace(separators, '')
  let mapped = ''
  for (const character of plain) mapped += characterMap.get(character) ?? character
  return mapped
}

/** Between digits a dash is part of a house number (1-2 is not 12); elsewhere it is a long vowel and ignored. */
function foldDashes(text: string): string {
  return text.replace(dashes, (run, at: number, whole: string) => {
    const digitBefore = at > 0 && /[0-9]/.test(whole[at - 1]!)
    const digitAfter = /[0-9]/.test(whole[at + run.length] ?? '')
    return digitBefore && digitAfter ? '-' : ''
  })
}

const oRow = 'オコソトノホモヨロ'

function foldO(text: string): string {
  return text.replace(/[オコソトノホモヨロ]ウ+/g, (run) => run[0]! + 'オ'.repeat(run.length - 1))
}

const spaced = /[\s\u3000]/

/**
 * The folds under which a stored text is found: the whole, and what follows each space. The second kind is needed
 * since オ段+ウ reaches across the space of a name: サトウ ウメ folds to サトオオメ, which a search for ウメ would miss.
 */
export function foldForms(text: string): string[] {
  const whole = fold(text)
  const forms = whole === '' ? [] : [whole]
  if (!spaced.test(text)) return forms
  const parts = text.split(/[\s\u3000]+/).filter((part) => part !== '')
  for (let i = 1; i < parts.length; i++) {
    const form = fold(parts.slice(i).join(''))
    if (form !== '' && !forms.includes(form)) forms.push(form)
  }
  return forms
}

/** Whether a stored text is found by a search term: one of its folds contains the folded term. */
export function matchesFolded(text: string, term: string): boolean {
  const wanted = fold(term)
  return foldForms(text).some((form) => form.includes(wanted))
}

function addGrams(folded: string, into: Set<string>): void {
  let before: string | undefined
  for (const character of folded) {
    into.add(character)
    if (before !== undefined) into.add(before + character)
    before = character
  }
}

/** Distinct 1-grams and 2-grams of the folded search term, by code point. */
export function grams(term: string): string[] {
  const found = new Set<string>()
  addGrams(fold(term), found)
  return [...found]
}

/** Distinct grams under which a stored text is indexed; a superset of `grams` of every term that it matches. */
export function indexGrams(text: string): string[] {
  const found = new Set<string>()
  for (const form of foldForms(text)) addGrams(form, found)
  return [...found]
}
