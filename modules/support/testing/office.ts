import type { TestCloud } from '../../../apps/cloud/testing/town.ts'
import type { DisasterId } from '../../disasters/disasters.ts'
import { hida, openDesk, seen } from '../../risai/testing/desk.ts'
import { withdrawCertificate, gradeDwelling } from '../../risai/risai.contract.ts'
import { runMatch } from '../matcher.actions.ts'
import { noCircumstances } from '../rules/facts.ts'
import * as offered from '../programmes.contract.ts'
import * as contract from '../support.contract.ts'

/** The support office of 飛騨市: the desk of 罹災証明, with the laws invoked and a household whose house is 中規模半壊. */
export async function openOffice(cloud: TestCloud) {
  const desk = await openDesk(cloud)
  const { clerk, reviewer, disasterId } = desk
  for (const gate of ['kyujo', 'saiken', 'choikin', 'engo', 'choki'] as const)
    await reviewer.get(offered.recordGate, {
      ...{ disasterId, gate, actNo: 0, applies: gate !== 'choki', decidedOn: '2026-08-01' },
      ...{ basis: '1号', source: '岐阜県告示' },
    })
  const match = () => cloud.as(hida, (ctx) => runMatch(ctx, disasterId as DisasterId))
  const support = (personRef = 'R-1') => clerk.get(contract.getHouseholdSupport, { disasterId, personRef })
  const told = async (over: object, personRef = 'R-1') => {
    const { circumstancesVersion } = await support(personRef)
    return await clerk.get(contract.saveCircumstances, {
      ...{ disasterId, personRef, circumstancesVersion },
      circumstances: { ...noCircumstances, harmed: null, ...over },
    })
  }
  const apply = (programmeCode: string, personRef = 'R-1', subjectRef: string | null = null) =>
    clerk.call(contract.applyForSupport, {
      ...{ disasterId, personRef, programmeCode, subjectRef },
      ...{ appliedOn: '2026-11-20', note: '窓口で受付' },
    })
  const view = (supportId: string) => clerk.get(contract.getSupportApplication, { supportId })
  const propose = async (supportId: string, over: object = {}) => {
    const { version, dueYen } = await view(supportId)
    return await clerk.get(contract.proposeSupport, {
      ...{ supportId, version, outcome: 'grant', amountYen: dueYen ?? 0, note: '' },
      ...over,
    })
  }
  const decide = async (supportId: string, approved = true) => {
    const { version } = await view(supportId)
    return await reviewer.get(contract.decideSupport, {
      ...{ supportId, version, approved, reason: approved ? '' : '書類を確かめること' },
    })
  }
  const granted = async (programmeCode: string, personRef = 'R-1', subjectRef: string | null = null) => {
    const answer = await apply(programmeCode, personRef, subjectRef)
    if (!answer.ok) throw new Error(JSON.stringify(answer.problem))
    await propose(answer.body.supportId)
    await decide(answer.body.supportId)
    return answer.body.supportId
  }
  /** The house is graded anew, as after a re-survey. */
  const regrade = async (head: Awaited<ReturnType<typeof desk.issuable>>, grade: 'G1' | 'G4') => {
    const withdrawn = await reviewer.get(withdrawCertificate, {
      ...{ certificateId: head.certificateId!, version: head.version, reason: '再調査' },
    })
    const graded = await clerk.get(gradeDwelling, {
      ...seen(withdrawn),
      ...{ grade, surveyedOn: '2026-09-10', method: 'site', surveyors: ['調査　二郎'], note: '' },
    })
    return await desk.decide(graded)
  }
  return { ...desk, match, support, told, apply, view, propose, decideSupport: decide, granted, regrade }
}
export type Office = Awaited<ReturnType<typeof openOffice>>
