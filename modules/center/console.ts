/** 全国の状況: how a town and a machine stand at this moment, for the map and its table. Pure. */

export const townStates = {
  stopped: '停止中',
  maintenance: '保守中',
  trouble: '異常あり',
  open: '取扱い中',
  none: '交付なし',
} as const
export type TownState = keyof typeof townStates

/** The gravest first. */
const gravity: readonly TownState[] = ['stopped', 'maintenance', 'trouble', 'open', 'none']

export type TownFacts = {
  /** Kinds with a route today. */
  readonly kinds: number
  /** A stop of the town, or of all, stands. */
  readonly stopped: boolean
  readonly maintenance: boolean
  /** An incident of it is open, or an issuing server of it is silent. */
  readonly trouble: boolean
}

export function townState({ kinds, stopped, maintenance, trouble }: TownFacts): TownState {
  if (kinds === 0) return 'none'
  if (stopped) return 'stopped'
  if (maintenance) return 'maintenance'
  return trouble ? 'trouble' : 'open'
}

/** What a prefecture is painted as: the gravest of its towns. */
export function gravest(states: readonly TownState[]): TownState {
  return gravity.find((state) => states.includes(state)) ?? 'none'
}
