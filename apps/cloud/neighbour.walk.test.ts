import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { markedNames } from '@open-bcl/demo/people.ts'
import type { DemoTown } from '@open-bcl/demo/town.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { isOfDisasters } from '@open-bcl/modules/access/permission-words.ts'
import { roles, type RoleName } from '@open-bcl/modules/access/roles.ts'
import { assign } from '@open-bcl/modules/access/staff.store.ts'
import { listDisasters } from '@open-bcl/modules/disasters/disasters.contract.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.contract.ts'
import { cloudEndpoints } from './compose.ts'
import { TEST_PASSWORD } from './testing/town.ts'
import { onlyAsSampled, samples } from './testing/walk-samples.ts'
import { skipped, walkedTowns, type WalkedTowns } from './testing/walked-towns.ts'
import { walk, type Pool, type Walk } from './testing/walk.ts'

/** The walk of `protected-addresses.walk.test.ts` as everybody of another town, who knows every id of the first. */
describe('another town', () => {
  let towns: WalkedTowns
  let pool: Pool
  let walked: Walk
  const endpoints = cloudEndpoints()
  const skip = skipped
  const everyone = Object.keys(roles) as RoleName[]

  before(async () => {
    towns = await walkedTowns()
    pool = towns.knowledge('satoTaro')
    const clerk = await towns.cloud.signIn(towns.hida.municipality.code, 'clerk')
    walked = await walk(endpoints, clerk, pool, { order: 'life', skip, samples, onlyAsSampled })
  })
  after(() => towns.cloud.close())

  test('the walk can see: the address of somebody who is not protected was among the answers', () => {
    const { address } = towns.hida.people['satoTaro']!
    assert.ok(walked.answers.some(({ text }) => text.includes(`${address.town}${address.number}`)))
  })

  test('that knows all ids is told nothing of them', async () => {
    const { hida, takayama } = towns
    const named = (town: DemoTown, name: string): boolean =>
      town.residents.some((one) => [one.name.full, one.name.kana].includes(name))
    const names = markedNames.filter((name) => named(hida, name) && !named(takayama, name))
    const ask = async (role: RoleName): Promise<void> => {
      const neighbour = await towns.cloud.signIn('212032' as typeof hida.municipality.code, role)
      const known = towns.knowledge('satoTaro')
      // What anybody may ask, a neighbour may, too: keys of the papers of every town. And 宛名番号 are each town's own: the same
      // number names somebody of theirs.
      const withIds = endpoints.filter(
        ({ path, method, permission }) =>
          path.replace('/:residentNo', '').includes('/:') && method === 'GET' && permission !== 'public',
      )
      for (const name of [
        'disasterId',
        'applicationId',
        'certificateId',
        'entryId',
        'fileId',
        'alarmId',
        'transactionId',
      ]) {
        for (const value of pool.of(name).toReversed()) known.add(name, value)
      }
      const asked = await walk(withIds, neighbour, known, { order: 'life', skip })
      assert.deepEqual([...asked.reached], [], role)
      for (const { endpoint, status } of asked.answers) {
        // 503: a busy machine tells nothing either.
        assert.ok([400, 403, 404, 503].includes(status), `${role} ${endpoint} ${status}`)
      }
      const all = await walk(endpoints, neighbour, known, { order: 'life', skip })
      const told = all.answers.filter(({ text }) => names.some((name) => text.includes(name)))
      // What the neighbour typed may come back to them; a name that only 飛騨市 knows may not.
      const typed = [hida.people['satoTaro']!.name.full, hida.people['satoTaro']!.name.kana]
      assert.deepEqual(
        told
          .filter(({ text }) => names.some((name) => !typed.includes(name) && text.includes(name)))
          .map(({ endpoint }) => endpoint),
        [],
      )
    }
    // All at once: what one of them enters in their own town is nothing to the others.
    await Promise.all(everyone.map(ask))
  })

  test('and somebody with every right, but for another disaster, is told nothing of this one', async () => {
    const { cloud, hida } = towns
    const { code } = hida.municipality
    const clerk = await cloud.signIn(code, 'clerk')
    const { disaster: other } = await clerk.get(registerDisaster, {
      ...{ name: '別の災害', hazards: ['flood'], occurredOn: '2026-11-10', causeText: '大雨' },
      applicationDeadlineOn: null,
    })
    await cloud.as(code, async (ctx) => {
      const staffId = await createStaff(ctx, {
        ...{ loginId: 'limited', displayName: '応援　一郎', department: '応援', password: TEST_PASSWORD },
        ...{ roles: [], mustChangePassword: false },
      })
      for (const role of everyone)
        await assign(ctx.tx, {
          ...{
            staffId,
            role,
            fromOn: '2026-11-21',
            untilOn: null,
            disasterId: other.disasterId,
            areas: null,
          },
        })
    })
    const limited = await cloud.browserOf(code, 'limited')
    const known = towns.knowledge('satoTaro')
    for (const name of pool.names())
      if (name.endsWith('Id')) for (const value of pool.of(name).toReversed()) known.add(name, value)
    known.pin(
      'disasterId',
      pool.of('disasterId').find((id) => id !== other.disasterId)!,
    )
    const readings = endpoints.filter(
      ({ path, method, permission }) => path.includes('/:') && method === 'GET' && isOfDisasters(permission),
    )
    assert.ok(readings.length > 60)
    const asked = await walk(readings, limited, known, { order: 'life', skip })
    // What a caller could not be told is named here; houses belong to the town, whatever befell them.
    const ofTheTown = ['getDwelling']
    const told = asked.answers.filter(
      ({ status, input, endpoint }) =>
        status < 400 && input['disasterId'] !== other.disasterId && !ofTheTown.includes(endpoint),
    )
    assert.deepEqual([...new Set(told.map(({ endpoint }) => endpoint))], [])
    assert.deepEqual(
      asked.answers.filter(({ status }) => status >= 500).map(({ endpoint }) => endpoint),
      [],
    )
    const notFound = new Set(
      asked.answers.filter(({ status }) => status === 404).map(({ endpoint }) => endpoint),
    )
    assert.ok(notFound.size > 40, `${notFound.size} answer as if it were not there`)
    const reachable = readings.filter((one) => walked.reached.has(one.name))
    assert.ok(reachable.length > 40, `${reachable.length} that a clerk without a limit reached`)
    const listed = await limited.get(listDisasters, {})
    assert.deepEqual(
      listed.disasters.map(({ disasterId }) => disasterId),
      [other.disasterId],
    )
  })
})
