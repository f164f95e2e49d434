import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { todayInJapan } from '@open-bcl/core/dates.ts'
import type { InputOf, OutputOf } from '@open-bcl/core/endpoint.ts'
import { isPracticeTown, realTownOf } from '@open-bcl/core/practice-town.ts'
import { Problem } from '@open-bcl/core/problem.ts'
import { actorName, type Ctx } from '@open-bcl/platform/ctx.ts'
import { platformProblems } from '@open-bcl/platform/messages.ts'
import type { Keyring } from '@open-bcl/platform/seal.ts'
import { audit } from '../access/audit.ts'
import type * as contract from './municipalities.contract.ts'
import { SettingSchema, type Setting } from './municipalities.contract.ts'
import { municipalitiesEvents, municipalitiesProblems } from './municipalities.messages.ts'
import * as store from './municipalities.store.ts'
import {
  BCL_HOURS,
  DATA_AGE_LIMITS,
  ISSUE_OPTIONS,
  LINK_HOURS,
  participationOfPattern,
  ROUND_THE_CLOCK,
  type CertificateKindCode,
  type Issuer,
  type Municipality,
  type Participation,
} from './municipalities.ts'
import { nationalMunicipalities, type NationalMunicipality } from './national.store.ts'

const SEAL_BYTES = 200_000
/** A seal is printed at 25 mm or so: 2,000 pixels are more than any printer's; a PNG of few bytes may hold many more. */
const SEAL_SIDE = 2_000
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** The town in scope as its settings stand on a day (today in Japan unless said otherwise). */
/** Every municipality and ward of the nation by its code. */
export function listNation(): ReadonlyMap<string, NationalMunicipality> {
  return nationalMunicipalities()
}

export async function getMunicipality(
  ctx: Ctx,
  on: PlainDate = todayInJapan(ctx.now),
): Promise<Municipality> {
  return await ctx.tx.once(`municipality ${on}`, () => readMunicipality(ctx, on))
}

async function readMunicipality(ctx: Ctx, on: PlainDate): Promise<Municipality> {
  const tenant = await store.findTenantOn(ctx.tx, on)
  if (!tenant) throw new Problem(platformProblems.notFound)
  const settings = new Map(tenant.settings.map((row) => [row.key, row]))
  const read = <K extends Setting['key']>(key: K) => valueOf(settings, key)
  const seal = read('seal')?.pngBase64
  const mayor = read('mayor')
  const fees = Object.entries(read('fees') ?? {}).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  )
  return {
    code: ctx.municipality,
    name: tenant.name,
    prefecture: nationalMunicipalities().get(realTownOf(ctx.municipality))?.prefecture ?? '',
    mayorTitle: mayor?.title ?? `${tenant.name}長`,
    mayorName: mayor?.name ?? '',
    sealPng: seal ? Buffer.from(seal, 'base64') : null,
    demonstration: tenant.demonstration,
    practice: isPracticeTown(ctx.municipality),
    hours: read('hours') ?? BCL_HOURS,
    feesYen: Object.fromEntries(fees) as Municipality['feesYen'],
    participation: read('participation') ?? participationOfPattern('B'),
    issueOptions: { ...ISSUE_OPTIONS, ...read('issue-options') },
    keepsMyNumber: read('my-number')?.kept ?? false,
    linkHours: read('link-hours') ?? (tenant.demonstration ? ROUND_THE_CLOCK : LINK_HOURS),
    dataAgeLimits: { ...DATA_AGE_LIMITS, ...read('data-age-limits') },
    interfaceDeadlines: (read('interface-deadlines')?.until ?? {}) as Municipality['interfaceDeadlines'],
    asOf: on,
  }
}

type Values = { readonly [S in Setting as S['key']]: S['value'] }

function valueOf<K extends Setting['key']>(
  settings: ReadonlyMap<string, store.SettingRow>,
  key: K,
): Values[K] | undefined {
  const row = settings.get(key)
  if (!row) return undefined
  const value: unknown = SettingSchema.parse({ key, value: row.value }).value
  return value as Values[K]
}

/** How the town takes part on a day, and who issues a kind then. */
export async function participationOf(ctx: Ctx, on: PlainDate): Promise<Participation> {
  return (await getMunicipality(ctx, on)).participation
}

/** Who issues a kind for the town on a day: the route of the centre and the gates read this. */
export async function issuerOf(ctx: Ctx, kind: CertificateKindCode, on: PlainDate): Promise<Issuer> {
  return (await participationOf(ctx, on)).issues[kind]
}

export async function getMunicipalitySettings(
  ctx: Ctx,
): Promise<OutputOf<typeof contract.getMunicipalitySettings>> {
  const {
    sealPng,
    demonstration: _,
    practice: ____,
    asOf: __,
    participation,
    hours,
    feesYen,
    interfaceDeadlines,
    issueOptions: ___,
    ...rest
  } = await getMunicipality(ctx)
  const history = await store.settingHistory(ctx.tx)
  return {
    ...rest,
    hasSeal: sealPng !== null,
    hours: { ...hours, closedOn: [...hours.closedOn] },
    feesYen: { ...feesYen } as Record<string, number>,
    participation,
    interfaceDeadlines: { ...interfaceDeadlines },
    settingsVersion: await store.settingsVersion(ctx.tx),
    history: history.map(({ key, fromOn, setAt, setBy }) => ({
      key,
      fromOn,
      setAt: setAt.toISOString(),
      setBy,
    })),
  }
}

/** Days to come from which something set holds, the next first, with what was set for them and the version to change it by. */
export async function upcomingSettings(
  ctx: Ctx,
  keys: readonly Setting['key'][],
): Promise<{
  readonly version: number
  readonly days: readonly { readonly on: PlainDate; readonly keys: Setting['key'][] }[]
}> {
  const today = todayInJapan(ctx.now)
  const rows = (await store.settingHistory(ctx.tx)).filter(
    (row) => row.fromOn > today && keys.some((key) => key === row.key),
  )
  const days = [...Map.groupBy(rows, (row) => row.fromOn)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    version: await store.settingsVersion(ctx.tx),
    days: days.map(([on, set]) => ({
      on: on as PlainDate,
      keys: keys.filter((key) => set.some((row) => row.key === key)),
    })),
  }
}

/** The day on which the town began here. */
export async function onboardedOn(ctx: Ctx): Promise<PlainDate> {
  const tenant = await store.findTenant(ctx.tx)
  if (!tenant) throw new Problem(platformProblems.notFound)
  return todayInJapan(tenant.onboardedAt)
}

/** Appends a setting that holds from a day on; what held before stays readable. Refused when another was set meanwhile. */
export async function changeMunicipalitySetting(
  ctx: Ctx,
  input: InputOf<typeof contract.changeMunicipalitySetting>,
): Promise<OutputOf<typeof contract.changeMunicipalitySetting>> {
  const tenant = await store.findTenant(ctx.tx)
  refuseBadValue(input.setting, tenant?.demonstration === true)
  const appended = await store.insertSetting(ctx.tx, input.settingsVersion, {
    key: input.setting.key,
    fromOn: input.fromOn,
    setAt: ctx.now,
    setBy: actorName(ctx.actor),
    value: input.setting.value,
  })
  if (!appended) throw new Problem(platformProblems.changedByOther)
  await audit(ctx, municipalitiesEvents.settingChanged, {
    facts: { key: input.setting.key, fromOn: input.fromOn },
  })
  return { changed: true, settingsVersion: input.settingsVersion + 1 }
}

/** The demonstration town has no night: whoever tries it may live in another time zone. */
function refuseBadValue(setting: Setting, demonstration: boolean): void {
  if (setting.key === 'seal' && setting.value.pngBase64 !== null) {
    const bytes = Buffer.from(setting.value.pngBase64, 'base64')
    const png = bytes.length > 24 && PNG.every((byte, i) => bytes[i] === byte)
    const [width, height] = png ? [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] : [0, 0]
    if (bytes.length > SEAL_BYTES || width !== height || width < 1 || width > SEAL_SIDE) {
      throw new Problem(municipalitiesProblems.badSeal)
    }
  }
  if (setting.key === 'link-hours' && setting.value.opensAt >= setting.value.closesAt)
    throw new Problem(municipalitiesProblems.badLinkHours)
  if (setting.key === 'hours') {
    const { opensAt, closesAt } = setting.value
    const outside = opensAt < BCL_HOURS.opensAt || closesAt > BCL_HOURS.closesAt
    if ((outside && !demonstration) || opensAt >= closesAt) {
      throw new Problem(municipalitiesProblems.outsideHours)
    }
  }
}

/**
 * Takes the practice town of a municipality in, under its name and with nothing that a paper of the town has: no seal, no
 * mayor's name. Running it twice changes nothing.
 */
export async function onboardPractice(ctx: Ctx, keyring: Keyring): Promise<void> {
  const known = nationalMunicipalities().get(realTownOf(ctx.municipality))
  if (!known || !isPracticeTown(ctx.municipality)) throw new Problem(municipalitiesProblems.unknownCode)
  await keyring.create(ctx.tx, ctx.now)
  await store.insertTenant(ctx.tx, `${known.fullName}（練習）`, false, ctx.now)
}

/** Takes a municipality in: its keys and its tenant row. Running it twice changes nothing. Answers whether it was new. */
export async function onboard(
  ctx: Ctx,
  keyring: Keyring,
  options: { demonstration: boolean },
): Promise<{ created: boolean }> {
  const known = nationalMunicipalities().get(ctx.municipality as MunicipalityCode)
  if (!known) throw new Problem(municipalitiesProblems.unknownCode)
  await keyring.create(ctx.tx, ctx.now)
  const created = await store.insertTenant(ctx.tx, known.fullName, options.demonstration, ctx.now)
  if (created)
    await audit(ctx, municipalitiesEvents.onboarded, { facts: { demonstration: options.demonstration } })
  return { created }
}
