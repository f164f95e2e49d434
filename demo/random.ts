/** A seeded generator (xoshiro128**), so that the town is the same on every machine and every day. */
export class Random {
  private readonly state: Uint32Array

  constructor(seed: number) {
    this.state = new Uint32Array(4)
    // splitmix32 spreads a small seed over the state.
    let z = seed >>> 0
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) >>> 0
      let mixed = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
      this.state[i] = mixed ^ (mixed >>> 15)
    }
  }

  /** From 0, below 1. */
  next(): number {
    const s = this.state
    const turned = Math.imul(s[1]!, 5)
    const result = Math.imul((turned << 7) | (turned >>> 25), 9) >>> 0
    const t = s[1]! << 9
    s[2]! ^= s[0]!
    s[3]! ^= s[1]!
    s[1]! ^= s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= t
    s[3] = (s[3]! << 11) | (s[3]! >>> 21)
    return result / 0x1_0000_0000
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.int(0, list.length - 1)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
}

/** Picks from a list by weight. */
export class Weighted<T> {
  private readonly items: readonly T[]
  private readonly sums: number[] = []
  private total = 0

  constructor(items: readonly T[], weightOf: (item: T) => number) {
    this.items = items
    for (const item of items) this.sums.push((this.total += weightOf(item)))
  }

  pick(random: Random): T {
    const wanted = random.next() * this.total
    let low = 0
    let high = this.sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.sums[middle]! > wanted) high = middle
      else low = middle + 1
    }
    return this.items[low]!
  }
}
