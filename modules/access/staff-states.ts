/** 在職・停止・退職. `leaving`: the last day of work is known and has not passed. */
export type StaffState = 'active' | 'leaving' | 'suspended' | 'retired'

export const staffStates = [
  { value: 'active', label: '在職' },
  { value: 'leaving', label: '在職（退職日あり）' },
  { value: 'suspended', label: '停止' },
  { value: 'retired', label: '退職' },
] as const satisfies readonly { value: StaffState; label: string }[]
