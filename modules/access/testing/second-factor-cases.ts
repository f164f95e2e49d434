import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Secret, TOTP } from 'otpauth'
import { fillPath, type Endpoint, type OutputOf, type RawInputOf } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { getSession, signOut } from '../access.contract.ts'
import { approveRecovery, askRecovery, endRecovery, listRecoveries } from '../recovery.contract.ts'
import * as factor from '../second-factor.contract.ts'

/** Where people sign in: the cloud of the towns, or the centre. */
export type FactorPlace = {
  readonly app: FastifyInstance
  clock: Date
  /** Of every account. */
  readonly password: string
  /** All that is served here. */
  readonly endpoints: readonly Endpoint[]
  account(loginId: string, kind: 'worker' | 'administrator'): Promise<void>
  /** The body of a sign-in. */
  signInBody(loginId: string): object
  /** Whether workers may not be without a second factor; at the start they may. */
  require(required: boolean): Promise<void>
  /** Every app's secret as it is stored. */
  storedSecrets(): Promise<readonly Buffer[]>
  /** How many answers of these endpoints are kept for a retry. */
  answersKept(endpoints: readonly string[]): Promise<number>
  close(): Promise<void>
}

type Answer<E extends Endpoint> = {
  readonly status: number
  /** Code of the refusal; `null`: there was none. */
  readonly problem: string | null
  readonly body: OutputOf<E>
  /** The same browser after it: the session may be another one. */
  readonly next: Visitor
}

/** A browser with one session; a session that follows is in the browser of its answer. */
export type Visitor = {
  readonly cookies: ReadonlyMap<string, string>
  call<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<Answer<E>>
  /** The answer; throws when it was a refusal. */
  done<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<Answer<E>>
}

function visitor(
  app: FastifyInstance,
  cookies: ReadonlyMap<string, string> = new Map(),
  csrfToken = '',
): Visitor {
  const call: Visitor['call'] = async (endpoint, input) => {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await app.inject({
      ...{ method: endpoint.method, url: path },
      headers: { cookie, 'x-csrf-token': csrfToken, 'idempotency-key': uuidv7() },
      ...(endpoint.method === 'POST' ? { payload: rest } : {}),
    })
    const body = answer.json<{ type?: string; csrfToken?: string; session?: { csrfToken: string } }>()
    const jar = new Map([...cookies, ...answer.cookies.map((one) => [one.name, one.value] as const)])
    return {
      status: answer.statusCode,
      problem: answer.statusCode < 400 ? null : (body.type ?? '').replace('/problems/', ''),
      body: body as never,
      next: visitor(app, jar, body.csrfToken ?? body.session?.csrfToken ?? csrfToken),
    }
  }
  return {
    cookies,
    call,
    async done(endpoint, input) {
      const answer = await call(endpoint, input)
      if (answer.problem !== null) throw new Error(`${endpoint.name}: ${answer.status} ${answer.problem}`)
      return answer
    },
  }
}

/** Somebody in front of the sign-in page of a place. */
export async function signInAt(
  { app, signInBody }: Pick<FactorPlace, 'app' | 'signInBody'>,
  loginId: string,
  cookies: ReadonlyMap<string, string> = new Map(),
): Promise<{ readonly status: number; readonly browser: Visitor }> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await app.inject({
    ...{ method: 'POST', url: '/api/sign-in', payload: signInBody(loginId), headers: { cookie } },
  })
  const jar = new Map([...cookies, ...answer.cookies.map((one) => [one.name, one.value] as const)])
  const { csrfToken = '' } = answer.json<{ csrfToken?: string }>()
  return { status: answer.statusCode, browser: visitor(app, jar, csrfToken) }
}

/** What the app of `secret` shows, so many steps from now. */
export function appCode(place: Pick<FactorPlace, 'clock'>, secret: string, stepsOn = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: place.clock.getTime() + stepsOn * 30_000,
  })
}

/** So that the next code is another one, or a lock is over. */
export function later(place: Pick<FactorPlace, 'clock'>, minutes: number): void {
  place.clock = new Date(place.clock.getTime() + minutes * 60_000)
}

/** Enrols an app for somebody who signs in with a password alone. */
export async function enrolApp(
  place: FactorPlace,
  loginId: string,
): Promise<{ secret: string; recoveryCodes: readonly string[]; browser: Visitor }> {
  const { browser: half } = await signInAt(place, loginId)
  const { secret } = (await half.done(factor.beginTotp, { currentPassword: place.password })).body
  const { body, next } = await half.done(factor.finishTotp, { code: appCode(place, secret) })
  later(place, 1)
  return { secret, recoveryCodes: body.recoveryCodes, browser: next }
}

/** What holds wherever people sign in: the acts are one code, the accounts, sessions and tables are each side's own. */
export function secondFactorCases(name: string, open: () => Promise<FactorPlace>): void {
  describe(name, () => {
    let place: FactorPlace
    before(async () => {
      place = await open()
    })
    after(() => place.close())

    const password = async (loginId: string): Promise<Visitor> => {
      const { status, browser } = await signInAt(place, loginId)
      assert.equal(status, 200, loginId)
      return browser
    }
    const enrolled = async (loginId: string) => {
      await place.account(loginId, 'worker')
      return await enrolApp(place, loginId)
    }

    test('without its second factor a session may do nothing but show it, over every endpoint there is', async () => {
      await enrolled('waiting')
      await place.account('enrolling', 'worker')
      await place.require(true)
      for (const [loginId, pending] of [
        ['waiting', 'second-factor'],
        ['enrolling', 'enrolment'],
      ] as const) {
        const half = await password(loginId)
        const session = (await half.done(getSession, {})).body
        assert.deepEqual([session.pending, session.permissions], [pending, []])
        const closed = place.endpoints.filter((one) => one.permission !== 'public' && !one.beforeSecondFactor)
        assert.ok(closed.length > 60, String(closed.length))
        for (const endpoint of closed) {
          const names = [...endpoint.path.matchAll(/:([A-Za-z]+)/g)].map(([, part]) => [part!, uuidv7()])
          const { problem } = await half.call(endpoint, Object.fromEntries(names) as Record<string, string>)
          assert.equal(problem, platformProblems.secondFactorFirst.code, endpoint.name)
        }
      }
      await place.require(false)
    })

    test('who waits for the second factor cannot enrol another one instead', async () => {
      const half = await password('waiting')
      const currentPassword = place.password
      for (const { problem } of [
        await half.call(factor.beginTotp, { currentPassword }),
        await half.call(factor.finishTotp, { code: '000000' }),
        await half.call(factor.askForPasskey, { currentPassword }),
        await half.call(factor.addPasskey, { name: 'x', response: { id: 'x' } }),
      ])
        assert.equal(problem, 'access/not-pending')
    })

    test('a code opens once; the session of before it is gone; the secret is sealed', async () => {
      const { secret } = await enrolled('once')
      const half = await password('once')
      const code = appCode(place, secret)
      assert.equal((await half.call(factor.confirmByCode, { code: '000000' })).problem, 'access/wrong-code')
      const { body } = await half.done(factor.confirmByCode, { code })
      assert.ok(body.pending === null && body.permissions.length > 0)
      assert.equal((await half.call(getSession, {})).status, 401)
      const again = await password('once')
      for (const used of [code, appCode(place, secret, -1), appCode(place, secret, 3)])
        assert.equal((await again.call(factor.confirmByCode, { code: used })).problem, 'access/wrong-code')
      assert.equal((await again.call(factor.confirmByCode, { code: appCode(place, secret, 1) })).status, 200)
      const stored = await place.storedSecrets()
      assert.ok(stored.length > 0 && stored.every((one) => !one.includes(secret)))
    })

    test('of two who send the same code at the same moment one is let in', async () => {
      const { secret } = await enrolled('twice')
      const both = [await password('twice'), await password('twice')]
      const code = appCode(place, secret)
      const answers = await Promise.all(both.map((one) => one.call(factor.confirmByCode, { code })))
      assert.deepEqual(
        answers.map(({ status }) => status).toSorted((a, b) => a - b),
        [200, 422],
      )
    })

    test('wrong codes lock, and the right password does not forgive them', async () => {
      const { secret } = await enrolled('guessed')
      for (const status of [422, 422, 422, 422, 423]) {
        const half = await password('guessed')
        assert.equal((await half.call(factor.confirmByCode, { code: '000000' })).status, status)
      }
      const half = await password('guessed')
      assert.equal((await half.call(factor.confirmByCode, { code: appCode(place, secret) })).status, 423)
      later(place, 16)
      const after = await password('guessed')
      assert.equal((await after.call(factor.confirmByCode, { code: appCode(place, secret) })).status, 200)
    })

    test('ten recovery codes, each for once, however it is typed; what is shown once is kept nowhere', async () => {
      const { recoveryCodes } = await enrolled('paper')
      assert.equal(new Set(recoveryCodes).size, 10)
      const code = recoveryCodes[0]!.replaceAll('-', ' ').toUpperCase()
      assert.equal((await (await password('paper')).call(factor.confirmByRecoveryCode, { code })).status, 200)
      const again = await password('paper')
      assert.equal((await again.call(factor.confirmByRecoveryCode, { code })).status, 422)
      assert.equal((await again.done(factor.getSecondFactor, {})).body.recoveryCodesLeft, 9)
      assert.equal(await place.answersKept(['beginTotp', 'finishTotp']), 0)
    })

    test('where it is required, enrolling comes first, and the last one stays', async () => {
      await place.account('new-one', 'worker')
      await place.require(true)
      const half = await password('new-one')
      const { secret, uri } = (await half.done(factor.beginTotp, { currentPassword: '' })).body
      assert.match(uri, /^otpauth:\/\/totp\/.*new-one\?.*secret=/)
      assert.equal((await half.call(factor.finishTotp, { code: '000000' })).status, 422)
      const { body, next } = await half.done(factor.finishTotp, { code: appCode(place, secret) })
      assert.deepEqual([body.session.pending, body.recoveryCodes.length], [null, 10])
      const ended = await next.call(factor.endTotp, { currentPassword: place.password })
      assert.equal(ended.problem, 'access/last-factor')
      await place.require(false)
    })

    test('an open session that somebody sits down at enrols nothing without the password', async () => {
      await place.account('away', 'worker')
      const own = await password('away')
      const { problem } = await own.call(factor.beginTotp, { currentPassword: 'a guess at the password' })
      assert.match(problem ?? '', /\/wrong-current-password$/)
      assert.equal((await own.call(factor.makeRecoveryCodes, { currentPassword: '' })).status, 422)
    })

    test('two administrators give a person one new enrolment; never one alone, never for oneself', async () => {
      const { secret } = await enrolled('phoneless')
      for (const loginId of ['helper', 'other']) await place.account(loginId, 'administrator')
      const helper = await password('helper')
      const other = await password('other')
      const ask = (by: Visitor, loginId: string) => by.call(askRecovery, { loginId, reason: 'lost' })
      assert.equal((await ask(helper, 'helper')).problem, 'access/recovery-oneself')
      assert.equal((await ask(helper, 'nobody')).problem, 'access/recovery-no-such-staff')
      assert.equal((await ask(helper, 'other')).problem, 'access/recovery-no-factor')
      const asked = await ask(helper, 'phoneless')
      const { recoveryId } = asked.body
      assert.equal((await ask(other, 'phoneless')).problem, 'access/recovery-already')
      const alone = await helper.call(approveRecovery, { recoveryId })
      assert.equal(alone.problem, 'access/recovery-same-administrator')
      assert.equal((await (await password('away')).call(approveRecovery, { recoveryId })).status, 403)
      const { code } = (await other.done(approveRecovery, { recoveryId })).body
      assert.equal((await other.call(approveRecovery, { recoveryId })).status, 409)

      const half = await password('phoneless')
      const { body, next } = await half.done(factor.confirmByRecoveryCode, { code })
      assert.equal(body.pending, 'enrolment')
      const { problem } = await next.call(listRecoveries, {})
      assert.equal(problem, platformProblems.secondFactorFirst.code)
      const again = await password('phoneless')
      const old = await again.call(factor.confirmByCode, { code: appCode(place, secret) })
      assert.notEqual(old.status, 200)
      const { recoveries } = (await other.done(listRecoveries, {})).body
      assert.deepEqual([recoveries[0]?.state, recoveries[0]?.mayApprove], ['used', false])
    })

    test('a recovery code that nobody fetches ends after a day, one that is withdrawn at once', async () => {
      await enrolled('slow')
      const [asker, approver] = [await password('helper'), await password('other')]
      const ask = async (): Promise<{ recoveryId: string; code: string }> => {
        const asked = await asker.done(askRecovery, { loginId: 'slow', reason: 'broken' })
        const { recoveryId } = asked.body
        return { recoveryId, code: (await approver.done(approveRecovery, { recoveryId })).body.code }
      }
      const first = await ask()
      await approver.done(endRecovery, { recoveryId: first.recoveryId })
      const half = await password('slow')
      assert.equal((await half.call(factor.confirmByRecoveryCode, { code: first.code })).status, 422)
      later(place, 1)
      const second = await ask()
      later(place, 25 * 60)
      const late = await password('slow')
      assert.equal((await late.call(factor.confirmByRecoveryCode, { code: second.code })).status, 422)
      const { recoveries } = (await (await password('other')).done(listRecoveries, {})).body
      assert.deepEqual(
        recoveries.slice(0, 2).map(({ state }) => state),
        ['expired', 'ended'],
      )
      assert.equal((await late.call(signOut, {})).status, 200)
    })
  })
}
