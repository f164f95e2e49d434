import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { Problem } from '@open-bcl/core/problem.ts'
import { makeStaff } from '@open-bcl/modules/center/staff.actions.ts'
import { staffRoles, type StaffRole } from '@open-bcl/modules/center/staff.ts'
import { SecretFile } from '@open-bcl/platform/config.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { centerCtx } from '@open-bcl/platform/http/serve-center.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { Refusal, say, setting } from './installation.ts'

/**
 * `open-bcl create-center-account`: the first account of a centre, made on its own machine; an administrator makes the others on
 * screen. The password is shown once and must be changed at the first sign-in.
 */
export async function createCenterAccountCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { login: { type: 'string' }, name: { type: 'string' }, role: { type: 'string' } },
  })
  const { login = '', name = '', role = 'administrator' } = values
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(login)) throw new Refusal('--login に、英数字のIDを指定してください。')
  if (name.trim() === '') throw new Refusal('--name に、使う人の氏名を指定してください。')
  if (!Object.hasOwn(staffRoles, role))
    throw new Refusal(`--role は ${Object.keys(staffRoles).join('・')} のどれかです。`)
  const password = randomBytes(12).toString('base64url')
  const pool = openPool('open-bcl', setting('OPEN_BCL_CENTER_DATABASE_FILE', SecretFile), { max: 1 })
  try {
    const runtime = { pool, log: openLog('open-bcl'), now: () => new Date(), production: true }
    await centerCtx(runtime).separately((ctx) =>
      makeStaff(ctx, {
        ...{ loginId: login, displayName: name.trim(), role: role as StaffRole, password },
        mustChangePassword: true,
      }),
    )
  } catch (error) {
    if (error instanceof Problem) throw new Refusal(`${error.kind.title}。${error.kind.remedy}`)
    throw error
  } finally {
    await pool.end()
  }
  say(`${staffRoles[role as StaffRole].ja}のアカウント ${login} を作りました。最初のパスワード: ${password}`)
}
