import { createHash } from 'node:crypto'
import pg from 'pg'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { insertAlarm as insertLinkAlarm } from '@open-bcl/modules/linkage/alarms.store.ts'
import { linkReceipt, type LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { insertAgent, insertFile } from '@open-bcl/modules/linkage/linkage.store.ts'
import { Clerk as ManualClerk } from '@open-bcl/modules/manual/testing/clerk.ts'
import { changeMunicipalitySetting } from '@open-bcl/modules/municipalities/municipalities.actions.ts'
import { participationOfPattern } from '@open-bcl/modules/municipalities/municipalities.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { cloudJobs } from '../compose.ts'
import { loadTown } from './load-town.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from './town.ts'
import { layAlarm } from './open-alarm.ts'
import { Pool } from './walk.ts'

/** Two towns with people under 支援措置 in them, and what has to be there before every endpoint can be reached. */
export type WalkedTowns = {
  readonly cloud: TestCloud
  readonly hida: DemoTown
  readonly takayama: DemoTown
  /** What the jobs mailed. */
  readonly sentMails: readonly string[]
  /** What a clerk knows of a named person of 飛騨市. */
  knowledge(key: string): Pool
  /** Runs what waits in the queue, each job with what it was told, until nothing waits. */
  runJobs(): Promise<void>
}

/** They end the session or change the password that the walk signs in with. */
export const skipped = [
  ...['signIn', 'signOut', 'changePassword', 'endMySession', 'endMyOtherSessions'],
  // Of the walker's own account; they ask for a password or a device, and lock it when they are wrong.
  ...[
    'confirmByCode',
    'confirmByRecoveryCode',
    'askPasskey',
    'confirmByPasskey',
    'beginTotp',
    'finishTotp',
    'endTotp',
  ],
  ...['askForPasskey', 'addPasskey', 'endPasskey', 'makeRecoveryCodes', 'beginSso', 'finishSso'],
  // A second factor required of everybody would keep whoever signs in after it from walking.
  'changeSignInSetting',
  // Meant to tell a protected place to whoever looks after it: the tests of its module ask who may.
  ...['showProtectedNonDwelling'],
  // Whoever begins to practise is signed out: modules/practice asks what is there then.
  ...['preparePractice', 'enterPractice'],
  // They take accounts away from those who walk after.
  ...['suspendStaff', 'retireStaff', 'logOutStaff', 'renewInitialPassword', 'endStaffRole', 'setDuty'],
]

let transactions = 0
export const newTransactionId = (): string => createHash('md5').update(`walk ${++transactions}`).digest('hex')

const refusedFile: LinkReceipt = linkReceipt.parse({
  fileId: uuidv7(),
  business: 'residents',
  fileNo: 1,
  mode: 'full',
  sha256: '0'.repeat(64),
  state: 'refused',
  seq: null,
  counts: { rows: 1, inserted: 0, updated: 0, deleted: 0, unchanged: 0, refused: 1 },
  errors: [{ line: 2, item: '生年月日', message: '日付の形が違います' }],
  moreErrors: false,
  notes: [],
  receivedAt: '2026-11-21T00:00:00.000Z',
})

/** Somebody to be given a task. */
const helper = {
  loginId: 'helper',
  displayName: '応援 職員',
  department: '市民課',
  password: TEST_PASSWORD,
  roles: ['clerk'],
  mustChangePassword: false,
}

export async function walkedTowns(): Promise<WalkedTowns> {
  const cloud = await testCloud({ pdf: true })
  const hida = makeTown({ households: 60 })
  const takayama = makeTown({ municipalityCode: '212032', households: 20 })
  const { code } = hida.municipality
  await cloud.onboard('212172', '飛騨市')
  await cloud.onboard('212032', '高山市')
  await loadTown(cloud, hida)
  await loadTown(cloud, takayama)
  await cloud.as(code, issueEverything)
  await arrangeMachines(cloud, hida)
  const upload = await arrangeUpload(cloud, code)
  await cloud.as(code, (ctx) => createStaff(ctx, helper))
  const sentMails: string[] = []
  return {
    cloud,
    hida,
    takayama,
    sentMails,
    knowledge: (key) => knowledge(hida, upload, key),
    runJobs: () => runJobs(cloud, sentMails),
  }
}

/** Every kind is issued, so that every paper is walked. */
async function issueEverything(ctx: Ctx): Promise<void> {
  const { pattern, residentData, issues } = participationOfPattern('A1')
  await changeMunicipalitySetting(ctx, {
    fromOn: '2026-01-01' as PlainDate,
    setting: {
      key: 'participation',
      value: { pattern, residentData, issues: { ...issues, kisai: 'bcl' } },
    },
    settingsVersion: 0,
  })
}

/** What no endpoint makes: an agent, a refused file and an alarm, so that the endpoints about them can be reached. */
async function arrangeMachines(cloud: TestCloud, hida: DemoTown): Promise<void> {
  const { code } = hida.municipality
  const now = cloud.clock
  await inScope(cloud.database.linkage, code, async (tx) => {
    await insertAgent(tx, {
      agentId: uuidv7(),
      name: '連携AP',
      fingerprint: '0'.repeat(64),
      expiresAt: now,
      replaces: null,
      now,
    })
    await insertFile(tx, refusedFile, 'agent', now)
    await insertLinkAlarm(tx, {
      alarmId: uuidv7(),
      kind: 'stopped',
      business: '',
      facts: { minutes: 30 },
      endedAt: null,
      now,
    })
  })
  const subjectId = hida.people['satoTaro']!.residentNo
  const about = { kind: 'inkan', channel: 'counter', subjectId, choices: {}, people: [subjectId] } as const
  await layAlarm(cloud, code, about)
}

type Upload = { readonly uploadId: string; readonly offset: number; readonly base64: string }

async function arrangeUpload(cloud: TestCloud, code: MunicipalityCode): Promise<Upload> {
  const clerk = new ManualClerk(cloud, code, await cloud.signIn(code, 'admin'))
  const bytes = Buffer.from('世帯番号,世帯員数\n1,3\n')
  return { uploadId: await clerk.upload('households', bytes), offset: 0, base64: bytes.toString('base64') }
}

/** What a clerk knows of the people in hiding, and of somebody else so that the endpoints are reached. */
function knowledge(hida: DemoTown, upload: Upload, key: string): Pool {
  const person = hida.people[key]!
  const pool = new Pool()
  pool.pin('municipalityCode', hida.municipality.code)
  pool.pin('residentNo', person.residentNo)
  pool.pin('personRef', `R-${person.residentNo}`)
  // A file that lies whole in the spool; its only piece may be sent again.
  for (const [name, value] of Object.entries(upload)) pool.pin(name, value)
  pool.add('name', person.name.full)
  pool.add('kana', person.name.kana)
  pool.add('birthOn', person.birth.on!)
  pool.add('address', '9876番地')
  pool.add('bystanderNo', hida.people['protectionLifted']!.residentNo)
  pool.add('hazards', ['earthquake'])
  pool.add('occurredOn', '2026-11-01')
  pool.add('appliedOn', '2026-11-21')
  pool.add('notifiedOn', '2026-11-21')
  pool.pin('objects', ['vehicle'])
  pool.add('surveyedOn', '2026-11-21')
  pool.add('applicationDeadlineOn', '2027-11-01')
  pool.add('fromOn', '2026-04-01')
  // A block that forbids from today would end every walk after it.
  pool.pin('startsOn', '2027-04-01')
  pool.add('loginId', 'helper')
  pool.add('untilOn', '2027-03-31')
  pool.pin('itemKey', 'medical')
  pool.add('conditions', {
    ...{ ageFrom: 0, ageTo: null, sexes: [], sizeFrom: null, sizeTo: null, elderlyOnly: false },
    ...{ area: '', careLevels: [], disability: false, entered: null, items: [], facts: [] },
  })
  return pool
}

async function runJobs(cloud: TestCloud, sentMails: string[]): Promise<void> {
  const mailer: Mailer = {
    send: async (mail) => {
      sentMails.push(JSON.stringify(mail))
      return { kind: 'sent' }
    },
  }
  const jobs = cloudJobs(mailer, { app: cloud.runtime, linkage: cloud.linkage }, cloud.services)
  for (let waiting = await takeJobs(cloud); waiting.length > 0; waiting = await takeJobs(cloud)) {
    for (const { task, payload } of waiting) {
      const job = jobs.find((one) => one.task === task)
      if (job === undefined) throw new Error(`nobody does ${task}`)
      const { municipality, ids } = payload
      const call = { actor: { kind: 'job', task }, municipality, traceId: 't' } as const
      await withCtx(cloud.runtime, call, (ctx) => job.run(ctx, ids))
    }
  }
}

type Waiting = {
  readonly task: string
  readonly payload: { readonly municipality: MunicipalityCode; readonly ids: Record<string, string> }
}

/** What endpoints enqueued, in its order; taken out, as whoever works the queue does. */
async function takeJobs(cloud: TestCloud): Promise<readonly Waiting[]> {
  const client = new pg.Client({ connectionString: cloud.database.urls.admin })
  await client.connect()
  try {
    const { rows } = await client.query<Waiting>(
      `with taken as (delete from graphile_worker._private_jobs returning id, task_id, payload)
       select t.identifier as task, j.payload
         from taken j join graphile_worker._private_tasks t on t.id = j.task_id order by j.id`,
    )
    return rows
  } finally {
    await client.end()
  }
}
