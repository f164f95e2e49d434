import { grouped } from '@open-bcl/ui/fields/whole-number-input.ts'
import type { ItemState, RunState } from '../payments.ts'

export const yen = (value: number): string => `${grouped(value)}円`

export const runTones = {
  proposed: 'warning',
  approved: 'information',
  settled: 'success',
  cancelled: 'neutral',
} as const satisfies Record<RunState, string>

export const itemTones = {
  planned: 'warning',
  sent: 'information',
  paid: 'success',
  returned: 'error',
  dropped: 'neutral',
} as const satisfies Record<ItemState, string>

export function paymentFactText(codes: Readonly<Record<string, string | number | boolean | null>>): string {
  const amount = codes['amountYen']
  return typeof amount === 'number' ? yen(amount) : ''
}
