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
  characterMap ??= buildCharacterMap()
  let folded = text
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
  for (const character of folded) mapped += characterMap.get(character) ?? character
  folded = mapped.replace(dashes, (run, at: number, whole: string) => {
    // Between digits a dash is part of a house number (1-2 is not 12); elsewhere it is a long vowel and ignored.
    const digitBefore = at > 0 && /[0-9]/.test(whole[at - 1]!)
    const digitAfter = /[0-9]/.test(whole[at + run.length] ?? '')
    return digitBefore && digitAfter ? '-' : ''
  })
  return folded.replace(/[オコソトノホモヨロ]ウ+/g, (run) => run[0]! + 'オ'.repeat(run.length - 1))
}

/**
 * The folds under which a stored text is found: the whole, and what follows each space. The second kind is needed
 * since オ段+ウ reaches across the space of a name: サトウ ウメ folds to サトオオメ, which a search for ウメ would miss.
 */
export function foldForms(text: string): string[] {
  const parts = text.split(/[\s\u3000]+/).filter((part) => part !== '')
  const forms = new Set<string>([fold(text)])
  for (let i = 1; i < parts.length; i++) forms.add(fold(parts.slice(i).join('')))
  forms.delete('')
  return [...forms]
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
