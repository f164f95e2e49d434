import fs from 'node:fs'
import path from 'node:path'
import { plainDate } from '@open-bcl/core/dates.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { demoMunicipalities, type DemoMunicipalityCode } from '@open-bcl/demo/places.ts'
import { demoPassword } from '@open-bcl/demo/staff.ts'
import { insertContact, listContacts } from '@open-bcl/modules/center/contacts.store.ts'
import { createEnrolmentCode, registerTown } from '@open-bcl/modules/center/enrolment.actions.ts'
import { makeStaff } from '@open-bcl/modules/center/staff.actions.ts'
import { staffRoles, type StaffRole } from '@open-bcl/modules/center/staff.ts'
import { describeTown } from '@open-bcl/modules/center/towns.store.ts'
import { openPool, type Pool } from '@open-bcl/platform/db/pool.ts'
import { inCenter } from '@open-bcl/platform/db/tx.ts'
import { centerCtx } from '@open-bcl/platform/http/serve-center.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { giveCentrePast } from './centre-past.ts'
import { DEMO_PIN, patternOf, postCard } from './demonstration.ts'
import { linkOrigin } from './programs.ts'
import type { Ports } from './ports.ts'

/** 高山市 has a server of its own (simulated) beside BCL, which also issues 戸籍. */
const OWN_SERVER_TOWN = '212032'
const OWN_KINDS = ['juminhyo', 'inkan', 'tax', 'koseki', 'fuhyo']

const logins: Readonly<Record<StaffRole, { readonly loginId: string; readonly displayName: string }>> = {
  operator: { loginId: 'operator', displayName: '架空　運子' },
  approver: { loginId: 'approver', displayName: '架空　承子' },
  auditor: { loginId: 'auditor', displayName: '架空　監査' },
  administrator: { loginId: 'administrator', displayName: '架空　管理' },
}

/** Every sign-in of the centre's own people. */
export function centreSignIns(): string[] {
  return [
    `証明書交付センター　パスワード ${demoPassword}`,
    ...Object.entries(logins).map(
      ([role, { loginId, displayName }]) =>
        `  ID ${loginId.padEnd(13)} ${staffRoles[role as StaffRole].ja} ${displayName}`,
    ),
  ]
}

/**
 * Tells the centre which towns issue what through whom, makes the accounts of its people, a card of a resident of 高山市, and
 * a 利用開始コード for the demonstration's kiosk: a browser keeps its key to itself, so each new browser needs one.
 */
export async function registerAtCentre(secrets: string, ports: Ports): Promise<{ kioskCode: string }> {
  const pool = openPool('start', fs.readFileSync(path.join(secrets, 'bcl_center-app.url'), 'utf8'), {
    max: 1,
  })
  try {
    const from = { fromOn: plainDate('2026-04-01'), untilOn: null }
    for (const [town, { code, prefecture, name }] of Object.entries(demoMunicipalities)) {
      const { pattern, issues } = patternOf(town as DemoMunicipalityCode)
      const routes = Object.entries(issues).flatMap(([kind, issuer]) =>
        issuer === 'bcl' ? [{ kind, issuer, endpoint: linkOrigin(ports), ...from }] : [],
      )
      const own = code === OWN_SERVER_TOWN ? OWN_KINDS : []
      const ownRoutes = own.map(
        (kind) =>
          ({ kind, issuer: 'own', endpoint: `https://localhost:${ports.ownServer}`, ...from }) as const,
      )
      await registerTown(pool, { municipalityCode: code, prefecture, name }, [...routes, ...ownRoutes])
      await inCenter(pool, (tx) => describeTown(tx, code, { pattern, joinedOn: from.fromOn }))
    }
    await makeAccounts(pool)
    await addContacts(pool)
    await giveCentrePast(pool, new Date())
    await layCardOfOwnServer(ports)
    const kiosk = {
      kioskId: 'demo-1',
      operator: '模擬コンビニ',
      name: 'デモ用キオスク端末',
      place: '飛騨市役所前店（架空）',
    }
    return { kioskCode: await createEnrolmentCode(pool, kiosk, new Date()) }
  } finally {
    await pool.end()
  }
}

/** Whom stops and maintenance are mailed to, so that the simulated mailbox has something to show. */
async function addContacts(pool: Pool): Promise<void> {
  await inCenter(pool, async (tx) => {
    if ((await listContacts(tx, {})).length > 0) return
    const at = new Date()
    for (const { code, name } of Object.values(demoMunicipalities)) {
      const contact = { contactId: uuidv7(), party: 'town', partyKey: code } as const
      const mail = `toban-${code}@example.jp`
      await insertContact(tx, { ...contact, ja: `${name} 当直（架空）`, mail, phone: '0577-00-0000' }, at)
    }
  })
}

async function makeAccounts(pool: Pool): Promise<void> {
  const runtime = { pool, log: openLog('start'), now: () => new Date(), production: false }
  for (const [role, account] of Object.entries(logins)) {
    const staff = { ...account, role: role as StaffRole, password: demoPassword, mustChangePassword: false }
    await centerCtx(runtime)
      .separately((ctx) => makeStaff(ctx, staff))
      .catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error
      })
  }
}

/** A resident of 高山市 with a card that the town's own server knows; made once. */
async function layCardOfOwnServer(ports: Ports): Promise<void> {
  const card = await postCard(ports, {
    ...{
      cardId: 'kubo-ichiro',
      label: '久保　一朗（高山市）',
      subjectId: '212032-kubo-ichiro',
      pin: DEMO_PIN,
    },
  })
  if (card === null) return
  const answer = await fetch(`http://127.0.0.1:${ports.ownServerPage}/api/bindings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...card, personId: 'kubo-ichiro', reach: 'resident' }),
  })
  if (!answer.ok)
    throw new Error(`高山市の証明発行サーバにカードを登録できませんでした（${answer.status}）。`)
}
