import type { Reach } from '@open-bcl/core/reach.ts'
import { isForTowns, isOfAreas, isOfDisasters, isPermission } from './permission-words.ts'

/**
 * Roles and what each may do. A right is a name that endpoints carry; there are no rights by rank (標準 10.3).
 * `docs/permissions.md` is generated from this table and the endpoints.
 */
export const roles = {
  admin: {
    ja: 'システム管理者',
    permissions: [
      'practice.prepare',
      'relief.manage',
      'relief.notes',
      'situation.view',
      'situation.rows',
      'disasters.view',
      'disasters.register',
      'ledger.view',
      'ledger.settings',
      'dwellings.view',
      'municipalities.view',
      'municipalities.change',
      'support.view',
      'support.programmes',
      'payments.view',
      'payments.settings',
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
      'access.audit-settings',
      'access.audit-extract',
      'access.audit-dispose',
      'access.audit-dispose-approve',
      'access.manage-staff',
      'access.recovery',
      'access.sign-in-settings',
      'access.terminals',
      'access.my-number',
      'residents.my-number-log',
      'break-glass.view',
      'break-glass.end',
    ],
  },
  clerk: {
    ja: '罹災証明担当（受付）',
    permissions: [
      'relief.notes',
      'situation.view',
      'situation.rows',
      'situation.report',
      'protection.caution',
      'protection.request',
      'files.upload',
      'surveys.view',
      'surveys.plan',
      'surveys.record',
      'surveys.judge',
      'field.view',
      'field.manage',
      'disasters.view',
      'disasters.register',
      'ledger.view',
      'ledger.change',
      'dwellings.view',
      'dwellings.change',
      'dwellings.link',
      'non-dwellings.view',
      'non-dwellings.change',
      'ledger.disclose',
      'ledger.extract',
      'evac-support.view',
      'evac-support.change',
      'evac-support.request',
      'evac-support.log',
      'matching.view',
      'matching.change',
      'cases.view',
      'cases.change',
      'evacuees.work',
      'risai.view',
      'risai.apply',
      'risai.grade',
      'risai.issue',
      'external-link.view',
      'support.view',
      'support.apply',
      'payments.view',
      'payments.prepare',
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
      'relief.manage',
      'relief.notes',
      'situation.view',
      'situation.rows',
      'situation.report',
      'protection.caution',
      'protection.view',
      'protection.request',
      'protection.approve',
      'files.upload',
      'surveys.view',
      'surveys.plan',
      'surveys.record',
      'surveys.judge',
      'field.view',
      'field.manage',
      'surveys.decide',
      'disasters.view',
      'disasters.register',
      'ledger.view',
      'ledger.change',
      'dwellings.view',
      'dwellings.change',
      'dwellings.link',
      'non-dwellings.view',
      'non-dwellings.change',
      'ledger.settings',
      'ledger.disclose',
      'ledger.decide-disclosure',
      'ledger.extract',
      'evac-support.view',
      'evac-support.change',
      'evac-support.settings',
      'evac-support.request',
      'evac-support.approve',
      'evac-support.log',
      'matching.view',
      'matching.change',
      'cases.view',
      'cases.change',
      'evacuees.work',
      'evacuees.send',
      'evacuees.towns',
      'risai.view',
      'risai.apply',
      'risai.grade',
      'risai.decide',
      'external-link.view',
      'external-link.exchange',
      'external-link.set',
      'support.view',
      'support.apply',
      'support.programmes',
      'support.decide',
      'payments.view',
      'payments.prepare',
      'payments.approve',
      'payments.export',
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
      'protection.caution',
      'protection.view',
      'protection.request',
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
    permissions: [
      'situation.view',
      'situation.rows',
      'surveys.view',
      'field.view',
      'disasters.view',
      'ledger.view',
      'dwellings.view',
      'non-dwellings.view',
      'risai.view',
      'support.view',
      'municipalities.view',
    ],
  },
  // The prefecture to which a town reports (災対法53条): numbers without anybody's name; names go by 90条の4 or 49条の11 only.
  prefecture: {
    ja: '都道府県（件数と報告だけ）',
    permissions: ['disasters.view', 'situation.view'],
  },
  auditor: {
    ja: '監査',
    permissions: [
      'disasters.view',
      'access.audit',
      'evac-support.log',
      'access.audit-names',
      'access.audit-extract',
      'access.audit-dispose-approve',
      'municipalities.view',
      'residents.my-number-log',
      'break-glass.view',
    ],
  },
  // 応援職員 (modules/relief): the few screens of one job, for one disaster and some days.
  'helper-reception': {
    ja: '応援（申請の受付）',
    permissions: [
      'disasters.view',
      'relief.notes',
      'ledger.view',
      'risai.view',
      'risai.apply',
      'files.upload',
    ],
  },
  'helper-survey': {
    ja: '応援（調査票の入力）',
    permissions: ['disasters.view', 'relief.notes', 'surveys.view', 'surveys.record', 'files.upload'],
  },
  'helper-lists': {
    ja: '応援（名簿の取込・名寄せ）',
    permissions: ['disasters.view', 'relief.notes', 'ledger.view', 'matching.view', 'matching.change'],
  },
  'helper-visits': {
    ja: '応援（訪問・見守り）',
    permissions: ['disasters.view', 'relief.notes', 'ledger.view', 'cases.view', 'cases.change'],
  },
  'helper-support': {
    ja: '応援（支援の申請の受付）',
    permissions: ['disasters.view', 'relief.notes', 'ledger.view', 'support.view', 'support.apply'],
  },
  // Given to named persons besides their own role, until a day (modules/access/terminals.actions.ts).
  'my-number': { ja: '個人番号利用事務実施者', permissions: ['residents.my-number'] },
  // 運用者による緊急閲覧 (modules/break-glass): opened by two of the operator's people for some hours. Reads, and nothing else.
  operator: {
    ja: 'BCL 運用者（緊急閲覧）',
    permissions: ['break-glass.enter', 'residents.view-versions', 'linkage.view'],
  },
} as const satisfies Record<string, { ja: string; permissions: readonly string[] }>

/**
 * Roles that open the endpoints named here and no others, so that one which is added to a permission later, or is open to
 * everybody signed in, stays shut: no file, nothing printed, nothing written but the sign-out.
 */
const onlyOf: Partial<Record<RoleName, readonly string[]>> = {
  operator: [
    'getSession',
    'signOut',
    'listOpenBreakGlass',
    'searchVersions',
    'listVersions',
    'revealVersions',
    'revealAsOf',
    'listLinkFiles',
    'getLinkFileErrors',
    'listLinkBadRows',
    'listLinkAlarms',
    'listLinkDays',
    'getGate',
  ],
}

export type RoleName = keyof typeof roles

/** 応援職員, whose phones are their own. */
export function isGuestsRole(name: string): boolean {
  return isRole(name) && name.startsWith('helper-')
}

/** 運用者による緊急閲覧. */
export function isOperatorsRole(name: string): boolean {
  return name === 'operator'
}

export function isRole(name: string): name is RoleName {
  return name in roles
}

/** A role that a person holds: one of the above, or one of the town's own with its permissions. */
export type HeldRole = {
  readonly role: string
  readonly ownPermissions: readonly string[] | null
  /** The one disaster it holds for; `null` = for all, and for what is of no disaster. */
  readonly disasterId: string | null
  /** Of that disaster, the 町字; `null` = all. */
  readonly areas: readonly string[] | null
}

export type Rights = {
  readonly permissions: ReadonlySet<string>
  /** Of those that hold for some disasters or 町字 only: which. */
  readonly limits: ReadonlyMap<string, Reach>
  /** The endpoints that are open at all; `null` = all that the permissions open. */
  readonly only: ReadonlySet<string> | null
}

/** Whether a role opens an endpoint to whom it holds for all disasters. */
export function opensTo(role: string, endpoint: { readonly name: string }): boolean {
  const only = isRole(role) ? onlyOf[role] : undefined
  return only === undefined || only.includes(endpoint.name)
}

export function permissionsOfRole({
  role,
  ownPermissions,
}: Pick<HeldRole, 'role' | 'ownPermissions'>): readonly string[] {
  if (isRole(role)) return roles[role].permissions
  return (ownPermissions ?? []).filter((permission) => isPermission(permission) && isForTowns(permission))
}

/** What all roles of a person give together. A right held for all disasters is not narrowed by one held for some. */
export function rightsOf(held: readonly HeldRole[]): Rights {
  const permissions = new Set<string>()
  const limits = new Map<string, Reach[number][]>()
  for (const one of held) {
    if (one.disasterId !== null) continue
    for (const permission of permissionsOfRole(one)) permissions.add(permission)
  }
  for (const one of held) {
    const { disasterId, areas } = one
    if (disasterId === null) continue
    for (const permission of permissionsOfRole(one)) {
      if (!isOfDisasters(permission) || (areas !== null && !isOfAreas(permission))) continue
      const known = limits.get(permission)
      if (known) known.push({ disasterId, areas })
      else if (!permissions.has(permission)) limits.set(permission, [{ disasterId, areas }])
      permissions.add(permission)
    }
  }
  return { permissions, limits, only: onlyAllowed(held) }
}

/** Who holds such a role is held to its list, whatever else is given to them. */
function onlyAllowed(held: readonly HeldRole[]): ReadonlySet<string> | null {
  const lists = held.flatMap(({ role, disasterId }) => {
    const only = isRole(role) && disasterId === null ? onlyOf[role] : undefined
    return only === undefined ? [] : [only]
  })
  return lists.length === 0 ? null : new Set(lists.flat())
}
