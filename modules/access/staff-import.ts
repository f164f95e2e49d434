import { addDays, isPlainDate, plainDate } from '@open-bcl/core/dates.ts'
import { importItems } from './staff-import-items.ts'
import { OPERATORS_LOGIN, type SpellRow } from './staff.ts'
import type { StaffState } from './staff-states.ts'

type Item = (typeof importItems)[number]

/** A person works hours on a larger one; every new account costs a slow hash. */
export const MOST_ROWS = 2_000
export const MOST_NEW = 300

export type ImportError = { readonly line: number; readonly item: string; readonly message: string }

export type ImportRow = {
  readonly line: number
  readonly loginId: string
  readonly displayName: string
  readonly department: string
  readonly kind: 'active' | 'suspended' | 'retired'
  /** Names; `null` = the roles stay as they are. */
  readonly roles: readonly string[] | null
  readonly fromOn: string | null
  readonly untilOn: string | null
}

/** UTF-8 with or without a mark, or Shift_JIS, as spreadsheets in Japan save it; `null` = neither. */
export function decodeText(bytes: Uint8Array): string | null {
  for (const encoding of ['utf-8', 'shift_jis']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {
      // The next one.
    }
  }
  return null
}

/** Lines of cells, each with its number; `null` where a quotation never ends. */
export function readCsv(text: string): { readonly line: number; readonly cells: string[] }[] | null {
  const rows: { line: number; cells: string[] }[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/gy
  let line = 1
  let row: { line: number; cells: string[] } | null = null
  while (cell.lastIndex < text.length || row !== null) {
    const found = cell.exec(text)
    if (!found) return null
    row ??= { line, cells: [] }
    row.cells.push((found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim())
    line += (found[0].match(/\r\n|\n|\r/g) ?? []).length
    if (found[3] === ',') continue
    if (row.cells.some((one) => one !== '')) rows.push(row)
    row = null
    if (found[3] === '') break
  }
  return rows
}

const kinds: Readonly<Record<string, ImportRow['kind']>> = {
  '': 'active',
  在職: 'active',
  停止: 'suspended',
  退職: 'retired',
}

/** Each row by itself: is every item what it has to be? */
export function readImport(text: string): { rows: ImportRow[]; errors: ImportError[] } {
  const lines = readCsv(text)
  const whole = (message: string) => ({ rows: [], errors: [{ line: 1, item: '見出し', message }] })
  if (lines === null) return whole('引用符（"）が閉じていない行があります')
  const [head, ...body] = lines
  const at = new Map(importItems.map((item) => [item, head?.cells.indexOf(item) ?? -1]))
  const missing = importItems.filter((item) => at.get(item) === -1)
  if (missing.length > 0) return whole(`見出しに「${missing.join('」「')}」がありません`)
  if (body.length > MOST_ROWS) return whole(`一度に読み込めるのは${MOST_ROWS}行までです`)
  const errors: ImportError[] = []
  const seen = new Map<string, number>()
  const rows = body.flatMap(({ line, cells }): ImportRow[] => {
    const before = errors.length
    const get = (item: Item): string => cells[at.get(item)!] ?? ''
    const wrong = (item: Item, message: string) => void errors.push({ line, item, message })
    const loginId = get('ID')
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(loginId)) wrong('ID', '英数字と . _ - で、64文字までで書いてください')
    else if (loginId.startsWith(OPERATORS_LOGIN)) wrong('ID', `${OPERATORS_LOGIN} で始まるIDは使えません`)
    else if (seen.has(loginId)) wrong('ID', `${seen.get(loginId)}行目と同じIDです`)
    else seen.set(loginId, line)
    for (const item of ['氏名', '所属'] as const) {
      if (get(item) === '' || get(item).length > 60) wrong(item, '1文字から60文字までで書いてください')
    }
    const kind = kinds[get('区分')]
    if (kind === undefined) wrong('区分', '「在職」「停止」「退職」のどれかを書いてください（空欄は在職）')
    const days = (['開始日', '終了日'] as const).map((item) => {
      const day = dayOf(get(item))
      if (day === undefined) wrong(item, '2027-04-01 または 2027/4/1 の形で書いてください')
      return day ?? null
    })
    const [fromOn = null, untilOn = null] = days
    if (fromOn !== null && untilOn !== null && untilOn < fromOn)
      wrong('終了日', '開始日以降の日にしてください')
    if (errors.length > before || kind === undefined) return []
    return [
      {
        ...{ line, loginId, displayName: get('氏名'), department: get('所属'), kind, fromOn, untilOn },
        roles: get('役割') === '' ? null : rolesOf(get('役割')),
      },
    ]
  })
  return { rows, errors }
}

/** 「なし」 takes all roles away; several are parted by 、 or ; */
function rolesOf(text: string): string[] {
  if (text === 'なし') return []
  return [...new Set(text.split(/[、;；]/u).map((one) => one.trim()))].filter((one) => one !== '')
}

/** `null` = empty; `undefined` = no day. */
function dayOf(text: string): string | null | undefined {
  if (text === '') return null
  const parts = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(text)
  const day = parts ? `${parts[1]}-${parts[2]!.padStart(2, '0')}-${parts[3]!.padStart(2, '0')}` : ''
  return isPlainDate(day) ? day : undefined
}

/** What is known of a person before the import. */
export type Known = {
  readonly staffId: string
  readonly displayName: string
  readonly department: string
  readonly state: StaffState
  readonly lastOn: string | null
  readonly isOneself: boolean
  /** Without those for one disaster and those given elsewhere. */
  readonly spells: readonly SpellRow[]
}

export type Act =
  | { readonly act: 'create' | 'rename' | 'suspend' | 'resume' }
  | { readonly act: 'retire'; readonly lastOn: string }
  | {
      readonly act: 'assign'
      readonly role: string
      readonly fromOn: string
      readonly untilOn: string | null
    }
  | { readonly act: 'end'; readonly spell: SpellRow; readonly lastOn: string }

export type Step = { readonly row: ImportRow; readonly known: Known | null; readonly acts: readonly Act[] }

/** What has to be done about a row so that it is true; nothing where it is. `roleOf`: a role by its name. */
export function planRow(
  row: ImportRow,
  known: Known | null,
  today: string,
  roleOf: (name: string) => string | undefined,
): { acts: Act[]; errors: ImportError[] } {
  const errors: ImportError[] = []
  const acts: Act[] = []
  const wrong = (item: Item, message: string) => void errors.push({ line: row.line, item, message })
  const fromOn = row.fromOn === null || row.fromOn < today ? today : row.fromOn
  if (row.untilOn !== null && row.untilOn < today) wrong('終了日', '今日以降の日にしてください')
  const before = addDays(plainDate(fromOn), -1)
  if (known === null) {
    if (row.kind === 'retired') wrong('区分', 'このIDの職員は登録されていません')
    acts.push({ act: 'create' })
    if (row.kind === 'suspended') acts.push({ act: 'suspend' })
  } else {
    if (known.displayName !== row.displayName || known.department !== row.department)
      acts.push({ act: 'rename' })
    if (row.kind === 'retired') {
      const isSo = known.lastOn !== null && known.lastOn <= before
      if (!isSo) acts.push({ act: 'retire', lastOn: before })
    } else if (row.kind === 'suspended') {
      if (known.state !== 'suspended') acts.push({ act: 'suspend' })
    } else if (known.state !== 'active') acts.push({ act: 'resume' })
  }
  if (row.kind !== 'retired' && row.roles !== null) {
    const wanted = row.roles.flatMap((name) => {
      const role = roleOf(name)
      if (role === undefined) wrong('役割', `「${name}」という役割はありません`)
      return role ?? []
    })
    const spells = known?.spells ?? []
    for (const role of wanted) {
      const held = spells.some(
        (one) => one.role === role && one.fromOn <= fromOn && one.untilOn === row.untilOn,
      )
      if (!held) acts.push({ act: 'assign', role, fromOn, untilOn: row.untilOn })
    }
    for (const spell of spells) {
      // Also a spell of a wanted role with another end: the new one takes its place.
      const stays = wanted.includes(spell.role) && spell.fromOn <= fromOn && spell.untilOn === row.untilOn
      const replaced = wanted.includes(spell.role) && spell.fromOn === fromOn
      const overBefore = spell.untilOn !== null && spell.untilOn <= before
      if (!stays && !replaced && !overBefore) acts.push({ act: 'end', spell, lastOn: before })
    }
  }
  const touchesRights = acts.some(({ act }) => act !== 'rename')
  if (known?.isOneself && touchesRights) wrong('区分', 'ご自身の権限や状態は変えられません')
  return { acts, errors }
}
