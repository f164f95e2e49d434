import { metresBetween } from '@open-bcl/modules/surveys/places.ts'
import type { CarriedTask, Work } from './sync.ts'

export type Here = {
  readonly latitude: number
  readonly longitude: number
  readonly accuracyM: number | null
}

/** A house with the words by which it is found. */
export type Row = { readonly task: CarriedTask; readonly words: string }

export const fold = (words: string): string => words.normalize('NFKC').toLowerCase().replace(/\s/g, '')

/** Made once for all the looking and searching: urgent houses first, the others as they were asked for. */
export function indexOf(work: Work): readonly Row[] {
  const rows = work.map((task) => ({
    task,
    words: fold(`${task.address} ${task.headName} ${task.applicantName} ${task.taskNo}`),
  }))
  return rows.toSorted((one, other) => Number(other.task.urgent) - Number(one.task.urgent))
}

/** Nearest first; those without a place last. */
export function nearestFirst(rows: readonly Row[], here: Here): readonly Row[] {
  return rows
    .map((row) => ({ row, far: row.task.point ? metresBetween(here, row.task.point) : Infinity }))
    .toSorted((one, other) => one.far - other.far)
    .map(({ row }) => row)
}
