import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { composeCloud, noServices } from '@open-bcl/app-cloud/compose.ts'
import { loadTown } from '@open-bcl/app-cloud/testing/load-town.ts'
import { TEST_BUILD, testCloud, type TestCloud } from '@open-bcl/app-cloud/testing/town.ts'
import { demoStaff } from '@open-bcl/demo/staff.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { httpServer } from '@open-bcl/platform/http/server.ts'
import { tellFlood } from './living-town.ts'

describe('the office of the demonstration', () => {
  let cloud: TestCloud
  let origin: string
  let close: () => Promise<unknown>
  before(async () => {
    cloud = await testCloud()
    cloud.clock = new Date()
    const town = makeTown()
    const { code } = town.municipality
    await cloud.onboard(code, '飛騨市')
    await loadTown(cloud, town)
    await cloud.as(code, async (ctx) => {
      for (const { loginId, name, department, password, roles } of demoStaff.filter(
        (one) => one.municipalityCode === code,
      ))
        await createStaff(ctx, {
          ...{ loginId, displayName: name, department, password, roles, mustChangePassword: false },
        })
    })
    const server = await httpServer({ program: 'cloud', log: cloud.runtime.log, ready: [] })
    composeCloud(server, cloud.runtime, { ...noServices, build: TEST_BUILD })
    origin = await server.listen({ host: '127.0.0.1', port: 0 })
    close = () => server.close()
  })
  after(async () => {
    await close?.()
    await cloud.close()
  })

  test('it is at work: applications in every state, certificates, support, a payment before the bank', async () => {
    const told = await tellFlood(origin)
    assert.equal(told?.applications, 24)
    const counts = await cloud.as(makeTown().municipality.code, async (ctx) => ({
      states: await ctx.tx.sql(
        'select state, count(*)::int as count from risai.application where municipality_code = $1 group by 1 order by 1',
        [ctx.tx.municipality],
      ),
      support: await ctx.tx.sql(
        'select state, count(*)::int as count from support.application where municipality_code = $1 group by 1 order by 1',
        [ctx.tx.municipality],
      ),
      runs: await ctx.tx.sql('select state from payments.run where municipality_code = $1', [
        ctx.tx.municipality,
      ]),
    }))
    assert.deepEqual(counts, {
      states: [
        { state: 'accepted', count: 8 },
        { state: 'graded', count: 2 },
        { state: 'issuable', count: 10 },
        { state: 'received', count: 4 },
      ],
      support: [
        { state: 'granted', count: 4 },
        { state: 'proposed', count: 1 },
        { state: 'received', count: 1 },
      ],
      runs: [{ state: 'approved' }],
    })
    assert.equal(await tellFlood(origin), null, 'what is there stays')
  })
})
