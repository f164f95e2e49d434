import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { listDisasters } from '../disasters/disasters.contract.ts'
import { getLedger, registerDisaster } from '../ledger/ledger.contract.ts'
import { TEST_PASSWORD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { getSession } from './access.contract.ts'
import { createStaff } from './access.actions.ts'
import { setDuty } from './duties.contract.ts'
import * as contract from './staff.contract.ts'
import { closeRole, listRoles, shapeRole } from './town-roles.contract.ts'

const today = '2026-11-21'

describe('ユーザ管理', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let takayama: MunicipalityCode
  let admin: Browser
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    takayama = await cloud.onboard('212032', '高山市')
    admin = await cloud.signIn(hida, 'admin')
  })
  after(() => cloud.close())

  let made = 0
  const account = async (
    roles: readonly string[],
    code = hida,
  ): Promise<{ staffId: string; loginId: string }> => {
    const loginId = `person-${++made}`
    const staffId = await cloud.as(code, (ctx) =>
      createStaff(ctx, {
        ...{ loginId, displayName: `試験　${made}`, department: '試験課', password: TEST_PASSWORD },
        ...{ roles, mustChangePassword: false },
      }),
    )
    return { staffId, loginId }
  }
  const refusal = async (answer: ReturnType<Browser['call']>): Promise<string> => {
    const got = await answer
    return got.ok ? 'done' : got.problem.type.replace('/problems/', '')
  }
  const state = async (staffId: string) => await admin.get(contract.getStaff, { staffId })
  const me = async (browser: Browser) => (await browser.get(getSession, {})).user.staffId

  test('an account is made with a password that is shown once and must be changed', async () => {
    const order = {
      ...{ loginId: 'hanako', displayName: '架空　花子', department: '税務課', roles: ['viewer'] },
      ...{ fromOn: today, untilOn: null },
    }
    const requestId = uuidv7()
    const made = await admin.get(contract.registerStaff, order, requestId)
    assert.equal(
      await refusal(admin.call(contract.registerStaff, order, requestId)),
      'platform/request-id-reused',
    )
    assert.equal(await refusal(admin.call(contract.registerStaff, order)), 'access/login-taken')
    const kept = await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        `select 1 from app.command where municipality_code = $1 and request_id = $2 and outcome is not null`,
        [hida, requestId],
      ),
    )
    assert.equal(kept.length, 0, 'the password is kept nowhere')
    const answer = await cloud.app.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { municipalityCode: hida, loginId: 'hanako', password: made.initialPassword },
    })
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json<{ mustChangePassword: boolean }>().mustChangePassword, true)
    const found = await admin.get(contract.searchStaff, { words: '花子 税務' })
    assert.deepEqual(
      found.staff.map(({ loginId, roles, state }) => [loginId, roles, state]),
      [['hanako', ['照会のみ'], 'active']],
    )
  })

  test('a person is changed, suspended, resumed, logged out and retired; open sessions end at once', async () => {
    const { staffId, loginId } = await account(['viewer'])
    const person = await cloud.browserOf(hida, loginId)
    await admin.get(contract.changeStaff, {
      staffId,
      version: 1,
      displayName: '新姓　太郎',
      department: '福祉課',
    })
    assert.equal(
      await refusal(
        admin.call(contract.changeStaff, { staffId, version: 1, displayName: 'x', department: 'y' }),
      ),
      'platform/changed-by-other',
    )
    assert.equal((await state(staffId)).sessions, 1)
    assert.equal((await admin.get(contract.logOutStaff, { staffId })).ended, 1)
    assert.equal((await person.call(getSession, {})).status, 401)
    const again = await cloud.browserOf(hida, loginId)
    await admin.get(contract.suspendStaff, { staffId, version: 2 })
    assert.equal((await again.call(getSession, {})).status, 401)
    await assert.rejects(() => cloud.browserOf(hida, loginId))
    await admin.get(contract.resumeStaff, { staffId, version: 3 })
    const third = await cloud.browserOf(hida, loginId)
    await admin.get(contract.retireStaff, { staffId, version: 4, lastOn: today })
    assert.equal((await third.call(getSession, {})).status, 200, 'the last day is a day of work')
    const before = cloud.clock
    cloud.clock = new Date(before.getTime() + 24 * 3_600_000)
    await assert.rejects(() => cloud.browserOf(hida, loginId))
    admin = await cloud.signIn(hida, 'admin')
    assert.equal((await state(staffId)).state, 'retired')
    cloud.clock = before
    admin = await cloud.signIn(hida, 'admin')
    const words = (await state(staffId)).acts.map((act) => act.words)
    for (const sentence of ['職員の退職日を登録しました', '職員を強制的にログアウトさせました'])
      assert.ok(words.includes(sentence), sentence)
  })

  test('a forgotten password is made anew: the old one and its sessions are gone', async () => {
    const { staffId, loginId } = await account(['viewer'])
    const person = await cloud.browserOf(hida, loginId)
    const { initialPassword } = await admin.get(contract.renewInitialPassword, { staffId, version: 1 })
    assert.equal((await person.call(getSession, {})).status, 401)
    await assert.rejects(() => cloud.browserOf(hida, loginId))
    const answer = await cloud.app.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { municipalityCode: hida, loginId, password: initialPassword },
    })
    assert.equal(answer.json<{ mustChangePassword: boolean }>().mustChangePassword, true)
  })

  test('nobody changes their own rights or state, and who may not manage staff manages nobody', async () => {
    const own = await me(admin)
    const { version } = await state(own)
    const spell = { role: 'reviewer', fromOn: today, untilOn: null, disasterId: null }
    const acts = [
      admin.call(contract.assignStaffRole, { staffId: own, version, ...spell }),
      admin.call(contract.suspendStaff, { staffId: own, version }),
      admin.call(contract.retireStaff, { staffId: own, version, lastOn: today }),
      admin.call(contract.renewInitialPassword, { staffId: own, version }),
    ]
    assert.deepEqual(
      await Promise.all(acts.map(refusal)),
      acts.map(() => 'access/own-rights'),
    )
    const reviewer = await cloud.signIn(hida, 'reviewer')
    assert.equal((await reviewer.call(contract.searchStaff, {})).status, 403)
    const changed = await admin.get(contract.changeStaff, {
      ...{ staffId: own, version, displayName: '管理　一郎', department: '総務課' },
    })
    assert.equal(changed.version, version + 1, 'the own name is no right')
  })

  test('the last administrator stays, also against two who take each other away at the same moment', async () => {
    const one = await cloud.signIn(takayama, 'admin')
    const two = await cloud.signIn(takayama, 'admin')
    const [first, second] = [await me(one), await me(two)]
    const answers = await Promise.all([
      refusal(one.call(contract.suspendStaff, { staffId: second, version: 1 })),
      refusal(two.call(contract.suspendStaff, { staffId: first, version: 1 })),
    ])
    // The other was signed out, or is told that nobody would be left.
    assert.equal(answers.filter((answer) => answer === 'done').length, 1, answers.join())
    const left = answers[0] === 'done' ? one : two
    const gone = left === one ? second : first
    const third = await account(['admin'], takayama)
    const ends = { role: 'admin', fromOn: today, disasterId: null, lastOn: '2027-03-31' }
    await left.get(contract.endStaffRole, { staffId: third.staffId, version: 1, ...ends })
    assert.equal((await left.call(contract.resumeStaff, { staffId: gone, version: 2 })).status, 200)
    await left.get(contract.endStaffRole, { staffId: gone, version: 3, ...ends, lastOn: null })
    const browser = await cloud.browserOf(takayama, third.loginId)
    const own = await me(left)
    // Today the third one would remain; from April on nobody.
    assert.equal(
      await refusal(browser.call(contract.suspendStaff, { staffId: own, version: 1 })),
      'access/last-administrator',
    )
  })

  test('a role holds from its day to its day, in sessions that are open', async () => {
    const { staffId, loginId } = await account([])
    const person = await cloud.browserOf(hida, loginId)
    const sees = async () => (await person.call(listDisasters, {})).status
    assert.equal(await sees(), 403)
    const spell = { role: 'viewer', fromOn: today, untilOn: today, disasterId: null }
    await admin.get(contract.assignStaffRole, { staffId, version: 1, ...spell })
    assert.equal(await sees(), 200)
    await admin.get(contract.endStaffRole, { staffId, version: 2, ...spell, lastOn: null })
    assert.equal(await sees(), 403)
    await admin.get(contract.assignStaffRole, {
      staffId,
      version: 3,
      ...spell,
      fromOn: '2026-11-22',
      untilOn: null,
    })
    assert.equal(await sees(), 403)
    for (const wrong of [
      { ...spell, fromOn: '2026-11-20' },
      { ...spell, fromOn: '2026-12-02', untilOn: '2026-12-01' },
    ])
      assert.equal(
        await refusal(admin.call(contract.assignStaffRole, { staffId, version: 4, ...wrong })),
        'access/dates',
      )
    for (const role of ['my-number', 'operator', 'nothing', uuidv7()])
      assert.equal(
        await refusal(admin.call(contract.assignStaffRole, { staffId, version: 4, ...spell, role })),
        'access/no-such-role',
        role,
      )
  })

  test('a town shapes a role; it rules at once, and who holds it cannot widen it', async () => {
    const roleId = uuidv7()
    const role = { roleId, name: '避難所の受付', permissions: ['disasters.view'] }
    await admin.get(shapeRole, { ...role, version: 0 })
    const { staffId, loginId } = await account([roleId])
    const person = await cloud.browserOf(hida, loginId)
    const has = async () => (await person.get(getSession, {})).permissions
    assert.deepEqual(await has(), ['disasters.view'])
    await admin.get(shapeRole, { ...role, version: 1, permissions: ['ledger.view', 'disasters.view'] })
    assert.deepEqual(await has(), ['disasters.view', 'ledger.view'])
    assert.equal(await refusal(admin.call(shapeRole, { ...role, version: 1 })), 'platform/changed-by-other')
    for (const permission of ['residents.my-number', 'operations.view', 'made.up'])
      assert.equal(
        await refusal(admin.call(shapeRole, { ...role, version: 2, permissions: [permission] })),
        'platform/invalid-input',
      )
    assert.equal(
      await refusal(admin.call(shapeRole, { ...role, roleId: uuidv7(), version: 0 })),
      'access/role-name-taken',
    )
    const managing = { roleId: uuidv7(), name: '人事担当', permissions: ['access.manage-staff'] }
    await admin.get(shapeRole, { ...managing, version: 0 })
    const personnel = await account([managing.roleId])
    const officer = await cloud.browserOf(hida, personnel.loginId)
    assert.equal(
      await refusal(officer.call(shapeRole, { ...managing, version: 1, permissions: ['risai.decide'] })),
      'access/own-rights',
    )
    assert.equal(await refusal(admin.call(closeRole, { roleId, version: 2 })), 'access/role-in-use')
    const { version } = await state(staffId)
    await admin.get(contract.endStaffRole, {
      ...{ staffId, version, role: roleId, fromOn: today, disasterId: null, lastOn: null },
    })
    assert.deepEqual(await has(), [])
    await admin.get(closeRole, { roleId, version: 2 })
    const listed = await admin.get(listRoles, {})
    assert.ok(!listed.roles.some((one) => one.role === roleId))
    const opens = listed.permissions.find((one) => one.permission === 'risai.decide')?.opens ?? []
    assert.ok(opens.length > 0, 'each permission says what it opens')
  })

  test('two duties that the town keeps apart are refused to one person, by name', async () => {
    const { staffId } = await account(['clerk'])
    const approving = { roleId: uuidv7(), name: '支払の承認', permissions: ['payments.approve'] }
    await admin.get(shapeRole, { ...approving, version: 0 })
    const setting = { code: 'payment', mode: 'person' as const, version: 0 }
    const reviewer = await account(['reviewer'])
    assert.equal(await refusal(admin.call(setDuty, setting)), 'access/duty-held', 'the reviewer holds both')
    assert.equal(await refusal(admin.call(setDuty, { ...setting, mode: 'off' })), 'access/duty-least')
    for (const one of (await admin.get(contract.searchStaff, { role: 'reviewer' })).staff) {
      const { version, spells } = await state(one.staffId)
      for (const { role, fromOn } of spells)
        await admin.get(contract.endStaffRole, {
          ...{ staffId: one.staffId, version, role, fromOn, disasterId: null, lastOn: null },
        })
    }
    await admin.get(setDuty, setting)
    const spell = { role: approving.roleId, fromOn: today, untilOn: null, disasterId: null }
    const refused = await admin.call(contract.assignStaffRole, { staffId, version: 1, ...spell })
    assert.ok(!refused.ok)
    assert.equal(refused.problem.type, '/problems/access/duties-together')
    const message = refused.problem.errors?.[0]?.message ?? ''
    assert.match(message, /支払：口座を登録し、支払を作る.*支払：承認する/)
    assert.equal((await state(staffId)).version, 1, 'nothing was changed')
    assert.equal(
      await refusal(
        admin.call(contract.assignStaffRole, {
          ...{ staffId: reviewer.staffId, version: 2, ...spell, role: 'reviewer' },
        }),
      ),
      'access/duties-together',
    )
    await admin.get(setDuty, { ...setting, mode: 'act', version: 1 })
  })

  test('a role for one disaster opens that one alone; what is of no disaster stays shut', async () => {
    const clerk = await cloud.signIn(hida, 'clerk')
    const register = async (name: string) =>
      await clerk.get(registerDisaster, {
        ...{ name, hazards: ['flood'], occurredOn: '2026-11-20', causeText: '豪雨' },
        applicationDeadlineOn: null,
      })
    const here = (await register('令和8年豪雨')).disaster.disasterId
    const there = (await register('令和8年地震')).disaster.disasterId
    const { staffId, loginId } = await account([])
    const person = await cloud.browserOf(hida, loginId)
    const spell = { role: 'clerk', fromOn: today, untilOn: null, disasterId: here }
    await admin.get(contract.assignStaffRole, { staffId, version: 1, ...spell })
    const listed = (await person.get(listDisasters, {})).disasters.map(({ disasterId }) => disasterId)
    assert.deepEqual(listed, [here])
    const status = async (disasterId: string) => (await person.call(getLedger, { disasterId })).status
    assert.deepEqual([await status(here), await status(there)], [200, 404])
    const { permissions } = await person.get(getSession, {})
    assert.ok(permissions.includes('risai.apply') && !permissions.includes('certificates.issue'))
    await admin.get(contract.assignStaffRole, {
      staffId,
      version: 2,
      ...spell,
      role: 'viewer',
      disasterId: null,
    })
    assert.equal(await status(there), 200, 'what holds for all is not narrowed')
    const window = { ...spell, role: 'window' }
    assert.equal(
      await refusal(
        admin.call(contract.assignStaffRole, { staffId, version: 3, ...window, disasterId: uuidv7() }),
      ),
      'access/no-such-disaster',
    )
    const own = { roleId: uuidv7(), name: '窓口', permissions: ['seals.issue'] }
    await admin.get(shapeRole, { ...own, version: 0 })
    assert.equal(
      await refusal(
        admin.call(contract.assignStaffRole, { staffId, version: 3, ...spell, role: own.roleId }),
      ),
      'access/nothing-for-disaster',
    )
  })

  test('another town’s people are not found', async () => {
    const { staffId } = await account(['viewer'], takayama)
    const answers = [
      admin.call(contract.getStaff, { staffId }),
      admin.call(contract.logOutStaff, { staffId }),
      admin.call(contract.suspendStaff, { staffId, version: 1 }),
      admin.call(contract.renewInitialPassword, { staffId, version: 1 }),
    ]
    assert.deepEqual(
      (await Promise.all(answers)).map((answer) => answer.status),
      [404, 404, 404, 404],
    )
  })
})
