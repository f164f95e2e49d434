import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { roles, type RoleName } from '@open-bcl/modules/access/roles.ts'
import { registerDisaster, searchLedger } from '@open-bcl/modules/ledger/ledger.contract.ts'
import { cloudEndpoints } from './compose.ts'
import { loadTown } from './testing/load-town.ts'
import { recordStatements } from './testing/statements.ts'
import { testCloud, type Browser, type TestCloud } from './testing/town.ts'
import { plainInputOf, Pool, type Json } from './testing/walk.ts'

/** Told back in an error it would be found: errors name a place and a reason, never what somebody typed. */
const MARK = 'ZZMARK'
const hostile: readonly Json[] = [
  `<script>alert('${MARK}')</script>`,
  `'; drop table residents.version; --${MARK}`,
  `${MARK}\u0000`,
  `${MARK}\ud800`,
  `\u202e${MARK}\u200b`,
  `../../../../etc/passwd%00${MARK}`,
  `=HYPERLINK("${MARK}")`,
  `%${MARK}_%`,
  MARK.repeat(20_000),
  { $gt: '' },
  [[MARK]],
  null,
  -1,
  1e308,
  2 ** 53 + 2,
  true,
  '9999-12-31',
  '0000-00-00',
  '00000000-0000-0000-0000-000000000000',
]
/** What no input has: rights and another town, to be taken over by whoever copies what came. */
const extra = {
  municipalityCode: '212032',
  municipality_code: '212032',
  permissions: ['access.manage-staff'],
  roles: ['admin'],
  staffId: '00000000-0000-7000-8000-000000000000',
  state: 'granted',
  ['__proto__']: { polluted: true },
}
/** They end what the others need, or the session itself. */
const skipped = /^(signIn|signOut|changePassword|setLedgerPlace|stop|endMy)/

describe('whatever is sent to whatever endpoint', () => {
  let cloud: TestCloud
  let recorded: ReturnType<typeof recordStatements>
  const browsers = new Map<RoleName, Browser>()
  const pool = new Pool()
  const endpoints = cloudEndpoints().filter(({ name }) => !skipped.test(name))

  before(async () => {
    // Some endpoints answer a PDF.
    cloud = await testCloud({ pdf: true })
    const hida = await cloud.onboard('212172', '飛騨市')
    const town = makeTown({ households: 20 })
    await loadTown(cloud, town)
    const names: RoleName[] = ['admin', 'reviewer', 'clerk', 'window', 'viewer', 'auditor']
    for (const role of names) browsers.set(role, await cloud.signIn(hida as MunicipalityCode, role))
    const reviewer = browsers.get('reviewer')!
    pool.learn(
      (await reviewer.get(registerDisaster, {
        ...{ name: '令和8年豪雨', hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨による' },
        applicationDeadlineOn: null,
      })) as Json,
    )
    const { disaster } = { disaster: pool.of('disasterId')[0] as string }
    pool.learn((await reviewer.get(searchLedger, { disasterId: disaster, name: '佐藤' })) as Json)
    recorded = recordStatements()
  })
  after(async () => {
    recorded.end()
    await cloud.close()
  })

  const browserFor = ({ permission }: Endpoint): Browser | undefined => {
    for (const [role, browser] of browsers)
      if (
        ['public', 'signed-in'].includes(permission) ||
        (roles[role].permissions as readonly string[]).includes(permission)
      )
        return browser
    return undefined
  }

  function inputs(endpoint: Endpoint): Record<string, Json>[] {
    const plain = plainInputOf(endpoint, pool)
    // No browser can put half a character into an address.
    const inAddress = (name: string): boolean =>
      endpoint.method === 'GET' || endpoint.path.includes(`:${name}`)
    const spoilt = Object.keys(plain).flatMap((name) =>
      hostile
        .filter((value) => !inAddress(name) || typeof value !== 'string' || value.isWellFormed())
        .map((value) => ({ ...plain, [name]: value })),
    )
    return [{ ...plain, ...extra }, ...spoilt]
  }

  test('is answered, refused with words, and never told back', async () => {
    const faults: string[] = []
    let asked = 0
    for (const endpoint of endpoints) {
      const browser = browserFor(endpoint)
      if (!browser) continue
      const all = inputs(endpoint)
      for (let at = 0; at < all.length; at += 8)
        await Promise.all(
          all.slice(at, at + 8).map(async (input) => {
            asked += 1
            const answer = await browser.call(endpoint, input as never)
            const { status } = answer
            const said = answer.ok ? '' : JSON.stringify(answer.problem)
            const changed = Object.keys(input).find(
              (name) => !Object.is(input[name], plainInputOf(endpoint, pool)[name]),
            )
            if (status >= 500 && status !== 503) faults.push(`${endpoint.name} ${changed}: ${status} ${said}`)
            if (said.includes(MARK)) faults.push(`${endpoint.name} ${changed}: says what was typed`)
            if (/node_modules|\.ts:\d|select |insert /.test(said))
              faults.push(`${endpoint.name} ${changed}: tells of itself`)
          }),
        )
    }
    assert.deepEqual([...new Set(faults)], [])
    assert.ok(asked > 5_000, `only ${asked} were asked`)
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
  })

  test('reaches no statement’s text', () => {
    assert.ok(recorded.texts.length > 10_000, `only ${recorded.texts.length} were seen`)
    const found = recorded.texts.filter((text) => text.includes(MARK))
    assert.deepEqual([...new Set(found.map((text) => text.slice(0, 80)))], [])
  })

  test('reaches no log', () => {
    assert.ok(!cloud.logLines.join('\n').includes(MARK))
  })

  test('nothing that is no object is taken for one', async () => {
    const deep = `{"municipalityCode":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    for (const payload of [deep, 'null', '[]', '"x"', '1', '{', `${'['.repeat(20_000)}`, '{"a":1}x']) {
      const answer = await cloud.app.inject({
        ...{ method: 'POST', url: '/api/sign-in', payload, headers: { 'content-type': 'application/json' } },
      })
      assert.equal(answer.statusCode, 400, payload.slice(0, 20))
    }
    const strange = await cloud.app.inject({
      ...{ method: 'POST', url: '/api/sign-in', payload: '<a/>', headers: { 'content-type': 'text/xml' } },
    })
    assert.equal(strange.statusCode, 415)
  })
})
