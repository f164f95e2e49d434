import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem, type FieldError } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal } from '../access/guarded.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import * as ledgers from '../ledger/ledger.actions.ts'
import { personOf, refOf, type Ledger, type PersonRef } from '../ledger/ledger.ts'
import { changed, getHead, moveOn, tell } from './risai.actions.ts'
import type * as contract from './risai.contract.ts'
import { risaiEvents, risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import { keepConcealed, serialNoOf, type ApplicationForm, type ApplicationId, type Channel } from './risai.ts'
import { tellSurveys } from './surveying.actions.ts'
import { termsOf } from './terms.actions.ts'

/**
 * Receives an application, however it came: checks it against the ledger, numbers it, and tells the ledger. One that comes
 * a second time by another way is received, too, and joined by a person (`joining.actions.ts`): nothing is lost.
 */
export async function receiveApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.receiveApplication>,
): Promise<OutputOf<typeof contract.receiveApplication>> {
  const { disasterId, personRef, appliedOn, form, channel } = input
  const reference = input.reference === '' ? null : input.reference
  const disaster = await getDisaster(ctx, disasterId)
  const ledger = await ledgers.getLedger(ctx, disasterId)
  if (appliedOn > todayInJapan(ctx.now)) {
    throw new Problem(problems.appliedInFuture, [
      { pointer: '/appliedOn', message: problems.appliedInFuture.title },
    ])
  }
  const { applicationUntilOn } = await termsOf(ctx, disaster)
  const isLate = applicationUntilOn !== null && appliedOn > applicationUntilOn
  if (isLate && input.lateReason === '') {
    throw new Problem(problems.late, [{ pointer: '/lateReason', message: problems.late.title }])
  }
  refuseWithoutConsent(form)
  refuseIncomplete(form)
  if (reference !== null) await refuseReference(ctx, channel, reference)
  const people = await peopleOf(ctx, ledger, personRef, form)
  const entryId = await ledgers.openEntry(ctx, disasterId, personOf(personRef))
  const applicationId = uuidv7(ctx.now.getTime()) as ApplicationId
  const serialNo = serialNoOf(disaster.disasterCode, await store.takeSerialNo(ctx.tx, disasterId))
  const by = actorName(ctx.actor)
  const keys = await ctx.keys()
  const inserted = await store.insertApplication(
    ctx.tx,
    keys,
    {
      applicationId,
      disasterId,
      entryId,
      applicantRef: personRef,
      serialNo,
      appliedOn,
      receivedAt: ctx.now,
      channel,
      reference,
    },
    isLate ? input.lateReason : '',
    by,
  )
  if (!inserted && reference !== null) await refuseReference(ctx, channel, reference)
  await store.insertForm(ctx.tx, keys, applicationId, 1, form, people, ctx.now, by)
  const head = await getHead(ctx, applicationId)
  await tell(ctx, head, 'risai.received', risaiEvents.received, { appliedOn, channel, late: isLate })
  return { applicationId, state: head.state, version: head.version, serialNo }
}

/** Appends a corrected form. What a protected application does not show stays as it was. */
export async function correctApplication(
  ctx: Ctx,
  input: InputOf<typeof contract.correctApplication>,
): Promise<OutputOf<typeof contract.correctApplication>> {
  const before = await getHead(ctx, input.applicationId)
  const newFormNo = before.formNo + 1
  const head = await moveOn(ctx, input, 'correct', null, newFormNo)
  const { form, people } = await correctedForm(ctx, before, input.form)
  await store.insertForm(
    ctx.tx,
    await ctx.keys(),
    input.applicationId,
    newFormNo,
    form,
    people,
    ctx.now,
    actorName(ctx.actor),
  )
  await tellSurveys(ctx, input.applicationId, form, people)
  await tell(ctx, head, 'risai.corrected', risaiEvents.corrected, { formNo: newFormNo })
  return changed(head)
}

/** A form as it is to be written in place of the last: complete, and with what the clerk could not see as it was. */
export async function correctedForm(
  ctx: Ctx,
  before: store.ApplicationHead,
  typed: ApplicationForm,
): Promise<{ readonly form: ApplicationForm; readonly people: readonly store.FormPerson[] }> {
  const ledger = await ledgers.getLedger(ctx, before.disasterId)
  refuseWithoutConsent(typed)
  let form = typed
  if (before.suppressed) {
    refuseConcealed(typed)
    const stored = await store.storedForm(ctx.tx, await ctx.keys(), before.applicationId, before.formNo)
    form = keepConcealed(typed, stored)
  }
  refuseIncomplete(form)
  return { form, people: await peopleOf(ctx, ledger, before.applicantRef, form) }
}

/** The same 受付番号 twice is one application: whoever types it in is told which. */
async function refuseReference(ctx: Ctx, channel: Channel, reference: string): Promise<void> {
  const known = await store.findByReference(ctx.tx, channel, reference)
  if (!known) return
  throw new Problem(problems.referenceTaken, [
    { pointer: '/reference', message: `整理番号${known.serialNo}の申請として受け付けています` },
  ])
}

function refuseWithoutConsent(form: ApplicationForm): void {
  const missing = (['checkRecords', 'supportUse'] as const).filter((consent) => !form.consents[consent])
  if (missing.length === 0) return
  throw new Problem(
    problems.consentMissing,
    missing.map((consent) => ({
      pointer: `/form/consents/${consent}`,
      message: 'この同意がなければ受け付けられません',
    })),
  )
}

/** Items without which no certificate can be written: they may be '' on the wire only where they are concealed. */
function refuseIncomplete(form: ApplicationForm): void {
  const needed: readonly [string, string, string][] = [
    ['/form/applicant/address', form.applicant.address, '申請者住所を入力してください'],
    ['/form/head/address', form.head.address, '世帯主住所を入力してください'],
    ['/form/dwellingAddress', form.dwellingAddress, '被災住家の所在地を入力してください'],
    ['/form/damageText', form.damageText, '被害の状況を入力してください'],
  ]
  const errors: FieldError[] = needed
    .filter(([, value]) => value === '')
    .map(([pointer, , message]) => ({ pointer, message }))
  if (errors.length > 0) throw new Problem(problems.incomplete, errors)
}

function refuseConcealed(form: ApplicationForm): void {
  const { address, phone, email, contactPlace } = form.applicant
  const hidden = [address, phone, email, contactPlace, form.head.address, form.dwellingAddress]
  if (
    [...hidden, form.ownerName, form.damageText, form.purpose, form.mandate].some((value) => value !== '')
  ) {
    throw new Problem(problems.concealed)
  }
}

/** Everybody of the form who is of the ledger, with the household that 支援措置 may reach. */
async function peopleOf(
  ctx: Ctx,
  ledger: Ledger,
  applicant: PersonRef,
  form: ApplicationForm,
): Promise<store.FormPerson[]> {
  const people = [await personIn(ctx, ledger, applicant, 'applicant')]
  const others: readonly (readonly ['head' | 'member', ResidentNo | null])[] = [
    ['head', form.head.residentNo],
    ...form.members.map((member) => ['member', member.residentNo] as const),
  ]
  for (const [role, residentNo] of others) {
    if (residentNo === null) continue
    const ref = refOf({ kind: 'resident', residentNo })
    people.push(await personIn(ctx, ledger, ref, role))
  }
  return people
}

async function personIn(
  ctx: Ctx,
  ledger: Ledger,
  ref: PersonRef,
  role: store.FormPerson['role'],
): Promise<store.FormPerson> {
  const who = personOf(ref)
  let found: ledgers.Found
  try {
    found = await ledgers.getPerson(ctx, ledger, ref)
  } catch (error) {
    if (role === 'applicant' || !(error instanceof Problem)) throw error
    throw new Problem(problems.memberNotInLedger, [
      {
        pointer: role === 'head' ? '/form/head/residentNo' : '/form/members',
        message: problems.memberNotInLedger.title,
      },
    ])
  }
  if (who.kind === 'non-resident' || found.kind === 'non-resident') {
    const nonResidentId = who.kind === 'non-resident' ? who.nonResidentId : null
    return { role, residentNo: null, householdNo: null, nonResidentId }
  }
  return {
    role,
    residentNo: who.residentNo,
    householdNo: (await reveal(ctx, found.person, 'application')).householdNo,
    nonResidentId: null,
  }
}
