import { cpus, totalmem } from 'node:os'

/** What one benchmark found, in the words of the design's table of figures. */
export type BenchResult = {
  readonly name: string
  /** What was measured on: "罹災証明書, 1 page, 300 renders". */
  readonly data: string
  /** The table's figure, in `unit`. */
  readonly figure: number
  readonly unit: string
  /** The reference's figure in the same unit and the same run; `null` where the table has none. */
  readonly reference: number | null
  /** Ours ÷ reference as speed, more is better; `null` without a reference. */
  readonly ratio: number | null
  /** Peak resident memory of this process unless the benchmark measured another one, MB of 10⁶ bytes. */
  readonly rssMb?: number
}

export type BenchOptions = {
  /** `--rows N`, for benchmarks that have a size; `null` = the design's own. */
  readonly rows: number | null
}

/** Prints the result as the last line, for machines. Everything a person wants to know is printed before. */
export function report(result: BenchResult): void {
  const { rssMb = process.resourceUsage().maxRSS / 1000, ...rest } = result
  console.log(
    JSON.stringify({
      name: rest.name,
      data: rest.data,
      figure: significant(rest.figure),
      unit: rest.unit,
      reference: rest.reference === null ? null : significant(rest.reference),
      ratio: rest.ratio === null ? null : significant(rest.ratio),
      rss_mb: Math.round(rssMb),
      machine: machine(),
      date: new Date().toISOString().slice(0, 10),
    }),
  )
}

/** `2 × AMD EPYC 7B13, 24 GiB, linux x64, Node 24.21.0`. */
function machine(): string {
  const processors = cpus()
  const gib = Math.round(totalmem() / 2 ** 30)
  const model = processors[0]?.model.replace(/ \d+-Core Processor$/, '') ?? 'unknown processor'
  return `${processors.length} × ${model}, ${gib} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`
}

/** The value in the middle, of any non-empty list. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** `share` from 0 to 1: 0.95 is the value that 95 % stay at or below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  if (value === undefined) throw new Error('nothing was measured')
  return value
}

function significant(value: number): number {
  return Number(value.toPrecision(4))
}
