import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fillPath } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { staffRoles, type StaffRole } from '@open-bcl/modules/center/staff.ts'
import { centerRoutes } from './compose.ts'
import { testCenter, type TestCenter } from './testing/center.ts'
import { testFactor, type TestPerson } from './testing/people.ts'

let center: TestCenter
const people = new Map<StaffRole, TestPerson>()
const roleNames = Object.keys(staffRoles) as StaffRole[]
/** Endpoints that end the session they are asked in. */
const endsSession = new Set(['signOut'])

before(async () => {
  center = await testCenter()
  for (const role of roleNames) people.set(role, await center.staff(role))
})
after(() => center.close())

const endpoints = centerRoutes({
  centre: null as never,
  papers: null as never,
  test: false,
  factor: testFactor,
}).map(({ endpoint }) => endpoint)

test('every permission an endpoint names is one that somebody has, and every right opens something', () => {
  const had = new Set<string>(roleNames.flatMap((role) => staffRoles[role].permissions))
  const asked = new Set<string>(endpoints.map((endpoint) => endpoint.permission))
  for (const name of asked) assert.ok(name === 'public' || name === 'signed-in' || had.has(name), name)
  for (const name of had) assert.ok(asked.has(name), `${name} opens nothing`)
})

test('no two endpoints share a name or a place', () => {
  const names = endpoints.map((endpoint) => endpoint.name)
  assert.equal(new Set(names).size, names.length)
  const places = endpoints.map(({ method, path }) => `${method} ${path}`)
  assert.equal(new Set(places).size, places.length)
})

/** Each is asked with ids that nobody has: whoever may, gets past the door and no further. */
for (const endpoint of endpoints.filter(
  ({ permission, name }) => permission !== 'public' && !endsSession.has(name),
)) {
  test(`${endpoint.method} ${endpoint.path}: nobody without a session, and of the roles those that have it`, async () => {
    const input = Object.fromEntries(
      [...endpoint.path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => [name, uuidv7()]),
    )
    assert.equal(typeof fillPath(endpoint.path, input).path, 'string')
    const nobody = await center.anybody.call(endpoint, input)
    assert.equal(nobody.status, 401)
    for (const [role, person] of people) {
      const may =
        endpoint.permission === 'signed-in' ||
        (staffRoles[role].permissions as readonly string[]).includes(endpoint.permission)
      const { status } = await person.call(endpoint, input)
      if (may) assert.ok(![401, 403, 500].includes(status), `${role}: ${status}`)
      else assert.equal(status, 403, role)
    }
  })
}
