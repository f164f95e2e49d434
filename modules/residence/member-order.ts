import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import type { SexCode } from '../residents/residents.ts'

/** What the order of a household hangs on. */
export type Placed = {
  readonly residentNo: string
  /** 続柄表記: one of the standard's words, or up to four of them joined by の (標準仕様書 1.1.11). */
  readonly relationText: string
  readonly sex: SexCode
  readonly birth: RegisterDate
  /** 氏名; the family name stands before the space. */
  readonly name: string
  /** 筆頭者, as the member's 戸籍 names it; empty = not known. */
  readonly domicileHead: string
  /** 並び順 set by the mayor; `null` = none. */
  readonly order: number | null
}

/**
 * 世帯員の並び順 in 世帯連記式 (住民記録システム標準仕様書 5.2). What the mayor has set wins; whom it does not name stands after
 * those it names, in the standard's order:
 *
 * 1. 世帯主, spouse, children without a family of their own here; 2. families of children; 3. parents, siblings,
 * grandparents; 4. everybody else: the spouse's parents, siblings and grandparents, other relatives, 縁故者, 同居人.
 *
 * A register does not say whose spouse or child 「子の妻」 or 「子の子」 is. With several such families they are told apart by
 * 筆頭者, then by the family name; where that does not decide, the eldest child that could be the parent, or the spouse by
 * sex, is taken. A town that wants it otherwise sets 並び順.
 */
export function orderMembers<T extends Placed>(members: readonly T[]): T[] {
  const manual = members.filter((one) => one.order !== null)
  const rest = members.filter((one) => one.order === null)
  return [
    ...manual.toSorted((a, b) => a.order! - b.order! || byBirth(a, b)),
    ...nearest(rest),
    ...ownFamilies(rest),
    ...upwards(rest, []),
    ...others(rest),
  ]
}

/** 生年月日, then 宛名番号. An unknown birth date comes last. */
function byBirth(a: Placed, b: Placed): number {
  const left = a.birth.on ?? '9999'
  const right = b.birth.on ?? '9999'
  return left < right ? -1 : left > right ? 1 : byNumber(a, b)
}

function byNumber(a: Placed, b: Placed): number {
  return a.residentNo.length - b.residentNo.length || (a.residentNo < b.residentNo ? -1 : 1)
}

const spouses: readonly string[] = ['夫', '妻', '夫（未届）', '妻（未届）']
const parents: readonly string[] = ['父', '母']
const siblings: readonly string[] = ['兄', '姉', '弟', '妹']

/** `子の妻` → 子, 妻. An adopted child who is also a child's spouse, `子（子の夫）`, stands where that spouse stands. */
function chainOf({ relationText }: Placed): string[] {
  const within = /^子（(子の[夫妻])）$/.exec(relationText)?.[1]
  return (within ?? relationText).split('の')
}

type Family<T> = { readonly root: T; readonly spouse: T[]; readonly children: T[] }

/** Families of children: who is 子の夫, 子の妻, 子の子 and further down, under the child it seems to belong to. */
function familiesOf<T extends Placed>(members: readonly T[]): Family<T>[] {
  const children = members.filter((one) => chainOf(one).join() === '子').toSorted(byBirth)
  const families = children.map((root): Family<T> => ({ root, spouse: [], children: [] }))
  const kin = members.filter((one) => chainOf(one)[0] === '子' && chainOf(one).length > 1)
  const married = kin.filter(isChildsSpouse).toSorted(byBirth)
  for (const one of married) {
    const free = families.filter((family) => family.spouse.length === 0)
    const sex: SexCode = chainOf(one)[1]!.startsWith('夫') ? '2' : '1'
    const fitting = free.filter(({ root }) => root.sex === sex)
    likeliest(one, fitting.length > 0 ? fitting : free)?.spouse.push(one)
  }
  for (const one of kin.filter((other) => !isChildsSpouse(other)).toSorted(byBirth)) {
    likeliest(one, families)?.children.push(one)
  }
  return families
}

function isChildsSpouse(one: Placed): boolean {
  const chain = chainOf(one)
  return chain.length === 2 && spouses.includes(chain[1]!)
}

/** A parent is so much older, at least. */
const GENERATION_YEARS = 15

function likeliest<T extends Placed>(one: T, families: readonly Family<T>[]): Family<T> | undefined {
  const couple = ({ root, spouse }: Family<T>): T[] => [root, ...spouse]
  const downward = !isChildsSpouse(one)
  const old = families.filter((family) =>
    downward ? couple(family).some((parent) => yearsBetween(parent, one) >= GENERATION_YEARS) : true,
  )
  const possible = old.length > 0 ? old : families
  const founded = (family: Family<T>): boolean => downward && family.spouse.length > 0
  const named = possible.filter((family) =>
    couple(family).some((member) => familyName(member) === familyName(one)),
  )
  const narrowed = [
    possible.filter((family) => couple(family).some((member) => sameDomicile(member, one))),
    named.filter(founded),
    named,
    possible.filter(founded),
    possible,
  ]
  return narrowed.find((some) => some.length > 0)?.[0]
}

function sameDomicile(a: Placed, b: Placed): boolean {
  return a.domicileHead !== '' && a.domicileHead === b.domicileHead
}

function familyName({ name }: Placed): string {
  return name.split(/[\s\u3000]/u)[0]!
}

/** How many years older `a` is; an unknown birth date rules nothing out. */
function yearsBetween(a: Placed, b: Placed): number {
  if (a.birth.on === null || b.birth.on === null) return GENERATION_YEARS
  return Number(b.birth.on.slice(0, 4)) - Number(a.birth.on.slice(0, 4))
}

function hasFamily<T>({ spouse, children }: Family<T>): boolean {
  return spouse.length + children.length > 0
}

/** Rank 1. */
function nearest<T extends Placed>(members: readonly T[]): T[] {
  const single = familiesOf(members).filter((family) => !hasFamily(family))
  return [
    ...members.filter((one) => one.relationText === '世帯主').toSorted(byNumber),
    ...members.filter((one) => spouses.includes(one.relationText)).toSorted(byBirth),
    ...single.map((family) => family.root),
  ]
}

/** Rank 2. Whoever is 子の… without any 子 here stands at its end. */
function ownFamilies<T extends Placed>(members: readonly T[]): T[] {
  const families = familiesOf(members).filter(hasFamily)
  const placed = families.flatMap(({ root, spouse, children }) => [
    root,
    ...spouse,
    ...children.toSorted(byGenerationThenBirth),
  ])
  const orphans = members.filter(
    (one) => chainOf(one)[0] === '子' && chainOf(one).length > 1 && !placed.includes(one),
  )
  return [...placed, ...orphans.toSorted(byGenerationThenBirth)]
}

/** 子の子 before 子の子の妻 before 子の子の子. */
function byGenerationThenBirth(a: Placed, b: Placed): number {
  return generationOf(a) - generationOf(b) || chainOf(a).length - chainOf(b).length || byBirth(a, b)
}

/** Steps up (父, 母: negative) or down (子) from 世帯主. */
function generationOf(one: Placed): number {
  return chainOf(one).reduce((sum, step) => sum + (step === '子' ? 1 : parents.includes(step) ? -1 : 0), 0)
}

/** Rank 3, or the like of it on another side: parents, siblings and grandparents of whom `side` leads to. */
function upwards<T extends Placed>(members: readonly T[], side: readonly string[]): T[] {
  const rest = members
    .filter((one) => side.every((step, i) => chainOf(one)[i] === step))
    .map((one) => ({ one, chain: chainOf(one).slice(side.length) }))
  const of = (matches: (chain: string[]) => boolean): T[] =>
    rest.filter(({ chain }) => matches(chain)).map(({ one }) => one)
  return [
    ...of((chain) => chain.length === 1 && parents.includes(chain[0]!)).toSorted(headOfDomicileFirst),
    ...of((chain) => chain.length === 1 && siblings.includes(chain[0]!)).toSorted(byBirth),
    ...of((chain) => chain.length === 2 && chain.every((step) => parents.includes(step))).toSorted(
      headOfDomicileFirst,
    ),
  ]
}

/** 筆頭者 first. */
function headOfDomicileFirst(a: Placed, b: Placed): number {
  const isHead = ({ domicileHead, name }: Placed): number => (domicileHead === name ? 0 : 1)
  return isHead(a) - isHead(b) || byBirth(a, b)
}

/** Rank 4. */
function others<T extends Placed>(members: readonly T[]): T[] {
  const before = new Set<T>([...nearest(members), ...ownFamilies(members), ...upwards(members, [])])
  const left = members.filter((one) => !before.has(one))
  const spouseSide = spouses.flatMap((spouse) => upwards(left, [spouse]))
  const relatives = left.filter((one) => !spouseSide.includes(one))
  const kindOf = (one: T): number => {
    const [first] = chainOf(one)
    return first === '同居人' ? 2 : first === '縁故者' ? 1 : 0
  }
  return [
    ...spouseSide,
    ...relatives.toSorted(
      (a, b) => kindOf(a) - kindOf(b) || familyOrder(a, b, relatives) || byGenerationThenBirth(a, b),
    ),
  ]
}

/** Families inside rank 4 (弟の妻 with 弟の子): kept together, among themselves by 世代 and birth date of their eldest. */
function familyOrder<T extends Placed>(a: T, b: T, relatives: readonly T[]): number {
  const [left, right] = [a, b].map((one) => chainOf(one).slice(0, 1).join())
  if (left === right) return 0
  const eldest = (root: string | undefined): T =>
    relatives.filter((one) => chainOf(one)[0] === root).toSorted(byGenerationThenBirth)[0]!
  return byGenerationThenBirth(eldest(left), eldest(right))
}
