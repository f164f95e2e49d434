import type { z } from 'zod'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import type { TxOptions } from '@open-bcl/platform/db/tx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { test } from '../access/guarded.ts'
import { audit } from '../access/audit.ts'
import { keepGrant, wordsOfAct } from '../break-glass/grants.actions.ts'
import { getMunicipality } from '../municipalities/municipalities.actions.ts'
import { certificateKinds, isOpen } from '../municipalities/municipalities.ts'
import { setLedgerOpening as keepLedgerOpening } from '../municipalities/openings.actions.ts'
import { findCardHolder } from '../registers/registers.actions.ts'
import { currentSeq, findResident } from '../residents/residents.actions.ts'
import { ageOn } from '../residents/residents.ts'
import { certificatesEvents } from './certificates.messages.ts'
import { noteUnprintable } from './characters.actions.ts'
import { listStates } from './certificates.store.ts'
import { MAX_COPIES, priceOf, totalYen, type IssueState } from './certificates.ts'
import type { ExchangeEndpoints } from './exchange.contract.ts'
import { choicesFromWire, choicesOnWire, handlesOf } from './exchange-handles.actions.ts'
import { eligibility, forbidden, holderOf, ownSubject, sessionHash } from './exchange-holder.actions.ts'
import * as store from './exchange.store.ts'
import { findKind, gateOf, refuse, type Issuing, type Refused } from './before-freezing.actions.ts'
import {
  alarmOf,
  deliverIssue,
  freezeIssue,
  getIssue,
  moveIssue,
  prepareBuild,
  renderIssue,
  standingOf,
  storeBuild,
  type Built,
  type MoveDetail,
} from './issuing.actions.ts'
import { refusalWords, wireCode, type RefusalCode } from './refusals.ts'
import { beginSlip, noteInside, takeSlip } from './slips.actions.ts'
import { liftStop, listStoppedKinds, setStop, standstillCode } from './stops.actions.ts'

/** コンビニ交付 is for people of 15 and more. */
const MIN_AGE = 15
const SESSION_MINUTES = 10

/** Lends one transaction in the town's scope; a conflict is tried again. */
export type Run = <T>(work: (ctx: Ctx) => Promise<T>, options?: TxOptions) => Promise<T>

/**
 * Of messages that only look: what is the same for all of their questions is read once (`Tx.once`). What moves an issue on
 * asks each time, and sees what was committed a moment ago.
 */
const oneMoment: TxOptions = { isolation: 'repeatable read' }

type Input<Name extends keyof ExchangeEndpoints> = InputOf<ExchangeEndpoints[Name]>
type Answer<Name extends keyof ExchangeEndpoints> = z.input<ExchangeEndpoints[Name]['output']>

/** What the person at the machine may know of a refusal. */
function spoken({ code }: Refused): { kind: 'refused'; code: number; words: string } {
  return { kind: 'refused', code: wireCode(code), words: refusalWords(code) }
}

/** Keeps the true reason for the town's auditor. */
async function refuseAloud(
  ctx: Ctx,
  refused: Refused,
  about: { readonly residentNo?: string; readonly transactionId?: string } = {},
): Promise<{ kind: 'refused'; code: number; words: string }> {
  await audit(ctx, certificatesEvents.refused, {
    purpose: 'kiosk',
    subjects: [
      ...(about.residentNo === undefined ? [] : [{ kind: 'resident', id: about.residentNo } as const]),
      ...(about.transactionId === undefined ? [] : [{ kind: 'issue', id: about.transactionId } as const]),
    ],
    facts: { code: refused.code },
  })
  return spoken(refused)
}

export async function getServiceMenu(
  run: Run,
  issuing: Issuing,
  input: Input<'getServiceMenu'>,
): Promise<Answer<'getServiceMenu'>> {
  return await run(async (ctx) => {
    const [town, stopped] = await ctx.tx.together(
      () => getMunicipality(ctx, input.onDate),
      () => listStoppedKinds(ctx),
    )
    const closed = stopped.whole ?? (isOpen(town.hours, ctx.now) ? null : 501)
    return {
      municipalityCode: input.municipalityCode,
      name: town.name,
      demonstration: town.demonstration,
      hours: { ...town.hours, closedOn: [...town.hours.closedOn] },
      closed: closed === null ? null : spoken(refuse(closed)),
      kinds: issuing.kinds
        .filter((kind) => gateOf(town, kind.code) === null && !stopped.kinds.has(kind.code))
        .map((kind) => {
          const { feeYen, printingYen } = priceOf(kind.feeYen(town.feesYen[kind.code] ?? null), 'kiosk', 1)
          return {
            kind: kind.code,
            ja: certificateKinds[kind.code].ja,
            feeYen,
            printingYen,
            maxCopies: Math.min(MAX_COPIES, town.issueOptions.kioskCopies),
          }
        }),
    }
  })
}

/** The serial number is the identity: whom it is bound to here may go on, for some minutes. Never a guess. */
export async function authenticateCard(
  run: Run,
  _issuing: Issuing,
  input: Input<'authenticateCard'>,
): Promise<Answer<'authenticateCard'>> {
  return await run(async (ctx) => {
    const [town, standing, residentNo, keys] = await ctx.tx.together(
      () => getMunicipality(ctx),
      () => standstillCode(ctx, null),
      () => findCardHolder(ctx, input.certificate),
      () => ctx.keys(),
      () => currentSeq(ctx),
    )
    const closed = standing ?? (isOpen(town.hours, ctx.now) ? null : 501)
    if (closed !== null) return await refuseAloud(ctx, refuse(closed))
    const resident = residentNo === null ? null : await findResident(ctx, residentNo, { seq: null })
    if (residentNo === null || resident === null) return await refuseAloud(ctx, refuse(201))
    const today = todayInJapan(ctx.now)
    // An age nobody knows is not 15.
    if (!test(resident, (record) => (ageOn(record.birth, today) ?? 0) >= MIN_AGE)) {
      return await refuseAloud(ctx, refuse(202), { residentNo })
    }
    const unable = eligibility(resident, null)
    if (unable !== null) return await refuseAloud(ctx, refuse(unable), { residentNo })

    const hash = sessionHash(input.sessionId)
    const { issuerSki, serial } = input.certificate
    const card = `${issuerSki}|${serial}`
    const cardHmac = keys.recordHmac('exchange-session', card)
    const expiresAt = new Date(ctx.now.getTime() + SESSION_MINUTES * 60_000)
    const opened = { residentNo, cardHmac, startedAt: ctx.now, expiresAt }
    const isFirst = await store.openSession(ctx.tx, hash, opened)
    const session = isFirst ? opened : await store.findSession(ctx.tx, hash)
    const sameCard = keys.each.some((key) =>
      session?.cardHmac.equals(key.recordHmac('exchange-session', card)),
    )
    if (!session || !sameCard) return await refuseAloud(ctx, refuse(204), { residentNo })
    const subjects = [{ kind: 'resident', id: residentNo }] as const
    await ctx.tx.lastly(() => audit(ctx, certificatesEvents.cardAccepted, { purpose: 'kiosk', subjects }))
    return { kind: 'accepted', sessionId: input.sessionId, expiresAt: session.expiresAt.toISOString() }
  }, oneMoment)
}

/** What the holder can take now. Blocked things are left out; when nothing is left, nobody learns why. */
export async function listSubjects(
  run: Run,
  issuing: Issuing,
  input: Input<'listSubjects'>,
): Promise<Answer<'listSubjects'>> {
  return await run(async (ctx) => {
    const holder = await holderOf(ctx, input.sessionId)
    if (holder.kind === 'refused') return await refuseAloud(ctx, holder)
    const { residentNo, resident } = holder
    const kind = findKind(issuing, input.kind)
    if (!kind || gateOf(await getMunicipality(ctx), kind.code) !== null) {
      return await refuseAloud(ctx, refuse(506), { residentNo })
    }
    const unable = eligibility(resident, kind) ?? (await forbidden(ctx, kind, residentNo))
    if (unable !== null) return await refuseAloud(ctx, refuse(unable), { residentNo })
    const handles = await handlesOf(ctx, input.sessionId)
    const subjects: { subjectId: string; label: string }[] = []
    let code: RefusalCode = 309
    for (const { subjectId, label } of await kind.subjects(ctx, residentNo)) {
      const [block] = await kind.blocks(ctx, subjectId, 'kiosk', null)
      if (block) code = block.code
      else subjects.push({ subjectId: handles.of(subjectId), label })
    }
    if (subjects.length === 0) return await refuseAloud(ctx, refuse(code), { residentNo })
    return { kind: 'subjects', subjects }
  }, oneMoment)
}

export async function listChoices(
  run: Run,
  issuing: Issuing,
  input: Input<'listChoices'>,
): Promise<Answer<'listChoices'>> {
  return await run(async (ctx) => {
    const found = await ownSubject(ctx, issuing, input)
    if (found.kind === 'not') return await refuseAloud(ctx, found.refused, found)
    const { certificate, residentNo, subjectId, handles } = found
    const gate = gateOf(await getMunicipality(ctx), certificate.code)
    if (gate !== null) return await refuseAloud(ctx, refuse(gate), { residentNo })
    const [block] = await certificate.blocks(ctx, subjectId, 'kiosk', null)
    if (block) return await refuseAloud(ctx, refuse(block.code), { residentNo })
    await audit(ctx, certificatesEvents.choicesShown, {
      purpose: 'kiosk',
      subjects: [{ kind: 'resident', id: residentNo }],
      facts: { kind: certificate.code },
    })
    return {
      kind: 'choices',
      choices: choicesOnWire(await certificate.choices(ctx, subjectId, 'kiosk'), handles),
    }
  }, oneMoment)
}

/** Fixes what will be printed and what it costs. The subject must be the card holder's own. */
export async function quoteIssue(
  run: Run,
  issuing: Issuing,
  input: Input<'quoteIssue'>,
): Promise<Answer<'quoteIssue'>> {
  const { transactionId, copies, kioskId } = input
  return await run(async (ctx) => {
    const found = await ownSubject(ctx, issuing, input)
    if (found.kind === 'not') return await refuseAloud(ctx, found.refused, { ...found, transactionId })
    const { certificate: kind, residentNo, subjectId, handles } = found
    const about = { residentNo, transactionId }
    const offered = await kind.choices(ctx, subjectId, 'kiosk')
    const choices = choicesFromWire(offered, input.choices, handles)
    if (choices === null) return await refuseAloud(ctx, refuse(606), about)
    const frozen = await freezeIssue(ctx, issuing, {
      transactionId,
      kind: kind.code,
      subjectId,
      channel: 'kiosk',
      recipientNo: residentNo,
      kioskId,
      copies,
      choices,
      official: false,
      purpose: null,
      handedOver: input.counter !== null,
    })
    if (frozen.kind === 'refused') return await refuseAloud(ctx, frozen, about)
    const { issue } = frozen
    if (input.counter !== null) await beginSlip(ctx, transactionId, new Date(input.counter.startedAt))
    // One that was fixed before may have gone on since.
    const standing =
      frozen.content === null ? await moveIssue(ctx, issue, 'frozen') : { state: 'frozen' as const }
    if ('kind' in standing && standing.kind === 'refused') return await refuseAloud(ctx, standing, about)
    await ctx.tx.lastly(() =>
      audit(ctx, certificatesEvents.quoted, {
        purpose: 'kiosk',
        subjects: [
          { kind: 'issue', id: transactionId },
          { kind: 'resident', id: residentNo },
        ],
        facts: { kind: issue.kind, subjectId, copies, kioskId },
      }),
    )
    const { pages, feeYen, printingYen } = issue
    return {
      kind: 'quoted',
      transactionId,
      state: standing.state,
      pages,
      copies: issue.copies,
      feeYen,
      printingYen,
      totalYen: totalYen(issue),
    }
  }, oneMoment)
}

/**
 * Renders outside any transaction: a kill or a timeout leaves the frozen issue, and nothing of a document. What comes
 * back late is dropped with its worker; a build that ran out of time ends its transaction id for ever.
 */
export async function buildIssue(
  run: Run,
  issuing: Issuing,
  input: Input<'buildIssue'>,
): Promise<Answer<'buildIssue'>> {
  const { transactionId } = input
  const about = { transactionId }
  const prepared = await run(async (ctx) => {
    const found = await prepareBuild(ctx, issuing, transactionId, 'kiosk')
    return found.kind === 'refused'
      ? { kind: 'answer' as const, answer: await refuseAloud(ctx, found, about) }
      : found
  })
  if (prepared.kind === 'answer') return prepared.answer
  if (prepared.kind === 'built')
    return await run(async (ctx) => {
      const standing = await moveIssue(ctx, prepared.issue, 'built')
      return standing.kind === 'refused' ? spoken(standing) : builtView(prepared, standing.state)
    })

  const rendering = await renderIssue(issuing, prepared)
  return await run(async (ctx) => {
    switch (rendering.kind) {
      case 'rendered': {
        const built = await storeBuild(ctx, issuing, prepared.issue, rendering, prepared.states)
        if (built.kind === 'refused') return await refuseAloud(ctx, built, about)
        const subjects = [{ kind: 'issue', id: transactionId }] as const
        await ctx.tx.lastly(() => audit(ctx, certificatesEvents.built, { subjects }))
        return builtView(built, built.state)
      }
      case 'mismatch': {
        const { pdf, found, build } = rendering
        const { issue, content } = prepared
        const refused = await alarmOf(ctx, 'build', issue, content, { pdf, found, build: build.build })
        return await refuseAloud(ctx, refused, about)
      }
      case 'failed':
        // Too busy is not too late: the same message may come again.
        if (rendering.code !== 507) {
          const reason = rendering.code === 505 ? 'timeout' : 'content'
          await moveIssue(ctx, prepared.issue, 'aborted', { stage: 'build', reason })
        }
        await noteUnprintable(ctx, issuing, { ...prepared.issue, ...prepared.content }, rendering.error)
        return await refuseAloud(ctx, refuse(rendering.code), about)
    }
  })
}

function builtView({ issue, artefact }: Built, state: IssueState): Answer<'buildIssue'> {
  return {
    kind: 'built',
    transactionId: issue.transactionId,
    state,
    pages: artefact.pages,
    sha256: artefact.pdfSha256,
  }
}

export async function sendIssue(
  run: Run,
  issuing: Issuing,
  input: Input<'deliverIssue'>,
): Promise<Answer<'deliverIssue'>> {
  const { transactionId } = input
  return await run(async (ctx) => {
    const delivered = await deliverIssue(ctx, issuing, transactionId, 'kiosk')
    if (delivered.kind === 'refused') return await refuseAloud(ctx, delivered, { transactionId })
    const subjects = [{ kind: 'issue', id: transactionId }] as const
    const [slip] = await ctx.tx.together(
      () => takeSlip(ctx, transactionId),
      () => audit(ctx, certificatesEvents.delivered, { purpose: 'kiosk', subjects }),
    )
    return {
      kind: 'delivered',
      transactionId,
      state: delivered.state,
      pages: delivered.artefact.pages,
      sha256: delivered.artefact.pdfSha256,
      pdfBase64: Buffer.from(delivered.pdf).toString('base64'),
      slip,
    }
  })
}

export const confirmPaid = (run: Run, _issuing: Issuing, input: Input<'confirmPaid'>) =>
  moveAtKiosk(run, input.transactionId, 'paid', { amountYen: input.paidYen })

export const confirmPrinted = (run: Run, _issuing: Issuing, input: Input<'confirmPrinted'>) =>
  moveAtKiosk(run, input.transactionId, 'printed')

export const abortIssue = (run: Run, _issuing: Issuing, input: Input<'abortIssue'>) =>
  moveAtKiosk(run, input.transactionId, 'aborted', { stage: input.stage, reason: input.reason })

export const refundIssue = (run: Run, _issuing: Issuing, input: Input<'refundIssue'>) =>
  moveAtKiosk(run, input.transactionId, 'refunded', { amountYen: input.refundedYen })

async function moveAtKiosk(
  run: Run,
  transactionId: string,
  to: IssueState,
  detail: MoveDetail = {},
): Promise<Answer<'confirmPaid'>> {
  return await run(async (ctx) => {
    const [issue, states] = await ctx.tx.together(
      () => getIssue(ctx, transactionId),
      () => listStates(ctx.tx, transactionId),
    )
    // The counter's issues are none of the centre's business.
    if (issue.channel !== 'kiosk') throw new Problem(platformProblems.notFound)
    // らくらく窓口: printed inside is not handed over; that is for staff to say, and the money is theirs to take.
    if (to === 'printed' && (await noteInside(ctx, transactionId))) {
      const { passed: _, ...standing } = await standingOf(ctx, issue)
      return standing
    }
    const moved = await moveIssue(ctx, issue, to, detail, states)
    if (moved.kind === 'refused') return await refuseAloud(ctx, moved, { transactionId })
    const { amountYen = null, stage = null, reason = null } = detail
    const subjects = [{ kind: 'issue', id: transactionId }] as const
    const facts = { to, amountYen, stage, reason }
    await ctx.tx.lastly(() => audit(ctx, certificatesEvents.moved, { subjects, facts }))
    return moved
  })
}

export async function heartbeat(run: Run, issuing: Issuing): Promise<Answer<'heartbeat'>> {
  return await run(async (ctx) => ({
    at: ctx.now.toISOString(),
    build: issuing.build,
  }))
}

export async function setMaintenance(
  run: Run,
  _issuing: Issuing,
  input: Input<'setMaintenance'>,
): Promise<Answer<'setMaintenance'>> {
  const { stopId, stopped, reason } = input
  return await run(async (ctx) => {
    await getMunicipality(ctx)
    if (stopped) await setStop(ctx, { stopId, setBy: 'center', reason, kind: null })
    else await liftStop(ctx, stopId, ['center'])
    return { issuing: (await standstillCode(ctx, null)) === null }
  })
}

/** BCL knows its residents by the town's own link: nobody has to apply, and 戸籍 is not issued here. */
export async function applyForUse(
  run: Run,
  _issuing: Issuing,
  _input: Input<'applyForUse'>,
): Promise<Answer<'applyForUse'>> {
  return await run((ctx) => refuseAloud(ctx, refuse(506)))
}

export async function setLedgerOpening(
  run: Run,
  _issuing: Issuing,
  { openingId, fromAt, untilAt, open }: Input<'setLedgerOpening'>,
): Promise<Answer<'setLedgerOpening'>> {
  const opening = { openingId, fromAt: new Date(fromAt), untilAt: new Date(untilAt) }
  return await run(async (ctx) => {
    const openUntil = await keepLedgerOpening(ctx, opening, open)
    return { openUntil: openUntil?.toISOString() ?? null }
  })
}

export async function setAccessGrant(
  run: Run,
  _issuing: Issuing,
  { approvedAt, untilAt, codeSha256, review, actsFrom, ...told }: Input<'setAccessGrant'>,
): Promise<Answer<'setAccessGrant'>> {
  const word = {
    ...{ ...told, approvedAt: new Date(approvedAt), untilAt: new Date(untilAt) },
    codeSha: codeSha256 === null ? null : Buffer.from(codeSha256, 'hex'),
    review: review === null ? null : { ...review, at: new Date(review.at) },
    actsFrom: actsFrom === null ? null : new Date(actsFrom),
  }
  const standing = await run((ctx) => keepGrant(ctx, word))
  const { state, enteredAt, ended, townReview, acts } = standing
  return {
    ...{ grantId: told.grantId, state, enteredAt: enteredAt?.toISOString() ?? null },
    ended: ended && { ...ended, at: ended.at.toISOString() },
    townReview: townReview && { ...townReview, at: townReview.at.toISOString() },
    acts: acts.map((act) => ({
      ...{ actId: act.actId, at: act.at.toISOString(), words: wordsOfAct(act), people: act.people },
    })),
  }
}
