import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import type { DisasterId } from '@open-bcl/modules/disasters/disasters.ts'
import * as ledger from '@open-bcl/modules/ledger/ledger.contract.ts'
import { displayName } from '@open-bcl/modules/residents/residents.ts'
import * as appointments from '@open-bcl/modules/risai/appointments.contract.ts'
import * as letters from '@open-bcl/modules/risai/letters.contract.ts'
import * as listing from '@open-bcl/modules/risai/listing.contract.ts'
import * as reports from '@open-bcl/modules/risai/reports.contract.ts'
import { getApplication } from '@open-bcl/modules/risai/risai.contract.ts'
import * as situation from '@open-bcl/modules/situation/situation.contract.ts'
import { progressKinds, workGroups, works } from '@open-bcl/modules/situation/situation.ts'
import * as support from '@open-bcl/modules/support/support.contract.ts'
import * as surveys from '@open-bcl/modules/surveys/tasks.contract.ts'
import * as payments from '@open-bcl/modules/payments/payments.contract.ts'
import pg from 'pg'
import { TEST_PASSWORD, type Browser } from '../apps/cloud/testing/town.ts'
import { bigDisaster } from './support/big-disaster.ts'
import { CITY, cityPeople } from './support/city.ts'
import { openCityBench, type LinkBench } from './support/link-bench.ts'
import { median, quantile, report, type BenchOptions } from './result.ts'

const PEOPLE_PER_APPLICATION = 400_000 / 172_000
const ROUNDS = 12
const LIMIT_MS = 200

/**
 * What staff look at all day in a very large disaster: lists, search and control room, each asked as a browser asks it (session,
 * permission, transaction, audit, JSON). Beside it the bare list and the bare count in SQL, as the superuser past row security.
 */
export async function bench({ rows }: BenchOptions): Promise<void> {
  const count = rows ?? 172_000
  const people = Math.ceil(count * PEOPLE_PER_APPLICATION)
  const bench = await openCityBench(people)
  try {
    const disasterId = await bigDisaster(bench, people, count)
    const admin = new pg.Client({ connectionString: bench.adminUrl })
    admin.on('error', () => undefined)
    await admin.connect()
    const { rows: found } = await admin.query<{ middle: string; serial: string }>(
      `select serial_no as serial, application_id as middle from risai.application
        where municipality_code = $1 and disaster_id = $2 and state = 'received' order by application_id offset $3 limit 1`,
      [CITY, disasterId, Math.floor(count / 30)],
    )
    const { middle, serial } = found[0]!
    const browser = await everything(bench)
    const times = new Map<string, number[]>()
    const cases = { ...(await casesOf(browser, disasterId, { middle, serial }, people)) }
    for (const [name, ask] of Object.entries(cases)) {
      const failed = await ask().then(
        () => false,
        () => true,
      )
      if (failed) {
        console.log(`FAILED ${name}`)
        times.set(name, [Infinity])
        continue
      }
      const all: number[] = []
      times.set(name, all)
      for (let round = 0; round < ROUNDS; round++) {
        const began = performance.now()
        await ask()
        all.push(performance.now() - began)
      }
      const p95 = quantile(all, 0.95)
      console.log(
        `${p95 > LIMIT_MS ? 'SLOW ' : ''}${name}: median ${median(all).toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`,
      )
    }
    const plain = await plainSql(admin, disasterId)
    await admin.end()
    const every = [...times.values()].flat()
    const worst = [...times]
      .map(([name, all]) => ({ name, p95: quantile(all, 0.95) }))
      .sort((a, b) => b.p95 - a.p95)[0]!
    console.log(
      `over all ${every.length}: p95 ${quantile(every, 0.95).toFixed(0)} ms; the slowest: ${worst.name}`,
    )
    report({
      name: 'disaster-lists',
      data: `${people} residents, ${count} applications with surveys and photos of 20 kB; ${times.size} screens × ${ROUNDS}`,
      figure: worst.p95,
      unit: 'ms (p95, the slowest)',
      reference: plain,
      ratio: plain / worst.p95,
    })
  } finally {
    await bench.close()
  }
}

/** Somebody who may do everything. */
async function everything(bench: LinkBench): Promise<Browser> {
  const loginId = `bench-${Date.now()}`
  await bench.cloud.as(CITY, (ctx) =>
    createStaff(ctx, {
      ...{ loginId, displayName: '計測', department: '計測', password: TEST_PASSWORD },
      roles: ['admin', 'clerk', 'reviewer', 'viewer'],
      mustChangePassword: false,
    }),
  )
  return await bench.cloud.browserOf(CITY, loginId)
}

type Cases = Record<string, () => Promise<unknown>>

async function casesOf(
  browser: Browser,
  disasterId: DisasterId,
  { middle, serial }: { middle: string; serial: string },
  people: number,
): Promise<Cases> {
  const some = [...pick(people)]
  let turn = 0
  // Another one each time: nothing remembered of the last helps.
  const next = () => some[turn++ % some.length]!
  const applications = (input: object) => () =>
    browser.get(listing.listApplications, { disasterId, ...input })
  const searched = (input: (one: Picked) => object) => () =>
    browser.get(listing.listApplications, { disasterId, ...input(next()) })
  const victims = (input: (one: Picked) => object) => () =>
    browser.get(ledger.searchLedger, { disasterId, ...input(next()) })
  const cases: Cases = {
    'applications, newest': applications({}),
    'applications, 100 from the middle': applications({ after: middle, limit: 100 }),
    'applications, received': applications({ states: ['received'] }),
    'applications, graded or accepted': applications({ states: ['graded', 'accepted'] }),
    'applications, by post (nobody)': applications({ channel: 'post' }),
    'applications, too late (nobody)': applications({ late: true }),
    'applications, open 再調査': applications({ waiting: 'resurvey' }),
    'applications, the same dwelling (nobody)': applications({ waiting: 'same-dwelling' }),
    'applications, by number': applications({ serialNo: serial }),
    'applications, by person': searched(({ residentNo }) => ({ personRef: `R-${residentNo}` })),
    'applications, whole name': searched(({ name }) => ({ person: name })),
    'applications, family name': searched(({ family }) => ({ person: family })),
    'applications, kana': searched(({ kana }) => ({ person: kana })),
    'applications, address': searched(({ address }) => ({ address })),
    'applications, 町字': searched(({ town }) => ({ address: town })),
    'applications, counts': () => browser.get(listing.countApplications, { disasterId }),
    'an application': () => browser.get(getApplication, { applicationId: middle }),
    'ledger, name': victims(({ name }) => ({ name })),
    'ledger, family name': victims(({ family }) => ({ name: family })),
    'ledger, kana': victims(({ kana }) => ({ kana })),
    'ledger, family name and birth date': victims(({ family, birthOn }) => ({ name: family, birthOn })),
    'ledger, address': victims(({ address }) => ({ address })),
    'ledger, 町字': victims(({ town }) => ({ address: town })),
    'ledger, a victim': () =>
      browser.get(ledger.getVictim, { disasterId, personRef: `R-${next().residentNo}` }),
    'surveys, newest': () => browser.get(surveys.listTasks, { disasterId }),
    'surveys, waiting without a team': () =>
      browser.get(surveys.listTasks, { disasterId, states: ['waiting'], unassigned: true }),
    'surveys, 町字': () => browser.get(surveys.listTasks, { disasterId, areaName: next().town.slice(0, 20) }),
    'surveys, map': () => browser.get(surveys.mapTasks, { disasterId }),
    'surveys, map of a part': () =>
      browser.get(surveys.mapTasks, {
        disasterId,
        box: { south: 35.42, north: 35.44, west: 139.5, east: 139.52 },
      }),
    'surveys, counts': () => browser.get(surveys.countTasks, { disasterId }),
    'surveys, counts by 町字': () => browser.get(surveys.countAreas, { disasterId }),
    letters: () => browser.get(letters.listLetterBatches, { disasterId }),
    appointments: () => browser.get(appointments.listSlots, { disasterId, fromDay: '2026-11-21' }),
    被災届出: () => browser.get(reports.listReports, { disasterId }),
    'support, newest': () => browser.get(support.listSupportApplications, { disasterId }),
    'support, proposed': () =>
      browser.get(support.listSupportApplications, { disasterId, supportState: 'proposed' }),
    'support, differences': () => browser.get(support.listSupportDifferences, { disasterId }),
    'payment runs': () => browser.get(payments.listRuns, { disasterId }),
    'control room, times': () => browser.get(situation.getTimes, { disasterId }),
  }
  for (const { value: group } of workGroups)
    cases[`control room, ${group}`] = () => browser.get(situation.countWork, { disasterId, group })
  for (const { value: progress } of progressKinds)
    cases[`control room, days of ${progress}`] = () =>
      browser.get(situation.getProgress, { disasterId, progress })
  for (const { value: work } of works)
    cases[`control room, rows of ${work}`] = () => browser.get(situation.listWork, { disasterId, work })
  return cases
}

type Picked = {
  residentNo: string
  name: string
  family: string
  kana: string
  address: string
  town: string
  birthOn: string
}

/** People spread over the city. */
function* pick(people: number): Generator<Picked> {
  const every = Math.max(1, Math.floor(people / 40))
  let at = 0
  for (const { residentNo, name, address, birth, state } of cityPeople(people)) {
    at += 1
    if (at % every !== 7 || state !== 'resident' || birth.on === null || !name.full.includes('　')) continue
    yield {
      ...{ residentNo, name: displayName(name), family: name.full.split('　')[0]!, kana: name.kana },
      ...{ town: address.town, address: `${address.town}${address.number}`, birthOn: birth.on },
    }
  }
}

/** The slower of a list of fifty and a count by state, in SQL alone: ms in the middle. */
async function plainSql(admin: pg.Client, disasterId: DisasterId): Promise<number> {
  const statements = {
    list: `select a.*, f.sealed from risai.application a join risai.form f using (municipality_code, application_id, form_no)
            where municipality_code = $1 and a.disaster_id = $2 order by application_id desc limit 50`,
    count: `select state, count(*) from risai.application where municipality_code = $1 and disaster_id = $2 group by state`,
  }
  const found: number[] = []
  for (const [name, text] of Object.entries(statements)) {
    const all: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now()
      await admin.query(text, [CITY, disasterId])
      all.push(performance.now() - began)
    }
    console.log(
      `plain SQL, ${name}: median ${median(all).toFixed(1)} ms, p95 ${quantile(all, 0.95).toFixed(1)} ms`,
    )
    found.push(median(all))
  }
  return Math.max(...found)
}
