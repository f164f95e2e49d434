import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { testPassword } from '../../apps/center/testing/people.ts'
import { openSignInPlace } from '../../apps/center/testing/sign-in-place.ts'
import { listMySessions } from '../access/sessions.contract.ts'
import {
  enrolApp,
  secondFactorCases,
  signInAt,
  type FactorPlace,
} from '../access/testing/second-factor-cases.ts'
import { changePassword } from './staff.contract.ts'

secondFactorCases('second factor of the centre’s operators', openSignInPlace)

describe('sign-in of the centre’s operators', () => {
  let place: FactorPlace
  before(async () => {
    place = await openSignInPlace()
  })
  after(() => place.close())

  test('one’s own sessions are seen; a weak password is refused', async () => {
    await place.account('hanako', 'worker')
    const { browser } = await enrolApp(place, 'hanako')
    const { sessions } = (await browser.done(listMySessions, {})).body
    assert.ok(sessions.some((one) => one.isThis))
    const weak = { currentPassword: testPassword, newPassword: 'Password2026!' }
    assert.equal((await browser.call(changePassword, weak)).problem, 'center/weak-password')
  })

  test('a stranger’s guesses lock nobody out of the own browser', async () => {
    await place.account('taro', 'worker')
    const { browser } = await signInAt(place, 'taro')
    const wrong = { ...place, signInBody: (loginId: string) => ({ loginId, password: 'wrong' }) }
    for (let i = 0; i < 5; i++) await signInAt(wrong, 'taro')
    assert.equal((await signInAt(place, 'taro')).status, 423)
    const device = new Map([...browser.cookies].filter(([name]) => name === 'open_bcl_center_device'))
    assert.equal((await signInAt(place, 'taro', device)).status, 200)
  })
})
