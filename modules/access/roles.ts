/**
 * Roles and what each may do. A right is a name that endpoints carry; there are no rights by rank (標準 10.3).
 * `docs/permissions.md` is generated from this table and the endpoints.
 */
export const roles = {
  admin: {
    ja: 'システム管理者',
    permissions: [
      'disasters.view',
      'disasters.register',
      'ledger.view',
      'ledger.settings',
      'municipalities.view',
      'municipalities.change',
      'linkage.view',
      'linkage.operate',
      'linkage.manual',
      'linkage.override',
      'linkage.enrol',
      'residents.view-versions',
      'residents.emergency-list',
      'registers.view-entries',
      'certificates.view',
      'certificates.settings',
      'certificates.view-blocks',
      'certificates.view-transactions',
      'certificates.preview',
      'certificates.view-characters',
      'certificates.decide-characters',
      'certificates.accept-layouts',
      'certificates.acknowledge',
      'access.audit',
      'access.my-number',
      'residents.my-number-log',
    ],
  },
  clerk: {
    ja: '罹災証明担当（受付）',
    permissions: [
      'disasters.view',
      'disasters.register',
      'ledger.view',
      'ledger.change',
      'ledger.disclose',
      'ledger.extract',
      'risai.view',
      'risai.apply',
      'risai.grade',
      'risai.issue',
      'certificates.view',
      'certificates.issue',
      'certificates.view-blocks',
      'certificates.set-block',
      'certificates.view-characters',
      'certificates.decide-characters',
      'linkage.view',
      'municipalities.view',
    ],
  },
  reviewer: {
    ja: '罹災証明担当（審査・決裁）',
    permissions: [
      'disasters.view',
      'disasters.register',
      'ledger.view',
      'ledger.change',
      'ledger.settings',
      'ledger.disclose',
      'ledger.decide-disclosure',
      'ledger.extract',
      'risai.view',
      'risai.apply',
      'risai.grade',
      'risai.decide',
      'certificates.acknowledge',
      'risai.issue',
      'certificates.view',
      'certificates.issue',
      'certificates.view-blocks',
      'certificates.set-block',
      'certificates.lift-block',
      'certificates.pause-block',
      'certificates.view-transactions',
      'certificates.view-documents',
      'certificates.preview',
      'certificates.view-characters',
      'certificates.decide-characters',
      'linkage.view',
      'linkage.operate',
      'linkage.override',
      'residents.view-versions',
      'residents.emergency-list',
      'municipalities.view',
    ],
  },
  // Copies from the registers are another office's work than 罹災証明.
  window: {
    ja: '証明窓口担当',
    permissions: [
      'residence.issue',
      'seals.issue',
      'taxes.issue',
      'certificates.view',
      'certificates.issue',
      'certificates.view-characters',
      'certificates.decide-characters',
      'certificates.view-blocks',
      'certificates.set-block',
      'linkage.view',
      'municipalities.view',
    ],
  },
  viewer: {
    ja: '照会のみ',
    permissions: ['disasters.view', 'ledger.view', 'risai.view', 'municipalities.view'],
  },
  auditor: {
    ja: '監査',
    permissions: ['disasters.view', 'access.audit', 'municipalities.view', 'residents.my-number-log'],
  },
  // Given to named persons besides their own role, until a day (modules/access/terminals.actions.ts).
  'my-number': { ja: '個人番号利用事務実施者', permissions: ['residents.my-number'] },
  operator: { ja: 'BCL 運用者', permissions: ['operations.view'] },
} as const satisfies Record<string, { ja: string; permissions: readonly string[] }>

export type RoleName = keyof typeof roles

export function isRole(name: string): name is RoleName {
  return name in roles
}

export function permissionsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.filter(isRole).flatMap((name) => roles[name].permissions))
}
