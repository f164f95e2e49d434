import { createHash } from 'node:crypto'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { hashPassword, inTurn } from '@open-bcl/platform/passwords.ts'
import { accessEvents } from './access.messages.ts'
import { audit } from './audit.ts'
import { requireDutiesApart } from './duties.actions.ts'
import { isForTowns } from './permission-words.ts'
import { roles } from './roles.ts'
import { isOneself, nameOfRole, subjectOf, withAdministrator } from './staff.actions.ts'
import type * as contract from './staff.contract.ts'
import {
  decodeText,
  MOST_NEW,
  planRow,
  readImport,
  type Act,
  type ImportError,
  type Step,
} from './staff-import.ts'
import { staffEvents, staffProblems as problems } from './staff.messages.ts'
import { newInitialPassword, stateOf } from './staff.ts'
import * as store from './staff.store.ts'
import { listTownRoles } from './town-roles.store.ts'

type Made = OutputOf<typeof contract.applyStaffImport>['made'][number]
type Plan = {
  readonly rows: number
  readonly steps: readonly Step[]
  readonly errors: readonly ImportError[]
  readonly digest: string
  readonly roleNames: ReadonlyMap<string, string>
}

/** Tries the whole file, as it would be applied, and takes it back. */
export async function checkStaffImport(
  ctx: Ctx,
  { base64 }: InputOf<typeof contract.checkStaffImport>,
): Promise<OutputOf<typeof contract.checkStaffImport>> {
  const plan = await planOf(ctx, base64)
  const refused = plan.errors.length > 0 ? [] : await tried(ctx, plan)
  const changing = plan.steps.filter(({ acts }) => acts.length > 0)
  return {
    rows: plan.rows,
    unchanged: plan.steps.length - changing.length,
    changes: changing.map(({ row, acts }) => ({
      ...{ line: row.line, loginId: row.loginId, displayName: row.displayName },
      words: acts.map((act) => wordsOfAct(act, plan.roleNames)),
    })),
    errors: [...plan.errors, ...refused],
    digest: plan.digest,
  }
}

/** All of it or nothing. */
export async function applyStaffImport(
  ctx: Ctx,
  { base64, digest }: InputOf<typeof contract.applyStaffImport>,
): Promise<OutputOf<typeof contract.applyStaffImport>> {
  await store.lockStaff(ctx.tx)
  const plan = await planOf(ctx, base64)
  if (plan.errors.length > 0)
    throw new Problem(
      problems.badImport,
      plan.errors.map(({ line, item, message }) => ({ pointer: `line:${line}/${item}`, message })),
    )
  if (plan.digest !== digest) throw new Problem(problems.planChanged)
  const news = plan.steps.filter(({ known }) => known === null)
  const passwords = new Map<string, { readonly plain: string; readonly hash: string }>()
  for (const { row } of news) {
    const plain = newInitialPassword()
    passwords.set(row.loginId, { plain, hash: await inTurn(() => hashPassword(plain), 0) })
  }
  const changed = await applyPlan(ctx, plan, (loginId) => passwords.get(loginId)!.hash)
  if (changed > 0) await audit(ctx, staffEvents.imported, { facts: { rows: plan.rows, changed } })
  const made = news.map(({ row }): Made => ({
    ...{ loginId: row.loginId, displayName: row.displayName },
    initialPassword: passwords.get(row.loginId)!.plain,
  }))
  return { changed, made }
}

/** What only shows when it is done: the last administrator, duties in one hand. */
async function tried(ctx: Ctx, plan: Plan): Promise<ImportError[]> {
  await ctx.tx.sql('savepoint trying')
  try {
    await applyPlan(ctx, plan, () => '')
    return []
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const messages = error.errors.map(({ message }) => message)
    return [{ line: 1, item: '全体', message: [error.kind.title, ...messages].join('。') }]
  } finally {
    await ctx.tx.sql('rollback to savepoint trying')
  }
}

async function planOf(ctx: Ctx, base64: string): Promise<Plan> {
  const today = todayInJapan(ctx.now)
  const text = decodeText(Buffer.from(base64, 'base64'))
  if (text === null) {
    const message = 'UTF-8 または Shift_JIS のCSVとして読めません'
    const errors = [{ line: 1, item: '見出し', message }]
    return { rows: 0, steps: [], errors, digest: '', roleNames: new Map() }
  }
  const { rows, errors } = readImport(text)
  const own = (await listTownRoles(ctx.tx)).filter((one) => !one.ended)
  const roleNames = new Map<string, string>([
    ...Object.entries(roles)
      .filter(([, { permissions }]) => permissions.every(isForTowns))
      .map(([role, { ja }]) => [role, ja] as const),
    ...own.map((one) => [one.roleId, one.name] as const),
  ])
  const roleOf = (name: string) => [...roleNames].find(([, ja]) => ja === name)?.[0]
  const accounts = new Map((await store.listAccounts(ctx.tx)).map((one) => [one.loginId, one]))
  const spells = (await store.listSpells(ctx.tx, today, null)).filter(
    (one) => one.disasterId === null && roleNames.has(one.role),
  )
  const steps: Step[] = []
  const found = [...errors]
  for (const row of rows) {
    const account = accounts.get(row.loginId)
    const known = account
      ? {
          ...{ staffId: account.staffId, displayName: account.displayName, department: account.department },
          ...{ state: stateOf(account, today), lastOn: account.lastOn },
          isOneself: isOneself(ctx, account.staffId),
          spells: spells.filter((one) => one.staffId === account.staffId),
        }
      : null
    const planned = planRow(row, known, today, roleOf)
    found.push(...planned.errors)
    steps.push({ row, known, acts: planned.acts })
  }
  const news = steps.filter(({ known }) => known === null).length
  if (news > MOST_NEW) {
    const message = `新しい職員は一度に${MOST_NEW}人までです（このファイルは${news}人）`
    found.push({ line: 1, item: '全体', message })
  }
  const digest = createHash('sha256')
    .update(JSON.stringify(steps.map(({ row, known, acts }) => [row, known?.staffId ?? null, acts])))
    .digest('hex')
  return { rows: rows.length, steps, errors: found, digest, roleNames }
}

/** How many people changed. */
async function applyPlan(ctx: Ctx, plan: Plan, hashOf: (loginId: string) => string): Promise<number> {
  const changing = plan.steps.filter(({ acts }) => acts.length > 0)
  return await withAdministrator(ctx, async () => {
    const touched: string[] = []
    for (const step of changing) touched.push(await applyStep(ctx, step, hashOf))
    await requireDutiesApart(ctx, touched)
    return changing.length
  })
}

async function applyStep(
  ctx: Ctx,
  { row, known, acts }: Step,
  hashOf: (loginId: string) => string,
): Promise<string> {
  const { loginId, displayName, department } = row
  const staffId = known?.staffId ?? uuidv7(ctx.now.getTime())
  const subjects = [subjectOf(staffId)]
  if (known === null) {
    const account = { staffId, loginId, displayName, department, passwordHash: hashOf(loginId), now: ctx.now }
    if (!(await store.insertAccount(ctx.tx, account))) throw new Problem(problems.loginTaken)
    await audit(ctx, accessEvents.staffCreated, { subjects, facts: { byFile: true } })
  }
  let account = (await store.findAccount(ctx.tx, staffId))!
  const change = async (to: Partial<Parameters<typeof store.updateAccount>[2]>): Promise<void> => {
    await store.updateAccount(ctx.tx, account, { ...account, ...to })
    account = (await store.findAccount(ctx.tx, staffId))!
  }
  for (const act of acts) {
    switch (act.act) {
      case 'create':
        break
      case 'rename':
        await change({ displayName, department })
        await audit(ctx, staffEvents.changed, { subjects })
        break
      case 'suspend':
        await change({ disabledAt: ctx.now, lastOn: null })
        await store.endSessions(ctx.tx, staffId, ctx.now)
        await audit(ctx, staffEvents.suspended, { subjects })
        break
      case 'resume':
        await change({ disabledAt: null, lastOn: null })
        await audit(ctx, staffEvents.resumed, { subjects })
        break
      case 'retire':
        await change({ lastOn: act.lastOn })
        for (const spell of await store.listSpells(ctx.tx, todayInJapan(ctx.now), [staffId]))
          await store.endSpell(ctx.tx, spell, act.lastOn)
        if (act.lastOn < todayInJapan(ctx.now)) await store.endSessions(ctx.tx, staffId, ctx.now)
        await audit(ctx, staffEvents.retired, { subjects, facts: { lastOn: act.lastOn } })
        break
      case 'assign':
        await store.assign(ctx.tx, { staffId, ...act, disasterId: null, areas: null })
        await audit(ctx, staffEvents.roleAssigned, {
          subjects,
          facts: { role: act.role, fromOn: act.fromOn, untilOn: act.untilOn },
        })
        break
      case 'end':
        await store.endSpell(ctx.tx, act.spell, act.lastOn)
        await audit(ctx, staffEvents.roleEnded, {
          subjects,
          facts: { role: act.spell.role, lastOn: act.lastOn },
        })
    }
  }
  return staffId
}

function wordsOfAct(act: Act, roleNames: ReadonlyMap<string, string>): string {
  switch (act.act) {
    case 'create':
      return '新しく登録します（初期パスワードを作ります）'
    case 'rename':
      return '氏名・所属を変えます'
    case 'suspend':
      return '停止します'
    case 'resume':
      return '在職に戻します'
    case 'retire':
      return `${act.lastOn}で退職とし、役割を終えます`
    case 'assign':
      return `「${roleNames.get(act.role) ?? ''}」を${act.fromOn}から${act.untilOn === null ? '期限なしで' : `${act.untilOn}まで`}割り当てます`
    case 'end':
      return `「${nameOfRole(act.spell)}」を${act.lastOn}で終えます`
  }
}
