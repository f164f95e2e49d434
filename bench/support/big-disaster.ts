import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import { registerDisaster } from '@open-bcl/modules/ledger/ledger.actions.ts'
import { addressLine, displayName } from '@open-bcl/modules/residents/residents.ts'
import { PLACE } from '@open-bcl/modules/risai/risai.store.ts'
import { placeKey, serialNoOf, type ApplicationForm } from '@open-bcl/modules/risai/risai.ts'
import { taskNoOf, type TaskWords } from '@open-bcl/modules/surveys/surveys.ts'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { CITY, cityPeople } from './city.ts'
import type { LinkBench } from './link-bench.ts'

const PHOTO_BYTES = 20_000
const DAYS = 60
const STRUCK = Date.parse('2026-09-01T00:00:00Z')

/** Every hundredth application stands so. */
const states = [
  ...(['received', 'rejected', 'withdrawn', 'not-issuable'] as const).flatMap((state, i) =>
    Array<string>([8, 2, 1, 2][i]!).fill(state),
  ),
  ...Array<string>(30).fill('accepted'),
  ...Array<string>(12).fill('graded'),
  ...Array<string>(45).fill('issuable'),
]

/** The disaster of so many applications of a city, made unless a run before made it and kept it. */
export async function bigDisaster(bench: LinkBench, people: number, count: number): Promise<DisasterId> {
  await bench.once(`disaster-${count}`, async () => {
    const began = performance.now()
    await makeBigDisaster(bench, people, count)
    console.log(`${count} applications made in ${((performance.now() - began) / 1000).toFixed(0)} s`)
  })
  return await bench.cloud.as(CITY, async ({ tx }) => {
    const [one] = await tx.sql<{ id: DisasterId }>(
      'select disaster_id as id from risai.application where municipality_code = $1 limit 1',
      [CITY],
    )
    return one!.id
  })
}

/**
 * A disaster with so many applications on top of a loaded city: forms and words sealed as the modules seal them, a survey with
 * a photo of 20 kB each, results, decisions, certificates, letters, issues, applications for support and their payments. Written
 * by COPY and SQL, past the requests of a counter.
 */
async function makeBigDisaster(bench: LinkBench, people: number, count: number): Promise<DisasterId> {
  const { disaster } = await bench.cloud.as(CITY, (ctx) =>
    registerDisaster(ctx, {
      ...{ name: `計測の地震${Date.now()}`, hazards: ['earthquake'], occurredOn: '2026-09-01' as PlainDate },
      ...{ causeText: '令和８年９月１日の地震による', applicationDeadlineOn: null },
    }),
  )
  const disasterId = disaster.disasterId as DisasterId
  const keys = await bench.cloud.as(CITY, (ctx) => ctx.keys())
  await forgetBrokenOff(bench.adminUrl)
  const writers = await Promise.all(
    Object.entries(copied).map(([table, columns]) => Copy.open(bench.adminUrl, table, columns)),
  )
  const [entry, application, form, person, task, behind, file, photo] = writers as [
    Copy,
    Copy,
    Copy,
    Copy,
    Copy,
    Copy,
    Copy,
    Copy,
  ]
  const homes = new Set<string>()
  const picture = Buffer.alloc(PHOTO_BYTES)
  let i = 0
  for (const resident of cityPeople(people)) {
    if (i === count) break
    const { residentNo, householdNo } = resident
    if (householdNo === null || resident.state !== 'resident') continue
    // One of a household, and of some two: they had two houses.
    if (homes.has(householdNo) && Number(residentNo.slice(-4)) % 7 > 0) continue
    homes.add(householdNo)
    const at = STRUCK + Math.floor((i / count) * DAYS * 86_400_000)
    const moment = new Date(at).toISOString()
    const [entryId, applicationId, taskId, fileId, photoId] = [1, 2, 3, 4, 5].map(() => uuidv7(at)) as [
      string,
      string,
      string,
      string,
      string,
    ]
    const state = states[(i * 37) % 100]!
    const name = displayName(resident.name)
    const address = addressLine(resident.address)
    const words = formOf(residentNo, name, resident.name.kana, address)
    await entry.row([CITY, entryId, disasterId, residentNo, moment])
    await application.row([
      ...[
        CITY,
        applicationId,
        disasterId,
        entryId,
        `R-${residentNo}`,
        serialNoOf(disaster.disasterCode, i + 1),
      ],
      ...[state, '3', '1', moment.slice(0, 10), moment, 'bench', i % 3 === 0 ? 'web' : 'counter'],
    ])
    await form.row([
      ...[
        CITY,
        applicationId,
        '1',
        hex(keys.seal('risai.form.sealed', `${applicationId}|1`, JSON.stringify(words))),
      ],
      ...[moment, 'bench', hex(keys.recordHmac(PLACE, placeKey(address)))],
    ])
    for (const [position, role] of ['applicant', 'head'].entries())
      await person.row([CITY, applicationId, '1', String(position), role, residentNo, householdNo])
    const done =
      ['graded', 'issuable', 'not-issuable'].includes(state) || (state === 'accepted' && i % 3 === 0)
    const taskWords: TaskWords = {
      address,
      headName: name,
      applicantName: name,
      phone: '0577-00-0000',
      note: '',
    }
    await task.row([
      ...[CITY, taskId, disasterId, taskNoOf(disaster.disasterCode, i + 1), '1', 'first'],
      ...[
        done ? 'done' : state === 'received' ? 'cancelled' : i % 50 === 0 ? 'recorded' : 'waiting',
        'application',
        applicationId,
      ],
      ...[
        entryId,
        resident.address.town.slice(0, 20),
        String(35.4 + (i % 997) / 9970),
        String(139.5 + (i % 1009) / 10090),
      ],
      ...[
        'false',
        done ? '1' : '0',
        done ? `G${1 + (i % 6)}` : null,
        done ? moment.slice(0, 10) : null,
        moment,
        'bench',
      ],
      hex(keys.seal('surveys.task.sealed', taskId, JSON.stringify(taskWords))),
    ])
    await behind.row([CITY, taskId, '0', residentNo, householdNo])
    if (done || i % 2 === 0) {
      randomFillSync(picture)
      await file.row([
        ...[
          CITY,
          fileId,
          fileId,
          'image/jpeg',
          String(PHOTO_BYTES),
          '640',
          '480',
          hex(keys.recordHmac('bench', fileId)),
        ],
        ...[hex(keys.seal('files.file.sealed_key', fileId, '00'.repeat(32)))],
        ...[hex(keys.seal('files.file.sealed', fileId, '{"name":"photo.jpg"}'))],
        ...[hex(keys.seal('files.file.thumbnail', fileId, picture)), moment, 'bench'],
      ])
      await photo.row([
        ...[CITY, photoId, taskId, fileId, 'roof', '', moment, moment, 'bench', '計測'],
        hex(keys.seal('surveys.photo.sealed', photoId, '{}')),
      ])
    }
    i += 1
  }
  await Promise.all(writers.map((one) => one.end()))
  if (i < count) throw new Error(`only ${i} households`)
  await fillAfterwards(bench.adminUrl, disasterId)
  return disasterId
}

/** A run that was ended in the middle left rows. */
async function forgetBrokenOff(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query(`truncate ${Object.keys(copied).join(', ')} cascade`)
  await admin.end()
}

const copied = {
  'ledger.entry': 'municipality_code, entry_id, disaster_id, resident_no, opened_at',
  'risai.application':
    'municipality_code, application_id, disaster_id, entry_id, applicant_ref, serial_no, state, version, form_no, applied_on, received_at, received_by, channel',
  'risai.form': 'municipality_code, application_id, form_no, sealed, written_at, written_by, place_hmac',
  'risai.person': 'municipality_code, application_id, form_no, position, role, resident_no, household_no',
  'surveys.task':
    'municipality_code, task_id, disaster_id, task_no, version, stage, state, origin, origin_ref, entry_id, area_name, latitude, longitude, urgent, result_no, grade, finished_on, requested_at, requested_by, sealed',
  'surveys.person': 'municipality_code, task_id, position, resident_no, household_no',
  'files.file':
    'municipality_code, file_id, name, media_type, bytes, width, height, content_hmac, sealed_key, sealed, thumbnail, stored_at, stored_by',
  'surveys.photo':
    'municipality_code, photo_id, task_id, file_id, part, finding, recorded_at, received_at, recorded_by, recorded_by_label, sealed',
} as const

const hex = (bytes: Buffer): string => `\\\\x${bytes.toString('hex')}`

/** One `COPY … FROM STDIN` past foreign keys, which the other COPYs fill at the same time. */
class Copy {
  readonly #client: pg.Client
  readonly #stream: Writable
  #text = ''

  private constructor(client: pg.Client, stream: Writable) {
    this.#client = client
    this.#stream = stream
  }

  static async open(url: string, table: string, columns: string): Promise<Copy> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('set session_replication_role = replica')
    return new Copy(client, client.query(copyFrom(`copy ${table} (${columns}) from stdin`)))
  }

  async row(values: readonly (string | null)[]): Promise<void> {
    this.#text += `${values.map((value) => value ?? '\\N').join('\t')}\n`
    if (this.#text.length < 65_536) return
    const text = this.#text
    this.#text = ''
    if (!this.#stream.write(text)) await once(this.#stream, 'drain')
  }

  async end(): Promise<void> {
    this.#stream.end(this.#text)
    await finished(this.#stream)
    await this.#client.end()
  }
}

function formOf(residentNo: ResidentNo, name: string, kana: string, address: string): ApplicationForm {
  return {
    applicant: {
      ...{ name, kana, address, birthOn: null, phone: '0577-00-0000', email: '', contactPlace: '' },
      relationToHead: 'head',
    },
    head: { residentNo, name, kana, address },
    ...{ members: [], printMembers: false, dwellingAddress: address, causeText: '地震' },
    causeHazards: ['earthquake'],
    ...{ dwellingKind: null, tenure: null, ownerName: '', damageText: '屋根瓦が落ち、外壁にひびが入った' },
    ...{ damagedParts: [], damagedEquipment: [], floodDepthCm: null, surveyWish: 'site' },
    consents: { checkRecords: true, supportUse: true, selfJudgement: false, photoUse: false },
    ...{ copies: 1, purpose: '', occupancy: null, mandate: '', proofs: [] },
    noticeBy: 'letter',
    receiveBy: 'counter',
  }
}

/** What follows from an application by its state; words that no list opens are one byte. */
async function fillAfterwards(url: string, disasterId: DisasterId): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  await admin.query('set session_replication_role = replica')
  const mine = `municipality_code = '${CITY satisfies MunicipalityCode}' and disaster_id = '${disasterId}'`
  const numbered = `(select *, row_number() over (order by application_id) as n from risai.application where ${mine}) a`
  const id = (kind: string) => `md5('${kind}' || a.application_id)::uuid`
  const key = (kind: string) => `md5('${kind}' || a.application_id)`
  const statements = [
    `insert into ledger.fact (municipality_code, entry_id, fact_id, kind, at, actor, actor_label, codes)
     select a.municipality_code, a.entry_id, md5(k.kind || a.application_id)::uuid, k.kind, a.received_at, 'bench', '計測',
            jsonb_build_object('applicationId', a.application_id)
       from ${numbered} cross join (values ('risai.received'), ('risai.accepted'), ('survey.done')) k(kind)`,
    `insert into risai.grading (municipality_code, application_id, grading_no, grade, surveyed_on, method, sealed, graded_at,
       graded_by, graded_by_label)
     select a.municipality_code, a.application_id, 1, 'G' || (1 + a.n % 6), a.applied_on, 'site', '\\x00',
            a.received_at + interval '5 days', 'bench', '計測'
       from ${numbered} where a.state in ('graded', 'issuable', 'not-issuable')`,
    `insert into risai.decision (municipality_code, application_id, decision_no, grading_no, outcome, reason, decided_at,
       decided_by, decided_by_label)
     select a.municipality_code, a.application_id, 1, 1, a.state, '\\x00', a.received_at + interval '6 days', 'bench', '計測'
       from ${numbered} where a.state in ('issuable', 'not-issuable')`,
    `insert into risai.certificate (municipality_code, certificate_id, application_id, serial_no, decision_no, grade, made_at)
     select a.municipality_code, ${id('certificate')}, a.application_id, a.serial_no, 1, 'G' || (1 + a.n % 6),
            a.received_at + interval '6 days'
       from ${numbered} where a.state = 'issuable'`,
    `insert into risai.letter (municipality_code, letter_id, disaster_id, application_id, kind, requested_at, sealed, batch_id,
       posted_at)
     select a.municipality_code, ${id('letter')}, a.disaster_id, a.application_id, 'decision', a.received_at + interval '6 days',
            '\\x00', case when a.n % 10 = 0 then null else md5('batch' || a.n / 100)::uuid end,
            case when a.n % 10 < 2 then null else a.received_at + interval '8 days' end
       from ${numbered} where a.state in ('issuable', 'not-issuable')`,
    `insert into risai.resurvey (municipality_code, resurvey_id, application_id, resurvey_no, state, version, wanted, applied_on,
       received_at, received_by, grade_before, ended_at, sealed)
     select a.municipality_code, ${id('resurvey')}, a.application_id, 1, case when a.n % 6 = 0 then 'received' else 'kept' end, 1,
            'second', a.applied_on, a.received_at + interval '9 days', 'bench', 'G' || (1 + a.n % 6),
            case when a.n % 6 = 0 then null else a.received_at + interval '20 days' end, '\\x00'
       from ${numbered} where a.state = 'issuable' and a.n % 3 = 0`,
    `insert into certificates.issue (municipality_code, transaction_id, kind, subject_id, channel, copies, fee_yen, printing_yen,
       request_digest, layout, layout_version, pages, issued_on, data_seq, frozen, frozen_digest, requested_at, requested_by)
     select a.municipality_code, ${key('issue')}, 'risai', ${id('certificate')}::text, 'counter', 1, 0, 0, '', 'risai', '1', 1,
            a.applied_on, 1, '\\x00', '', a.received_at + interval '7 days', 'bench'
       from ${numbered} where a.state = 'issuable' and a.n % 5 > 0`,
    `insert into certificates.issue_state (municipality_code, transaction_id, position, state, at, actor)
     select a.municipality_code, ${key('issue')}, p.position, p.state, a.received_at + interval '7 days', 'bench'
       from ${numbered} cross join (values (0, 'requested'), (1, 'frozen'), (2, 'built'), (3, 'printed')) p(position, state)
      where a.state = 'issuable' and a.n % 5 > 0`,
    `insert into surveys.result (municipality_code, task_id, result_no, kind, grade, guideline_code, surveyed_on, decided_at,
       decided_by, decided_by_label, sealed)
     select t.municipality_code, t.task_id, 1, 'stated', t.grade, 'R7.7', t.finished_on, t.requested_at, 'bench', '計測', '\\x00'
       from surveys.task t where ${mine} and t.state = 'done'`,
    `insert into support.application (municipality_code, application_id, disaster_id, household_id, programme_code, applicant_ref,
       entry_id, state, version, proposal_no, applied_on, received_at, received_by, received_by_label, sealed)
     select a.municipality_code, ${id('support')}, a.disaster_id, ${id('household')}, 'saiken-kiso', a.applicant_ref, a.entry_id,
            case when a.n % 4 = 0 then 'received' when a.n % 4 = 1 then 'proposed' else 'granted' end, 1, 1, a.applied_on,
            a.received_at + interval '10 days', 'bench', '計測', '\\x00'
       from ${numbered} where a.state = 'issuable'`,
    // As `cutHouseholdId` makes it of a household as the register has it.
    `update support.application s set household_id = (substr(x.h, 1, 8) || '-' || substr(x.h, 9, 4) || '-8' || substr(x.h, 13, 3)
              || '-8' || substr(x.h, 16, 3) || '-' || substr(x.h, 19, 12))::uuid
       from (select a.entry_id, encode(sha256(convert_to('household ${disasterId} R-' || f.first, 'UTF8')), 'hex') as h
               from risai.person p
               join risai.application a using (municipality_code, application_id)
               join (select household_no, min(resident_no) as first from residents.version
                      where latest and not deleted and to_seq is null and state = 'resident' group by 1) f using (household_no)
              where p.position = 0) x
      where s.entry_id = x.entry_id`,
    `insert into support.award (municipality_code, award_id, application_id, award_no, kind, amount_yen, decided_at, decided_by)
     select a.municipality_code, ${id('award')}, ${id('support')}, 1, 'grant', 500000, a.received_at + interval '12 days', 'bench'
       from ${numbered} where a.state = 'issuable' and a.n % 4 > 1`,
    `insert into payments.run (municipality_code, run_id, disaster_id, transfer_on, state, version, items, total_yen, made_at,
       made_by, made_by_label, approved_at, approved_by, approved_by_label, sha256)
     select distinct a.municipality_code, md5('run' || a.n / 2000)::uuid, a.disaster_id, '2026-11-01'::date, 'settled', 3, 1, 1,
            timestamptz '2026-10-28', 'bench', '計測', timestamptz '2026-10-29', 'bench2', '計測', ''
       from ${numbered}`,
    `insert into payments.item (municipality_code, run_id, item_no, award_id, application_id, amount_yen, account_version, state,
       state_at)
     select a.municipality_code, md5('run' || a.n / 2000)::uuid, a.n, ${id('award')}, ${id('support')}, 500000, 1,
            case when a.n % 100 = 2 then 'returned' else 'paid' end, a.received_at + interval '15 days'
       from ${numbered} where a.state = 'issuable' and a.n % 4 = 2`,
  ]
  for (const statement of statements) await admin.query(statement)
  await admin.end()
}
