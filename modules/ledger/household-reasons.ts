/** Why a household of the ledger is told otherwise than the register has it (選択肢; the words beside it are free). */
export const householdReasons = [
  { value: 'separate-livelihood', label: '同じ家に住むが、生計が別（一住家に二世帯）' },
  { value: 'one-livelihood', label: '世帯は別だが、生計が一つ' },
  { value: 'lives-apart', label: '被災時は別の家に住んでいた' },
  { value: 'lived-together', label: '被災時は同じ家に住んでいた（住登外者など）' },
  { value: 'correction', label: '記載の誤りの訂正' },
  { value: 'other', label: 'その他' },
] as const
export type HouseholdReason = (typeof householdReasons)[number]['value']

/** 世帯の変更. */
export const householdActs = [
  { value: 'split', label: '世帯を分ける' },
  { value: 'join', label: 'ほかの世帯と一つにする' },
  { value: 'add', label: '人を加える' },
  { value: 'head', label: '世帯主を変える' },
] as const
export type HouseholdAct = (typeof householdActs)[number]['value']
