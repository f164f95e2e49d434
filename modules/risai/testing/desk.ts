import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { TestCloud } from '../../../apps/cloud/testing/town.ts'
import { loadProtection } from '../../residents/testing/load-protection.ts'
import { paper } from '../../certificates/golden/cases.ts'
import type { RisaiFacts } from '../../certificates/papers/risai.ts'
import { registerDisaster } from '../../ledger/ledger.contract.ts'
import { loadResidents } from '../../residents/testing/load.ts'
import { noCopyItems, type ResidentRecord } from '../../residents/residents.ts'
import { risaiCertificateKind } from '../certificate.actions.ts'
import * as contract from '../risai.contract.ts'

export const hida = '212172' as MunicipalityCode
export const takayama = '212032' as MunicipalityCode
const none = { on: null, uncertain: false, text: null }

function resident(
  no: string,
  full: string,
  kana: string,
  over: Partial<ResidentRecord> = {},
): ResidentRecord {
  const noOtherNames = { latin: '', kanji: '', former: '', formerKana: '', alias: '', aliasKana: '' }
  return {
    residentNo: no as ResidentNo,
    historyNo: 1,
    branchNo: 0,
    householdNo: '100' as HouseholdNo,
    kind: 'japanese',
    state: 'resident',
    changedOn: none,
    notifiedOn: null,
    changeReason: '01',
    name: { full, kana, ...noOtherNames, preference: '1' },
    sex: '2',
    sexText: '女',
    birth: { on: '1950-03-04' as PlainDate, uncertain: false, text: null },
    relationCodes: ['02'],
    relationText: '世帯主',
    address: {
      ...{ municipalityCode: hida, townCode: '0000001', prefecture: '岐阜県', city: '飛騨市' },
      ...{ town: '古川町壱之町', number: '1番1号', building: '', postCode: '5094234' },
    },
    becameResidentOn: none,
    addressBefore: '',
    addressAfter: '',
    removedOn: none,
    copy: noCopyItems,
    foreign: null,
    ...over,
  }
}

const ume = resident('1', '佐藤　梅子', 'サトウ　ウメコ')
const taro = resident('2', '佐藤　太郎', 'サトウ　タロウ', { relationText: '子', relationCodes: ['20'] })
const child = resident('5', '佐藤　空', 'サトウ　ソラ', {
  relationText: '子の子',
  relationCodes: ['20', '20'],
  birth: { on: '2012-04-01' as PlainDate, uncertain: false, text: null },
})
const hidden = resident('3', '隠田　花', 'オンダ　ハナ', {
  householdNo: '300' as HouseholdNo,
  address: { ...ume.address, town: '秘密町', number: '九番地' },
})

export type Form = RawInputOf<typeof contract.receiveApplication>['form']
export type Head = OutputOf<typeof contract.acceptApplication>
export type RisaiDesk = Awaited<ReturnType<typeof openDesk>>

/** Names an application in the version its reader saw. */
export const seen = (head: Head) => ({ applicationId: head.applicationId, version: head.version })

/** What a surveyor found at the dwelling, before anybody grades it otherwise. */
export const survey = {
  grade: 'G3' as const,
  surveyedOn: '2026-08-10',
  method: 'site' as const,
  surveyors: ['調査　一郎'],
  note: '南側の柱が傾く',
}

/**
 * The counter of 飛騨市 after an earthquake: the household 佐藤 (1, 2 and the child 5), 隠田 (3) under 支援措置, and the
 * staff who take applications from receipt to certificate. 高山市 is there for what it must not see.
 */
export async function openDesk(cloud: TestCloud) {
  await cloud.onboard(hida, '飛騨市')
  await cloud.onboard(takayama, '高山市')
  const clerk = await cloud.signIn(hida, 'clerk')
  const reviewer = await cloud.signIn(hida, 'reviewer')
  const colleague = await cloud.signIn(hida, 'reviewer')
  const neighbour = await cloud.signIn(takayama, 'reviewer')

  const asLink = <T>(work: (ctx: Ctx) => Promise<T>) =>
    withCtx(
      { ...cloud.runtime, pool: cloud.database.linkage },
      { actor: { kind: 'machine', name: 'link' }, municipality: hida, traceId: 'test' },
      work,
    )
  const protect = (residentNo: string) => asLink((ctx) => loadProtection(ctx, residentNo))
  await asLink(async (ctx) => {
    await loadResidents(
      ctx,
      'full',
      [ume, taro, hidden, child].map((record) => ({ record })),
    )
  })
  await protect('3')
  /** What the register says of somebody since. */
  const change = (residentNo: string, over: Partial<ResidentRecord>) =>
    asLink(async (ctx) => {
      const record = [ume, taro, hidden, child].find((one) => one.residentNo === residentNo)!
      await loadResidents(ctx, 'delta', [
        { record, latest: false },
        { record: { ...record, historyNo: 2, ...over } },
      ])
    })
  const { disaster } = await clerk.get(registerDisaster, {
    name: '令和８年地震',
    hazards: ['earthquake'],
    occurredOn: '2026-07-28',
    causeText: '令和８年７月２８日の地震による',
    applicationDeadlineOn: '2026-12-28',
  })
  const { disasterId } = disaster

  const snapshotOf = (certificateId: string) =>
    cloud.as(hida, async (ctx) => {
      const frozen = await risaiCertificateKind.freeze(ctx, certificateId, {
        channel: 'counter',
        choices: {},
        issuedOn: '2026-11-21' as PlainDate,
        purpose: null,
        paper,
      })
      return frozen.facts as RisaiFacts
    })
  const blocksOn = (certificateId: string) =>
    cloud.as(hida, async (ctx) =>
      (await risaiCertificateKind.blocks(ctx, certificateId, 'kiosk', null)).map((block) => block.code),
    )

  const grade = (head: Head, over: { grade?: 'G0' | 'G4' } = {}) =>
    clerk.get(contract.gradeDwelling, { ...seen(head), ...survey, ...over })
  const decide = (head: Head, by = reviewer, outcome: 'issuable' | 'not-issuable' = 'issuable') =>
    by.get(contract.decideApplication, {
      ...seen(head),
      outcome,
      reason: outcome === 'issuable' ? '' : '無被害',
    })
  /** Receiving and deciding about one disaster. */
  const at = (of: string) => {
    /** The form of a person as drafted, with what only the applicant can say. */
    async function formOf(personRef: string, over: Partial<Form> = {}): Promise<Form> {
      const { form } = await clerk.get(contract.draftApplication, { disasterId: of, personRef })
      return {
        ...form,
        damageText: '屋根瓦が落ちた',
        consents: { checkRecords: true, supportUse: true, selfJudgement: false, photoUse: false },
        ...over,
      }
    }
    const receive = async (personRef = 'R-1', over: Partial<Form> = {}) =>
      await clerk.get(contract.receiveApplication, {
        ...{ disasterId: of, personRef, appliedOn: '2026-11-21' },
        form: await formOf(personRef, over),
      })
    const issuable = async (personRef = 'R-1', over: Partial<Form> = {}) =>
      await decide(
        await grade(await clerk.get(contract.acceptApplication, seen(await receive(personRef, over)))),
      )
    return { disasterId: of, formOf, receive, issuable }
  }
  const view = (head: Pick<Head, 'applicationId'>) =>
    clerk.get(contract.getApplication, { applicationId: head.applicationId })
  return {
    town: hida,
    clerk,
    reviewer,
    colleague,
    neighbour,
    at,
    ...at(disasterId),
    protect,
    change,
    snapshotOf,
    blocksOn,
    grade,
    decide,
    view,
  }
}
