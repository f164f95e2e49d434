import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { MunicipalityCode, PlainDate } from '@open-bcl/core/brand.ts'
import { demoMunicipalities, type DemoMunicipalityCode } from '@open-bcl/demo/places.ts'
import { demoPassword, demoStaff } from '@open-bcl/demo/staff.ts'
import { houseFile } from '@open-bcl/demo/houses.ts'
import { registerCsv, registerFiles } from '@open-bcl/demo/registers.ts'
import {
  cardSerialsCsv,
  makeTown,
  residentsCsv,
  suppressionsCsv,
  type DemoTown,
} from '@open-bcl/demo/town.ts'
import { createStaff } from '@open-bcl/modules/access/access.actions.ts'
import { createEnrolmentCode, listLinkFiles } from '@open-bcl/modules/linkage/linkage.actions.ts'
import type { Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import {
  changeMunicipalitySetting,
  onboard,
} from '@open-bcl/modules/municipalities/municipalities.actions.ts'
import type { Setting } from '@open-bcl/modules/municipalities/municipalities.contract.ts'
import { addressLine, type ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { participationOfPattern } from '@open-bcl/modules/municipalities/municipalities.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { openPool } from '@open-bcl/platform/db/pool.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'
import { writeLinkFile } from '@open-bcl/simulators/core-system/link-file.ts'
import { loadByHand } from './by-hand.ts'
import type { Ports } from './ports.ts'

/** The virtual cards that lie beside the reader; all have the PIN 1234. Keys of `demo/people.ts`. */
const cardHolders = [
  ...['satoTaro', 'satoHanako', 'katsuragiMasao', 'tsujiMisaki', 'takahashiYumi', 'yoshidaShigeru'],
  ...['watanabeHajime', 'saitoTadashi', 'santosMaria', 'longName', 'aloneTome', 'suzukiFurukawa'],
  ...['motherInHiding', 'moverOut', 'amanoNoboru'],
] as const
export const DEMO_PIN = '1234'

/** The demonstration's main town, and its two neighbours: foreign tenants to be kept apart. */
const HIDA = '212172'
/** Of pattern B: no agent, loaded by hand. */
const BY_HAND = '141003'
/** Towns with an agent. */
export type LinkedTown = Exclude<DemoMunicipalityCode, typeof BY_HAND>

type Demonstration = {
  readonly data: string
  readonly secrets: string
  readonly ports: Ports
  readonly say: (line: string) => void
  /** Starts the agent of a town; it takes files from `agentFolder(data, town)/outbox`. */
  readonly startAgent: (town: LinkedTown, enrolmentCode: string | null) => Promise<void>
}

export function agentFolder(data: string, town: string): string {
  return path.join(data, 'agent', town)
}

/** Every sign-in of every town, the main one first. */
export function demoSignIns(): string[] {
  return ([HIDA, '212032', BY_HAND] as const).flatMap((code) => [
    `${demoMunicipalities[code].name}（団体コード ${code}、${patternWords[code]}）　パスワード ${demoPassword}`,
    ...demoStaff
      .filter((staff) => (staff.municipalityCode as string) === code)
      .map((staff) => `  ID ${staff.loginId.padEnd(9)} ${staff.department} ${staff.name}`),
  ])
}

/**
 * Takes the three towns in and loads their people as they would themselves: two through core system → agent → gateway → 中間DB, one by
 * hand.
 * What is there already stays as it is, so that the second start takes seconds.
 */
export async function loadDemonstration(demo: Demonstration): Promise<void> {
  const pool = openPool('start', fs.readFileSync(path.join(demo.secrets, 'bcl_cloud-app.url'), 'utf8'), {
    max: 2,
  })
  const master = Buffer.from(fs.readFileSync(path.join(demo.secrets, 'master.key'), 'utf8'), 'hex')
  const runtime: Runtime = {
    pool,
    keyring: new Keyring(master),
    log: openLog('start', { write: () => undefined }),
    production: false,
    now: () => new Date(),
  }
  try {
    const issuerKeyId = await issuerOfCards(demo.ports)
    const towns = Object.keys(demoMunicipalities) as DemoMunicipalityCode[]
    await Promise.all(towns.map((code) => loadTown(demo, runtime, code, issuerKeyId)))
  } finally {
    await pool.end()
  }
}

async function loadTown(
  demo: Demonstration,
  runtime: Runtime,
  code: DemoMunicipalityCode,
  issuerKeyId: string,
): Promise<void> {
  const { municipality, name } = {
    municipality: demoMunicipalities[code].code,
    name: demoMunicipalities[code].name,
  }
  const as = <T>(work: (ctx: Ctx) => Promise<T>): Promise<T> =>
    withCtx(runtime, { actor: { kind: 'job', task: 'demonstration' }, municipality, traceId: 'start' }, work)

  const { created } = await as(async (ctx) => {
    const result = await onboard(ctx, runtime.keyring, { demonstration: true })
    if (result.created) await settle(ctx, code)
    return result
  })
  if (created) demo.say(`${name}の利用を開始しました（設定と職員）`)
  if (code === BY_HAND) {
    const town = makeTown({ municipalityCode: code, issuerKeyId })
    if (await loadByHand(`http://127.0.0.1:${demo.ports.cloud}`, town))
      demo.say(`${name}: 住民 ${town.residents.length.toLocaleString('ja')} 人を手作業取込で取り込みました`)
    return
  }
  const folder = agentFolder(demo.data, code)
  const enrolled = fs.existsSync(path.join(folder, 'state', 'identity.pem'))
  const loaded = await as((ctx) => areLoaded(ctx, SENT))
  const enrolmentCode = enrolled ? null : await as((ctx) => enrolmentCodeOf(ctx))
  // Each town's keeps running: of a town whose agent is silent nothing is issued.
  await demo.startAgent(code, enrolmentCode)
  if (!loaded) await sendTown(demo, as, code, issuerKeyId)
}

async function enrolmentCodeOf(ctx: Ctx): Promise<string> {
  return (await createEnrolmentCode(ctx, { agentName: '連携AP（デモ）' })).code
}

async function settle(ctx: Ctx, code: DemoMunicipalityCode): Promise<void> {
  const seal = path.join(import.meta.dirname, '../../demo/data/seal-212172.png')
  const settings: Setting[] = [
    { key: 'mayor', value: { title: `${demoMunicipalities[code].name}長`, name: '見本　太郎' } },
    { key: 'participation', value: patternOf(code) },
    { key: 'hours', value: { opensAt: '00:00', closesAt: '24:00', closedOn: [] } },
    { key: 'fees', value: { juminhyo: 200, kisai: 200, inkan: 200, tax: 200, risai: 0, hisai: 0 } },
    ...(code === HIDA
      ? [{ key: 'seal', value: { pngBase64: fs.readFileSync(seal, 'base64') } } as const]
      : []),
  ]
  for (const [settingsVersion, setting] of settings.entries())
    await changeMunicipalitySetting(ctx, { fromOn: '2026-04-01' as PlainDate, setting, settingsVersion })
  for (const staff of demoStaff.filter(
    (one) => one.municipalityCode === (code as string as MunicipalityCode),
  )) {
    await createStaff(ctx, {
      loginId: staff.loginId,
      displayName: staff.name,
      department: staff.department,
      password: staff.password,
      roles: staff.roles,
      mustChangePassword: false,
    })
  }
}

const patterns = { '212172': 'A1', '212032': 'A2', '141003': 'B' } as const
const patternWords = {
  '212172': 'パターンA1・連携AP',
  '212032': 'パターンA2・連携AP',
  '141003': 'パターンB・手作業取込',
} as const

/** How a town takes part, as its settings and the centre's routes have it. */
export function patternOf(code: DemoMunicipalityCode): Extract<Setting, { key: 'participation' }>['value'] {
  const { pattern, residentData, issues } = participationOfPattern(patterns[code])
  // 住民票記載事項証明書 is a town's own wish.
  return { pattern, residentData, issues: { ...issues, kisai: code === HIDA ? 'bcl' : issues.kisai } }
}

/** What the core system of a demonstration town sends first: from then on there is a town to work with. */
const SENT: readonly Business[] = ['suppressions', 'residents', 'card-serials']

/** Whether a file of each of these has been applied. */
async function areLoaded(ctx: Ctx, wanted: readonly Business[]): Promise<boolean> {
  const { businesses } = await listLinkFiles(ctx)
  return wanted.every((name) => businesses.some((one) => one.business === name && one.watermark !== null))
}

async function sendTown(
  demo: Demonstration,
  as: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>,
  code: LinkedTown,
  issuerKeyId: string,
): Promise<void> {
  const town = makeTown({ municipalityCode: code, issuerKeyId })
  if (code === HIDA) await makeCards(demo, town)
  const outbox = path.join(agentFolder(demo.data, code), 'outbox')
  const files: readonly (readonly [Business, AsyncIterable<Uint8Array>, number])[] = [
    // No address may be in the cloud before the word that it must be hidden.
    ['suppressions', suppressionsCsv(town), town.suppressions.length],
    ['residents', residentsCsv(town), town.residents.length + town.history.length],
    ['card-serials', cardSerialsCsv(town), town.cardSerials.length],
    // 印鑑, 税 and houses of the town that issues here; nobody waits for them.
    ...(code === HIDA ? [...registerFiles(town), houseFile(town)] : []).map(
      (file) => [file.business, registerCsv(file), file.rows.length] as const,
    ),
  ]
  for (const [business, bytes, rows] of files) {
    const spec = {
      municipalityCode: town.municipality.code,
      business,
      fileNo: 1,
      mode: 'full',
      producedAt: new Date().toISOString(),
      producerVersion: 'core-system simulator',
    } as const
    await writeLinkFile(outbox, spec, chunksOf(bytes, rows))
  }
  demo.say(
    `${town.municipality.name}: 住民 ${town.residents.length.toLocaleString('ja')} 人を連携APに渡しました`,
  )
  for (let i = 0; i < 1200; i++) {
    if (await as((ctx) => areLoaded(ctx, SENT))) {
      demo.say(`${town.municipality.name}: 中間DBに取り込みました`)
      return
    }
    await delay(100)
  }
  throw new Error(`${town.municipality.name} の取込が終わりません。記録: ${path.join(demo.data, 'log')}`)
}

/** The rows are counted by their maker: the first chunk says how many there are. */
async function* chunksOf(bytes: AsyncIterable<Uint8Array>, rows: number) {
  const decoder = new TextDecoder('utf-8')
  let said = false
  for await (const part of bytes) {
    yield { text: decoder.decode(part, { stream: true }), rows: said ? 0 : rows, deletions: 0 }
    said = true
  }
}

type Card = { readonly cardId: string; readonly issuerSki: string; readonly serial: string }

/** 発行者鍵識別子 of the authority that personalises new cards: a card made for nobody's register tells it. */
async function issuerOfCards(ports: Ports): Promise<string> {
  const known = await fetch(`http://127.0.0.1:${ports.jpki}/api/certificates`)
  const { certificates } = (await known.json()) as {
    certificates: { subjectId: string; issuerSki: string }[]
  }
  const stranger = certificates.find((one) => one.subjectId === 'stranger')
  if (stranger) return stranger.issuerSki
  const made = await postCard(ports, {
    cardId: 'stranger',
    label: '他の市区町村の人',
    subjectId: 'stranger',
    pin: DEMO_PIN,
  })
  if (!made) throw new Error('仮想カードを作れませんでした。')
  return made.issuerSki
}

async function makeCards(demo: Demonstration, town: DemoTown): Promise<void> {
  for (const key of cardHolders) {
    const person = town.people[key]
    if (!person) continue
    const subject = { subjectId: `${town.municipality.code}-${person.residentNo}`, pin: DEMO_PIN }
    for (const { kind, serial } of town.cardSerials.filter((one) => one.residentNo === person.residentNo)) {
      const cardId = key.toLowerCase()
      await postCard(
        demo.ports,
        kind === 'smartphone'
          ? {
              ...subject,
              cardId: `${cardId}-phone`,
              label: `${person.name.full}のスマートフォン`,
              carrier: kind,
              serial,
            }
          : { ...subject, cardId, label: person.name.full, serial, ...basicDataOf(person) },
      )
    }
  }
}

/** What is printed on the card, as 券面事項入力補助AP tells it. */
function basicDataOf(person: ResidentRecord): Readonly<Record<string, string>> {
  const bornOn = person.birth.on?.replaceAll('-', '')
  return {
    name: person.name.full,
    address: addressLine(person.address),
    sex: person.sex,
    ...(bornOn === undefined ? {} : { bornOn }),
  }
}

/** Lays a card beside the reader; `null` when that card is there already. */
export async function postCard(ports: Ports, order: Readonly<Record<string, string>>): Promise<Card | null> {
  const answer = await fetch(`http://127.0.0.1:${ports.cards}/cards`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })
  if (answer.status === 409) return null
  if (!answer.ok) throw new Error(`仮想カードを作れませんでした（${answer.status}）。`)
  return (await answer.json()) as Card
}
