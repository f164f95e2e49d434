import { createHash, randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { CenterCtx, CenterCtxOutside } from '@open-bcl/platform/http/serve-center.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { AnswerTo, MessageName, Question } from './answer-check.ts'
import { recordAct } from './center-audit.store.ts'
import type { Centre } from './center.actions.ts'
import { findStore } from './operators.store.ts'
import { registryEvents as events, registryProblems as problems } from './registry.messages.ts'
import { askIssuer } from './relay.actions.ts'
import type * as contract from './stages.contract.ts'
import * as store from './stages.store.ts'
import { findRegistered, listRoutes, type Route } from './towns.store.ts'

/** 工程2・工程3 and 実店舗試験. */

type Ran = { readonly steps: store.Step[]; readonly passed: boolean; readonly pdf: Buffer | null }

/**
 * Runs the whole exchange with the issuing server of the route, as a machine would, with the card of a made-up person. The
 * document passes through to whoever prints it and is kept nowhere; its digest is recorded.
 */
export async function runStageTest(
  ctx: CenterCtxOutside,
  input: InputOf<typeof contract.runStageTest>,
  centre: Centre,
  { test }: { readonly test: boolean },
): Promise<OutputOf<typeof contract.runStageTest>> {
  if (!test) throw new Problem(problems.testOnly)
  const { municipalityCode, kind, stage, note } = input
  const route = await ctx.separately(async ({ tx, now }) =>
    (await listRoutes(tx, municipalityCode, todayInJapan(now))).find((one) => one.kind === kind),
  )
  if (!route) throw new Problem(problems.noTestCard)
  const { steps, passed, pdf } = await walk(centre, route, input)
  const result: store.StageTest = {
    ...{ stageTestId: uuidv7(ctx.now.getTime()), municipalityCode, kind, endpoint: route.endpoint, stage },
    ...{ passed, steps, ranAt: centre.now(), ranBy: ctx.staff?.displayName ?? '', note },
    pdfSha256: pdf === null ? null : sha256(pdf),
  }
  await ctx.separately(async (own) => {
    await store.insertStageTest(own.tx, result)
    const facts = { stageTestId: result.stageTestId, kind, stage, passed }
    await recordAct(own, events.stageRun, { kind: 'town', id: municipalityCode }, facts)
  })
  return {
    test: viewOf(result),
    pdfBase64: stage === 3 && passed && pdf !== null ? pdf.toString('base64') : null,
  }
}

async function walk(
  centre: Centre,
  { endpoint }: Route,
  { municipalityCode, kind: kindCode, stage, testCard }: InputOf<typeof contract.runStageTest>,
): Promise<Ran> {
  const steps: store.Step[] = []
  const kind = kindCode as Question<'quoteIssue'>['kind']
  const sessionId = randomBytes(16).toString('hex')
  const transactionId = randomBytes(16).toString('hex')
  const issue = { municipalityCode, transactionId }
  let pdf: Buffer | null = null

  /** One message; an answer that says no, or another than is expected, ends the test. */
  const ask = async <Name extends MessageName>(
    message: Name,
    question: Question<Name>,
    wanted: string | null,
  ): Promise<AnswerTo<Name>> => {
    const began = performance.now()
    const note = (answer: string): void =>
      void steps.push({ message, answer, milliseconds: Math.round(performance.now() - began) })
    let answer: AnswerTo<Name>
    try {
      answer = await askIssuer(centre, endpoint, message, question)
    } catch (error) {
      note(error instanceof Problem ? error.kind.code : 'error')
      throw new NotPassed()
    }
    const { kind: said, code } = answer as { kind?: string; code?: number }
    note(code === undefined ? (said ?? 'ok') : `refused ${code}`)
    if (wanted !== null && said !== wanted) throw new NotPassed()
    return answer
  }
  const check = (message: string, right: boolean): void => {
    steps.push({ message, answer: right ? 'ok' : 'wrong', milliseconds: 0 })
    if (!right) throw new NotPassed()
  }

  try {
    await ask('heartbeat', {}, null)
    const onDate = todayInJapan(centre.now())
    const menu = await ask('getServiceMenu', { municipalityCode, onDate }, null)
    check('取扱証明書に含まれる', menu.kinds.some((one) => one.kind === kind) && menu.closed === null)
    const session = { municipalityCode, sessionId }
    const unknown = { issuerSki: testCard.issuerSki, serial: '0' }
    const stranger = { municipalityCode, sessionId: randomBytes(16).toString('hex'), certificate: unknown }
    await ask('authenticateCard', stranger, 'refused')
    await ask('listSubjects', { ...session, kind }, 'refused')
    await ask('authenticateCard', { ...session, certificate: testCard }, 'accepted')
    const subjects = await ask('listSubjects', { ...session, kind }, 'subjects')
    if (subjects.kind !== 'subjects') throw new NotPassed()
    const { subjectId } = subjects.subjects[0]!
    await ask('listChoices', { ...session, kind, subjectId }, 'choices')
    const order = { kind, subjectId, copies: 1, kioskId: 'stage-test' }
    const quoted = await ask('quoteIssue', { ...session, transactionId, ...order }, 'quoted')
    if (quoted.kind !== 'quoted') throw new NotPassed()
    check('料金の計算', quoted.totalYen === quoted.feeYen + quoted.printingYen)
    const built = await ask('buildIssue', issue, 'built')
    const delivered = await ask('deliverIssue', issue, 'delivered')
    if (built.kind !== 'built' || delivered.kind !== 'delivered') throw new NotPassed()
    pdf = Buffer.from(delivered.pdfBase64, 'base64')
    check('PDFである', pdf.subarray(0, 5).toString('latin1') === '%PDF-')
    check('作成時のものと同じ', sha256(pdf) === built.sha256 && delivered.sha256 === built.sha256)
    const again = await ask('deliverIssue', issue, 'delivered')
    check('再送で同じもの', again.kind === 'delivered' && again.pdfBase64 === delivered.pdfBase64)
    if (stage === 2) {
      await ask('abortIssue', { ...issue, stage: 'pay', reason: 'other' }, 'standing')
      return { steps, passed: true, pdf: null }
    }
    if (quoted.totalYen > 0) await ask('confirmPaid', { ...issue, paidYen: quoted.totalYen }, 'standing')
    const printed = await ask('confirmPrinted', issue, 'standing')
    check('印刷済みになる', printed.kind === 'standing' && printed.state === 'printed')
    return { steps, passed: true, pdf }
  } catch (error) {
    if (error instanceof NotPassed) return { steps, passed: false, pdf: null }
    throw error
  }
}

/** The last step says why. */
class NotPassed extends Error {
  override readonly name = 'NotPassed'
}

export async function listStageTests(
  { tx }: CenterCtx,
  { municipalityCode }: InputOf<typeof contract.listStageTests>,
): Promise<OutputOf<typeof contract.listStageTests>> {
  return { tests: (await store.listStageTests(tx, municipalityCode ?? null)).map(viewOf) }
}

/** In production: what the test environment says it has passed. */
export async function reportStageTest(
  ctx: CenterCtx,
  input: InputOf<typeof contract.reportStageTest>,
): Promise<{ saved: true }> {
  const { municipalityCode, kind, stage, stageTestId } = input
  if (!(await findRegistered(ctx.tx, municipalityCode))) throw new Problem(platformProblems.notFound)
  if (!(await store.insertStageTest(ctx.tx, { ...input, ranAt: new Date(input.ranAt) })))
    throw new Problem(problems.alreadyThere)
  const facts = { stageTestId, kind, stage }
  await recordAct(ctx, events.stageReported, { kind: 'town', id: municipalityCode }, facts)
  return { saved: true }
}

export async function planStoreTest(
  ctx: CenterCtx,
  input: InputOf<typeof contract.planStoreTest>,
): Promise<OutputOf<typeof contract.planStoreTest>> {
  const { municipalityCode, storeId } = input
  const fromAt = new Date(input.fromAt)
  const untilAt = new Date(input.untilAt)
  // Copies that were taken for real are not made tests afterwards.
  if (fromAt < ctx.now || untilAt <= fromAt) throw new Problem(problems.maintenanceBegun)
  const known = (await findRegistered(ctx.tx, municipalityCode)) && (await findStore(ctx.tx, storeId))
  if (!known) throw new Problem(platformProblems.notFound)
  const storeTestId = uuidv7(ctx.now.getTime())
  const plannedBy = ctx.staff?.displayName ?? ''
  await store.insertStoreTest(ctx.tx, { ...input, storeTestId, fromAt, untilAt, plannedBy }, ctx.now)
  await recordAct(ctx, events.storeTestPlanned, { kind: 'town', id: municipalityCode }, { ...input })
  return { storeTestId }
}

export async function listStoreTests(
  { tx }: CenterCtx,
  { municipalityCode }: InputOf<typeof contract.listStoreTests>,
): Promise<OutputOf<typeof contract.listStoreTests>> {
  const tests = await store.listStoreTests(tx, municipalityCode ?? null)
  return {
    tests: tests.map(({ fromAt, untilAt, ...rest }) => ({
      ...rest,
      fromAt: fromAt.toISOString(),
      untilAt: untilAt.toISOString(),
    })),
  }
}

function viewOf(test: store.StageTest): OutputOf<typeof contract.listStageTests>['tests'][number] {
  return { ...test, steps: [...test.steps], ranAt: test.ranAt.toISOString() }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
