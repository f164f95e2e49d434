import { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { RemoteProblem, RemoteUnreachable } from '@open-bcl/platform/machine-client.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { exchangeEndpoints } from '../certificates/exchange.contract.ts'
import { foreignField, type AnswerTo, type MessageName, type Question } from './answer-check.ts'
import type { Centre } from './center.actions.ts'
import { centerLogCodes, centerProblems as problems } from './center.messages.ts'
import { openIncident, type Trouble } from './incidents.actions.ts'

/**
 * How long each answer may take, ms. A person stands there: what takes longer is given up, its transaction aborted, and
 * its late answer reaches nobody. A build may queue behind others; 30 s is the limit of patience (domain/bcl.md §10.4).
 */
export const deadlinesMs: Readonly<Record<MessageName, number>> = {
  getServiceMenu: 3_000,
  authenticateCard: 5_000,
  listSubjects: 5_000,
  listChoices: 5_000,
  quoteIssue: 8_000,
  buildIssue: 30_000,
  deliverIssue: 10_000,
  confirmPaid: 8_000,
  confirmPrinted: 8_000,
  abortIssue: 8_000,
  refundIssue: 8_000,
  applyForUse: 8_000,
  heartbeat: 5_000,
  setMaintenance: 8_000,
  setLedgerOpening: 8_000,
  setAccessGrant: 8_000,
}

/**
 * One message to an issuing server. All messages of the protocol may be repeated, so silence is tried once more; a passed
 * deadline is not. An answer that is not the answer to this question reaches nobody and opens an incident.
 * @throws Problem `issuerUnreachable` when nobody knows whether it arrived (`DeadlinePassed` when it took too long),
 * `issuerFault` when it was refused as a message, `MixedUp` when the answer was another's.
 */
export async function askIssuer<Name extends MessageName>(
  centre: Centre,
  endpoint: string,
  name: Name,
  question: Question<Name>,
): Promise<AnswerTo<Name>> {
  const about = aboutOf(endpoint, name, question)
  if (!exchangeEndpoints[name].input.safeParse(question).success)
    throw new Problem(platformProblems.invalidInput)
  const answer = await send(centre, endpoint, name, question, about)
  const field = foreignField(question, answer)
  if (field === null) return answer
  const { transactionId: other } = answer as { transactionId?: string }
  await openIncident(centre, {
    ...about,
    kind: 'mismatched-answer',
    field,
    ...(field === 'transactionId' && other !== undefined ? { otherTransactionId: other } : {}),
  })
  throw new MixedUp()
}

async function send<Name extends MessageName>(
  centre: Centre,
  endpoint: string,
  name: Name,
  question: Question<Name>,
  about: Omit<Trouble, 'kind'>,
): Promise<AnswerTo<Name>> {
  for (let tries = 1; ; tries++) {
    try {
      const ask = centre.issuerAt(endpoint)[name] as (question: Question<Name>) => Promise<AnswerTo<Name>>
      return await ask(question)
    } catch (error) {
      if (error instanceof RemoteUnreachable && error.code !== 'TIMEOUT' && tries < 2) continue
      throw await judge(centre, error, about)
    }
  }
}

/** What a failed message means to whoever asked; the log has it, and what must not happen is an incident. */
async function judge(centre: Centre, error: unknown, about: Omit<Trouble, 'kind'>): Promise<Error> {
  const { transactionId } = about
  centre.log(centerLogCodes.issuerFailed, {
    ...(transactionId === undefined ? {} : { transactionId }),
    errorName: error instanceof Error ? error.name : 'unknown',
    ...(error instanceof RemoteProblem ? { status: error.status, problem: error.code } : {}),
    ...(error instanceof RemoteUnreachable ? { errorCode: error.code } : {}),
  })
  if (error instanceof RemoteUnreachable)
    return error.code === 'TIMEOUT' ? new DeadlinePassed() : new Problem(problems.issuerUnreachable)
  if (error instanceof RemoteProblem) {
    if (error.status === 503) return new Problem(problems.issuerUnreachable)
    if (error.status === 404) return new UnknownAtIssuer()
    const { endpoint } = about
    if (error.status < 500 && endpoint !== undefined)
      await openIncident(centre, { kind: 'refused-message', endpoint, ...messageOf(about) })
  }
  if (error instanceof z.ZodError) await openIncident(centre, { ...about, kind: 'unreadable-answer' })
  return new Problem(problems.issuerFault)
}

/** Told by the connection when an answer came after its deadline: it was thrown away unread. */
export async function noteLateAnswer(
  centre: Centre,
  endpoint: string,
  name: string,
  question: unknown,
  elapsedMs: number,
): Promise<void> {
  const about = aboutOf(endpoint, name, question as object)
  await openIncident(centre, { ...about, kind: 'late-answer', milliseconds: elapsedMs })
}

function aboutOf(endpoint: string, message: string, question: object): Omit<Trouble, 'kind'> {
  const { municipalityCode, transactionId } = question as {
    municipalityCode?: MunicipalityCode
    transactionId?: string
  }
  return {
    endpoint,
    message,
    ...(municipalityCode === undefined ? {} : { municipalityCode }),
    ...(transactionId === undefined ? {} : { transactionId }),
  }
}

function messageOf({ message }: Omit<Trouble, 'kind'>): { message?: string } {
  return message === undefined ? {} : { message }
}

/** The issuing server has never heard of that transaction or town. Seen by a kiosk as `issuerFault`. */
export class UnknownAtIssuer extends Problem {
  constructor() {
    super(problems.issuerFault)
  }
}

/** It took too long: whoever asked has given up, for good. */
export class DeadlinePassed extends Problem {
  constructor() {
    super(problems.issuerUnreachable)
  }
}

/** The answer was to another question. */
export class MixedUp extends Problem {
  constructor() {
    super(problems.damaged)
  }
}
