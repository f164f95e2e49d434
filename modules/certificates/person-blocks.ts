import type { IssueBlock } from '../registers/issue-blocks.ts'
import type { ResidentRecord } from '../residents/residents.ts'
import type { BlockReason, Channel } from './certificates.ts'

/** A state of the register in which a person gets no certificate about herself. */
export type PersonFault = BlockReason & {
  readonly holds: (record: ResidentRecord, channel: Channel) => boolean
}

export const dead: PersonFault = {
  code: 304,
  ja: '死亡しているか、住民票が消除されています',
  holds: ({ state }) => state === 'dead' || state === 'removed',
}
export const movedOut: PersonFault = {
  code: 303,
  ja: '転出しています',
  holds: ({ state }) => state === 'moved-out',
}
/** From the moment the 転出届 is in. At the counter a clerk sees on which day it takes effect. */
export const movingOut: PersonFault = {
  code: 303,
  ja: '転出の届出があります（転出予定）',
  holds: ({ state, addressAfter }, channel) =>
    channel === 'kiosk' && state === 'resident' && addressAfter !== '',
}

/** A warning asks a clerk to look into the town's own system, which this one cannot do: it blocks as an error does. */
export function blockOf({ on, warningOnly }: IssueBlock): BlockReason {
  const where = on === 'household' ? '世帯' : '本人'
  const level = warningOnly ? '（警告。住民記録システムで確かめて、そちらから交付してください）' : ''
  return {
    code: on === 'household' ? 308 : 301,
    ja: `${where}に発行抑止が設定されています${level}`,
  }
}
