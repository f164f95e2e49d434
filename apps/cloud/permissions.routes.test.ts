import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { fillPath, type Endpoint } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { isForTowns, permissionWords } from '@open-bcl/modules/access/permission-words.ts'
import { opensTo, permissionsOfRole, roles } from '@open-bcl/modules/access/roles.ts'
import { appendTownRole } from '@open-bcl/modules/access/town-roles.store.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import { cloudEndpoints } from './compose.ts'
import { TEST_PASSWORD, testCloud, type Browser, type TestCloud } from './testing/town.ts'

/** Every endpoint as every role, a town's own among them, and as somebody with none: open exactly to whom the table says. */
describe('endpoint × permission × role', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  const endpoints = cloudEndpoints().filter(({ permission }) => permission !== 'public')
  const endsSession = new Set(['signOut', 'endMySession', 'endMyOtherSessions'])
  const ownRole = uuidv7()
  /** Every other right that a town may give. */
  const ownPermissions = Object.keys(permissionWords)
    .filter(isForTowns)
    .filter((_, i) => i % 2 === 0)
  const everyone = [...Object.keys(roles), ownRole, 'none']

  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    await cloud.as(hida, (ctx) =>
      appendTownRole(ctx.tx, {
        ...{ roleId: ownRole, version: 1, name: '団体の役割', permissions: ownPermissions, ended: false },
        ...{ at: ctx.now, by: 'test' },
      }),
    )
  })
  after(() => cloud.close())

  async function browserWith(role: string): Promise<Browser> {
    const loginId = `as-${role.slice(-12)}`
    await cloud.as(hida, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName: '試験', department: '試験課', password: TEST_PASSWORD },
        ...{ roles: role === 'none' ? [] : [role], mustChangePassword: false },
      }),
    )
    return await cloud.browserOf(hida, loginId)
  }

  /** Asked with nothing but an id that nobody has: refused for the right, or only then for what is missing. */
  async function isRefused(browser: Browser, endpoint: Endpoint): Promise<boolean> {
    const ids = Object.fromEntries(
      [...endpoint.path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => [name!, uuidv7()]),
    )
    const { path } = fillPath(endpoint.path, ids)
    const headers = {
      cookie: browser.cookie,
      'x-csrf-token': browser.csrfToken,
      'idempotency-key': uuidv7(),
    }
    const answer = await cloud.app.inject(
      endpoint.method === 'GET'
        ? { method: 'GET', url: path, headers }
        : { method: 'POST', url: path, payload: {}, headers },
    )
    assert.ok(answer.statusCode < 500 || answer.statusCode === 503, `${endpoint.name} ${answer.statusCode}`)
    return answer.statusCode === 403 && answer.body.includes(platformProblems.notAllowed.code)
  }

  for (const role of everyone) {
    test(`as ${role === ownRole ? 'a role of the town' : role}`, async () => {
      const browser = await browserWith(role)
      const has = new Set(
        permissionsOfRole({ role, ownPermissions: role === ownRole ? ownPermissions : null }),
      )
      const wrong: string[] = []
      for (const endpoint of endpoints) {
        if (endsSession.has(endpoint.name)) continue
        const permitted = endpoint.permission === 'signed-in' || has.has(endpoint.permission)
        const open = permitted && opensTo(role, endpoint)
        if ((await isRefused(browser, endpoint)) === open)
          wrong.push(`${endpoint.name} ${endpoint.permission} ${open ? 'is refused' : 'is open'}`)
      }
      assert.deepEqual(wrong, [])
    })
  }
})
