import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { canaries, markedNames } from '@open-bcl/demo/people.ts'
import { makeTown, type DemoTown } from '@open-bcl/demo/town.ts'
import type { PlainDate } from '@open-bcl/core/brand.ts'
import type { Endpoint } from '@open-bcl/core/endpoint.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { insertAlarm } from '@open-bcl/modules/certificates/stops.store.ts'
import type { Mailer } from '@open-bcl/platform/mail.ts'
import { insertAlarm as insertLinkAlarm } from '@open-bcl/modules/linkage/alarms.store.ts'
import { linkReceipt, type LinkReceipt } from '@open-bcl/modules/linkage/linkage.receipt.ts'
import { insertAgent, insertFile } from '@open-bcl/modules/linkage/linkage.store.ts'
import { Clerk as ManualClerk } from '@open-bcl/modules/manual/testing/clerk.ts'
import { changeMunicipalitySetting } from '@open-bcl/modules/municipalities/municipalities.actions.ts'
import { participationOfPattern } from '@open-bcl/modules/municipalities/municipalities.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { roles, type RoleName } from '@open-bcl/modules/access/roles.ts'
import { extractPages } from '@open-bcl/platform/pdf/readback.ts'
import { readSignedPdf } from '@open-bcl/platform/pdf/signed-pdf.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import { cloudEndpoints, cloudJobs, noServices } from './compose.ts'
import { loadTown } from './testing/load-town.ts'
import { TEST_PASSWORD, testCloud, type TestCloud } from './testing/town.ts'
import { Pool, walk, type Walk } from './testing/walk.ts'

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

/**
 * The standing walk: every endpoint, page and job that compose lists, with inputs made from their own schemas, as every
 * role. Nobody has to remember to add a new one here; one that the walk cannot reach fails the test by name.
 */
describe('a protected address', () => {
  let cloud: TestCloud
  let hida: DemoTown
  const takayama = makeTown({ municipalityCode: '212032', households: 20 })
  const endpoints = cloudEndpoints()
  /** They end the session or change the password that the walk signs in with. */
  const skip = ['signIn', 'signOut', 'changePassword']
  const sentMails: string[] = []
  let transactions = 0
  let upload: { readonly uploadId: string; readonly offset: number; readonly base64: string }
  const newTransactionId = (): string => createHash('md5').update(`walk ${++transactions}`).digest('hex')

  before(async () => {
    cloud = await testCloud({ pdf: true })
    hida = makeTown({ households: 60 })
    await cloud.onboard('212172', '飛騨市')
    await cloud.onboard('212032', '高山市')
    await loadTown(cloud, hida)
    await loadTown(cloud, takayama)
    await cloud.as(hida.municipality.code, issueEverything)
    await arrangeMachines()
    upload = await arrangeUpload()
    await cloud.as(hida.municipality.code, (ctx) => createStaff(ctx, helper))
  })
  after(() => cloud.close())

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
  async function arrangeMachines(): Promise<void> {
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
    await cloud.as(code, async (ctx) =>
      insertAlarm(
        ctx.tx,
        await ctx.keys(),
        {
          alarmId: uuidv7(),
          at: now,
          transactionId: 'f'.repeat(32),
          stage: 'build',
          finding: 'words',
          build: 'test',
          mismatches: [],
        },
        { pdfBase64: '', words: [], snapshot: {}, about },
      ),
    )
  }

  async function arrangeUpload(): Promise<typeof upload> {
    const { code } = hida.municipality
    const clerk = new ManualClerk(cloud, code, await cloud.signIn(code, 'admin'))
    const bytes = Buffer.from('世帯番号,世帯員数\n1,3\n')
    return { uploadId: await clerk.upload('households', bytes), offset: 0, base64: bytes.toString('base64') }
  }

  /** What a clerk knows of the people in hiding, and of somebody else so that the endpoints are reached. */
  function knowledge(key: string): Pool {
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

  function pagesOf(walked: Walk): string[] {
    return walked.answers.flatMap(({ bytes }) => (bytes ? extractPages(unsigned(bytes)) : []))
  }

  /** A signature is appended to the pages that were delivered. */
  function unsigned(pdf: Buffer): Uint8Array {
    return readSignedPdf(pdf)?.original ?? pdf
  }

  function leaksIn(texts: readonly string[]): string[] {
    return texts.filter((text) => canaries.some((canary) => text.includes(canary)))
  }

  /** Runs what the walk enqueued, with a mailer that keeps what would have been sent. */
  async function runJobs(): Promise<void> {
    const mailer: Mailer = {
      send: async (mail) => {
        sentMails.push(JSON.stringify(mail))
        return { kind: 'sent' }
      },
    }
    const runtimes = { app: cloud.runtime, linkage: cloud.linkage }
    const jobs = cloudJobs(mailer, runtimes, { ...noServices, uploads: async () => cloud.spool })
    const notices = await cloud.as(hida.municipality.code, (ctx) =>
      ctx.tx.sql<{ id: string }>('select notice_id as id from notices.notice where municipality_code = $1', [
        hida.municipality.code,
      ]),
    )
    for (const job of jobs) {
      for (const { id } of notices) {
        const call = {
          actor: { kind: 'job', task: job.task },
          municipality: hida.municipality.code,
          traceId: 't',
        } as const
        await withCtx(cloud.runtime, call, (ctx) => job.run(ctx, { noticeId: id }))
      }
    }
  }

  const everyone = Object.keys(roles) as RoleName[]
  /** In the order in which a paper goes through their hands. */
  const actors: readonly RoleName[] = ['clerk', 'window', 'reviewer', 'admin']
  /** Those who act, along a life and for one person in two mixtures, then everybody who looks. */
  const passesOf = (key: string): (readonly [RoleName, 'life' | number])[] => [
    ...actors.map((role) => [role, 'life'] as const),
    ...(key === 'satoTaro'
      ? ([
          ['reviewer', 8],
          ['clerk', 9],
        ] as const)
      : []),
    ...everyone.filter((role) => !actors.includes(role)).map((role) => [role, key.length] as const),
  ]
  const reachedBy = new Map<string, Set<string>>()

  async function walkAs(
    role: RoleName,
    pool: Pool,
    which: readonly Endpoint[],
    order: 'life' | number,
  ): Promise<void> {
    pool.add('transactionId', newTransactionId())
    // Which right is needed to issue hangs on the kind: the one that the role may issue comes first.
    pool.pin('kind', role === 'window' ? 'juminhyo' : 'risai')
    if (role === 'window') pool.pin('subjectId', pool.of('residentNo')[0]!)
    else pool.unpin('subjectId')
    const browser = await cloud.signIn(hida.municipality.code, role)
    const walked = await walk(which, browser, pool, { order, skip })
    for (const name of walked.reached) reachedBy.set(name, (reachedBy.get(name) ?? new Set()).add(role))
    assert.deepEqual(leaksIn(walked.answers.map(({ endpoint, text }) => `${endpoint} ${text}`)), [])
    assert.deepEqual(leaksIn(pagesOf(walked)), [])
    const broken = walked.answers.filter(({ status }) => status >= 500 && status !== 503)
    assert.deepEqual(
      broken.map(({ endpoint, status }) => `${endpoint} ${status}`),
      [],
    )
  }

  for (const key of ['satoTaro', 'motherInHiding', 'protectionExpired']) {
    test(`leaves by no endpoint, whoever asks about ${key}`, async () => {
      const pool = knowledge(key)
      for (const [role, order] of passesOf(key)) await walkAs(role, pool, endpoints, order)
      await runJobs()
      assert.deepEqual(leaksIn(sentMails), [])
    })
  }

  test('the walk reached every endpoint that compose lists', async () => {
    // Money and giving up need an issue that costs something or is not printed yet; they answer with a state alone.
    const states = ['confirmIssuePaid', 'abortCounterIssue', 'refundCounterIssue']
    // A terminal has to be marked, and a number kept: apps/cloud/my-number.routes.test.ts tries every door.
    const numbers = ['revealMyNumber']
    // A job makes the certificates of a batch: modules/risai/batch.routes.test.ts.
    const batches = ['pauseBatch', 'resumeBatch', 'endBatch', 'getBundleDocument', 'endBundle']
    // A slip is made at a machine inside a counter: certificates/slips.routes.test.ts.
    const slips = ['handOverSlip', 'disposeOfSlip']
    // What they take hangs on what was said before in ways that no schema says: certificates/blocks.routes.test.ts,
    // certificates/characters.routes.test.ts, risai/reports.routes.test.ts and ledger/ledger.routes.test.ts ask them, also about people in hiding.
    const either = [
      ...['setBlock', 'pauseBlock', 'returnBlock', 'liftBlock', 'decideUnprintable'],
      ...['receiveReport', 'getReport', 'acceptReport', 'withdrawReport', 'changeNonResident'],
    ]
    // They hang on the state of one re-survey, bundle or slot: risai/resurveys.routes.test.ts and risai/receiving.routes.test.ts,
    // also about people in hiding.
    const afterDecision = [
      ...['receiveResurvey', 'acceptResurvey', 'enterResurvey', 'concludeResurvey', 'rejectResurvey'],
      ...['withdrawResurvey', 'amendCertificate', 'adoptDecision', 'joinApplication', 'partApplication'],
      ...['openSlots', 'changeSlotCapacity', 'bookAppointment', 'moveAppointment', 'endAppointment'],
      ...['makeLetterBatch', 'getLetterBatch', 'getLetterBatchDocument', 'postLetterBatch'],
      ...['withdrawLetter', 'withdrawLetterBatch', 'addAttachment', 'getAttachment'],
    ]
    // Households, items, disclosures and lists hang on whom and what was said before: ledger/households.routes.test.ts,
    // ledger/items.routes.test.ts and extraction/extraction.routes.test.ts, also about people in hiding.
    const told = [
      ...['changeHousehold', 'changeItemSheet', 'setItem', 'decideDifference', 'actOnItem'],
      ...['receiveDisclosure', 'getDisclosure', 'decideDisclosure', 'provideDisclosure'],
    ]
    // Money goes through two people's hands, with sums that the rules give: support.routes.test.ts and payments.routes.test.ts
    // do it, also for people in hiding.
    const money = [
      ...['applyForSupport', 'proposeSupport', 'decideSupport', 'withdrawSupport', 'getSupportApplication'],
      ...[
        'getSupportLetter',
        'decideDifference',
        'getPayments',
        'saveAccount',
        'clearWarning',
        'setRemitter',
      ],
      ...['makeRun', 'getRun', 'approveRun', 'cancelRun', 'exportRun', 'settleRun', 'returnTransfer'],
      ...['recordRepayment', 'writeTownProgramme', 'saveCircumstances'],
    ]
    // What they take hangs on a house, a sheet or a file of its own: modules/surveys/surveys.routes.test.ts (people in hiding
    // among them), modules/surveys/bulk.routes.test.ts, modules/files/files.routes.test.ts.
    const surveys = [
      ...['putFilePiece', 'addSurveyPhoto', 'getSurveyPhoto', 'recordSurveySheet', 'confirmSurveySheet'],
      ...[
        'confirmSurveySheets',
        'stateSurveyResult',
        'undoSurveyResult',
        'askSurveyAgain',
        'changeSurveyTask',
      ],
      ...[
        'claimSurveyTask',
        'releaseSurveyTask',
        'cancelSurveyTask',
        'assignSurveyTasks',
        'undoSurveyAssignment',
      ],
      ...['makeSurveyPlan', 'changeSurveyPlan', 'addSurveyPlanArea', 'removeSurveyPlanArea', 'addSurveyTeam'],
      ...[
        'changeSurveyTeam',
        'judgeSurveyPhotos',
        'judgeSurveyArea',
        'undoSurveyAreaJudgement',
        'importSurveyResults',
      ],
    ]
    // A phone has tokens of its own and seals what it sends: field/field.routes.test.ts, also about people in hiding.
    const phones = [
      ...['enrolFieldDevice', 'getFieldWork', 'tellFieldDevice', 'sendFieldItem'],
      ...[
        'decideParkedFieldItem',
        'takeFieldQueueItem',
        'makeFieldPass',
        'renewFieldCode',
        'revokeFieldPass',
      ],
    ]
    const apart = [
      ...phones,
      ...surveys,
      ...money,
      ...told,
      ...afterDecision,
      ...skip,
      ...states,
      ...numbers,
      ...batches,
      ...slips,
      ...either,
    ]
    const missed = (): Endpoint[] =>
      endpoints.filter(({ name }) => !reachedBy.has(name) && !apart.includes(name))
    // Which record an act meets depends on ids that are drawn: what stood in the way once is walked again, among its own.
    for (let round = 1; missed().length > 0 && round <= 2; round++) {
      const areas = new Set(['disasters', ...missed().map(({ permission }) => permission.split('.')[0])])
      const among = endpoints.filter(({ permission }) => areas.has(permission.split('.')[0]))
      const pool = knowledge('satoTaro')
      for (const role of actors) await walkAs(role, pool, among, 'life')
    }
    assert.deepEqual(
      missed().map(({ name }) => name),
      [],
    )
  })

  test('another town that knows all ids is told nothing of them', async () => {
    const pool = knowledge('satoTaro')
    const clerk = await cloud.signIn(hida.municipality.code, 'clerk')
    await walk(endpoints, clerk, pool, { order: 'life', skip })
    const named = (town: DemoTown, name: string): boolean =>
      town.residents.some((one) => [one.name.full, one.name.kana].includes(name))
    const names = markedNames.filter((name) => named(hida, name) && !named(takayama, name))
    const ask = async (role: RoleName): Promise<void> => {
      const neighbour = await cloud.signIn('212032' as typeof hida.municipality.code, role)
      const known = knowledge('satoTaro')
      // What anybody may ask, a neighbour may, too: keys of the papers of every town.
      const withIds = endpoints.filter(
        ({ path, method, permission }) => path.includes('/:') && method === 'GET' && permission !== 'public',
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
      const walked = await walk(withIds, neighbour, known, { order: 'life', skip })
      assert.deepEqual([...walked.reached], [], role)
      for (const { endpoint, status } of walked.answers) {
        assert.ok([400, 403, 404].includes(status), `${role} ${endpoint} ${status}`)
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

  test('and no log line holds a name or an address of anybody', () => {
    assert.ok(cloud.logLines.length > 1000)
    const words = [...canaries, ...markedNames]
    assert.deepEqual(
      cloud.logLines.filter((line) => words.some((word) => line.includes(word))).slice(0, 3),
      [],
    )
  })

  test('the walk can see: the address of somebody who is not protected was among the answers', async () => {
    const pool = knowledge('satoTaro')
    const clerk = await cloud.signIn(hida.municipality.code, 'clerk')
    const walked = await walk(endpoints, clerk, pool, { order: 'life', skip })
    const address = hida.people['satoTaro']!.address
    assert.ok(walked.answers.some(({ text }) => text.includes(`${address.town}${address.number}`)))
  })
})
