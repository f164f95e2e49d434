import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { linesOf } from '@open-bcl/modules/ledger/item-names.ts'
import { OPEN_ALARM } from './open-alarm.ts'
import type { Json, Samples } from './walk.ts'

/** A white page, as somebody would scan it. */
const scan = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
).toString('base64')

/**
 * What a clerk would send where no schema says what fits: values of one sense together, ids that the client makes, days in
 * their order. Merged over what the walk makes itself, and tried first.
 */
export const samples: Samples = {
  // 支援措置: of nobody whom the walk is about, since nothing could be issued for them afterwards.
  requestProtection: (known) => ({
    ...{ category: 'dv', scope: ['copy'], office: '市民課', agency: '警察署', note: '' },
    people: protectedOne(known('bystanderNo')),
  }),
  addProtectionPeople: () => ({
    people: [
      { role: 'perpetrator', residentNo: null, name: '架空　加害', birthOn: null, relation: '元配偶者' },
    ],
  }),
  decideProtection: () => ({ outcome: 'approved', startsOn: '2026-01-01', endsOn: '2026-12-01' }),
  askProtectionLift: () => ({ minutes: 15 }),
  acknowledgeAlarm: () => ({ alarmId: OPEN_ALARM, note: '原因を確かめた' }),
  changeItemNames: () => ({
    subsystem: 'cases',
    version: 0,
    lines: linesOf('cases', []).map((line) => ({ ...line })),
  }),
  // 名寄せ・災害ケースマネジメント
  takeInList: (known) => ({
    ...{
      listId: uuidv7(),
      disasterId: known('disasterId'),
      title: '名簿',
      source: 'shelter',
      automatic: false,
    },
    ...{ fileName: 'list.csv', sheet: 0, targets: null, dryRun: false },
    base64: Buffer.from('氏名,生年月日\n架空　花子,1980-01-02\n').toString('base64'),
  }),
  tellIdentity: (known) => ({
    version: 0,
    same: true,
    personRef: known('personRef'),
    reason: '免許証で確認',
  }),
  openCase: () => ({ needs: ['housing'], nextOn: null, responsible: '', words: '避難所で相談' }),
  recordCaseAct: () => ({
    ...{ kind: 'visit', actedOn: '2026-11-21', nextOn: null, method: 'visit', result: 'met', who: '保健師' },
    ...{
      needs: [],
      agency: null,
      agencyName: '',
      consentOn: null,
      responsible: '',
      closeReason: null,
      words: '',
    },
  }),
  // No survey has a result that could be adopted.
  gradeDwelling: () => ({ taskId: null }),
  // Elsewhere would close our own grading to the rest of the walk.
  setLedgerPlace: () => ({ settingNo: 0, elsewhere: false, fromOn: '2026-04-01', systemName: '', note: '' }),
  // 台帳
  receiveDisclosure: (known) => ({
    ...{
      recipient: '架空市社会福祉協議会',
      recipientPlace: '架空市中央1番1号',
      representative: '架空　理事',
    },
    ...{ basis: 'internal', items: ['name', 'address', 'contacts'], purpose: '戸別訪問', remarks: '' },
    ...{ people: seen(known('personRef')), receivedOn: '2026-11-21' },
  }),
  decideDisclosure: () => ({ outcome: 'approved', reason: '' }),
  provideDisclosure: () => ({ method: 'paper' }),
  changeHousehold: (known) => ({
    ...{ act: 'split', people: seen(known('personRef')), version: 0, otherVersion: 0, head: null },
    ...{ reasonCode: 'lives-apart', reason: '別の家に住んでいた' },
  }),
  setItem: () => ({
    ...{ itemKey: 'contacts', version: 0, source: 'self' },
    value: {
      type: 'contacts',
      contacts: [{ kind: 'mobile', value: '090-0000-0000', whose: '本人', safety: 'self-only', detail: '' }],
    },
  }),
  // 避難行動要支援者名簿
  setEvacSettings: (known) => ({
    criteria: {
      ...{
        careLevels: ['23'],
        bodyGrades: ['1'],
        intellectualGrades: [],
        mentalGrades: [],
        mentalAlone: false,
      },
      ...{ aloneFrom: 40, elderlyFrom: 40 },
    },
    ...{
      fromOn: '2026-04-01',
      ordinance: 'none',
      ordinanceSource: '',
      emergencyDays: 60,
      source: '地域防災計画',
    },
    settingNo: known('settingNo') ?? 0,
  }),
  makeHelperPasses: () => ({
    ...{ job: 'helper-reception', areas: null, count: 1 },
    ...{ validFrom: '2026-11-21', validUntil: '2026-11-28' },
  }),
  // Many forms have words; theirs come first among those that were seen.
  registerNonDwelling: () => ({
    words: {
      ...{ ownerName: '佐藤　太郎', ownerAddress: '', phone: '', corporateNo: '' },
      ...{ name: '倉庫', place: '古川町壱之町9番6号', note: '' },
    },
  }),
  searchEvacSupport: () => ({ name: '', area: '', ground: null, consent: null, afterNo: null }),
  saveEvacPerson: (known) => ({
    ...{ residentNo: known('residentNo'), entryState: 'listed', told: ['request'], away: false },
    words: {
      ...{
        phone: '0577-00-0000',
        otherContact: '',
        residence: '',
        reasonWords: '車椅子',
        remarks: '',
        note: '',
      },
    },
  }),
  saveEvacRecipient: () => ({
    ...{ evacRecipientId: uuidv7(), version: 0, kind: 'fire', name: '架空消防本部', person: '', contact: '' },
    ...{ inPlan: true, plan: '第3編', wholeTown: true, areas: [], ended: false },
  }),
  // 罹災証明
  openSlots: (known) => ({
    ...{ disasterId: known('disasterId'), place: '架空会館', onDay: '2026-11-24' },
    ...{ fromMinute: 540, toMinute: 660, minutes: 30, capacity: 5 },
  }),
  changeSlotCapacity: () => ({ capacity: 6 }),
  endAppointment: () => ({ outcome: 'came' }),
  addAttachment: () => ({
    ...{ attachmentId: uuidv7(), kind: 'form', fileName: '申請書.pdf', file: { base64: scan } },
  }),
  receiveResurvey: () => ({ wanted: 'second', appliedOn: '2026-11-21', reason: '基礎にも亀裂がある' }),
  rejectResurvey: () => ({ reason: '取り下げの意思があるため' }),
  withdrawResurvey: () => ({ reason: '申請者の申出' }),
  // 支援・支払
  applyForSupport: (known) => ({
    ...{
      programmeCode: known('programmeCode') ?? 'mimaikin',
      subjectRef: null,
      appliedOn: '2026-11-21',
      note: '',
    },
  }),
  writeTownProgramme: (known) => ({
    ...{ disasterId: known('disasterId'), programmeCode: null, programmeVersion: 0, title: '町の見舞金' },
    ...{ area: 'people', documents: ['申請書'], about: '町の見舞金', basis: '要綱', ended: false },
    rule: {
      ...{ kind: 'by-grade', gradeYen: { G1: 100_000 }, perMemberYen: 0, deathYen: 0, injuryYen: 0 },
      ...{ tenure: null, incomeCapYen: null },
    },
  }),
  setRemitter: () => ({
    remitter: {
      ...{
        bankCode: '0001',
        bankName: 'カクウ',
        branchCode: '001',
        branchName: 'ホンテン',
        accountType: '1',
      },
      ...{ accountNo: '0000001', code: '0000000001', name: 'カクウシ' },
    },
  }),
  // 調査
  addSurveyTask: (known) => ({
    ...{
      taskId: uuidv7(),
      disasterId: known('disasterId'),
      stage: 'first',
      address: '架空市中央2番',
      headName: '',
    },
    ...{ phone: '', note: '', point: { latitude: 36.238, longitude: 137.186 }, urgent: false },
  }),
  searchSurveyTasks: (known) => ({ disasterId: known('disasterId'), name: '', address: '中央' }),
  printSurveyPapers: (known) => ({
    ...{ disasterId: known('disasterId'), taskIds: seen(known('taskId')) },
    ...{ hazard: 'flood', structure: 'wood', stage: 'first' },
  }),
  makeSurveyPlan: (known) => ({
    ...{ planId: uuidv7(), disasterId: known('disasterId'), name: '第1次調査', daysOff: [] },
    ...{ startsOn: '2026-11-24', endsOn: '2026-12-04' },
  }),
  addSurveyTeam: (known) => ({
    ...{ planId: known('planId'), teamId: uuidv7(), name: '1班', members: ['調査　員'], housesPerDay: 8 },
    ...{ worksFrom: '2026-11-24', worksUntil: '2026-12-04' },
  }),
  makeFieldPass: (known) => ({
    ...{ passId: uuidv7(), disasterId: known('disasterId'), teamId: known('teamId'), name: '1号機' },
    ...{ validFrom: '2026-11-21', validUntil: '2026-12-04' },
  }),
  // 監査
  listAudit: (known) => ({ question: 'person', residentNo: known('residentNo'), ...auditedDays }),
  exportAudit: () => ({ question: 'all', ...auditedDays }),
  listOftenOpened: () => ({ month: '2026-11' }),
  extractAuditCsv: (known) => ({ residentNo: known('residentNo'), ...auditedDays }),
  extractAuditPdf: (known) => ({ residentNo: known('residentNo'), ...auditedDays }),
}

const auditedDays = { fromOn: '2026-11-01', toOn: '2026-11-30' }

/** Acts that only their sample may do here: what the walk makes up itself would put its own people under protection. */
export const onlyAsSampled: readonly string[] = ['requestProtection', 'addProtectionPeople']

function protectedOne(residentNo: Json | undefined): Json[] | undefined {
  if (residentNo === undefined) return undefined
  return [{ role: 'applicant', residentNo, name: '', birthOn: null, relation: '本人' }]
}

function seen(value: Json | undefined): Json[] | undefined {
  return value === undefined ? undefined : [value]
}
