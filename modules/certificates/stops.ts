/** Why issuing is stopped; the town, the operator on its behalf and the centre use the same words. */
export const stopReasons = [
  { value: 'anomaly', label: '誤った交付のおそれ' },
  { value: 'failure', label: '障害' },
  { value: 'maintenance', label: 'メンテナンス' },
] as const
export type StopReason = (typeof stopReasons)[number]['value']

/** Who stops: the operator does on behalf of the town, which lifts it (手引き 6.2); the centre lifts its own. */
export const stopSetters = {
  town: '貴団体',
  operator: 'BCLの運用者（貴団体に代わって）',
  center: '証明書交付センター',
} as const
export type StopSetter = keyof typeof stopSetters

/** 日本語 of a reason; a code of another release stands for itself. */
export function stopReasonText(reason: string): string {
  return stopReasons.find(({ value }) => value === reason)?.label ?? reason
}
