import type { ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, test } from '../access/guarded.ts'
import type { CertificateKind, FreezeRequest, Frozen } from '../certificates/certificates.ts'
import { layoutOn } from '../certificates/layouts.ts'
import { HISAI_CERTIFYING_SENTENCE, hisaiBody, type HisaiFacts } from '../certificates/papers/hisai.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { findResident } from '../residents/residents.actions.ts'
import { ageOn } from '../residents/residents.ts'
import { reportsProblems as problems } from './reports.messages.ts'
import * as store from './reports.store.ts'
import { damagedObjects, type ReportId } from './reports.ts'
import { KIOSK_AGE, UUID } from './risai.ts'

/** 被災証明書 for the counter and the kiosk. Subject: the `reportId` of an accepted 被災届出. */
export const hisaiCertificateKind: CertificateKind<Ctx> = {
  code: 'hisai',
  permission: 'risai.issue',
  // The damage was done here, wherever the victim lives today.
  forMovedOut: true,
  feeYen: (townFeeYen) => townFeeYen ?? 0,
  subjects: subjectsFor,
  choices: async () => [],
  async people(ctx, subjectId) {
    const { residentNo } = await hold(ctx, subjectId)
    return residentNo === null ? [] : [residentNo]
  },
  async blocks(ctx, subjectId) {
    const { state, suppressed } = await hold(ctx, subjectId)
    if (suppressed) return [{ code: 302, ja: '届出者は支援措置の対象者です' }]
    return state === 'accepted'
      ? []
      : [{ code: 309, ja: 'この被災届出は受理されていないか、取り下げられています' }]
  },
  freeze,
}

/** Accepted reports that this resident made. */
async function subjectsFor(ctx: Ctx, residentNo: ResidentNo): ReturnType<CertificateKind<Ctx>['subjects']> {
  const person = await findResident(ctx, residentNo, { seq: null })
  const today = todayInJapan(ctx.now)
  const old = person && test(person, ({ birth }) => (ageOn(birth, today) ?? 0) >= KIOSK_AGE)
  if (!old) return []
  const subjects = []
  for (const report of await store.acceptedReportsOf(ctx.tx, residentNo)) {
    const { name } = await getDisaster(ctx, report.disasterId)
    subjects.push({ subjectId: report.reportId, label: `${name}　整理番号 ${report.serialNo}` })
  }
  return subjects
}

/** The report, held against withdrawal until the issue is committed. */
async function hold(ctx: Ctx, subjectId: string): Promise<store.ReportHead> {
  const head = UUID.test(subjectId) ? await store.holdReport(ctx.tx, subjectId as ReportId) : null
  if (!head) throw new Problem(problems.notFound)
  return head
}

async function freeze(ctx: Ctx, subjectId: string, request: FreezeRequest): Promise<Frozen> {
  const { reportId, state, serialNo, notifiedOn } = await hold(ctx, subjectId)
  const found = await store.findReport(ctx.tx, await ctx.keys(), reportId)
  if (!found || state !== 'accepted' || serialNo === null) throw new Problem(problems.notFound)
  const { form } = await reveal(ctx, found.words, 'certificate')
  // `blocks` refused before; a certificate without places must not come out even if somebody forgets to ask.
  if (found.words.suppressed) throw new Error('a protected report was about to be certified')
  const facts: HisaiFacts = {
    title: (await getMunicipality(ctx, request.issuedOn)).issueOptions.hisaiTitle,
    serialNo,
    notifierAddress: form.applicant.address,
    notifierName: form.applicant.name,
    notifiedOn: formatWareki(notifiedOn, 'full-width')!,
    cause: form.causeText,
    place: form.place,
    objects: damagedObjects.map(({ value, label }) => ({ label, notified: form.objects.includes(value) })),
    damage: form.damageText,
    remarks: request.purpose,
    certifyingSentence: HISAI_CERTIFYING_SENTENCE,
  }
  return { layout: layoutOn('hisai', request.issuedOn), ...hisaiBody(facts, request.paper) }
}
