import type { Rules } from '../rules/guidelines.ts'
import { degrees, type Degree, type InputDefinition, type SheetKind } from '../rules/rules.ts'
import { inputsOf, sheetDefinition, sheetKinds } from '../rules/sheets.ts'

/**
 * The paper sheet: where everything stands on A4, in millimetres from the upper left corner. Printing and reading are made
 * of the same places, so that what a person ticked is looked for where it was printed.
 */
export type PaperBox = {
  /** Key of the input; '' = about the survey itself (`label` says what). */
  readonly key: string
  /** Which answer of it: `true`, an option, `none`, a degree, `0` … */
  readonly part: string
  /** `check`: a tick is read. `write`: figures and words, which a person reads. */
  readonly kind: 'check' | 'write'
  readonly label: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
export type PaperText = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly size: number
  readonly words: string
}
export type PaperPage = { readonly texts: readonly PaperText[]; readonly boxes: readonly PaperBox[] }

/** The four codes: the one that says what the paper is, and one in each other corner, to lay the page flat by. */
export const MAIN_CODE = { x: 10, y: 10, side: 24 } as const
export const CORNER_CODES = [
  { x: 185, y: 10, side: 15 },
  { x: 185, y: 272, side: 15 },
  { x: 10, y: 272, side: 15 },
] as const
export const LEFT = 12
export const RIGHT = 198
const [TOP, BOTTOM] = [40, 268]
/** Left edge of what is answered. */
const ANSWER = 82
export const CHECK_MM = 4.6
const WRITE_MM = 7.5
const LINE_MM = 6.4

class Draft {
  readonly pages: { texts: PaperText[]; boxes: PaperBox[] }[] = [{ texts: [], boxes: [] }]
  #y = TOP

  get #page(): { texts: PaperText[]; boxes: PaperBox[] } {
    return this.pages.at(-1)!
  }

  /** So much room at one piece; else it goes to the next page. */
  room(height: number): void {
    if (this.#y + height <= BOTTOM) return
    this.pages.push({ texts: [], boxes: [] })
    this.#y = TOP
  }

  down(height: number): void {
    this.#y += height
  }

  text(x: number, words: string, width: number, size = 8, lower = 0): void {
    this.#page.texts.push({ x, y: this.#y + lower, width, size, words })
  }

  box(box: Omit<PaperBox, 'y' | 'height'> & { readonly height?: number }, lower = 0): void {
    const height = box.height ?? (box.kind === 'check' ? CHECK_MM : WRITE_MM)
    this.#page.boxes.push({ ...box, y: this.#y + lower, height })
  }
}

/** The pages of one of the sixteen sheets. */
export function paperPages(rules: Rules, kind: SheetKind): readonly PaperPage[] {
  const definition = sheetDefinition(rules, kind)
  const inputs = inputsOf(definition)
  const draft = new Draft()
  for (const group of definition.groups) {
    draft.room(8 + heightOf(group.inputs[0]!))
    draft.text(LEFT, `■ ${group.label}`, 180, 9.5, 1)
    draft.down(6.5)
    for (const input of group.inputs) {
      draft.room(heightOf(input))
      draft.text(LEFT, `${input.label}${whenText(input, inputs)}`, ANSWER - LEFT - 3, 8.5, 1)
      draw(draft, input)
      draft.down(heightOf(input))
    }
    draft.down(1.5)
  }
  const survey = [
    ['surveyedOn', '調査日', 60],
    ['surveyors', '調査員（2人以上）', 116],
    ['witness', '立会者', 116],
    ['note', '備考', 116],
  ] as const
  draft.room(8 + survey.length * 9.5)
  draft.text(LEFT, '■ 調査の記録', 180, 9.5, 1)
  draft.down(6.5)
  for (const [part, label, width] of survey) {
    draft.text(LEFT, label, ANSWER - LEFT - 3, 8.5, 1.5)
    draft.box({ key: '', part, kind: 'write', label, x: ANSWER, width })
    draft.down(9.5)
  }
  return draft.pages
}

function whenText(input: InputDefinition, all: readonly InputDefinition[]): string {
  const { askedWhen } = input
  if (askedWhen === null) return ''
  const asked = all.find((one) => one.key === askedWhen.key)
  const answer =
    typeof askedWhen.is === 'boolean'
      ? askedWhen.is
        ? 'はい'
        : 'いいえ'
      : (asked?.options.find((one) => one.value === askedWhen.is)?.label ?? '')
  return `（${asked?.label ?? ''}：${answer}のとき）`
}

/** Short options stand two in a line. */
function optionsAbreast(input: InputDefinition): boolean {
  return input.options.every((one) => one.label.length <= 16)
}

function heightOf(input: InputDefinition): number {
  switch (input.kind) {
    case 'yes-no':
      return 8.5
    case 'choice':
      return Math.max(
        8.5,
        (optionsAbreast(input) ? Math.ceil(input.options.length / 2) : input.options.length) * LINE_MM + 2,
      )
    case 'length':
    case 'percent':
    case 'points':
    case 'depths':
    case 'tilt':
    case 'length-share':
      return 10
    case 'degree-areas':
      return 16.5
    case 'degree-counts':
      return 19
  }
}

function draw(draft: Draft, input: InputDefinition): void {
  const { key } = input
  const check = (part: string, label: string, x: number, lower: number): void => {
    draft.box({ key, part, kind: 'check', label, x, width: CHECK_MM }, lower)
    draft.text(x + CHECK_MM + 1.2, label, RIGHT - x - CHECK_MM - 1, 8, lower + 0.9)
  }
  const write = (part: string, label: string, x: number, width: number, lower = 1): number => {
    const before = label === '' ? 0 : label.length * 2.9 + 0.8
    if (label !== '') draft.text(x, label, before + 2, 8, lower + 2.2)
    draft.box({ key, part, kind: 'write', label, x: x + before, width }, lower)
    draft.text(x + before + width + 0.8, input.unit, 8, 8, lower + 2.2)
    return x + before + width + 1 + input.unit.length * 2.9
  }
  const byDegree = (lower: number): void => {
    for (const [i, degree] of degrees.entries())
      write(degree, romanOf(degree), ANSWER + i * 23.4, 14.5, lower)
  }
  switch (input.kind) {
    case 'yes-no':
      check('true', 'はい', ANSWER, 1)
      check('false', 'いいえ', ANSWER + 28, 1)
      return
    case 'choice': {
      const two = optionsAbreast(input)
      for (const [i, option] of input.options.entries())
        check(
          option.value,
          option.label,
          two ? ANSWER + (i % 2) * 58 : ANSWER,
          1 + (two ? Math.floor(i / 2) : i) * LINE_MM,
        )
      return
    }
    case 'length':
    case 'percent':
    case 'points':
      write('value', '', ANSWER, 30)
      return
    case 'depths':
      for (let i = 0; i < 4; i++) write(String(i), '①②③④'[i]!, ANSWER + i * 29, 17)
      return
    case 'tilt':
      for (let i = 0; i < 4; i++) write(String(i), '①②③④'[i]!, ANSWER + i * 22.5, 12)
      write('plumb', '下げ振り', ANSWER + 90, 9)
      return
    case 'length-share':
      write('damaged', '損傷', ANSWER, 24)
      write('total', '全体', ANSWER + 58, 24)
      return
    case 'degree-areas':
      check('none', '見たが損傷なし', ANSWER, 1)
      byDegree(7.6)
      return
    case 'degree-counts':
      write('total', '全体の数', ANSWER, 20)
      byDegree(10)
      return
  }
}

function romanOf(degree: Degree): string {
  return { I: 'Ⅰ', II: 'Ⅱ', III: 'Ⅲ', IV: 'Ⅳ', V: 'Ⅴ' }[degree]
}

/** What a paper's main code says. */
export type PaperCode = {
  readonly municipality: string
  readonly taskId: string
  /** Of the sheet this paper will become: the same paper read twice is the same sheet. */
  readonly sheetId: string
  readonly kind: SheetKind
  /** From 1. */
  readonly page: number
  readonly pages: number
  /** Of the places it was printed with: another one now means that nothing is looked for. */
  readonly places: number
}

const MARK = [0x4f, 0x42, 0x53, 0x56]
const VERSION = 1
const LENGTH = 52

/** FNV-1a, 32 bits: tells whether two lists of places are the same; no protection against anybody. */
export function placesDigest(pages: readonly PaperPage[]): number {
  let hash = 0x811c9dc5
  for (const unit of JSON.stringify(pages.map(({ boxes }) => boxes))) {
    hash = Math.imul(hash ^ unit.codePointAt(0)!, 0x01000193) >>> 0
  }
  return hash
}

export function encodePaper(code: PaperCode): Uint8Array {
  const kind = sheetKinds.findIndex(
    (one) =>
      one.hazard === code.kind.hazard &&
      one.structure === code.kind.structure &&
      one.stage === code.kind.stage,
  )
  const bytes = new Uint8Array(LENGTH)
  bytes.set([...MARK, VERSION], 0)
  bytes.set(
    [...code.municipality].map((digit) => digit.charCodeAt(0)),
    5,
  )
  bytes.set(uuidBytes(code.taskId), 11)
  bytes.set(uuidBytes(code.sheetId), 27)
  bytes.set([kind, code.page, code.pages], 43)
  new DataView(bytes.buffer).setUint32(46, code.places)
  new DataView(bytes.buffer).setUint16(50, checkOf(bytes))
  return bytes
}

/** `null`: no code of a survey sheet. `newer`: of one that this program does not know. */
export function decodePaper(bytes: Uint8Array): PaperCode | 'newer' | null {
  if (!MARK.every((byte, i) => bytes[i] === byte) || bytes.length < 6 || bytes[4] === 0) return null
  if (bytes[4] !== VERSION) return 'newer'
  if (bytes.length !== LENGTH) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = sheetKinds[bytes[43]!]
  const [page, pages] = [bytes[44]!, bytes[45]!]
  const municipality = String.fromCharCode(...bytes.subarray(5, 11))
  if (view.getUint16(50) !== checkOf(bytes) || !kind || page < 1 || page > pages) return null
  if (!/^\d{6}$/.test(municipality)) return null
  return {
    ...{ municipality, kind, page, pages },
    taskId: uuidText(bytes.subarray(11, 27)),
    sheetId: uuidText(bytes.subarray(27, 43)),
    places: view.getUint32(46),
  }
}

export function encodeCorner(corner: number): Uint8Array {
  return new Uint8Array([...MARK, 0, corner])
}

/** Which corner, 0 to 2; `null` = something else. */
export function decodeCorner(bytes: Uint8Array): number | null {
  const isCorner = bytes.length === 6 && MARK.every((byte, i) => bytes[i] === byte) && bytes[4] === 0
  return isCorner && bytes[5]! < CORNER_CODES.length ? bytes[5]! : null
}

function checkOf(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < LENGTH - 2; i++) sum = (sum * 31 + bytes[i]!) & 0xffff
  return sum
}

function uuidBytes(id: string): number[] {
  const hex = id.replaceAll('-', '')
  return Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

function uuidText(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
