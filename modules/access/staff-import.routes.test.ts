import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { TEST_PASSWORD, testCloud, type Browser, type TestCloud } from '../../apps/cloud/testing/town.ts'
import { createStaff } from './access.actions.ts'
import { getSession } from './access.contract.ts'
import { setDuty } from './duties.contract.ts'
import { readCsv, readImport } from './staff-import.ts'
import { applyStaffImport, checkStaffImport, getStaff, searchStaff } from './staff.contract.ts'

const head = 'ID,氏名,所属,区分,役割,開始日,終了日'
const file = (...lines: readonly string[]): string =>
  Buffer.from([head, ...lines].join('\r\n')).toString('base64')

describe('the file of the yearly transfers', () => {
  let cloud: TestCloud
  let hida: MunicipalityCode
  let admin: Browser
  before(async () => {
    cloud = await testCloud()
    hida = await cloud.onboard('212172', '飛騨市')
    admin = await cloud.signIn(hida, 'admin')
    for (const [loginId, role] of [
      ['stays', 'viewer'],
      ['moves', 'clerk'],
      ['leaves', 'reviewer'],
    ] as const)
      await cloud.as(hida, (ctx) =>
        createStaff(ctx, {
          ...{ loginId, displayName: `架空　${loginId}`, department: '税務課', password: TEST_PASSWORD },
          ...{ roles: [role], mustChangePassword: false },
        }),
      )
  })
  after(() => cloud.close())

  const check = (base64: string) => admin.get(checkStaffImport, { base64 })
  const people = async () => {
    const { staff } = await admin.get(searchStaff, { words: '架空' })
    return await Promise.all(
      staff.map(async ({ staffId }) => {
        const { loginId, department, state, spells } = await admin.get(getStaff, { staffId })
        const held = spells.map((one) => `${one.roleName} ${one.fromOn} ${one.untilOn ?? ''}`.trim())
        return [loginId, department, state, ...held]
      }),
    )
  }
  const transfers = file(
    'stays,架空　stays,税務課,,,,',
    'moves,架空　moves,市民課,在職,証明窓口担当、照会のみ,2027/4/1,2028-03-31',
    'leaves,架空　leaves,税務課,退職,,2027-04-01,',
    'comes,架空　comes,税務課,在職,罹災証明担当（受付）,2027-04-01,',
  )

  test('a dry run says what would change and changes nothing; then it is done, once', async () => {
    const before = await people()
    const seen = await check(transfers)
    assert.deepEqual(seen.errors, [])
    assert.deepEqual([seen.rows, seen.unchanged], [4, 1])
    assert.deepEqual(
      seen.changes.map(({ loginId, words }) => [loginId, ...words]),
      [
        [
          'moves',
          '氏名・所属を変えます',
          '「証明窓口担当」を2027-04-01から2028-03-31まで割り当てます',
          '「照会のみ」を2027-04-01から2028-03-31まで割り当てます',
          '「罹災証明担当（受付）」を2027-03-31で終えます',
        ],
        ['leaves', '2027-03-31で退職とし、役割を終えます'],
        [
          'comes',
          '新しく登録します（初期パスワードを作ります）',
          '「罹災証明担当（受付）」を2027-04-01から期限なしで割り当てます',
        ],
      ],
    )
    assert.deepEqual(await people(), before)

    const done = await admin.get(applyStaffImport, { base64: transfers, digest: seen.digest })
    assert.equal(done.changed, 3)
    assert.deepEqual(
      done.made.map(({ loginId }) => loginId),
      ['comes'],
    )
    const after = await people()
    assert.deepEqual(after, [
      [
        ...['moves', '市民課', 'active', '罹災証明担当（受付） 2026-11-21 2027-03-31'],
        ...['照会のみ 2027-04-01 2028-03-31', '証明窓口担当 2027-04-01 2028-03-31'],
      ],
      ['comes', '税務課', 'active', '罹災証明担当（受付） 2027-04-01'],
      ['leaves', '税務課', 'leaving', '罹災証明担当（審査・決裁） 2026-11-21 2027-03-31'],
      ['stays', '税務課', 'active', '照会のみ 2026-11-21'],
    ])
    const again = await check(transfers)
    assert.deepEqual([again.unchanged, again.changes], [4, []])
    const repeated = await admin.get(applyStaffImport, { base64: transfers, digest: again.digest })
    assert.deepEqual([repeated.changed, repeated.made], [0, []])
    assert.deepEqual(await people(), after)
    const answer = await cloud.app.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { municipalityCode: hida, loginId: 'comes', password: done.made[0]!.initialPassword },
    })
    assert.equal(answer.json<{ mustChangePassword: boolean }>().mustChangePassword, true)
  })

  test('what is wrong is named by line and item, and nothing of the file is done', async () => {
    const before = await people()
    const wrong = file(
      'new one,架空,税務課,,,,',
      'other,,税務課,休職,,2027-02-30,',
      'other2,架空　次郎,税務課,,無い役割,,2026-11-20',
      'stays,架空　改,税務課,,,,',
      'stays,架空　stays,税務課,,,,',
      'gone,架空　三郎,税務課,退職,,,',
    )
    const { errors, digest } = await check(wrong)
    assert.deepEqual(
      errors.map(({ line, item }) => `${line} ${item}`),
      ['2 ID', '3 氏名', '3 区分', '3 開始日', '6 ID', '4 終了日', '4 役割', '7 区分'],
    )
    const refused = await admin.call(applyStaffImport, { base64: wrong, digest })
    assert.ok(!refused.ok && refused.problem.type === '/problems/access/bad-import')
    assert.equal(refused.problem.errors?.[0]?.pointer, 'line:2/ID')
    assert.deepEqual(await people(), before)
  })

  test('a file is done as it was checked, or not at all', async () => {
    const moved = file('stays,架空　stays,福祉課,,,,')
    const { digest } = await check(moved)
    const other = file('stays,架空　stays,福祉課,,なし,,')
    const refused = await admin.call(applyStaffImport, { base64: other, digest })
    assert.ok(!refused.ok && refused.problem.type === '/problems/access/plan-changed')
  })

  test('the administrators and the duties are looked after in a file, too', async () => {
    const { loginId, displayName, department } = await self()
    const own = await check(file(`${loginId},${displayName},${department},停止,,,`))
    assert.deepEqual(
      own.errors.map(({ message }) => message),
      ['ご自身の権限や状態は変えられません'],
    )
    const { staffId } = (await admin.get(searchStaff, { words: 'leaves' })).staff[0]!
    assert.ok(staffId)
    await cloud.as(hida, (ctx) =>
      ctx.tx.sql(
        `update access.staff_role set until_on = '2026-11-20' where municipality_code = $1 and role = 'reviewer'`,
        [hida],
      ),
    )
    await admin.get(setDuty, { code: 'risai-decision', mode: 'person', version: 0 })
    const both = await check(file('stays,架空　stays,税務課,,罹災証明担当（審査・決裁）,,'))
    assert.equal(both.errors.length, 1)
    assert.match(both.errors[0]!.message, /被害の程度の登録と交付の決定/)
  })

  async function self() {
    const { user } = await admin.get(getSession, {})
    return await admin.get(getStaff, { staffId: user.staffId })
  }

  test('reads what spreadsheets write: Shift_JIS, quotes, marks, blank lines; refuses what is no such file', async () => {
    // 「ID,氏名」 in Shift_JIS.
    const sjis = Buffer.concat([
      Buffer.from('ID,'),
      Buffer.from([0x8e, 0x81, 0x96, 0xbc]),
      Buffer.from('\r\n'),
    ])
    const short = await check(sjis.toString('base64'))
    assert.match(short.errors[0]!.message, /見出しに「所属」/)
    const text = `${head}\n"stays","架空　""stays""","税務\n課",,,,\n,,,,,,\nmoves,x,y,,,,`
    assert.deepEqual(
      readImport(text).rows.map(({ line, displayName }) => [line, displayName]),
      [
        [2, '架空　"stays"'],
        [5, 'x'],
      ],
    )
    assert.equal(readCsv('a,"b'), null)
    assert.deepEqual(readCsv(''), [])
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80])
    assert.match((await check(bytes.toString('base64'))).errors[0]!.message, /読めません/)
  })
})
