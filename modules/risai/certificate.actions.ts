import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, test } from '../access/guarded.ts'
import type { CertificateKind, FreezeRequest, Frozen } from '../certificates/certificates.ts'
import { copyOf } from '../certificates/reissue.actions.ts'
import { layoutOn } from '../certificates/layouts.ts'
import {
  RISAI_CERTIFYING_SENTENCE,
  RISAI_GRADES,
  risaiBody,
  type GradeCode,
  type RisaiFacts,
} from '../certificates/papers/risai.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { findResident } from '../residents/residents.actions.ts'
import { ageOn } from '../residents/residents.ts'
import * as outcomes from './outcomes.store.ts'
import { risaiProblems as problems } from './risai.messages.ts'
import * as store from './risai.store.ts'
import {
  dwellingKinds,
  KIOSK_AGE,
  tenures,
  UUID,
  type ApplicationForm,
  type CertificateId,
  type RisaiCertificate,
} from './risai.ts'

/** 罹災証明書 for the counter and the kiosk. Subject: the `certificateId` of a decision 交付可. */
export const risaiCertificateKind: CertificateKind<Ctx> = {
  code: 'risai',
  permission: 'risai.issue',
  // The damage was done here, wherever the victim lives today.
  forMovedOut: true,
  // Free of charge in every town: no fee ordinance for 罹災証明書 is known.
  feeYen: (townFeeYen) => townFeeYen ?? 0,
  subjects: subjectsFor,
  choices: async () => [],
  people: peopleOf,
  blocks: blocksOn,
  freeze,
}

/** Certificates in force of this resident as applicant, head or member of the application's household. */
async function subjectsFor(ctx: Ctx, residentNo: ResidentNo): ReturnType<CertificateKind<Ctx>['subjects']> {
  const person = await findResident(ctx, residentNo, { seq: null })
  const today = todayInJapan(ctx.now)
  const old = person && test(person, ({ birth }) => (ageOn(birth, today) ?? 0) >= KIOSK_AGE)
  if (!old) return []
  const subjects = []
  for (const certificate of await outcomes.certificatesOf(ctx.tx, residentNo)) {
    const { name } = await getDisaster(ctx, certificate.disasterId)
    subjects.push({
      subjectId: certificate.certificateId,
      label: `${name}　整理番号 ${certificate.serialNo}`,
    })
  }
  return subjects
}

async function peopleOf(ctx: Ctx, subjectId: string): ReturnType<CertificateKind<Ctx>['people']> {
  const { certificate } = await hold(ctx, subjectId)
  return await outcomes.peopleOf(ctx.tx, certificate.applicationId)
}

async function blocksOn(ctx: Ctx, subjectId: string): ReturnType<CertificateKind<Ctx>['blocks']> {
  const { certificate, head } = await hold(ctx, subjectId)
  // First of all: of a withdrawn one, too, the copy says where she lives.
  if (head.suppressed) return [{ code: 302, ja: '申請に支援措置の対象者が含まれています' }]
  return certificate.withdrawnAt !== null || head.state !== 'issuable'
    ? [{ code: 309, ja: 'この罹災証明書は失効しています' }]
    : []
}

/** The certificate and its application, held against withdrawal until the issue is committed. */
async function hold(ctx: Ctx, subjectId: string): Promise<Held> {
  return await ctx.tx.once(`risai certificate ${subjectId}`, () => findAndHold(ctx, subjectId))
}

type Held = { readonly certificate: RisaiCertificate; readonly head: store.ApplicationHead }

async function findAndHold(ctx: Ctx, subjectId: string): Promise<Held> {
  const known = UUID.test(subjectId)
    ? await outcomes.holdCertificate(ctx.tx, subjectId as CertificateId)
    : null
  const head = known && (await store.findHead(ctx.tx, known.applicationId))
  if (!known || !head) throw new Problem(problems.certificateNotFound)
  return { certificate: known, head }
}

async function freeze(ctx: Ctx, subjectId: string, request: FreezeRequest): Promise<Frozen> {
  const { certificate, head } = await hold(ctx, subjectId)
  const found = await store.findApplication(ctx.tx, await ctx.keys(), head.applicationId)
  if (!found || certificate.withdrawnAt !== null) throw new Problem(problems.certificateNotFound)
  const { form } = await reveal(ctx, found.words, 'certificate')
  // `blocks` refused before; a certificate without places must not come out even if somebody forgets to ask.
  if (found.words.suppressed) throw new Error('a protected application was about to be certified')
  const facts: RisaiFacts = {
    serialNo: certificate.serialNo,
    copyOf: await copyOf(ctx, subjectId, certificate.serialNo, request.issuedOn),
    headAddress: form.head.address,
    headName: form.head.name,
    additional1: form.printMembers ? membersOf(form) : null,
    cause: form.causeText,
    dwellingAddress: form.dwellingAddress,
    gradeCode: certificate.grade as GradeCode,
    grades: RISAI_GRADES,
    additional2: dwellingOf(form),
    additional3: request.purpose,
    certifyingSentence: RISAI_CERTIFYING_SENTENCE,
  }
  return { layout: layoutOn('risai', request.issuedOn), ...risaiBody(facts, request.paper) }
}

function membersOf(form: ApplicationForm): string[] {
  const others = form.members.map(({ name, relation }) => (relation === '' ? name : `${name}（${relation}）`))
  return [`${form.head.name}（世帯主）`, ...others]
}

/** What was declared of the dwelling and bears on support: kind and tenure. Parts and depths are never printed. */
function dwellingOf(form: ApplicationForm): string | null {
  const kind = dwellingKinds.find((one) => one.value === form.dwellingKind)?.label
  const tenure = tenures.find((one) => one.value === form.tenure)?.label
  const words = [kind, tenure].filter((word) => word !== undefined && word !== 'その他')
  return words.length === 0 ? null : words.join('　')
}
