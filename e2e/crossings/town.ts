import { loadTown } from '@open-bcl/app-cloud/testing/load-town.ts'
import { makeTown } from '@open-bcl/demo/town.ts'
import { ageOn, type ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { loadCardSerials, loadEntries, sampleRow } from '@open-bcl/modules/registers/testing/rows.ts'
import { wholeRing } from '@open-bcl/modules/seals/testing/pictures.ts'
import { changeMunicipalitySetting } from '@open-bcl/modules/municipalities/municipalities.actions.ts'
import { participationOfPattern } from '@open-bcl/modules/municipalities/municipalities.ts'
import { withCtx } from '@open-bcl/platform/runtime.ts'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { TestCloud } from '@open-bcl/app-cloud/testing/town.ts'
import type { Holder } from './centre.ts'

/** The demonstration town, with a mark in every name that is nobody else's. */
export async function loadMarkedTown(cloud: TestCloud, municipality: MunicipalityCode): Promise<Holder[]> {
  const town = makeTown({ households: 300 })
  const wide = (no: string): string =>
    no.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
  const marked = (one: ResidentRecord): ResidentRecord => ({
    ...one,
    name: {
      ...one.name,
      full: `試験${wide(one.residentNo)}`,
      kanji: '',
      alias: '',
      former: '',
      preference: '1',
    },
  })
  const residents = town.residents.map(marked)
  await cloud.onboard(municipality, '飛騨市')
  await loadTown(cloud, { ...town, residents, history: [], suppressions: [] }, [
    'seals',
    'tax-assessments',
    'tax-incomes',
    'tax-payments',
  ])
  await issueEverything(cloud, municipality)
  const call = { actor: { kind: 'job', task: 'test' }, municipality: municipality, traceId: 'test' } as const
  const ski = 'ab'.repeat(20)
  const today = todayInJapan(cloud.clock)
  const year = today.slice(0, 4)
  const able = residents.filter(
    ({ state, birth }) => state === 'resident' && (ageOn(birth, today) ?? 0) >= 15,
  )
  await withCtx(cloud.linkage, call, (ctx) =>
    loadCardSerials(
      ctx,
      able.map(({ residentNo }) => ({
        ...{ residentNo, issuerKeyId: ski, serial: residentNo.replace(/\D/g, '') },
        ...{ kind: 'card' as const, validFrom: '2024-01-01', validUntil: '2030-01-01' },
      })),
    ),
  )
  await withCtx(cloud.linkage, call, (ctx) => loadEntries(ctx, 'seals', able.map(sealOf)))
  await withCtx(cloud.linkage, call, (ctx) =>
    loadEntries(
      ctx,
      'tax-assessments',
      able.map((one) => assessmentOf(one, year)),
    ),
  )
  await withCtx(cloud.linkage, call, (ctx) =>
    loadEntries(
      ctx,
      'tax-incomes',
      able.map((one) => incomeOf(one, year)),
    ),
  )
  const markOf = ({ residentNo }: ResidentRecord): string => `試験${wide(residentNo)}`
  return able.map((one) => {
    const household = residents.filter(
      ({ householdNo, state }) => householdNo === one.householdNo && state === 'resident',
    )
    const head = household.find(({ relationCodes }) => relationCodes[0] === '02')
    return {
      residentNo: one.residentNo,
      issuerSki: ski,
      serial: one.residentNo.replace(/\D/g, ''),
      mark: markOf(one),
      household: household.map(markOf),
      headMark: head === undefined ? null : markOf(head),
    }
  })
}

async function issueEverything(cloud: TestCloud, municipality: MunicipalityCode): Promise<void> {
  const { pattern, residentData, issues } = participationOfPattern('A1')
  await cloud.as(municipality, (ctx) =>
    changeMunicipalitySetting(ctx, {
      fromOn: '2026-01-01' as PlainDate,
      setting: {
        key: 'participation',
        value: { pattern, residentData, issues: { ...issues, kisai: 'bcl' } },
      },
      settingsVersion: 0,
    }),
  )
}

/** A ring of another size for most people: a crossed seal is seen. */
function sealOf({ residentNo, name }: ResidentRecord): string[] {
  const side = 150 + (Number(residentNo) % 170)
  return sampleRow('seals', {
    ...{ 宛名番号: residentNo, 印鑑登録番号: `S-${residentNo}`, 登録状態: '1', 登録年月日: '2020-04-01' },
    ...{ 廃止年月日: '', 登録氏名区分: '1', 登録氏名: name.full, 登録氏名_カタカナ: '' },
    ...{ 印影_幅mm: '13.5', 印影_高さmm: '13.5', 印影: wholeRing(side) },
  })
}

function assessmentOf({ residentNo }: ResidentRecord, year: string): string[] {
  return sampleRow('tax-assessments', {
    ...{
      宛名番号: residentNo,
      課税年度: year,
      課税非課税区分: '1',
      未申告区分: '0',
      他団体課税対象者区分: '0',
    },
    ...{ 賦課期日_氏名: '', 賦課期日住所_都道府県: '岐阜県', 賦課期日住所_市区郡町村名: '飛騨市' },
    ...{
      賦課期日住所_町字: '神岡町船津',
      賦課期日住所_番地号表記: '1番地',
      賦課期日住所_方書: '',
      年税額: '193200',
    },
  })
}

function incomeOf({ residentNo }: ResidentRecord, year: string): string[] {
  return sampleRow('tax-incomes', { 宛名番号: residentNo, 課税年度: year, 申告区分: '1', 被扶養者: '0' })
}
