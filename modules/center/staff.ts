/**
 * 運用者: people who work at the centre and what each may do. A right is a name that endpoints carry; nobody both operates
 * and makes accounts.
 */
export const staffRoles = {
  operator: {
    ja: '運用者',
    permissions: [
      'center.view',
      'center.register',
      'center.admit',
      'center.plan',
      'center.stop',
      'center.open-ledger',
      'center.run-tests',
      'center.statements',
      'center.settle',
      'center-incidents.read',
      'center-incidents.handle',
      'center-towns.restart',
      'center.ask-access',
      'center.end-access',
    ],
  },
  // 緊急閲覧 is opened by somebody else than who asks for it; nothing of the service is in this hand.
  approver: {
    ja: '緊急閲覧の承認者',
    permissions: ['center.view', 'center.approve-access', 'center.end-access', 'center-incidents.read'],
  },
  auditor: {
    ja: '監査',
    permissions: ['center.view', 'center.audit', 'center.statements', 'center-incidents.read'],
  },
  administrator: {
    ja: 'アカウント管理者',
    permissions: ['center.accounts', 'center.audit', 'access.recovery'],
  },
} as const satisfies Record<string, { ja: string; permissions: readonly string[] }>

export type StaffRole = keyof typeof staffRoles

/** Whose accounts a second administrator lets on: else one alone could make both persons that 緊急閲覧 asks for. */
export function needsSecondAdministrator(role: StaffRole): boolean {
  return role === 'approver' || role === 'administrator'
}
export type CenterPermission = (typeof staffRoles)[StaffRole]['permissions'][number]

export function permissionsOfRole(role: StaffRole): ReadonlySet<string> {
  return new Set<string>(staffRoles[role].permissions)
}
