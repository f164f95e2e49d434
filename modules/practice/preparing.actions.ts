import type { PlainDate } from '@open-bcl/core/brand.ts'
import { addDays, todayInJapan } from '@open-bcl/core/dates.ts'
import { realTownOf } from '@open-bcl/core/practice-town.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { audit } from '../access/audit.ts'
import { endPractices } from '../access/practice.actions.ts'
import type { DisasterId } from '../disasters/disasters.ts'
import { takeNewHouses } from '../dwellings/taking.actions.ts'
import { fileInterfaces, type Business } from '../interfaces/interfaces.columns.ts'
import { csvLine } from '../interfaces/interfaces.csv.ts'
import type { RowMarks } from '../interfaces/interfaces.fields.ts'
import { registerDisaster } from '../ledger/ledger.actions.ts'
import type { PersonRef } from '../ledger/ledger.ts'
import { applyRemembering } from '../linkage/apply.actions.ts'
import { writeSuppressionRow } from '../linkage/linkage.records.ts'
import {
  changeMunicipalitySetting,
  listNation,
  onboardPractice,
} from '../municipalities/municipalities.actions.ts'
import type { Setting } from '../municipalities/municipalities.contract.ts'
import { nextSeq } from '../residents/intake.actions.ts'
import { writeResidentRow } from '../residents/residents.fields.ts'
import { receiveApplication } from '../risai/applications.actions.ts'
import { acceptApplication } from '../risai/decisions.actions.ts'
import { FormFields } from '../risai/risai.contract.ts'
import type { ApplicationId } from '../risai/risai.ts'
import { draftApplication } from '../risai/views.actions.ts'
import { practicePeople, practiceHouses, type PracticePerson, type PracticeTown } from './people.ts'
import { practiceEvents } from './practice.messages.ts'
import * as store from './practice.store.ts'

/**
 * Puts the practice town of the town in scope in order: whoever practises is signed out, all that was practised goes, and
 * made-up people, their houses, a disaster and some applications come in, by the doors by which a town's own come. Each
 * step is whole by itself and the whole may be repeated; only when all of it stands may anybody enter.
 */
export async function prepare(ctx: Ctx, linkage: Runtime, preparationNo: number): Promise<void> {
  const last = await store.lastPreparation(ctx.tx)
  if (last?.preparationNo !== preparationNo || last.finishedAt !== null) return
  await ctx.inPracticeTown(async (there) => {
    await onboardPractice(there, linkage.keyring)
    await endPractices(there)
  })
  await ctx.inPracticeTown((there) => store.clearTown(there.tx))
  const { people, municipality } = await ctx.inPracticeTown(async (there) => {
    await settle(there)
    const town = townOf(there)
    return { people: practicePeople(town), municipality: town }
  })
  const call = { actor: { kind: 'job', task: 'practice' }, municipality: municipality.code } as const
  await withCtx(linkage, { ...call, traceId: ctx.traceId }, (there) => load(there, municipality, people))
  await ctx.inPracticeTown((there) => happen(there, people))
  await ctx.separately(async (own) => {
    await store.finishPreparation(own.tx, preparationNo, people.length, own.now)
    await audit(own, practiceEvents.prepared, { facts: { preparationNo, people: people.length } })
  })
}

function townOf({ municipality, now }: Ctx): PracticeTown {
  const real = listNation().get(realTownOf(municipality))
  if (!real) throw new Error('a practice town of no municipality')
  const { prefecture, fullName, latitude, longitude } = real
  const centre = latitude === null || longitude === null ? null : { latitude, longitude }
  return { code: municipality, prefecture, city: fullName, centre, today: todayInJapan(now) }
}

async function settle(ctx: Ctx): Promise<void> {
  const name = listNation().get(realTownOf(ctx.municipality))?.fullName ?? ''
  const setting: Setting = { key: 'mayor', value: { title: `${name}長（練習）`, name: '練習　太郎' } }
  const fromOn = addDays(todayInJapan(ctx.now), -365)
  await changeMunicipalitySetting(ctx, { fromOn, setting, settingsVersion: 0 })
}

/** As files put in by hand, which feed no copies from the registers. */
async function load(ctx: Ctx, town: PracticeTown, people: readonly PracticePerson[]): Promise<void> {
  const marks: RowMarks = {
    ...{ latest: true, deleted: false, operatorId: 'practice' },
    ...{ operatedOn: town.today, operatedTime: '00:00:00' },
  }
  const named: Readonly<Record<string, string>> = {
    ...{ 市区町村コード: town.code, 操作者ID: 'practice', 操作年月日: town.today, 操作時刻: '00:00:00' },
    ...{ 最新フラグ: '1', 課税年度: town.today.slice(0, 4) },
  }
  const hiding = people.filter(({ protectedFrom }) => protectedFrom !== null)
  // No address may be there before the word that it must be hidden.
  const files: readonly (readonly [Business, readonly (readonly string[])[]])[] = [
    [
      'suppressions',
      hiding.map(({ record: { residentNo }, protectedFrom }) =>
        writeSuppressionRow(
          town.code,
          {
            ...{ residentNo, historyNo: 1, startsOn: protectedFrom!, endsOn: addDays(protectedFrom!, 364) },
            ...{ categoryCode: '1', ended: false },
          },
          marks,
        ),
      ),
    ],
    ['residents', people.map(({ record }) => writeResidentRow(town.code, record, marks))],
    [
      'houses',
      practiceHouses(people, town).map((house) =>
        fileInterfaces.houses.columns.map(
          ({ name, kind }) => house[name] ?? named[name] ?? (kind === 'flag' ? '0' : ''),
        ),
      ),
    ],
  ]
  for (const [business, rows] of files) {
    const bytes = fileOf(business, rows)
    const applied = await applyRemembering(
      ctx,
      {
        ...{ business, mode: 'full', origin: 'hand' },
        seq: await nextSeq(ctx, { business, fileNo: null, origin: 'hand' }),
        async *open() {
          yield bytes
        },
      },
      null,
    )
    // Made up by ourselves: what is wrong with it is a mistake of ours.
    if (applied.state === 'refused' || applied.badRows > 0)
      throw new Error(`practice: ${business} ${applied.errors[0]?.item ?? applied.state}`)
  }
}

function fileOf(business: Business, rows: readonly (readonly string[])[]): Uint8Array {
  const head = fileInterfaces[business].columns.map(({ name }) => name)
  return new TextEncoder().encode([head, ...rows].map((row) => csvLine(row)).join(''))
}

/** How many of the first households have applied, and of how many the application has been accepted. */
const APPLIED = 12
const ACCEPTED = 6

/** A disaster yesterday, and what a counter has on its desk the day after. */
async function happen(ctx: Ctx, people: readonly PracticePerson[]): Promise<void> {
  const today = todayInJapan(ctx.now)
  const { disaster } = await registerDisaster(ctx, {
    ...{ name: '練習用の地震', hazards: ['earthquake'], occurredOn: addDays(today, -1) },
    ...{ causeText: '練習用の地震による', applicationDeadlineOn: null },
  })
  await takeNewHouses(ctx)
  const disasterId = disaster.disasterId as DisasterId
  const heads = people.filter(
    ({ record, protectedFrom }) => record.relationText === '世帯主' && protectedFrom === null,
  )
  for (const [at, { record }] of heads.slice(0, APPLIED).entries())
    await apply(ctx, disasterId, `R-${record.residentNo}` as PersonRef, today, at < ACCEPTED)
}

async function apply(
  ctx: Ctx,
  disasterId: DisasterId,
  personRef: PersonRef,
  appliedOn: PlainDate,
  accepted: boolean,
): Promise<void> {
  const { form } = await draftApplication(ctx, { disasterId, personRef })
  const { applicationId, version } = await receiveApplication(ctx, {
    ...{ disasterId, personRef, appliedOn, channel: 'counter', reference: '', lateReason: '' },
    form: FormFields.parse({
      ...form,
      ...{ damageText: '屋根瓦が落ち、壁にひびが入った（練習）', tenure: 'owned' },
      consents: { checkRecords: true, supportUse: true, selfJudgement: false, photoUse: false },
    }),
  })
  if (accepted)
    await acceptApplication(ctx, {
      ...{ applicationId: applicationId as ApplicationId, version, waivedReason: '' },
    })
}
