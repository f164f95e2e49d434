import { createHash } from 'node:crypto'
import { fileInterfaces, type Business, type FileInterface } from '../../interfaces/interfaces.columns.ts'

/**
 * A naive 中間DB, written from docs/interfaces/linkage.md and knowing nothing of the code that applies files: maps in memory,
 * copied whole for every number of the town's data. What the real one must equal.
 */

/** One row of a file: its values by 項目名, and which of them were made wrong. */
export type ModelRow = {
  readonly line: number
  readonly values: Readonly<Record<string, string>>
  readonly wrong: readonly string[]
}

export type ModelFile = {
  readonly business: Business
  readonly mode: 'full' | 'delta'
  readonly origin: 'link' | 'hand'
  readonly rows: readonly ModelRow[]
}

/** A row that stands. */
export type Standing = {
  readonly canonical: string
  readonly values: Readonly<Record<string, string>>
  readonly residentNo: string
  readonly scope: string
  readonly latest: boolean
  readonly origin: 'link' | 'hand'
  /** 支援措置 that the town no more has, and that protects on. */
  readonly kept: boolean
}

export type ModelBadRow = {
  readonly business: Business
  readonly line: number | null
  readonly rowKey: string | null
  readonly residentNo: string | null
  readonly fromSeq: number
}

export type ModelOutcome = {
  readonly counts: {
    readonly rows: number
    readonly inserted: number
    readonly updated: number
    readonly deleted: number
    readonly unchanged: number
    readonly refused: number
    readonly parked: number
    readonly blocked: number
  }
  readonly hashTotal: string
  /** Lines with something wrong. */
  readonly badLines: readonly number[]
}

type Rows = ReadonlyMap<string, Standing>

type Read = {
  readonly row: ModelRow
  readonly values: Readonly<Record<string, string>>
  readonly canonical: string
  readonly key: string | null
  readonly residentNo: string | null
  readonly scope: string
  readonly latest: boolean
  readonly deleted: boolean
}

/** In the place of a row's key: the person has none that is the latest. */
const NO_LATEST = '|最新なし'

/** Kept beside the row and no part of what is compared. */
const beside = ['個人番号', '最新フラグ', '削除フラグ']

/** The columns of the current version; what an older one lacks is empty, a flag 0, and its reading is not a legal one. */
export function currentValues(
  file: FileInterface,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    file.columns.map(({ name, kind }) => [
      name,
      values[name] ?? (kind === 'flag' || name === '振り仮名_公証区分' ? '0' : ''),
    ]),
  )
}

export function canonicalOf(file: FileInterface, values: Readonly<Record<string, string>>): string {
  return file.columns
    .filter(({ name }) => !beside.includes(name))
    .map(({ name }) => values[name]!)
    .join('\u001f')
}

export function totalOf(canonicals: Iterable<string>): string {
  let sum = 0n
  for (const canonical of canonicals)
    sum += BigInt(`0x${createHash('sha256').update(canonical, 'utf8').digest('hex').slice(0, 32)}`)
  return (sum % (1n << 128n)).toString(16).padStart(32, '0')
}

export class ModelTown {
  seq = 0
  readonly #rows = new Map<Business, Rows>()
  readonly #doubts = new Set<string>()
  readonly #history: { rows: Map<Business, Rows>; protectedPeople: ReadonlySet<string> }[] = []
  bad: ModelBadRow[] = []

  constructor() {
    this.#remember()
  }

  /** Rows of a business as of a number, by key. */
  rowsAt(business: Business, seq = this.seq): Rows {
    return this.#history[seq]!.rows.get(business) ?? new Map<string, Standing>()
  }

  /** Latest rows of people as of a number, by 宛名番号. */
  peopleAt(seq = this.seq): ReadonlyMap<string, Standing> {
    const standing = [...this.rowsAt('residents', seq).values()].filter(({ latest }) => latest)
    return new Map(standing.map((one) => [one.residentNo, one]))
  }

  /** What the town has, and would count for its own sum: nothing that stands only to protect. */
  sentAt(business: Business, seq = this.seq): Rows {
    return new Map([...this.rowsAt(business, seq)].filter(([, { kept }]) => !kept))
  }

  get protectedPeople(): ReadonlySet<string> {
    return this.#history[this.seq]!.protectedPeople
  }

  /** Applies a file that is right as a whole. */
  apply(file: ModelFile): ModelOutcome {
    const { business, mode, origin } = file
    const definition = fileInterfaces[business]
    const before = this.rowsAt(business)
    const read = file.rows.map((row) => readRow(definition, row))
    const { good, bad } = divide(business, read)
    this.seq += 1

    const spares = (key: string, { residentNo }: Standing): boolean =>
      bad.some((one) => one.key === key || (one.residentNo !== null && one.residentNo === residentNo))
    const named = new Set(good.map(({ key }) => key!))
    const missing =
      mode === 'delta' ? [] : [...before].filter(([key, row]) => !named.has(key) && !spares(key, row))
    const withheld = bad.some((one) => isAnybodys(definition, one))

    const after = new Map(before)
    let deleted = 0
    let unchanged = 0
    let inserted = 0
    let updated = 0
    for (const [key, row] of withheld ? [] : missing) {
      if (business === 'suppressions') after.set(key, { ...row, kept: true })
      else {
        after.delete(key)
        deleted += 1
      }
    }
    for (const one of good) {
      const key = one.key!
      const known = before.get(key)
      if (one.deleted) {
        if (known === undefined) unchanged += 1
        else if (business === 'suppressions' && known.values['支援措置区分'] !== '9') {
          after.set(key, { ...known, kept: true })
          unchanged += 1
        } else {
          after.delete(key)
          deleted += 1
        }
        continue
      }
      const latest =
        one.latest ||
        isInForce(business, one, { good, before, named }) ||
        (known?.latest === true && keepsLatest(business, one, bad, good))
      const same =
        known !== undefined &&
        known.canonical === one.canonical &&
        known.latest === latest &&
        !known.kept &&
        !(known.origin === 'hand' && origin === 'link')
      if (same) {
        unchanged += 1
        continue
      }
      if (known === undefined) inserted += 1
      else updated += 1
      after.set(key, {
        canonical: one.canonical,
        values: one.values,
        residentNo: one.residentNo ?? '',
        scope: one.scope,
        latest,
        origin,
        kept: false,
      })
    }
    for (const one of good.filter(({ latest, deleted: gone }) => latest && !gone))
      for (const [key, row] of after) {
        if (key === one.key || row.scope !== one.scope || !row.latest) continue
        if (business === 'suppressions') {
          const newer = Number(one.values['履歴番号']) > Number(row.values['履歴番号'])
          if (!newer || (named.has(key) && !row.kept)) continue
        }
        after.set(key, { ...row, latest: false })
      }
    this.#rows.set(business, after)
    if (business === 'suppressions') this.#doubt(good, bad)
    this.#remember()

    const people =
      withheld && business !== 'suppressions'
        ? [...new Set(missing.map(([, { residentNo }]) => residentNo).filter((no) => no !== ''))]
        : []
    this.#settleBad(file, { good, bad, people })
    const fresh = this.bad.filter((one) => one.business === business && one.fromSeq === this.seq)
    return {
      counts: {
        rows: read.length,
        ...{ inserted, updated, deleted, unchanged },
        refused: bad.length,
        parked: this.#parked(business),
        blocked: new Set(fresh.flatMap(({ residentNo }) => residentNo ?? [])).size,
      },
      hashTotal: totalOf(read.map(({ canonical }) => canonical)),
      badLines: bad.map(({ row }) => row.line).toSorted((a, b) => a - b),
    }
  }

  /** Whose bad rows block: until a good row of the key comes, or a full file in which every key could be read. */
  #settleBad(
    { business, mode }: ModelFile,
    { good, bad, people }: { good: readonly Read[]; bad: readonly Read[]; people: readonly string[] },
  ): void {
    const fresh: ModelBadRow[] = [
      ...bad.map(({ row, key, residentNo }) => ({
        business,
        line: row.line,
        rowKey: key,
        residentNo,
        fromSeq: this.seq,
      })),
      ...people.map((residentNo) => ({ business, line: null, rowKey: null, residentNo, fromSeq: this.seq })),
      ...(business === 'residents' ? this.#lost() : []),
    ]
    const saysAll = mode === 'full' && fresh.every(({ rowKey }) => rowKey !== null)
    const told = new Set([...good, ...bad].flatMap(({ key }) => key ?? []))
    const isOpen = (one: ModelBadRow): boolean => {
      if (one.business !== business) return true
      if (one.rowKey?.endsWith(NO_LATEST) === true) return this.#hasNoLatest(one.residentNo!)
      return !(saysAll || (one.rowKey !== null && told.has(one.rowKey)))
    }
    this.bad = [...this.bad.filter(isOpen), ...fresh]
  }

  /** People whose latest row is gone, with others left and none in its place. */
  #lost(): ModelBadRow[] {
    return [...this.peopleAt(this.seq - 1).keys()]
      .filter((residentNo) => this.#hasNoLatest(residentNo))
      .map((residentNo) => ({
        ...{ business: 'residents', line: null, fromSeq: this.seq, residentNo },
        rowKey: residentNo + NO_LATEST,
      }))
  }

  #hasNoLatest(residentNo: string): boolean {
    const own = [...this.rowsAt('residents').values()].filter((one) => one.residentNo === residentNo)
    return own.length > 0 && own.every(({ latest }) => !latest)
  }

  #doubt(good: readonly Read[], bad: readonly Read[]): void {
    const doubtful = new Set(bad.flatMap(({ residentNo }) => residentNo ?? []))
    for (const { residentNo, deleted } of good)
      if (!deleted && !doubtful.has(residentNo!)) this.#doubts.delete(residentNo!)
    for (const person of doubtful) this.#doubts.add(person)
  }

  /**
   * Whom the town protects: everybody of whom a record came, but for those whose every record that claims to be the latest is
   * an end, and whose newest record is such an end.
   */
  #protected(): Set<string> {
    const records = [...(this.#rows.get('suppressions')?.values() ?? [])]
    const people = new Set(this.#doubts)
    for (const { residentNo } of records) {
      const own = records.filter((one) => one.residentNo === residentNo)
      const newest = own.reduce((a, b) =>
        Number(b.values['履歴番号']) > Number(a.values['履歴番号']) ? b : a,
      )
      const isEnd = (one: Standing): boolean => one.values['支援措置区分'] === '9'
      const ended = newest.latest && isEnd(newest) && own.every((one) => !one.latest || isEnd(one))
      if (!ended) people.add(residentNo)
    }
    return people
  }

  /** Latest rows whose person nobody has told of yet. */
  #parked(business: Business): number {
    const waits = !['residents', 'suppressions', 'card-serials', 'non-residents', 'issue-blocks'].includes(
      business,
    )
    if (!waits) return 0
    const known = new Set([
      ...this.peopleAt().keys(),
      ...[...this.rowsAt('non-residents').values()].flatMap((one) => (one.latest ? one.residentNo : [])),
    ])
    return [...this.rowsAt(business).values()].filter(
      ({ latest, residentNo }) => latest && residentNo !== '' && !known.has(residentNo),
    ).length
  }

  #remember(): void {
    this.#history[this.seq] = { rows: new Map(this.#rows), protectedPeople: this.#protected() }
  }
}

function readRow(file: FileInterface, row: ModelRow): Read {
  const values = currentValues(file, row.values)
  const { wrong } = row
  const readable = (names: readonly string[]): boolean => names.every((name) => !wrong.includes(name))
  const residentNo = values[file.residentNo]!
  return {
    row,
    values,
    canonical: canonicalOf(file, values),
    key: readable(file.key) ? file.key.map((name) => keyPart(file, name, values[name]!)).join('|') : null,
    residentNo: readable([file.residentNo]) && residentNo !== '' ? residentNo : null,
    scope: file.key
      .filter((name) => !file.history.includes(name))
      .map((name) => keyPart(file, name, values[name]!))
      .join('|'),
    latest: !file.hasLatest || values['最新フラグ'] === '1',
    deleted: values['削除フラグ'] === '1',
  }
}

/** 16進 in either case names the same thing. */
function keyPart(file: FileInterface, name: string, value: string): string {
  return file.columns.some((column) => column.name === name && column.kind === 'hex')
    ? value.toLowerCase()
    : value
}

/** Rows that are right by themselves, but for those whose key, or whose claim to be the latest, another such row shares. */
function divide(business: Business, read: readonly Read[]): { good: Read[]; bad: Read[] } {
  const right = read.filter(({ row }) => row.wrong.length === 0)
  const once = right.filter((one) => !right.some((other) => other !== one && other.key === one.key))
  const claims = ({ latest, deleted }: Read): boolean => latest && !deleted
  // Of two claims to be protected, any that protects wins; cards make none.
  const judged = business !== 'suppressions' && business !== 'card-serials'
  const good = once.filter(
    (one) =>
      !judged ||
      !claims(one) ||
      !once.some((other) => other !== one && claims(other) && other.scope === one.scope),
  )
  return { good, bad: read.filter((one) => !good.includes(one)) }
}

/** Nobody can say which row it was about: it names no person, or a row that another person may have had until now. */
function isAnybodys(file: FileInterface, { row, key }: Read): boolean {
  return row.wrong.includes(file.residentNo) || (key === null && !file.key.includes(file.residentNo))
}

/** A person stays findable although the row that takes the place of the latest one is the bad one. */
function keepsLatest(business: Business, one: Read, bad: readonly Read[], good: readonly Read[]): boolean {
  return (
    business === 'residents' &&
    bad.some(({ residentNo }) => residentNo === one.residentNo) &&
    !good.some((other) => other.scope === one.scope && other.latest && !other.deleted)
  )
}

/** A 発行抑止 ends by its 抑止解除年月日 or by going away, and not by its newer row being late. */
function isInForce(
  business: Business,
  one: Read,
  { good, before, named }: { good: readonly Read[]; before: Rows; named: ReadonlySet<string> },
): boolean {
  const age = ({ values }: Read): number => Number(values['履歴番号'])
  const standing = [...before].some(([key, row]) => row.scope === one.scope && row.latest && !named.has(key))
  const newer = good.some(
    (other) => other.scope === one.scope && !other.deleted && (other.latest || age(other) > age(one)),
  )
  return business === 'issue-blocks' && !standing && !newer
}
