import { createHash, randomBytes } from 'node:crypto'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { inCenterOnce, type Tx } from '@open-bcl/platform/db/tx.ts'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { priceAddsUp, type Question } from './answer-check.ts'
import { inSessionWith, seeSession, type Centre } from './center.actions.ts'
import { changeOf, isEnded, timeInJapan, type Kiosk } from './center.ts'
import { centerLogCodes, centerProblems as problems } from './center.messages.ts'
import { spokenRefusal, townNotServed } from './codes.ts'
import { judgeDocument } from './document-check.actions.ts'
import { tellStops } from './incident-stops.actions.ts'
import { openIncident, type Trouble } from './incidents.actions.ts'
import type * as contract from './kiosk.contract.ts'
import type { Refusal } from './kiosk.contract.ts'
import { offerAt } from './availability.actions.ts'
import { askIssuer } from './relay.actions.ts'
import * as sessions from './sessions.store.ts'
import { owedTo, tellQuietly } from './settle.actions.ts'
import type * as towns from './towns.store.ts'
import { ask, drop, inTransaction, look, step, stop, type Where } from './transaction-steps.actions.ts'
import * as transactions from './transactions.store.ts'

/** The exchange protocol's own list of kinds; an unknown one never reaches an issuing server. */
type ExchangeKind = Question<'listSubjects'>['kind']

type Chosen = {
  readonly kind: 'chosen'
  readonly municipalityCode: MunicipalityCode
  readonly route: towns.Route
  readonly exchangeSession: string
}

/** The issuing server of a kind for the session's town, or why no document of it can be had here now. */
async function choose(
  centre: Centre,
  kiosk: Kiosk,
  tx: Tx,
  session: sessions.Session,
  issuers: readonly sessions.SessionIssuer[],
  kind: string,
): Promise<Chosen | Refusal> {
  const { municipalityCode, authenticatedAt } = session
  if (authenticatedAt === null || municipalityCode === null) throw new Problem(problems.wrongStep)
  const { routes, closed } = await offerAt(tx, centre, kiosk, municipalityCode)
  if (closed !== null) return closed
  const route = routes.find((candidate) => candidate.kind === kind)
  const issuer = issuers.find((candidate) => candidate.endpoint === route?.endpoint)
  if (!route || !issuer) return townNotServed
  return { kind: 'chosen', municipalityCode, route, exchangeSession: issuer.exchangeSession }
}

/** The same where it is only looked for. */
async function chooseFor(
  centre: Centre,
  kiosk: Kiosk,
  sessionId: string,
  kind: string,
): Promise<Chosen | Refusal> {
  return await seeSession(
    centre,
    kiosk,
    sessionId,
    (tx) => sessions.listIssuers(tx, sessionId),
    (tx, session, issuers) => choose(centre, kiosk, tx, session, issuers, kind),
  )
}

export async function listKioskSubjects(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, kind }: InputOf<typeof contract.listKioskSubjects>,
): Promise<OutputOf<typeof contract.listKioskSubjects>> {
  const chosen = await chooseFor(centre, kiosk, sessionId, kind)
  if (chosen.kind === 'refused') return chosen
  const { municipalityCode, route, exchangeSession } = chosen
  const about = { municipalityCode, sessionId: exchangeSession, kind: kind as ExchangeKind }
  const answer = await askIssuer(centre, route.endpoint, 'listSubjects', about)
  return answer.kind === 'refused' ? spokenRefusal(answer.code) : answer
}

/** Members, items, year: passed through to the screen and kept nowhere. */
export async function listKioskChoices(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, kind, subjectId }: InputOf<typeof contract.listKioskChoices>,
): Promise<OutputOf<typeof contract.listKioskChoices>> {
  const chosen = await chooseFor(centre, kiosk, sessionId, kind)
  if (chosen.kind === 'refused') return chosen
  const { municipalityCode, route, exchangeSession } = chosen
  const about = { municipalityCode, sessionId: exchangeSession, kind: kind as ExchangeKind, subjectId }
  const answer = await askIssuer(centre, route.endpoint, 'listChoices', about)
  return answer.kind === 'refused' ? spokenRefusal(answer.code) : answer
}

/**
 * Begins a transaction: the issuing server fixes the words and the price under a fresh 128-bit id. The same request id
 * gets the same transaction; while one is under way the session begins no other.
 */
export async function quoteTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.quoteTransaction>,
): Promise<OutputOf<typeof contract.quoteTransaction>> {
  const { sessionId, requestId, kind, subjectId, copies, choices } = input
  const asked = (tx: Tx) =>
    tx.together(
      () => sessions.listIssuers(tx, sessionId),
      () => transactions.listTransactionIds(tx, sessionId),
    )
  const begun = await inSessionWith(
    centre,
    kiosk,
    sessionId,
    asked,
    async (tx, session, [issuers, before]) => {
      const chosen = await choose(centre, kiosk, tx, session, issuers, kind)
      if (chosen.kind === 'refused') return chosen
      const { municipalityCode, route } = chosen
      const { startedAt } = session
      for (const id of before) {
        const known = await transactions.findStanding(tx, id)
        if (known?.requestId === requestId) {
          const same = known.kind === kind && known.copies === copies && !isEnded(known.state)
          if (!same) throw new Problem(problems.wrongStep)
          return { kind: 'begun', chosen, transaction: known, startedAt } as const
        }
        if (known && !isEnded(known.state)) throw new Problem(problems.wrongStep)
      }
      const transaction: transactions.Transaction = {
        transactionId: randomBytes(16).toString('hex'),
        sessionId,
        kioskId: kiosk.kioskId,
        requestId,
        municipalityCode,
        kind,
        issuer: route.issuer,
        endpoint: route.endpoint,
        copies,
      }
      const first = { state: 'requested', at: centre.now(), toTell: false } as const
      await tx.lastly(
        () => transactions.insertTransaction(tx, transaction, centre.now()),
        () => transactions.appendState(tx, transaction.transactionId, first),
      )
      return { kind: 'begun', chosen, transaction, startedAt } as const
    },
  )
  if (begun.kind === 'refused') return begun
  const { chosen, transaction, startedAt } = begun
  const counter = kiosk.usage === 'counter'
  const { transactionId, municipalityCode, endpoint } = transaction
  const where = { sessionId, transactionId }
  const quoted = await ask(centre, kiosk, where, endpoint, 'quoteIssue', {
    municipalityCode,
    sessionId: chosen.exchangeSession,
    transactionId,
    kind: kind as ExchangeKind,
    subjectId,
    copies,
    choices,
    counter: counter ? { startedAt: startedAt.toISOString() } : null,
    kioskId: kiosk.kioskId,
  })
  if (quoted.kind === 'refused') return quoted
  if (!priceAddsUp(quoted)) {
    const about = { municipalityCode, endpoint, transactionId, message: 'quoteIssue', field: 'totalYen' }
    await openIncident(centre, { kind: 'disputed-state', ...about })
    return await stop(centre, kiosk, where, 601)
  }
  const { pages, feeYen, printingYen } = quoted
  // らくらく窓口: the fee is taken by staff against the slip; the terminal asks for nothing.
  const totalYen = counter ? 0 : quoted.totalYen
  await step(centre, kiosk, where, 'quoted', {
    with: (tx) => transactions.insertQuote(tx, transactionId, { pages, feeYen, printingYen, totalYen }),
  })
  return { kind: 'quoted', transactionId, pages, copies, feeYen, printingYen, totalYen }
}

/** The issuing server makes the document, before anything is paid. */
export async function buildTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.buildTransaction>,
): Promise<OutputOf<typeof contract.buildTransaction>> {
  const { standing, stopped } = await look(centre, kiosk, input, 'built')
  const { municipalityCode, transactionId, endpoint } = standing
  if (stopped) return await stop(centre, kiosk, input, 502)
  const about = { municipalityCode, transactionId }
  const built = await ask(centre, kiosk, input, endpoint, 'buildIssue', about)
  if (built.kind === 'refused') return built
  const { sha256, pages } = built
  if (pages !== standing.quote?.pages)
    return await reject(centre, kiosk, standing, { kind: 'damaged-document', field: 'pages' })
  if (standing.pdfSha256 !== null && standing.pdfSha256 !== sha256)
    return await reject(centre, kiosk, standing, { kind: 'damaged-document', field: 'sha256' })
  await assertUnique(centre, kiosk, standing, sha256)
  await step(centre, kiosk, input, 'built', { pdfSha256: sha256 })
  return { kind: 'built', pages }
}

/**
 * Hands the bytes through to the machine; they are in memory for this call and nowhere else. What is not the very document
 * that was built for this transaction reaches nobody and stops the town at once.
 */
export async function deliverTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.deliverTransaction>,
): Promise<OutputOf<typeof contract.deliverTransaction>> {
  const { standing, stopped } = await look(centre, kiosk, input, 'delivered')
  const { municipalityCode, transactionId, endpoint, pdfSha256 } = standing
  if (stopped) return await stop(centre, kiosk, input, 502)
  const about = { municipalityCode, transactionId }
  const delivered = await ask(centre, kiosk, input, endpoint, 'deliverIssue', about)
  if (delivered.kind === 'refused') return delivered
  const slip =
    delivered.slip === null
      ? null
      : { number: delivered.slip.number, until: timeInJapan(new Date(delivered.slip.until)) }
  // Without a number nobody could hand the paper over: that issuing server does not serve counters.
  if ((kiosk.usage === 'counter') !== (slip !== null)) return await stop(centre, kiosk, input, 506)
  const pdf = Buffer.from(delivered.pdfBase64, 'base64')
  const sha256 = createHash('sha256').update(pdf).digest('hex')
  await assertUnique(centre, kiosk, standing, sha256)
  if (sha256 !== delivered.sha256 || sha256 !== pdfSha256)
    return await reject(centre, kiosk, standing, { kind: 'damaged-document', field: 'sha256' })
  const pages = standing.quote?.pages ?? 0
  const fault = judgeDocument(pdf, { transactionId, pages, everyPage: standing.issuer === 'own' })
  if (fault?.kind === 'damaged-document') return await reject(centre, kiosk, standing, fault)
  if (fault) {
    const [other] = await inCenterOnce(centre.pool, (tx) => transactions.listKnown(tx, fault.named))
    return await reject(centre, kiosk, standing, {
      kind: fault.kind,
      field: fault.field,
      ...foreignTo(other),
    })
  }
  // The front as it came, for the other side of each sheet; at a counter the paper itself shows that it is a copy.
  const back =
    kiosk.usage === 'kiosk' && centre.makeBackPage
      ? await centre.makeBackPage(pdf, { municipalityCode, kind: standing.kind })
      : null
  // A late answer finds its transaction given up here, and goes no further.
  await step(centre, kiosk, input, 'delivered')
  const backPdfBase64 = back === null ? null : Buffer.from(back).toString('base64')
  return { kind: 'delivered', sha256, pdfBase64: delivered.pdfBase64, backPdfBase64, slip }
}

/** Each document carries a number of its own: the same bytes for two transactions are one person's for another. */
async function assertUnique(
  centre: Centre,
  kiosk: Kiosk,
  standing: transactions.Standing,
  sha256: string,
): Promise<void> {
  const { transactionId } = standing
  const other = await inCenterOnce(centre.pool, (tx) =>
    transactions.findSameDocument(tx, transactionId, sha256),
  )
  if (other)
    await reject(centre, kiosk, standing, {
      kind: 'duplicate-document',
      field: 'sha256',
      ...foreignTo(other),
    })
}

function foreignTo(
  other: transactions.OtherTransaction | undefined,
): Pick<Trouble, 'otherTransactionId' | 'alsoStop'> {
  return other === undefined
    ? {}
    : { otherTransactionId: other.transactionId, alsoStop: [other.municipalityCode] }
}

/** What came is not what was asked for: the transaction ends, the town stops, somebody must look. */
async function reject(
  centre: Centre,
  kiosk: Kiosk,
  standing: transactions.Standing,
  trouble: Pick<Trouble, 'kind' | 'field' | 'otherTransactionId' | 'alsoStop'>,
): Promise<never> {
  const { municipalityCode, endpoint, transactionId, kioskId } = standing
  centre.log(centerLogCodes.moved, { transactionId, kioskId, reason: trouble.kind })
  await openIncident(centre, { ...trouble, municipalityCode, endpoint, transactionId, message: 'document' })
  await drop(centre, kiosk, standing, 'unreadable')
  await tellStops(centre)
  throw new Problem(problems.damaged)
}

/** A coin fell into the slot. The machine shuts the slot when the price is covered. */
export async function insertCoin(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.insertCoin>,
): Promise<OutputOf<typeof contract.insertCoin>> {
  const { sessionId, transactionId, coinNo, yen } = input
  const asked = (tx: Tx) => transactions.findCoin(tx, transactionId, coinNo)
  return await inTransaction(
    centre,
    kiosk,
    { sessionId, transactionId },
    asked,
    async (tx, standing, known) => {
      const totalYen = standing.quote?.totalYen ?? 0
      if (known === yen) return { insertedYen: standing.insertedYen, totalYen }
      // A machine that numbers two coins alike has lost count; it gives this one back.
      if (known !== undefined) throw new Problem(problems.wrongStep)
      if (standing.state !== 'delivered' || standing.insertedYen >= totalYen)
        throw new Problem(problems.wrongStep)
      await tx.lastly(() => transactions.insertCoin(tx, transactionId, { coinNo, yen, at: centre.now() }))
      return { insertedYen: standing.insertedYen + yen, totalYen }
    },
  )
}

/** Takes the price from what lies in the slot, once the issuing server has noted it. */
export async function payTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.payTransaction>,
): Promise<OutputOf<typeof contract.payTransaction>> {
  const { sessionId } = input
  const { kioskId } = kiosk
  const { standing } = await look(centre, kiosk, input, 'paid')
  const { municipalityCode, transactionId, endpoint, insertedYen } = standing
  const paidYen = standing.quote?.totalYen ?? 0
  const change = changeOf(insertedYen, paidYen)
  if (change === null) throw new Problem(problems.notEnough)
  const payment = { municipalityCode, transactionId, paidYen }
  const moved = await ask(centre, kiosk, input, endpoint, 'confirmPaid', payment)
  if (moved.kind === 'refused') return { ...moved, payouts: await owedTo(centre, { kioskId, sessionId }) }
  if (moved.paidYen !== paidYen || (moved.state !== 'paid' && moved.state !== 'printed')) {
    const about = { municipalityCode, endpoint, transactionId, message: 'confirmPaid', field: moved.state }
    await openIncident(centre, { kind: 'disputed-state', ...about })
    const refused = await stop(centre, kiosk, input, 603)
    return { ...refused, payouts: await owedTo(centre, { kioskId, sessionId }) }
  }
  await step(centre, kiosk, input, 'paid', {
    with: async (tx) => {
      if (change !== 'none') await transactions.insertPayout(tx, transactionId, change, centre.now())
    },
  })
  return { kind: 'paid', paidYen, payouts: await owedTo(centre, { kioskId, sessionId }) }
}

/** The paper is out: recorded first, told then; an issuing server that is away hears it later. */
export async function confirmPrinted(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.confirmKioskPrinted>,
): Promise<OutputOf<typeof contract.confirmKioskPrinted>> {
  try {
    await step(centre, kiosk, input, 'printed', { toTell: true })
  } catch (error) {
    if (error instanceof Problem) await notePaperAfterEnd(centre, kiosk, input)
    throw error
  }
  await tellQuietly(centre, input.transactionId)
  return { state: 'printed' }
}

/** The paper came out when its transaction had ended and its money was on its way back: somebody must put that right. */
async function notePaperAfterEnd(centre: Centre, kiosk: Kiosk, where: Where): Promise<void> {
  const { transactionId, sessionId } = where
  const standing = await inCenterOnce(centre.pool, (tx) => transactions.findStanding(tx, transactionId))
  const own = standing?.kioskId === kiosk.kioskId && standing.sessionId === sessionId
  if (!own || (standing.state !== 'aborted' && standing.state !== 'refunded')) return
  const { municipalityCode, endpoint, state } = standing
  const about = { municipalityCode, endpoint, transactionId, message: 'printed', field: state }
  await openIncident(centre, { kind: 'disputed-state', ...about })
}

export async function cancelTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.cancelTransaction>,
): Promise<OutputOf<typeof contract.cancelTransaction>> {
  await drop(centre, kiosk, input, 'user')
  const { kioskId } = kiosk
  return { payouts: await owedTo(centre, { kioskId, sessionId: input.sessionId }) }
}
