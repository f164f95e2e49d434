/** An event that a source wants in the logs, and where ours has it. */
export type RequiredEvent = {
  /** G1: 住民記録システム標準仕様書 10.2. D: derived in the domain notes. */
  readonly source: 'G1' | 'D' | 'G1, D'
  readonly event: string
  readonly ours: readonly string[]
  readonly note: string
  /** A test that sees it happen; `null` = none by itself. */
  readonly test: string | null
}

const accessTest = 'modules/access/access.routes.test.ts'
const auditTest = 'modules/access/audit.routes.test.ts'

export const requiredEvents: readonly RequiredEvent[] = [
  {
    ...{ source: 'G1, D', event: '認証: login, logout', ours: ['access.signed-in', 'access.signed-out'] },
    ...{ note: 'time, account, session', test: accessTest },
  },
  {
    ...{ source: 'G1, D', event: '認証: failure, forced end' },
    ours: ['access.sign-in-failed', 'access.account-locked'],
    ...{ note: 'an ID that nobody has by its digest', test: accessTest },
  },
  {
    ...{ source: 'D', event: 'password change', ours: ['access.password-changed'] },
    ...{ note: 'by the account', test: accessTest },
  },
  {
    ...{ source: 'G1, D', event: '照会: search' },
    ours: ['residents.versions-searched', 'ledger.person.searched', 'certificates.found-at-desk'],
    ...{
      note: 'which fields were used and how many were found, the words themselves not; a number as subject',
      test: auditTest,
    },
  },
  {
    ...{ source: 'G1, D', event: '照会: view of a person', ours: ['access.person-revealed'] },
    ...{
      note: 'whoever opens a person, by construction (`Guarded`); how many are protected',
      test: auditTest,
    },
  },
  {
    ...{ source: 'G1, D', event: '異動: add, change, delete' },
    ours: [
      'ledger.fact.recorded',
      'ledger.non-resident.changed',
      'risai.application.corrected',
      'risai.application.decided',
    ],
    ...{
      note: 'what was changed stands in the appended facts and versions, which the act names',
      test: 'modules/ledger/ledger.routes.test.ts',
    },
  },
  {
    ...{
      source: 'G1',
      event: 'バッチ',
      ours: ['certificates.batch-asked', 'support.match.run', 'manual.applied', 'linkage.file-applied'],
    },
    ...{ note: 'jobs act under their own name', test: 'modules/linkage/gateway.routes.test.ts' },
  },
  {
    ...{ source: 'G1', event: '帳票発行・印刷' },
    ours: ['certificates.issued', 'certificates.delivered', 'certificates.moved', 'access.document-taken'],
    ...{
      note: 'every PDF that leaves, by construction; 発行番号 by the issue; the printer and 印影 by the kind: a browser tells no printer',
      test: 'apps/cloud/audit-trail.routes.test.ts',
    },
  },
  {
    ...{ source: 'G1, D', event: '抽出, CSV, API output' },
    ours: [
      'access.file-taken',
      'extraction.list.exported',
      'evac-support.provision.exported',
      'surveys.tasks.exported',
      'payments.run.exported',
      'linkage.recovery-made',
    ],
    ...{
      note: 'every file that leaves, by construction, besides what its module tells',
      test: 'apps/cloud/audit-trail.routes.test.ts',
    },
  },
  {
    ...{ source: 'G1', event: 'ハードコピー', ours: [] },
    ...{
      note: "a copy of the screen is made outside the browser's page and cannot be seen from here",
      test: null,
    },
  },
  {
    ...{ source: 'G1', event: 'access to 個人番号' },
    ours: ['my-numbers.read', 'my-numbers.refused', 'my-numbers.written', 'my-numbers.log-read'],
    ...{ note: 'a log of its own besides', test: 'apps/cloud/my-number.routes.test.ts' },
  },
  {
    ...{ source: 'D', event: 'disclosure under 90条の4' },
    ours: ['ledger.disclosure.received', 'ledger.disclosure.decided', 'ledger.disclosure.provided'],
    ...{
      note: 'recipient, basis and scope stand in the disclosure',
      test: 'modules/ledger/ledger.routes.test.ts',
    },
  },
  {
    ...{ source: 'D', event: 'disclosure under 49条の11' },
    ours: [
      'evac-support.provision.requested',
      'evac-support.provision.decided',
      'evac-support.provision.exported',
    ],
    ...{
      note: 'recipient, basis, scope and by what right each person was on it stand in the log of provisions',
      test: 'modules/evac-support/provisions.routes.test.ts',
    },
  },
  {
    ...{ source: 'D', event: '安否情報', ours: [] },
    ...{ note: 'the function does not exist yet', test: null },
  },
  {
    ...{ source: 'D', event: 'permission change' },
    ours: [
      'access.staff-created',
      'access.role-assigned',
      'access.role-ended',
      'access.town-role-shaped',
      'access.my-number-holder-assigned',
      'access.my-number-holder-ended',
    ],
    ...{ note: 'see 権限・アカウント・鍵の変更 below', test: auditTest },
  },
  {
    ...{ source: 'D', event: 'attempt without the right', ours: ['access.not-allowed'] },
    ...{
      note: 'every endpoint, by construction, in a transaction that outlives the refusal',
      test: auditTest,
    },
  },
  {
    ...{ source: 'G1, D', event: '設定変更, disaster registration, master import' },
    ours: [
      'municipalities.setting-changed',
      'certificates.setting-changed',
      'disasters.disaster.registered',
      'access.audit-setting-changed',
    ],
    ...{
      note: "settings of the program itself (environment) are the operator's and stand in no town's trail",
      test: auditTest,
    },
  },
  {
    ...{ source: 'D', event: 'suppressed-data override' },
    ours: ['protection.lift-asked', 'protection.lifted', 'protection.released', 'certificates.block-paused'],
    ...{
      note: 'one asks, another decides; each is an act of its own',
      test: 'modules/protection/protection.routes.test.ts',
    },
  },
  {
    ...{
      source: 'D',
      event: 'kiosk issue',
      ours: ['certificates.card-accepted', 'certificates.quoted', 'certificates.built', 'certificates.moved'],
    },
    ...{
      note: 'transaction id; the centre keeps its own',
      test: 'modules/certificates/exchange.routes.test.ts',
    },
  },
  {
    ...{ source: 'D', event: 'time change', ours: ['access.clock-differs'] },
    ...{
      note: 'told when the clocks of server and database differ by more than 5 s; a change of both is not seen',
      test: 'modules/access/audit-chain.store.test.ts',
    },
  },
  {
    ...{ source: 'D', event: 'use of the log itself' },
    ours: [
      'access.audit-read',
      'access.audit-exported',
      'access.audit-extracted',
      'access.audit-head-taken',
      'access.audit-verified',
    ],
    ...{ note: 'before the first byte', test: auditTest },
  },
  {
    ...{ source: 'D', event: 'deletion and disposal' },
    ours: [
      'access.audit-disposal-requested',
      'access.audit-disposal-decided',
      'access.audit-disposed',
      'certificates.disposed-of-old',
      'my-numbers.written',
    ],
    ...{ note: 'two people; tombstone', test: auditTest },
  },
  {
    ...{ source: 'G1', event: '通信, エラー, イベント', ours: [] },
    ...{
      note: "program logs (docs/operations): codes without personal data, not in a town's trail",
      test: null,
    },
  },
]
