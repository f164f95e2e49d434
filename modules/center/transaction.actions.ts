import { createHash, randomBytes } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import type { Tx } from '@open-bcl/platform/db/tx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { RawInputOf } from '@open-bcl/core/endpoint.ts'
import type { listSubjects } from '../certificates/exchange.contract.ts'
import { callIssuer, inSession, type Centre } from './center.actions.ts'
import { changeOf, isEnded, judgeMove, type TransactionState, type Kiosk } from './center.ts'
import { centerLogCodes, centerProblems as problems, townNotServed } from './center.messages.ts'
import type * as contract from './kiosk.contract.ts'
import type { Refusal } from './kiosk.contract.ts'
import * as sessions from './sessions.store.ts'
import { abandon, owedTo, tellQuietly } from './settle.actions.ts'
import * as towns from './towns.store.ts'
import * as transactions from './transactions.store.ts'

/** The exchange protocol's own list of kinds; an unknown one never reaches an issuing server. */
type ExchangeKind = RawInputOf<typeof listSubjects>['kind']

type Chosen = {
  readonly municipalityCode: NonNullable<sessions.Session['municipalityCode']>
  readonly route: towns.Route
  readonly exchangeSession: string
}

/** The issuing server of a kind for the session's town, or `null` when none that knows the card issues it today. */
async function choose(
  centre: Centre,
  tx: Tx,
  session: sessions.Session,
  kind: string,
): Promise<Chosen | null> {
  const { municipalityCode, authenticatedAt, sessionId } = session
  if (authenticatedAt === null || municipalityCode === null) throw new Problem(problems.wrongStep)
  const routes = await towns.listRoutes(tx, municipalityCode, todayInJapan(centre.now()))
  const issuers = await sessions.listIssuers(tx, sessionId)
  const route = routes.find((candidate) => candidate.kind === kind)
  const issuer = issuers.find((candidate) => candidate.endpoint === route?.endpoint)
  return route && issuer ? { municipalityCode, route, exchangeSession: issuer.exchangeSession } : null
}

export async function listKioskSubjects(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, kind }: InputOf<typeof contract.listKioskSubjects>,
): Promise<OutputOf<typeof contract.listKioskSubjects>> {
  const chosen = await inSession(centre, kiosk, sessionId, (tx, session) => choose(centre, tx, session, kind))
  if (chosen === null) return townNotServed
  const { municipalityCode, route, exchangeSession } = chosen
  return await callIssuer(centre, route.endpoint, (client) =>
    client.listSubjects({ municipalityCode, sessionId: exchangeSession, kind: kind as ExchangeKind }),
  )
}

/** Members, items, year: passed through to the screen and kept nowhere. */
export async function listKioskChoices(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, kind, subjectId }: InputOf<typeof contract.listKioskChoices>,
): Promise<OutputOf<typeof contract.listKioskChoices>> {
  const chosen = await inSession(centre, kiosk, sessionId, (tx, session) => choose(centre, tx, session, kind))
  if (chosen === null) return townNotServed
  const { municipalityCode, route, exchangeSession } = chosen
  return await callIssuer(centre, route.endpoint, (client) =>
    client.listChoices({
      municipalityCode,
      sessionId: exchangeSession,
      kind: kind as ExchangeKind,
      subjectId,
    }),
  )
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
  const begun = await inSession(centre, kiosk, sessionId, async (tx, session) => {
    const chosen = await choose(centre, tx, session, kind)
    if (chosen === null) return null
    const { municipalityCode, route } = chosen
    for (const id of await transactions.listTransactionIds(tx, sessionId)) {
      const known = await transactions.findStanding(tx, id)
      if (known?.requestId === requestId) {
        const same = known.kind === kind && known.copies === copies && !isEnded(known.state)
        if (!same) throw new Problem(problems.wrongStep)
        return { chosen, transaction: known }
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
    await transactions.insertTransaction(tx, transaction, centre.now())
    const first = { state: 'requested', at: centre.now(), toTell: false } as const
    await transactions.appendState(tx, transaction.transactionId, first)
    return { chosen, transaction }
  })
  if (begun === null) return townNotServed
  const { chosen, transaction } = begun
  const { transactionId, municipalityCode, endpoint } = transaction
  const quoted = await callIssuer(
    centre,
    endpoint,
    (client) =>
      client.quoteIssue({
        municipalityCode,
        sessionId: chosen.exchangeSession,
        transactionId,
        kind: kind as ExchangeKind,
        subjectId,
        copies,
        choices,
        kioskId: kiosk.kioskId,
      }),
    transactionId,
  )
  if (quoted.kind === 'refused') return await stop(centre, kiosk, { sessionId, transactionId }, quoted)
  const { pages, feeYen, printingYen, totalYen } = quoted
  await step(centre, kiosk, { sessionId, transactionId }, 'quoted', {
    before: (tx) => transactions.insertQuote(tx, transactionId, { pages, feeYen, printingYen, totalYen }),
  })
  return { kind: 'quoted', transactionId, pages, copies, feeYen, printingYen, totalYen }
}

/** The issuing server makes the document, before anything is paid. */
export async function buildTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.buildTransaction>,
): Promise<OutputOf<typeof contract.buildTransaction>> {
  const { municipalityCode, transactionId, endpoint } = await look(centre, kiosk, input, 'built')
  const built = await callIssuer(
    centre,
    endpoint,
    (client) => client.buildIssue({ municipalityCode, transactionId }),
    transactionId,
  )
  if (built.kind === 'refused') return await stop(centre, kiosk, input, built)
  await step(centre, kiosk, input, 'built', { pdfSha256: built.sha256 })
  return { kind: 'built', pages: built.pages }
}

/**
 * Hands the bytes through to the machine; they are in memory for this call and nowhere else. What is not the document
 * that was built stops the town at once.
 */
export async function deliverTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.deliverTransaction>,
): Promise<OutputOf<typeof contract.deliverTransaction>> {
  const standing = await look(centre, kiosk, input, 'delivered')
  const { municipalityCode, transactionId, endpoint } = standing
  const delivered = await callIssuer(
    centre,
    endpoint,
    (client) => client.deliverIssue({ municipalityCode, transactionId }),
    transactionId,
  )
  if (delivered.kind === 'refused') return await stop(centre, kiosk, input, delivered)
  const sha256 = createHash('sha256').update(delivered.pdfBase64, 'base64').digest('hex')
  const genuine =
    delivered.transactionId === transactionId && sha256 === delivered.sha256 && sha256 === standing.pdfSha256
  if (!genuine) {
    centre.log(centerLogCodes.damaged, { transactionId, municipalityCode })
    await drop(centre, kiosk, input, 'unreadable')
    await callIssuer(centre, endpoint, (client) =>
      client.setMaintenance({ municipalityCode, stopId: transactionId, stopped: true, reason: 'anomaly' }),
    )
    throw new Problem(problems.damaged)
  }
  // A late answer finds its transaction given up here, and goes no further.
  await step(centre, kiosk, input, 'delivered')
  return { kind: 'delivered', sha256, pdfBase64: delivered.pdfBase64 }
}

/** A coin fell into the slot. The machine shuts the slot when the price is covered. */
export async function insertCoin(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.insertCoin>,
): Promise<OutputOf<typeof contract.insertCoin>> {
  const { sessionId, transactionId, coinNo, yen } = input
  return await inSession(centre, kiosk, sessionId, async (tx) => {
    const standing = await find(tx, sessionId, transactionId)
    const totalYen = standing.quote?.totalYen ?? 0
    const known = await transactions.hasCoin(tx, transactionId, coinNo, yen)
    if (known) return { insertedYen: standing.insertedYen, totalYen }
    if (standing.state !== 'delivered' || standing.insertedYen >= totalYen)
      throw new Problem(problems.wrongStep)
    await transactions.insertCoin(tx, transactionId, { coinNo, yen, at: centre.now() })
    return { insertedYen: standing.insertedYen + yen, totalYen }
  })
}

/** Takes the price from what lies in the slot, once the issuing server has noted it. */
export async function payTransaction(
  centre: Centre,
  kiosk: Kiosk,
  input: InputOf<typeof contract.payTransaction>,
): Promise<OutputOf<typeof contract.payTransaction>> {
  const { sessionId } = input
  const { kioskId } = kiosk
  const standing = await look(centre, kiosk, input, 'paid')
  const { municipalityCode, transactionId, endpoint, insertedYen } = standing
  const paidYen = standing.quote?.totalYen ?? 0
  const change = changeOf(insertedYen, paidYen)
  if (change === null) throw new Problem(problems.notEnough)
  const moved = await callIssuer(
    centre,
    endpoint,
    (client) => client.confirmPaid({ municipalityCode, transactionId, paidYen }),
    transactionId,
  )
  if (moved.kind === 'refused') {
    const refused = await stop(centre, kiosk, input, moved)
    return { ...refused, payouts: await owedTo(centre, { kioskId, sessionId }) }
  }
  await step(centre, kiosk, input, 'paid', {
    before: async (tx) => {
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
  await step(centre, kiosk, input, 'printed', { toTell: true })
  await tellQuietly(centre, input.transactionId)
  return { state: 'printed' }
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

type Where = { readonly sessionId: string; readonly transactionId: string }

/** A transaction of this session; another session's, even of the same machine, is not found. */
async function find(tx: Tx, sessionId: string, transactionId: string): Promise<transactions.Standing> {
  const standing = await transactions.findStanding(tx, transactionId)
  if (standing?.sessionId !== sessionId) throw new Problem(platformProblems.notFound)
  return standing
}

/** The transaction, if it may go on to `to` or has been there. */
async function look(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, transactionId }: Where,
  to: TransactionState,
): Promise<transactions.Standing> {
  return await inSession(centre, kiosk, sessionId, async (tx) => {
    const standing = await find(tx, sessionId, transactionId)
    assertMove(standing, to)
    return standing
  })
}

function assertMove(standing: transactions.Standing, to: TransactionState): 'allowed' | 'repeated' {
  const move = judgeMove(standing.passed, to, standing.quote?.totalYen ?? 0)
  if (move === 'refused') throw new Problem(problems.wrongStep)
  return move
}

/** Takes the transaction one state on, once; judged again under the session's lock, since time has passed. */
async function step(
  centre: Centre,
  kiosk: Kiosk,
  { sessionId, transactionId }: Where,
  to: TransactionState,
  options: {
    readonly pdfSha256?: string
    readonly toTell?: boolean
    readonly before?: (tx: Tx) => Promise<void>
  } = {},
): Promise<void> {
  await inSession(centre, kiosk, sessionId, async (tx) => {
    const standing = await find(tx, sessionId, transactionId)
    if (assertMove(standing, to) === 'repeated') return
    await options.before?.(tx)
    await transactions.appendState(tx, transactionId, {
      state: to,
      at: centre.now(),
      toTell: options.toTell ?? false,
      ...(options.pdfSha256 === undefined ? {} : { pdfSha256: options.pdfSha256 }),
    })
    centre.log(centerLogCodes.moved, { transactionId, kioskId: kiosk.kioskId, reason: to })
  })
}

async function drop(centre: Centre, kiosk: Kiosk, where: Where, reason: string): Promise<void> {
  await inSession(centre, kiosk, where.sessionId, async (tx) => {
    await find(tx, where.sessionId, where.transactionId)
    await abandon(centre, tx, where.transactionId, reason)
  })
  await tellQuietly(centre, where.transactionId)
}

/** The issuing server refused: the transaction ends here, and the person reads its words. */
async function stop(centre: Centre, kiosk: Kiosk, where: Where, refused: Refusal): Promise<Refusal> {
  await drop(centre, kiosk, where, 'other')
  const { code, words } = refused
  return { kind: 'refused', code, words }
}
