import type { HouseholdNo, MunicipalityCode, ResidentNo } from '@open-bcl/core/brand.ts'
import { addDays, plainDate } from '@open-bcl/core/dates.ts'
import { makeMyNumber, makeResidentNo } from '@open-bcl/core/ja/check-digits.ts'
import { fileInterfaces, type Business } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { csvLine } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import {
  writeCardSerialRow,
  writeSuppressionRow,
  type CardSerialRecord,
  type SuppressionRecord,
} from '@open-bcl/modules/linkage/linkage.records.ts'
import { ageOn, type ResidentRecord } from '@open-bcl/modules/residents/residents.ts'
import { copyItemsOf, foreignOf } from './copy-items.ts'
import {
  changeReasons,
  demoDay,
  noDate,
  relations,
  sure,
  type DraftHousehold,
  type DraftPerson,
} from './drafts.ts'
import { randomHousehold, type TownCharacter } from './households.ts'
import { namedHouseholds, protections } from './people.ts'
import { demoMunicipalities, weightedPlaces, type DemoMunicipalityCode } from './places.ts'
import { Random } from './random.ts'
import { writeResidentRow } from '@open-bcl/modules/residents/residents.fields.ts'
import type { RowMarks } from '@open-bcl/modules/interfaces/interfaces.fields.ts'

/** A demonstration town: real places, fictitious persons (架空の人物). */
export type DemoTown = {
  readonly municipality: {
    readonly code: MunicipalityCode
    readonly prefecture: string
    readonly name: string
    readonly kana: string
  }
  /** The latest version of each person, the moved and the dead included. */
  readonly residents: readonly ResidentRecord[]
  /** Older versions of some of them. */
  readonly history: readonly ResidentRecord[]
  /** 個人番号 by 宛名番号; made up, with right check digits. */
  readonly myNumbers: ReadonlyMap<ResidentNo, string>
  readonly suppressions: readonly SuppressionRecord[]
  readonly cardSerials: readonly CardSerialRecord[]
  /** The latest version of each named person, by the key in people.ts. */
  readonly people: Readonly<Record<string, ResidentRecord>>
}

export type TownOptions = {
  readonly municipalityCode?: DemoMunicipalityCode
  /** How many households, the named ones included. */
  readonly households?: number
  readonly seed?: number
  /** 発行者鍵識別子 of the CA whose cards the residents hold, 40 hexadecimal digits. */
  readonly issuerKeyId?: string
}

const characters: Readonly<Record<DemoMunicipalityCode, Omit<TownCharacter, 'places'>>> = {
  '212172': { inFlats: 0.06, foreign: 0.02 },
  '212032': { inFlats: 0.12, foreign: 0.02 },
  '141003': { inFlats: 0.6, foreign: 0.04 },
}

/** 宛名番号 or 世帯番号 in sequence; bodies without a check digit are passed over (標準 1.1.13). */
function numbers(prefix: string): (atLeast?: number) => ResidentNo {
  let sequence = 0
  return (atLeast = 0) => {
    sequence = Math.max(sequence, atLeast - 1)
    for (;;) {
      const made = makeResidentNo(`${prefix}${String(++sequence).padStart(8, '0')}`)
      if (made !== null) return made
    }
  }
}

function sequenceOf(residentNo: ResidentNo): number {
  return Number(residentNo.slice(2, -1))
}

/** Named persons have the numbers below this, so that adding one moves nobody of the many. */
const firstOfTheMany = 1_001

function versionsOf(
  person: DraftPerson,
  household: DraftHousehold,
  residentNo: ResidentNo,
  householdNo: HouseholdNo,
): { latest: ResidentRecord; older: ResidentRecord | null } {
  const { name, change } = person
  const sequence = sequenceOf(residentNo)
  const copy = copyItemsOf(person, household, sequence)
  const first: ResidentRecord = {
    residentNo,
    historyNo: 1,
    branchNo: 0,
    householdNo,
    kind: person.foreign === undefined ? 'japanese' : 'foreign',
    state: 'resident',
    changedOn: person.since,
    notifiedOn: person.since.on,
    changeReason: changeReasons[person.sinceReason],
    name: {
      latin: '',
      kanji: '',
      former: '',
      formerKana: '',
      alias: '',
      aliasKana: '',
      preference: '1',
      ...name,
    },
    sex: person.male ? '1' : '2',
    sexText: person.male ? '男' : '女',
    birth: person.birth,
    relationCodes: relations[person.relation],
    relationText: person.relation,
    address: household.address,
    becameResidentOn: person.since,
    addressBefore: person.addressBefore ?? '',
    addressAfter: person.addressAfter ?? '',
    removedOn: noDate,
    copy: change === undefined ? copy : { ...copy, settledOn: noDate, addressWithin: '' },
    foreign: foreignOf(person, sequence),
  }
  if (change === undefined) return { latest: first, older: null }
  const state = change.state ?? 'resident'
  const latest: ResidentRecord = {
    ...first,
    historyNo: 2,
    state,
    changedOn: sure(change.on),
    notifiedOn: addDays(change.on, 1),
    changeReason: changeReasons[change.reason],
    removedOn: state === 'resident' ? noDate : sure(change.on),
    copy,
  }
  const older: ResidentRecord = {
    ...first,
    address: change.from ?? first.address,
    name: { ...first.name, ...change.oldName },
    addressAfter: '',
  }
  return { latest, older }
}

/** Makes a town in memory, the same for the same options: about half a second for 飛騨市. */
export function makeTown(options: TownOptions = {}): DemoTown {
  const { households: standard, ...municipality } = demoMunicipalities[options.municipalityCode ?? '212172']
  const wanted = options.households ?? standard
  const random = new Random(options.seed ?? Number(municipality.code))
  const character: TownCharacter = {
    ...characters[municipality.code as DemoMunicipalityCode],
    places: weightedPlaces(municipality.code as DemoMunicipalityCode),
  }
  const nextResident = numbers('10')
  const nextHousehold = numbers('20')
  const named = namedHouseholds[municipality.code as DemoMunicipalityCode]

  const residents: ResidentRecord[] = []
  const history: ResidentRecord[] = []
  const myNumbers = new Map<ResidentNo, string>()
  const suppressions: SuppressionRecord[] = []
  const cardSerials: CardSerialRecord[] = []
  const people: Record<string, ResidentRecord> = {}

  const add = (household: DraftHousehold, from: number): void => {
    const householdNo = nextHousehold(from) as string as HouseholdNo
    for (const person of household.members) {
      const residentNo = nextResident(from)
      const { latest, older } = versionsOf(person, household, residentNo, householdNo)
      residents.push(latest)
      if (older !== null) history.push(older)
      const sequence = sequenceOf(residentNo)
      // Prefixed by the town so that nobody of two towns shares one.
      myNumbers.set(
        residentNo,
        makeMyNumber(
          `${municipality.code.slice(0, 3)}${String(sequence * 7919)
            .padStart(8, '0')
            .slice(-8)}`,
        ),
      )
      if (person.key !== undefined) {
        people[person.key] = latest
        suppressions.push(...protectionOf(person.key, residentNo))
      }
      const age = ageOn(latest.birth, demoDay)
      if (
        latest.state === 'resident' &&
        age !== null &&
        age >= 1 &&
        (person.key !== undefined || random.chance(0.8))
      ) {
        const issuer = options.issuerKeyId ?? '0'.repeat(40)
        cardSerials.push(cardOf(municipality.code, residentNo, sequence, issuer))
        if (telephoneHolders.has(person.key ?? ''))
          cardSerials.push(telephoneOf(municipality.code, residentNo, sequence, issuer))
      }
    }
  }
  for (const household of named.slice(0, wanted)) add(household, 1)
  for (let i = named.length; i < wanted; i++) add(randomHousehold(random, character), firstOfTheMany)
  return { municipality, residents, history, myNumbers, suppressions, cardSerials, people }
}

function protectionOf(key: string, residentNo: ResidentNo): SuppressionRecord[] {
  const protection = protections[key]
  if (protection === undefined) return []
  const { startsOn, endsOn, categoryCode, lifted } = protection
  const first: SuppressionRecord = {
    residentNo,
    historyNo: 1,
    startsOn: plainDate(startsOn),
    endsOn: endsOn === null ? null : plainDate(endsOn),
    categoryCode,
    ended: false,
  }
  return lifted ? [first, { ...first, historyNo: 2, categoryCode: '9', ended: true }] : [first]
}

/** Who keeps a certificate on a telephone, too: a second serial number of the same person. Keys of `people.ts`. */
const telephoneHolders: ReadonlySet<string> = new Set(['satoTaro', 'watanabeHajime'])

function telephoneOf(...of: Parameters<typeof cardOf>): CardSerialRecord {
  const card = cardOf(...of)
  return { ...card, serial: `2${card.serial.slice(1)}`, kind: 'smartphone' }
}

/** Serial numbers of one CA: 1 for cards, 2 for telephones, then town, then the person's sequence. */
function cardOf(
  code: MunicipalityCode,
  residentNo: ResidentNo,
  sequence: number,
  issuerKeyId: string,
): CardSerialRecord {
  const validFrom = addDays(plainDate('2023-04-01'), sequence % 1_200)
  return {
    residentNo,
    issuerKeyId,
    serial: `1${code.slice(0, 5)}${String(sequence).padStart(8, '0')}`,
    kind: 'card',
    validFrom,
    // 5 years (公的個人認証法施行規則), in whole days.
    validUntil: addDays(validFrom, 1_826),
    revokedOn: null,
  }
}

const encoder = new TextEncoder()
const rowsAtOnce = 200

/** A file of the linkage interface, a part at a time. */
export function* fileOf(business: Business, rows: Iterable<readonly string[]>): Generator<Uint8Array> {
  let text = csvLine(fileInterfaces[business].columns.map((column) => column.name))
  let count = 0
  for (const row of rows) {
    text += csvLine(row)
    if (++count % rowsAtOnce === 0) {
      yield encoder.encode(text)
      text = ''
    }
  }
  if (text !== '') yield encoder.encode(text)
}

function marks(latest: boolean): RowMarks {
  return { latest, deleted: false, operatorId: 'demo', operatedOn: demoDay, operatedTime: '02:00:00' }
}

/** 住民情報 of the town as a full linkage file, older versions first. 個人番号 only when asked for. */
export async function* residentsCsv(
  town: DemoTown,
  options: { readonly myNumbers?: boolean } = {},
): AsyncGenerator<Uint8Array> {
  const { code } = town.municipality
  function* rows(): Generator<string[]> {
    for (const record of town.history) yield writeResidentRow(code, record, marks(false))
    for (const record of town.residents) {
      const myNumber = options.myNumbers === true ? (town.myNumbers.get(record.residentNo) ?? null) : null
      yield writeResidentRow(code, record, marks(true), myNumber)
    }
  }
  yield* fileOf('residents', rows())
}

/** 支援措置対象者情報 of the town as a full linkage file. */
export async function* suppressionsCsv(town: DemoTown): AsyncGenerator<Uint8Array> {
  const lastOf = new Map(town.suppressions.map((record) => [record.residentNo, record.historyNo]))
  const rows = town.suppressions.map((record) =>
    writeSuppressionRow(
      town.municipality.code,
      record,
      marks(lastOf.get(record.residentNo) === record.historyNo),
    ),
  )
  yield* fileOf('suppressions', rows)
}

/** シリアル番号 of the town's cards as a full linkage file. */
export async function* cardSerialsCsv(town: DemoTown): AsyncGenerator<Uint8Array> {
  yield* fileOf(
    'card-serials',
    town.cardSerials.map((record) => writeCardSerialRow(town.municipality.code, record, false)),
  )
}
