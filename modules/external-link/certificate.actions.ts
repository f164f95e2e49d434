import type { PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import { formatWareki } from '@open-bcl/core/ja/wareki.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { reveal, test } from '../access/guarded.ts'
import type { BlockReason, CertificateKind, FreezeRequest, Frozen } from '../certificates/certificates.ts'
import { layoutOn } from '../certificates/layouts.ts'
import { copyOf } from '../certificates/reissue.actions.ts'
import { HISAI_CERTIFYING_SENTENCE, hisaiBody } from '../certificates/papers/hisai.ts'
import {
  RISAI_CERTIFYING_SENTENCE,
  RISAI_GRADES,
  risaiBody,
  type GradeCode,
} from '../certificates/papers/risai.ts'
import { getDisaster } from '../disasters/disasters.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { findResident } from '../residents/residents.actions.ts'
import { ageOn } from '../residents/residents.ts'
import { hisaiCertificateKind } from '../risai/report-certificate.actions.ts'
import { damagedObjects } from '../risai/reports.ts'
import { risaiCertificateKind } from '../risai/certificate.actions.ts'
import { KIOSK_AGE, UUID } from '../risai/risai.ts'
import { externalLinkProblems as problems } from './external-link.messages.ts'
import type { ResultHead, ResultKind } from './external-link.ts'
import type { ResultLine } from './result-format.ts'
import * as store from './results.store.ts'

/** A kind of our own, which also vouches for the results of another system: one paper, one way to it. */
function alsoOfResults(own: CertificateKind<Ctx>, kind: ResultKind): CertificateKind<Ctx> {
  const either = async <T>(
    ctx: Ctx,
    subjectId: string,
    theirs: (head: ResultHead) => Promise<T>,
    ours: () => Promise<T>,
  ): Promise<T> => {
    const head = await hold(ctx, subjectId, kind)
    return head === null ? await ours() : await theirs(head)
  }
  return {
    ...own,
    async subjects(ctx, residentNo) {
      return [...(await own.subjects(ctx, residentNo)), ...(await subjectsFor(ctx, kind, residentNo))]
    },
    choices: (ctx, subjectId, channel) =>
      either(
        ctx,
        subjectId,
        async () => [],
        () => own.choices(ctx, subjectId, channel),
      ),
    people: (ctx, subjectId, choices) =>
      either(
        ctx,
        subjectId,
        ({ resultId }) => store.peopleOf(ctx.tx, resultId),
        () => own.people(ctx, subjectId, choices),
      ),
    blocks: (ctx, subjectId, channel, choices) =>
      either(
        ctx,
        subjectId,
        async (head) => blocksOn(ctx, head),
        () => own.blocks(ctx, subjectId, channel, choices),
      ),
    freeze: (ctx, subjectId, request) =>
      either(
        ctx,
        subjectId,
        (head) => freeze(ctx, head, request),
        () => own.freeze(ctx, subjectId, request),
      ),
  }
}

/** For compose: in place of risai's own two. */
export const certificatesWithResults = [
  alsoOfResults(risaiCertificateKind, 'risai'),
  alsoOfResults(hisaiCertificateKind, 'hisai'),
] as const

/** Results in force of this resident, from the day from which they may be issued. */
async function subjectsFor(
  ctx: Ctx,
  kind: ResultKind,
  residentNo: ResidentNo,
): ReturnType<CertificateKind<Ctx>['subjects']> {
  const today = todayInJapan(ctx.now)
  const person = await findResident(ctx, residentNo, { seq: null })
  if (!person || !test(person, ({ birth }) => (ageOn(birth, today) ?? 0) >= KIOSK_AGE)) return []
  const subjects = []
  for (const { resultId, disasterId, serialNo } of await store.issuableOf(ctx.tx, kind, residentNo, today)) {
    const { name } = await getDisaster(ctx, disasterId)
    subjects.push({ subjectId: resultId, label: `${name}　整理番号 ${serialNo}` })
  }
  return subjects
}

/** The result, held against correction until the issue is committed; `null` = not one of this kind. */
async function hold(ctx: Ctx, subjectId: string, kind: ResultKind): Promise<ResultHead | null> {
  const head = await ctx.tx.once(`external result ${subjectId}`, async () =>
    UUID.test(subjectId) ? await store.holdResult(ctx.tx, subjectId) : null,
  )
  return head?.kind === kind ? head : null
}

function blocksOn(ctx: Ctx, head: ResultHead): BlockReason[] {
  // First of all: of one that has ended, too, the copy says where somebody lives.
  if (head.suppressed) return [{ code: 302, ja: '結果に支援措置の対象者が含まれています' }]
  if (head.endedAt !== null || head.outcome !== 'issuable')
    return [{ code: 309, ja: 'この証明書は失効しているか、交付可ではありません' }]
  if (head.issueFrom === null || head.issueFrom > todayInJapan(ctx.now))
    return [{ code: 309, ja: '交付を始める日になっていません' }]
  return []
}

async function freeze(ctx: Ctx, head: ResultHead, request: FreezeRequest): Promise<Frozen> {
  const found = await store.findResult(ctx.tx, await ctx.keys(), head.resultId)
  if (!found || head.endedAt !== null || head.serialNo === null) throw new Problem(problems.resultNotFound)
  const row = await reveal(ctx, found.row, 'certificate')
  // `blocks` refused before; a certificate without places must not come out even if somebody forgets to ask.
  if (found.row.suppressed) throw new Error('a protected result was about to be certified')
  const remarks = [row.remarks, request.purpose ?? ''].filter((words) => words !== '').join('　') || null
  const layout = layoutOn(head.kind, request.issuedOn)
  return head.kind === 'risai'
    ? {
        layout,
        ...risaiBody(
          risaiFacts(row, remarks, await copyOf(ctx, head.resultId, row.serialNo, request.issuedOn)),
          request.paper,
        ),
      }
    : { layout, ...hisaiBody(await hisaiFacts(ctx, row, remarks, request.issuedOn), request.paper) }
}

function risaiFacts(
  row: ResultLine,
  remarks: string | null,
  copyOfNo: string | null,
): Parameters<typeof risaiBody>[0] {
  return {
    ...{ serialNo: row.serialNo, copyOf: copyOfNo, headAddress: row.headAddress, headName: row.headName },
    additional1: row.members.length === 0 ? null : row.members,
    ...{ cause: row.cause, dwellingAddress: row.place },
    ...{ gradeCode: row.grade as GradeCode, grades: RISAI_GRADES },
    additional2: row.dwelling === '' ? null : row.dwelling,
    additional3: remarks,
    certifyingSentence: RISAI_CERTIFYING_SENTENCE,
  }
}

async function hisaiFacts(
  ctx: Ctx,
  row: ResultLine,
  remarks: string | null,
  issuedOn: PlainDate,
): Promise<Parameters<typeof hisaiBody>[0]> {
  return {
    title: (await getMunicipality(ctx, issuedOn)).issueOptions.hisaiTitle,
    ...{ serialNo: row.serialNo, notifierAddress: row.headAddress, notifierName: row.headName },
    notifiedOn: formatWareki(row.notifiedOn as PlainDate, 'full-width')!,
    ...{ cause: row.cause, place: row.place, damage: row.damage, remarks },
    objects: damagedObjects.map(({ value, label }) => ({ label, notified: row.objects.includes(value) })),
    certifyingSentence: HISAI_CERTIFYING_SENTENCE,
  }
}
