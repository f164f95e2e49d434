import type { FastifyInstance } from 'fastify'
import type { Endpoint, OutputOf, RawInputOf } from '@open-bcl/core/endpoint.ts'
import { fillPath } from '@open-bcl/core/endpoint.ts'
import type { ProblemBody } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeStaff } from '@open-bcl/modules/center/staff.actions.ts'
import type { StaffRole } from '@open-bcl/modules/center/staff.ts'
import { centerCtx, type CenterRuntime } from '@open-bcl/platform/http/serve-center.ts'

export type PeopleAnswer<E extends Endpoint> =
  | { readonly ok: true; readonly status: number; readonly body: OutputOf<E> }
  | { readonly ok: false; readonly status: number; readonly problem: ProblemBody }

/** Somebody in front of the operators' screens, or of the public pages. */
export type TestPerson = {
  call<E extends Endpoint>(
    endpoint: E,
    input: RawInputOf<E>,
    options?: { readonly requestId?: string; readonly csrfToken?: string },
  ): Promise<PeopleAnswer<E>>
  /** The body, or an error that says what was refused. */
  get<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<OutputOf<E>>
  /** The code of the refusal; throws when it was none. */
  refused<E extends Endpoint>(endpoint: E, input: RawInputOf<E>): Promise<string>
}

/** Second factors can be enrolled and are not required. */
export const testFactor = { origins: ['http://localhost:8081'], keys: [Buffer.alloc(32, 7)], required: false }

/** Of every account that `signInStaff` makes. */
export const testPassword = 'correct horse battery'

export function testPerson(app: () => FastifyInstance, cookie = '', csrfToken = ''): TestPerson {
  const call: TestPerson['call'] = async (endpoint, input, options = {}) => {
    const { path, rest } = fillPath(endpoint.path, input as Record<string, unknown>)
    const get = endpoint.method === 'GET'
    const query = new URLSearchParams(
      Object.entries(rest).flatMap(([name, value]) =>
        value === undefined || value === null ? [] : [[name, value as string] as [string, string]],
      ),
    )
    const answer = await app().inject({
      method: endpoint.method,
      url: get && query.size > 0 ? `${path}?${query.toString()}` : path,
      headers: {
        cookie,
        ...(get
          ? {}
          : {
              'content-type': 'application/json',
              'idempotency-key': options.requestId ?? uuidv7(),
              'x-csrf-token': options.csrfToken ?? csrfToken,
            }),
      },
      ...(get ? {} : { payload: JSON.stringify(rest) }),
    })
    const body = endpoint.produces && answer.statusCode === 200 ? answer.rawPayload : answer.json()
    return answer.statusCode === 200
      ? { ok: true, status: 200, body: body as never }
      : { ok: false, status: answer.statusCode, problem: body as ProblemBody }
  }
  return {
    call,
    async get(endpoint, input) {
      const answer = await call(endpoint, input)
      if (answer.ok) return answer.body
      throw new Error(`${endpoint.name}: ${answer.status} ${JSON.stringify(answer.problem)}`)
    },
    async refused(endpoint, input) {
      const answer = await call(endpoint, input)
      if (answer.ok) throw new Error(`${endpoint.name} was not refused`)
      return answer.problem.type.replace('/problems/', '')
    },
  }
}

/** Makes an account of the role and signs in over HTTP. */
export async function signInStaff(
  app: () => FastifyInstance,
  runtime: CenterRuntime,
  role: StaffRole,
  loginId: string,
): Promise<TestPerson> {
  await centerCtx(runtime).separately((ctx) =>
    makeStaff(ctx, {
      loginId,
      displayName: `試験 ${role}`,
      role,
      password: testPassword,
      mustChangePassword: false,
    }),
  )
  const answer = await app().inject({
    method: 'POST',
    url: '/api/sign-in',
    payload: { loginId, password: testPassword },
  })
  if (answer.statusCode !== 200) throw new Error(`sign-in: ${answer.body}`)
  const [cookie = ''] = String(answer.headers['set-cookie']).split(';')
  return testPerson(app, cookie, (answer.json() as { csrfToken: string }).csrfToken)
}
