import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Endpoint, InputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { retrying } from '@open-bcl/platform/retry.ts'
import type { ReceivedMessage } from '@open-bcl/platform/signed-message.ts'
import type { Centre } from './center.actions.ts'
import type { Kiosk } from './center.ts'
import { enrol, knowKiosk, requireAdmitted, testConnection } from './enrolment.actions.ts'
import * as contract from './kiosk.contract.ts'
import { applyForUse } from './registration.actions.ts'
import * as registration from './registration.contract.ts'
import { testKioskConnection } from './registry.contract.ts'
import * as session from './session.actions.ts'
import { handOut } from './settle.actions.ts'
import * as transaction from './transaction.actions.ts'

/** What a kiosk page is told before it signs anything. */
export type KioskPage = Omit<z.input<typeof contract.getKioskConfig.output>, 'centerOrigin' | 'hours'>

type Bound = {
  readonly endpoint: Endpoint
  readonly action: (centre: Centre, kiosk: Kiosk, input: never) => Promise<unknown>
}

function bind<E extends Endpoint>(
  endpoint: E,
  action: (centre: Centre, kiosk: Kiosk, input: InputOf<E>) => Promise<z.input<E['output']>>,
): Bound {
  return { endpoint, action: action as Bound['action'] }
}

/** Every message of an enrolled kiosk. */
export const kioskMessages: readonly Bound[] = [
  bind(contract.recoverKiosk, session.recoverKiosk),
  bind(contract.startSession, session.startSession),
  bind(contract.keepSession, session.keepSession),
  bind(contract.getTownMenu, session.getTownMenu),
  bind(contract.getChallenge, session.getChallenge),
  bind(contract.authenticate, session.authenticate),
  bind(contract.endSession, session.endSession),
  bind(contract.listKioskSubjects, transaction.listKioskSubjects),
  bind(contract.listKioskChoices, transaction.listKioskChoices),
  bind(contract.quoteTransaction, transaction.quoteTransaction),
  bind(contract.buildTransaction, transaction.buildTransaction),
  bind(contract.deliverTransaction, transaction.deliverTransaction),
  bind(contract.insertCoin, transaction.insertCoin),
  bind(contract.payTransaction, transaction.payTransaction),
  bind(contract.confirmKioskPrinted, transaction.confirmPrinted),
  bind(contract.cancelTransaction, transaction.cancelTransaction),
  bind(contract.confirmPayout, handOut),
  bind(registration.applyForUse, applyForUse),
]

/** Serves the kiosk API: the signature is judged over the bytes as they came, before anything reads them. */
export async function serveKiosks(app: FastifyInstance, centre: Centre, page: KioskPage): Promise<void> {
  const { origin: centerOrigin, calendar } = centre
  const { opensAt, closesAt } = calendar
  app.get(contract.getKioskConfig.path, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send(contract.getKioskConfig.output.parse({ ...page, centerOrigin, hours: { opensAt, closesAt } })),
  )
  await app.register(async (scope) => {
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    scope.post(contract.enrolKiosk.path, async (request, reply) => {
      const message = messageOf(request)
      const enrolled = await enrol(centre, message, parse(contract.enrolKiosk, message))
      return await reply.header('cache-control', 'no-store').send(contract.enrolKiosk.output.parse(enrolled))
    })
    scope.post(testKioskConnection.path, async (request, reply) => {
      const message = messageOf(request)
      const answer = await testConnection(centre, message, parse(testKioskConnection, message))
      return await reply.header('cache-control', 'no-store').send(testKioskConnection.output.parse(answer))
    })
    for (const { endpoint, action } of kioskMessages) {
      scope.post(endpoint.path, async (request, reply) => {
        const message = messageOf(request)
        // A database that is away or has no connection free is no fault of the message: the machine signs it anew.
        const options = {
          log: centre.log,
          fields: { traceId: request.id, endpoint: endpoint.name },
          withinMs: 0,
        }
        const answer = await retrying(async () => {
          const kiosk = await knowKiosk(centre, message)
          if (endpoint === contract.startSession) requireAdmitted(kiosk)
          const given = await action(centre, kiosk, parse(endpoint, message) as never)
          // Whoever stands there when a check runs out is served to the end, and money that is owed comes out.
          if (endpoint === contract.recoverKiosk && owesNothing(given)) requireAdmitted(kiosk)
          return given
        }, options)
        return await reply.header('cache-control', 'no-store').send(endpoint.output.parse(answer))
      })
    }
  })
}

function owesNothing(answer: unknown): boolean {
  return (answer as { payouts: readonly unknown[] }).payouts.length === 0
}

function messageOf(request: FastifyRequest): ReceivedMessage {
  const { body } = request
  if (!Buffer.isBuffer(body)) throw new Problem(platformProblems.unsupported)
  return { method: request.method, path: request.raw.url ?? '', headers: request.headers, body }
}

function parse<E extends Endpoint>(endpoint: E, message: ReceivedMessage): InputOf<E> {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(message.body).toString('utf8'))
  } catch {
    throw new Problem(platformProblems.invalidInput)
  }
  const parsed = endpoint.input.safeParse(json)
  if (parsed.success) return parsed.data as InputOf<E>
  throw new Problem(
    platformProblems.invalidInput,
    parsed.error.issues.map((issue) => ({ pointer: `/${issue.path.join('/')}`, message: issue.message })),
  )
}
