import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { requestProtection } from '@open-bcl/modules/protection/protection.actions.ts'
import { actors, AddressWalk, onlookers, type Pass } from './testing/address-walk.ts'
import { walkedTowns, type WalkedTowns } from './testing/walked-towns.ts'

/** Ending a measure opens its people: here they only look on. The other walk reaches them. */
const ends = ['decideProtection', 'decideProtectionRelease', 'decideProtectionLift', 'askProtectionLift']

/** The walk of `protected-addresses.walk.test.ts` about the very people who hide. */
describe('whoever asks about somebody in hiding', () => {
  let towns: WalkedTowns
  let walks: AddressWalk
  before(async () => {
    towns = await walkedTowns()
    const { code } = towns.hida.municipality
    const { residentNo, address } = towns.hida.people['protectionLifted']!
    // Nobody else lives where the person does whom a measure entered here protects, asked for and not yet decided.
    const place = `${address.town.slice(-3)}${address.number}`
    const there = towns.hida.residents.filter((one) =>
      `${one.address.town}${one.address.number}`.endsWith(place),
    )
    assert.deepEqual(
      there.map((one) => one.residentNo),
      [residentNo],
    )
    await towns.cloud.as(code, (ctx) =>
      requestProtection(ctx, {
        ...{ category: 'stalking', scope: ['copy'], office: '市民課', agency: '', note: '' },
        people: [{ role: 'applicant', residentNo, name: '', birthOn: null, relation: '本人' }],
      }),
    )
    walks = new AddressWalk(towns, { hidden: [place], skip: ends, brief: true })
  })
  after(() => towns.cloud.close())

  for (const key of ['motherInHiding', 'protectionExpired', 'protectionLifted'])
    test(`is told nothing of where ${key} is, by no endpoint, page or mail`, async () => {
      // Those who act once along a life, then everybody who looks.
      const passes: readonly Pass[] = [
        ...actors.map((role) => [role, role === 'admin' ? key.length : 'life'] as const),
        ...onlookers.map((role) => [role, key.length] as const),
      ]
      await walks.along(towns.knowledge(key), passes)
    })
})
