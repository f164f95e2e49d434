import type { FileInterface } from '../interfaces/interfaces.columns.ts'
import type { AddressParts } from './manual.address.ts'
import { readDate } from './manual.dates.ts'
import {
  addressColumns,
  coveredBy,
  fillRules,
  virtualTargets,
  type FillTown,
  type Plan,
} from './manual.plan.ts'
import { readText, readValue, relationCodes, type Change } from './manual.values.ts'

/** What was done to one cell of a row that the file did not say itself. */
export type Note = {
  readonly column: string
  readonly change: Change | 'filled' | 'assumed-town' | 'uncertain-date' | 'impossible-date'
}

export type Converted = {
  /** In the order of the interface; what could not be read stands as it is, for the checks to refuse. */
  readonly fields: string[]
  readonly notes: readonly Note[]
}

type Step = (cells: readonly string[], fields: string[], notes: Note[]) => void

/**
 * Turns rows of a vendor's file into rows of the published interface. Pure, and the same row always gives the same fields:
 * what is put in where the file says nothing comes from the plan.
 */
export function makeConverter(
  plan: Plan,
  file: FileInterface,
  town: FillTown,
  cut: (line: string) => AddressParts,
): (cells: readonly string[]) => Converted {
  const at = new Map(file.columns.map((column, i) => [column.name, i]))
  const source = new Map<string, number>()
  for (const [i, target] of plan.targets.entries()) if (target !== null) source.set(target, i)
  const covered = coveredBy(file, plan.targets)
  const steps: Step[] = []

  for (const [i, column] of file.columns.entries()) {
    const from = source.get(column.name)
    if (from === undefined) continue
    if (column.kind === 'date' || column.kind === 'uncertain-date') {
      steps.push(
        dateStep(
          column.name,
          i,
          from,
          column.kind === 'uncertain-date' && !covered.has(`${column.name}_不詳フラグ`),
        ),
      )
    } else {
      const zeroFill = plan.zeroFill[column.name] ?? null
      steps.push((cells, fields, notes) => {
        const { value, changes } = readValue(column, cells[from] ?? '', zeroFill)
        fields[i] = value
        for (const change of changes) notes.push({ column: column.name, change })
      })
    }
  }
  for (const virtual of virtualTargets(file)) {
    const from = source.get(virtual.name)
    if (from === undefined) continue
    if (virtual.kind === 'whole-address') steps.push(addressStep(virtual.prefix, from, at, cut))
    else steps.push(namePartStep(virtual.of, at.get(virtual.of)!, from, virtual.order))
  }
  for (const rule of fillRules(file, town, '')) {
    const given = covered.has(rule.column)
    if (given && !rule.blanksToo) continue
    // That a whole column is missing is told once, by its rule; a blank cell of a column that is there is counted.
    const note: Note | null = given ? { column: rule.column, change: 'filled' } : null
    const step = fillStep(rule.column, plan.fills[rule.column] ?? rule.value, at, town, note)
    if (step !== null) steps.push(step)
  }

  const empty = file.columns.map((column) => (column.kind === 'flag' && !column.required ? '0' : ''))
  return (cells) => {
    const fields = [...empty]
    const notes: Note[] = []
    for (const step of steps) step(cells, fields, notes)
    return { fields, notes }
  }
}

function dateStep(column: string, i: number, from: number, alone: boolean): Step {
  return (cells, fields, notes) => {
    const raw = cells[from] ?? ''
    const read = readDate(raw)
    if (read.kind === 'day') fields[i] = read.day
    else if (read.kind === 'unreadable') fields[i] = raw.slice(0, 100)
    else if (read.kind === 'uncertain') {
      fields[i] = alone ? read.day : read.day || raw.slice(0, 100)
      if (alone) {
        fields[i + 1] = '1'
        fields[i + 2] = read.wording
        notes.push({ column, change: read.impossible ? 'impossible-date' : 'uncertain-date' })
      }
    }
  }
}

function namePartStep(of: string, i: number, from: number, order: 0 | 1): Step {
  return (cells, fields, notes) => {
    const { value, changes } = readText(cells[from] ?? '')
    for (const change of changes) notes.push({ column: of, change })
    fields[i] =
      order === 0 || fields[i] === '' ? value : value === '' ? fields[i]! : `${fields[i]}\u3000${value}`
  }
}

function addressStep(
  prefix: string,
  from: number,
  at: ReadonlyMap<string, number>,
  cut: (line: string) => AddressParts,
): Step {
  const places = addressColumns.map((part) => at.get(`${prefix}_${part}`))
  return (cells, fields, notes) => {
    const { value, changes } = readText(cells[from] ?? '')
    if (value === '') return
    for (const change of changes) notes.push({ column: `${prefix}_町字`, change })
    const { code, prefecture, city, town, number, building, assumed } = cut(value)
    for (const [k, part] of [code, prefecture, city, town, number, building].entries()) {
      const place = places[k]
      // A column of its own says it better.
      if (place !== undefined && fields[place] === '') fields[place] = part
    }
    if (assumed) notes.push({ column: `${prefix}_市区郡町村名`, change: 'assumed-town' })
  }
}

function fillStep(
  column: string,
  value: string | null,
  at: ReadonlyMap<string, number>,
  town: FillTown,
  note: Note | null,
): Step | null {
  const i = at.get(column)!
  if (value !== null) {
    return (_cells, fields, notes) => {
      if (fields[i] !== '') return
      fields[i] = value
      if (note !== null) notes.push(note)
    }
  }
  const derive = derivations[column]
  if (derive === undefined) return null
  const read = (fields: readonly string[], name: string): string => fields[at.get(name) ?? -1] ?? ''
  return (_cells, fields, notes) => {
    if (fields[i] !== '' || (column === '異動年月日' && fields[i + 1] === '1')) return
    const values = derive((name) => read(fields, name), town)
    for (const [k, one] of values.entries()) fields[i + k] = one
    if (note !== null) notes.push(note)
  }
}

/** Values worked out row by row, for the column and those after it. Run in the order of the interface. */
const derivations: Readonly<
  Record<string, (read: (name: string) => string, town: FillTown) => readonly string[]>
> = {
  住民種別: (read) => {
    const country = read('国籍名等')
    return [country === '' || country === '日本' || country === '日本国' ? '1' : '2']
  },
  異動年月日: (read) => {
    const since = ['住民となった年月日', '住民となった年月日_不詳フラグ', '住民となった年月日_不詳表記'].map(
      read,
    )
    return since[0] === '' && since[1] !== '1' ? ['', '1', '記載なし'] : since
  },
  性別表記: (read) => [{ '1': '男', '2': '女' }[read('性別')] ?? '不明'],
  // Before 続柄表記 is filled in: without words there is no code.
  続柄コード1: (read) => (read('続柄表記') === '' ? ['00'] : relationCodes(read('続柄表記'))),
}
