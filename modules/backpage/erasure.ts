/**
 * Reed-Solomon over whole shards (GF(256), Cauchy): of `data + spare` shards of one length any `data` give back the rest.
 * A shard is there or not: whether it was read rightly is the 2-D code's own business.
 */
export function spareShards(data: readonly Uint8Array[], spare: number): Uint8Array[] {
  const length = data[0]?.length ?? 0
  return Array.from({ length: spare }, (_, row) => {
    const shard = new Uint8Array(length)
    data.forEach((part, column) => addTimes(shard, part, factor(data.length, row, column)))
    return shard
  })
}

/** The data shards, or `null` when too few of all shards are there. `shards` holds data first, then spares; `null` = lost. */
export function restoreShards(shards: readonly (Uint8Array | null)[], data: number): Uint8Array[] | null {
  const restored = shards.slice(0, data)
  const lost = restored.flatMap((shard, column) => (shard === null ? [column] : []))
  const spares = shards.slice(data).flatMap((shard, row) => (shard === null ? [] : [{ shard, row }]))
  if (spares.length < lost.length) return null
  // What the spares say beyond the data that is there: one equation a spare, one unknown a lost shard.
  const equations = lost.map((_, i) => {
    const { shard, row } = spares[i]!
    const rest = shard.slice()
    restored.forEach((part, column) => {
      if (part !== null) addTimes(rest, part, factor(data, row, column))
    })
    return { factors: lost.map((column) => factor(data, row, column)), rest }
  })
  solve(equations)
  lost.forEach((column, i) => {
    restored[column] = equations[i]!.rest
  })
  return restored as Uint8Array[]
}

type Equation = { readonly factors: number[]; readonly rest: Uint8Array }

/** Gauss-Jordan. Every square part of a Cauchy matrix can be solved, so a pivot is always there. */
function solve(equations: Equation[]): void {
  for (let i = 0; i < equations.length; i++) {
    const pivot = equations.findIndex((equation, row) => row >= i && equation.factors[i] !== 0)
    ;[equations[i], equations[pivot]] = [equations[pivot]!, equations[i]!]
    const own = equations[i]!
    scale(own, inverse(own.factors[i]!))
    equations.forEach((other, row) => {
      const times = other.factors[i]!
      if (row === i || times === 0) return
      other.factors.forEach((value, column) => {
        other.factors[column] = value ^ multiply(own.factors[column]!, times)
      })
      addTimes(other.rest, own.rest, times)
    })
  }
}

function scale({ factors, rest }: Equation, times: number): void {
  factors.forEach((value, column) => {
    factors[column] = multiply(value, times)
  })
  rest.forEach((value, i) => {
    rest[i] = multiply(value, times)
  })
}

function addTimes(sum: Uint8Array, part: Uint8Array, times: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! ^= multiply(part[i]!, times)
}

/** Row and column have names of their own in the field, so that no two are equal. */
function factor(data: number, row: number, column: number): number {
  return inverse((data + row) ^ column)
}

const powers = new Uint8Array(512)
const logs = new Uint8Array(256)
for (let i = 0, value = 1; i < 255; i++) {
  powers[i] = powers[i + 255] = value
  logs[value] = i
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0)
}

function multiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : powers[logs[a]! + logs[b]!]!
}

function inverse(a: number): number {
  return powers[255 - logs[a]!]!
}
