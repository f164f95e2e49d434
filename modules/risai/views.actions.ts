import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, revealMany, type Guarded } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import type { Disaster } from '../disasters/disasters.ts'
import { sameAs } from '../ledger/identities.actions.ts'
import * as ledgers from '../ledger/ledger.actions.ts'
import { householdAtDisaster } from '../ledger/households.actions.ts'
import type { Ledger, PersonRef } from '../ledger/ledger.ts'
import { listNotices } from '../notices/notices.actions.ts'
import { addressLine, displayName, type ResidentRecord } from '../residents/residents.ts'
import { lettersAbout } from './letters.actions.ts'
import * as outcomes from './outcomes.store.ts'
import type * as contract from './risai.contract.ts'
import { risaiProblems as problems } from './risai.messages.ts'
import { listApplications } from './listing.store.ts'
import * as store from './risai.store.ts'
import { concealForm, FORM_DEFAULTS, type ApplicationForm, type NoticeKind } from './risai.ts'
import { termsOf } from './terms.actions.ts'

type ApplicationView = OutputOf<typeof contract.getApplication>
type FormView = ApplicationView['form']

export async function getApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.getApplication>,
): Promise<ApplicationView> {
  const keys = await ctx.keys()
  const found = await store.findApplication(ctx.tx, keys, input.applicationId)
  if (!found) throw new Problem(problems.notFound)
  const { head } = found
  const { applicationId, suppressed } = head
  const words = await reveal(ctx, found.words, 'view')
  const gradings = await outcomes.listGradings(ctx.tx, keys, applicationId, suppressed)
  const decisions = await outcomes.listDecisions(ctx.tx, keys, applicationId, suppressed)
  const certificates = await outcomes.listCertificates(ctx.tx, keys, applicationId, suppressed)
  const notices = await listNotices(ctx, applicationId)
  const letters = await lettersAbout(ctx, applicationId)
  return {
    applicationId,
    disasterId: head.disasterId,
    personRef: head.applicantRef,
    serialNo: head.serialNo,
    state: head.state,
    version: head.version,
    appliedOn: head.appliedOn,
    receivedAt: head.receivedAt.toISOString(),
    suppressed,
    channel: head.channel,
    reference: head.reference,
    lateReason: words.lateReason,
    proofsWaived: words.proofsWaived,
    ...(await joinsOf(ctx, head)),
    decisionChanged: await changedDecisionOf(ctx, head),
    form: formView(words.form),
    stateReason: endedStates.has(head.state) ? words.stateReason : null,
    gradings: gradings.map((one) => ({
      ...one,
      sameAs: suppressed ? null : one.sameAs,
      surveyors: [...one.surveyors],
      gradedAt: one.gradedAt.toISOString(),
    })),
    decisions: decisions.map((one) => ({ ...one, decidedAt: one.decidedAt.toISOString() })),
    certificates: certificates.map((one) => ({
      certificateId: one.certificateId,
      serialNo: one.serialNo,
      grade: one.grade,
      madeAt: one.madeAt.toISOString(),
      withdrawnAt: one.withdrawnAt?.toISOString() ?? null,
      withdrawnCause: one.withdrawnCause,
      withdrawnReason: one.withdrawnReason,
    })),
    notices: notices.map((one) => ({
      ...one,
      kind: one.kind as NoticeKind,
      requestedAt: one.requestedAt.toISOString(),
      sentAt: one.sentAt?.toISOString() ?? null,
    })),
    letters: letters.map((one) => ({
      letterId: one.letterId,
      kind: one.kind,
      requestedAt: one.requestedAt.toISOString(),
      state: one.postedAt ? 'posted' : one.leftOutAt ? 'left-out' : one.batchId ? 'bundled' : 'waiting',
      at: (one.postedAt ?? one.leftOutAt)?.toISOString() ?? null,
    })),
  }
}

/** States whose reason is shown: what ended the application. */
const endedStates: ReadonlySet<string> = new Set(['rejected', 'withdrawn', 'joined'])

/** 併合. Which application is of the same people tells where they live: of the protected nothing is linked. */
async function joinsOf(
  ctx: Ctx,
  head: store.ApplicationHead,
): Promise<Pick<ApplicationView, 'joinedTo' | 'joined'>> {
  if (head.suppressed) return { joinedTo: null, joined: [] }
  const link = ({ applicationId, serialNo }: store.ApplicationHead) => ({ applicationId, serialNo })
  const to = head.joinedTo === null ? null : await store.findHead(ctx.tx, head.joinedTo)
  const joined = await store.listJoined(ctx.tx, head.applicationId)
  return {
    joinedTo: to && !to.suppressed ? link(to) : null,
    joined: joined.filter(({ suppressed }) => !suppressed).map(link),
  }
}

/** Of the protected nothing is linked, but that their certificate does not follow any more is told. */
async function changedDecisionOf(
  ctx: Ctx,
  head: store.ApplicationHead,
): Promise<ApplicationView['decisionChanged']> {
  const source = await store.findChangedSource(ctx.tx, head.applicationId)
  if (!source) return null
  const { applicationId, serialNo } = source
  if (head.suppressed || source.suppressed) return { application: null, grade: null }
  const papers = await outcomes.listCertificates(ctx.tx, await ctx.keys(), applicationId, true)
  const inForce = papers.find(({ withdrawnAt }) => withdrawnAt === null)
  return { application: { applicationId, serialNo }, grade: inForce?.grade ?? null }
}

function formView(form: ApplicationForm): FormView {
  return {
    ...form,
    members: form.members.map((member) => ({ ...member })),
    causeHazards: [...form.causeHazards],
    damagedParts: [...form.damagedParts],
    damagedEquipment: [...form.damagedEquipment],
    proofs: [...form.proofs],
  }
}

/** What the form starts from: person and household as the ledger holds them, and the disaster's words. */
export async function draftApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.draftApplication>,
): Promise<OutputOf<typeof contract.draftApplication>> {
  const disaster = await getDisaster(ctx, input.disasterId)
  const ledger = await ledgers.getLedger(ctx, input.disasterId)
  const found = await ledgers.getPerson(ctx, ledger, input.personRef)
  const { suppressed } = found.person
  const form =
    found.kind === 'resident'
      ? await formOfResident(ctx, ledger, disaster, found.person, input.personRef)
      : await formOfOther(ctx, disaster, found)
  const earlier = await listApplications(ctx.tx, await ctx.keys(), {
    disasterId: input.disasterId,
    states: [],
    serialNo: null,
    applicantRefs: await sameAs(ctx, input.disasterId, input.personRef),
    ...{ channel: null, named: null, at: null, late: false, waiting: null },
    after: null,
    limit: 20,
  })
  const { applicationUntilOn: untilOn } = await termsOf(ctx, disaster)
  return {
    suppressed,
    afterDeadline: untilOn !== null && todayInJapan(ctx.now) > untilOn,
    untilOn,
    form: formView(suppressed ? concealForm(form) : form),
    earlier: earlier.map(({ head: { applicationId, serialNo, state } }) => ({
      applicationId,
      serialNo,
      state,
    })),
  }
}

/** 続柄コード of the head of a household (世帯主). */
const HEAD = '02'

async function formOfResident(
  ctx: Ctx,
  ledger: Ledger,
  disaster: Disaster,
  person: Guarded<ResidentRecord>,
  personRef: PersonRef,
): Promise<ApplicationForm> {
  const applicant = await reveal(ctx, person, 'application')
  // As the register had it when the disaster struck, or as it was told since.
  const told = await householdAtDisaster(ctx, disaster.disasterId, personRef)
  const people: ledgers.Found[] = []
  for (const ref of told.members) people.push(await ledgers.getPerson(ctx, ledger, ref))
  const household = await revealMany(
    ctx,
    people.flatMap((one) => (one.kind === 'resident' ? [one.person] : [])),
    'application',
  )
  const others = await revealMany(
    ctx,
    people.flatMap((one) => (one.kind === 'resident' ? [] : [one.person])),
    'application',
  )
  const headRef = told.head
  const head =
    household.find(({ residentNo }) => `R-${residentNo}` === headRef) ??
    household.find((member) => member.relationCodes[0] === HEAD) ??
    applicant
  const ofRegister = told.version === 0
  const address = addressLine(applicant.address)
  const blank = blankForm(disaster)
  return {
    ...blank,
    applicant: {
      ...blank.applicant,
      name: displayName(applicant.name),
      kana: applicant.name.kana,
      address,
      birthOn: applicant.birth.on,
      relationToHead: head.residentNo === applicant.residentNo ? 'head' : 'member',
    },
    head: {
      residentNo: head.residentNo,
      name: displayName(head.name),
      kana: head.name.kana,
      address: addressLine(head.address),
    },
    members: [
      ...household
        .filter((member) => member.residentNo !== head.residentNo)
        .map((member) => ({
          residentNo: member.residentNo as ResidentNo | null,
          name: displayName(member.name),
          kana: member.name.kana,
          // What the register says is to the head of its own household.
          relation: ofRegister || sameHead(head, member) ? member.relationText : '',
          birthOn: member.birth.on,
        })),
      ...others.map(({ name, kana, birth }) => ({
        ...{ residentNo: null, name, kana, relation: '', birthOn: birth.on },
      })),
    ],
    dwellingAddress: address,
  }
}

function sameHead(head: ResidentRecord, member: ResidentRecord): boolean {
  return head.relationCodes[0] === HEAD && head.householdNo === member.householdNo
}

async function formOfOther(
  ctx: Ctx,
  disaster: Disaster,
  found: Extract<ledgers.Found, { kind: 'non-resident' }>,
): Promise<ApplicationForm> {
  const person = await reveal(ctx, found.person, 'application')
  const blank = blankForm(disaster)
  const { name, kana, address, phone, birth } = person
  return {
    ...blank,
    applicant: { ...blank.applicant, name, kana, address, phone, birthOn: birth.on, relationToHead: 'head' },
    head: { residentNo: null, name, kana, address },
    dwellingAddress: address,
  }
}

/** Nothing is consented to until the applicant ticks it. */
function blankForm(disaster: Disaster): ApplicationForm {
  return {
    ...FORM_DEFAULTS,
    applicant: {
      name: '',
      kana: '',
      address: '',
      birthOn: null,
      phone: '',
      email: '',
      contactPlace: '',
      relationToHead: 'head',
    },
    head: { residentNo: null, name: '', kana: '', address: '' },
    members: [],
    printMembers: true,
    dwellingAddress: '',
    causeText: disaster.causeText,
    causeHazards: disaster.hazards,
    dwellingKind: null,
    tenure: null,
    ownerName: '',
    damageText: '',
    damagedParts: [],
    floodDepthCm: null,
    surveyWish: 'site',
    consents: { checkRecords: false, supportUse: false, selfJudgement: false, photoUse: false },
    copies: 1,
    purpose: '',
  }
}
