import type { Permission } from './permission-words.ts'

/**
 * What can be practised (modules/practice): the work of a disaster. A permission that is not named here is not there in a
 * practice town, so that nothing of the town itself, of its staff, its machines or another's system is set up from there, and
 * certificates of registers that it does not have are not tried.
 */
const practised = [
  'access.audit',
  'municipalities.view',
  'files.upload',
  'residents.view-versions',
  'residents.emergency-list',
  'protection.caution',
  'protection.view',
  'protection.request',
  'protection.approve',
  'disasters.view',
  'disasters.register',
  'relief.manage',
  'relief.notes',
  'situation.view',
  'situation.rows',
  'situation.report',
  'ledger.view',
  'ledger.change',
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
  'dwellings.view',
  'dwellings.change',
  'dwellings.link',
  'non-dwellings.view',
  'non-dwellings.change',
  'surveys.view',
  'surveys.plan',
  'surveys.record',
  'surveys.judge',
  'surveys.decide',
  'risai.view',
  'risai.apply',
  'risai.grade',
  'risai.decide',
  'risai.issue',
  'support.view',
  'support.apply',
  'support.decide',
  'support.programmes',
  'payments.view',
  'payments.prepare',
  'payments.approve',
  'payments.export',
  'payments.settings',
  'certificates.view',
  'certificates.issue',
] as const satisfies readonly Permission[]

const inPractice: ReadonlySet<string> = new Set(practised)

/** What somebody who holds these may practise. */
export function practisable(permissions: Iterable<string>): string[] {
  return [...permissions].filter((one) => inPractice.has(one)).sort()
}
