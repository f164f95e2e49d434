import type { Permission } from './permission-words.ts'

/** How far a town keeps two duties apart. */
export const dutyModes = [
  { value: 'off', label: '分けない' },
  { value: 'act', label: '同じ案件を一人では行えない' },
  { value: 'person', label: '両方の権限を一人に与えない' },
] as const
export type DutyMode = (typeof dutyModes)[number]['value']

type Duty = {
  readonly code: string
  readonly first: Permission
  readonly second: Permission
  /** What one person would do twice, for the town to read. */
  readonly ja: string
  readonly standard: DutyMode
  /** The least that a town may choose: some acts are built for two persons. */
  readonly least: DutyMode
  readonly source: string
}

/**
 * 職務の分離: pairs of permissions. The defaults are ours: what decides on money and on people in hiding is kept apart by
 * the act, so that a town of five can work; a town may go further and give no one both.
 */
export const duties = [
  {
    code: 'block-lift',
    first: 'certificates.set-block',
    second: 'certificates.lift-block',
    ja: '発行禁止の設定と解除',
    standard: 'act',
    least: 'off',
    source: '発行禁止を設定した職員が、自分だけの判断で解除できないようにするため',
  },
  {
    code: 'block-pause',
    first: 'certificates.set-block',
    second: 'certificates.pause-block',
    ja: '発行禁止の設定と一時解除',
    standard: 'act',
    least: 'off',
    source: '発行禁止を設定した職員が、自分だけの判断で一時解除できないようにするため',
  },
  {
    code: 'protection',
    first: 'protection.request',
    second: 'protection.approve',
    ja: '支援措置の申し出の受付と承認',
    standard: 'act',
    least: 'act',
    source: '申し出を受け付けた職員は、承認できない作りになっています',
  },
  {
    code: 'risai-decision',
    first: 'risai.grade',
    second: 'risai.decide',
    ja: '被害の程度の登録と交付の決定',
    standard: 'off',
    least: 'off',
    source: '認定と決裁を別の職員が行うため',
  },
  {
    code: 'disclosure',
    first: 'ledger.disclose',
    second: 'ledger.decide-disclosure',
    ja: '台帳情報の提供の受付と可否の決定',
    standard: 'off',
    least: 'off',
    source: '災害対策基本法90条の4による提供の可否を、受け付けた職員とは別の職員が決めるため',
  },
  {
    code: 'evac-provision',
    first: 'evac-support.request',
    second: 'evac-support.approve',
    ja: '避難行動要支援者名簿の提供の申請と承認',
    standard: 'act',
    least: 'act',
    source: '提供を申請した職員は、承認できない作りになっています',
  },
  {
    code: 'support-decision',
    first: 'support.apply',
    second: 'support.decide',
    ja: '支援の案の作成と支給の決定',
    standard: 'act',
    least: 'act',
    source: '案を作った職員は、決定できない作りになっています',
  },
  {
    code: 'payment',
    first: 'payments.prepare',
    second: 'payments.approve',
    ja: '支払の作成と承認',
    standard: 'act',
    least: 'act',
    source: '支払を作った職員は、承認できない作りになっています',
  },
] as const satisfies readonly Duty[]

export type DutyCode = (typeof duties)[number]['code']

export function dutyOf(code: string): Duty | undefined {
  return duties.find((one) => one.code === code)
}

/** A time in which a person holds permissions. */
export type Spell = {
  readonly permissions: readonly string[]
  readonly fromOn: string
  readonly untilOn: string | null
}

/** The duties that one person would hold both of on some day. */
export function dutiesInOneHand(
  spells: readonly Spell[],
  modes: ReadonlyMap<DutyCode, DutyMode>,
): readonly (typeof duties)[number][] {
  return duties.filter(({ code, first, second }) => {
    if (modes.get(code) !== 'person') return false
    const giving = (permission: string) => spells.filter((one) => one.permissions.includes(permission))
    return giving(first).some((one) => giving(second).some((other) => meet(one, other)))
  })
}

function meet(one: Spell, other: Spell): boolean {
  const begin = one.fromOn > other.fromOn ? one.fromOn : other.fromOn
  return [one, other].every(({ untilOn }) => untilOn === null || untilOn >= begin)
}
