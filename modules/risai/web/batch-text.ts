import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { getBatch, listBatches } from '../../certificates/batch.contract.ts'
import { labelOf } from '@open-bcl/ui/fields/options.ts'
import { batchStates, type BatchState } from '../../certificates/batch.ts'

export type Batch = OutputOf<typeof getBatch>
export type BatchRow = OutputOf<typeof listBatches>['batches'][number]
export type Bundle = Batch['bundles'][number]

const batchTones: Readonly<Record<BatchState, 'information' | 'warning' | 'error' | 'success'>> = {
  running: 'information',
  pausing: 'warning',
  paused: 'warning',
  stopped: 'error',
  done: 'success',
}

/** The word for how it stands, and its colour. */
export function batchBadge({ state, stands }: Pick<BatchRow, 'state' | 'stands'>): {
  readonly label: string
  readonly tone: 'information' | 'warning' | 'error' | 'success'
} {
  return stands
    ? { label: '止まっています', tone: 'error' }
    : { label: labelOf(batchStates, state), tone: batchTones[state] }
}

export function bundleWords({ printed, delivered }: Bundle): string {
  if (printed === true) return '印刷済み'
  if (printed === false) return '破棄'
  return delivered ? '印刷の確認待ち' : '未印刷'
}
