import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import type { getBatch, listBatches } from '../../certificates/batch.contract.ts'
import type { BatchState } from '../../certificates/batch.ts'

export type Batch = OutputOf<typeof getBatch>
export type BatchRow = OutputOf<typeof listBatches>['batches'][number]
export type Bundle = Batch['bundles'][number]

export const batchTones: Readonly<Record<BatchState, 'information' | 'warning' | 'error' | 'success'>> = {
  running: 'information',
  pausing: 'warning',
  paused: 'warning',
  stopped: 'error',
  done: 'success',
}

/** While a job works on it the page looks again. */
export function isUnderWay(state: BatchState): boolean {
  return state === 'running' || state === 'pausing'
}

export function bundleWords({ printed, delivered }: Bundle): string {
  if (printed === true) return '印刷済み'
  if (printed === false) return '破棄'
  return delivered ? '印刷の確認待ち' : '未印刷'
}
