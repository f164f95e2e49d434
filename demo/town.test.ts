import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { plainDate } from '@open-bcl/core/dates.ts'
import { hasResidentNoCheckDigit, isMyNumber } from '@open-bcl/core/ja/check-digits.ts'
import { countGraphemes } from '@open-bcl/core/ja/text.ts'
import {
  checkRow,
  currentFields,
  makeKeyCheck,
  readHeader,
  type FileColumns,
} from '@open-bcl/modules/interfaces/interfaces.checks.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { readCsv } from '@open-bcl/modules/interfaces/interfaces.csv.ts'
import { suppressionOf } from '@open-bcl/modules/linkage/linkage.records.ts'
import { cardSerialOf } from '@open-bcl/modules/registers/registers.ts'
import { addressLine, ageOn, displayName } from '@open-bcl/modules/residents/residents.ts'
import { demoDay } from './drafts.ts'
import { canaries, markedNames, protections } from './people.ts'
import { boundaryGeoJson, demoMunicipalities, sheltersGeoJson, type DemoMunicipalityCode } from './places.ts'
import { cardSerialsCsv, makeTown, residentsCsv, suppressionsCsv, type DemoTown } from './town.ts'
import { parseResidentRow } from '@open-bcl/modules/residents/residents.fields.ts'

const hida = makeTown()
const takayama = makeTown({ municipalityCode: '212032' })
const yokohama = makeTown({ municipalityCode: '141003' })
const towns = [hida, takayama, yokohama]

async function bytesOf(file: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of file) parts.push(part)
  return Buffer.concat(parts)
}
async function digestOf(file: AsyncIterable<Uint8Array>): Promise<string> {
  return createHash('sha256')
    .update(await bytesOf(file))
    .digest('hex')
}

test('the town is the same every time, and another seed gives another', async () => {
  const options = { households: 300 }
  const digest = await digestOf(residentsCsv(makeTown(options)))
  assert.equal(await digestOf(residentsCsv(makeTown(options))), digest)
  assert.notEqual(await digestOf(residentsCsv(makeTown({ ...options, seed: 2 }))), digest)
  assert.equal(
    await digestOf(cardSerialsCsv(makeTown(options))),
    await digestOf(cardSerialsCsv(makeTown(options))),
  )
})

const parsers = {
  residents: parseResidentRow,
  suppressions: readBy(suppressionOf),
  'card-serials': readBy(cardSerialOf),
}

function readBy(recordOf: (fields: readonly string[]) => unknown) {
  return (row: readonly string[], columns: FileColumns, line: number) => {
    const errors = checkRow(row, columns, line)
    return errors.length > 0 ? { errors } : { record: recordOf(currentFields(row, columns)) }
  }
}

/** Reads a file as the town's receiver would; the number of rows. */
async function accepted(
  business: keyof typeof parsers,
  town: DemoTown,
  file: AsyncIterable<Uint8Array>,
): Promise<unknown[]> {
  let columns: FileColumns | undefined
  let checkKey: ReturnType<typeof makeKeyCheck> | undefined
  const records: unknown[] = []
  for await (const batch of readCsv(file)) {
    if (columns === undefined || checkKey === undefined) {
      const header = readHeader(fileInterfaces[business], batch.rows[0]!, town.municipality.code)
      assert.ok('columns' in header)
      columns = header.columns
      checkKey = makeKeyCheck(columns)
      continue
    }
    for (const [i, row] of batch.rows.entries()) {
      const parsed = parsers[business](row, columns, batch.lines[i]!)
      assert.ok('record' in parsed, 'errors' in parsed ? parsed.errors[0]?.message : '')
      assert.equal(checkKey(row, batch.lines[i]!), null)
      records.push(parsed.record)
    }
  }
  return records
}

for (const town of towns) {
  test(`every row of ${town.municipality.name} passes the checks of the linkage interface and comes back`, async () => {
    const residents = [...town.history, ...town.residents]
    assert.deepEqual(await accepted('residents', town, residentsCsv(town, { myNumbers: true })), residents)
    assert.deepEqual(await accepted('suppressions', town, suppressionsCsv(town)), town.suppressions)
    assert.deepEqual(await accepted('card-serials', town, cardSerialsCsv(town)), town.cardSerials)
  })

  test(`every number of ${town.municipality.name} is unique and has a right check digit`, () => {
    for (const { residentNo, householdNo } of town.residents) {
      assert.ok(hasResidentNoCheckDigit(residentNo))
      assert.ok(householdNo !== null && hasResidentNoCheckDigit(householdNo))
    }
    assert.equal(new Set(town.residents.map((record) => record.residentNo)).size, town.residents.length)
    const myNumbers = [...town.myNumbers.values()]
    assert.ok(myNumbers.every(isMyNumber))
    assert.equal(new Set(myNumbers).size, town.residents.length)
    assert.equal(new Set(town.cardSerials.map((card) => card.serial)).size, town.cardSerials.length)
  })

  test(`every household of ${town.municipality.name} has one head and lives at one address`, () => {
    const heads = new Map<string, number>()
    const addresses = new Map<string, string>()
    for (const { householdNo, relationText, address } of town.residents) {
      heads.set(householdNo!, (heads.get(householdNo!) ?? 0) + (relationText === '世帯主' ? 1 : 0))
      assert.equal(addresses.get(householdNo!) ?? addressLine(address), addressLine(address))
      addresses.set(householdNo!, addressLine(address))
    }
    assert.deepEqual(new Set(heads.values()), new Set([1]))
  })
}

test('個人番号 leave the town only when asked for', async () => {
  const text = (await bytesOf(residentsCsv(takayama))).toString('utf8')
  for (const myNumber of takayama.myNumbers.values()) assert.equal(text.includes(myNumber), false)
})

test('飛騨市 has the size and ages of an ageing country town', () => {
  const ages = hida.residents.map((record) => ageOn(record.birth, demoDay)).filter((age) => age !== null)
  const share = (from: number, to: number): number =>
    ages.filter((age) => age >= from && age <= to).length / ages.length
  assert.ok(hida.residents.length > 22_000 && hida.residents.length < 23_000)
  assert.ok(share(0, 14) > 0.1 && share(0, 14) < 0.13)
  assert.ok(share(65, 120) > 0.37 && share(65, 120) < 0.42)
  assert.ok(share(85, 120) > 0.05 && share(105, 120) === 0)
  const men = hida.residents.filter((record) => record.sex === '1').length / hida.residents.length
  assert.ok(men > 0.46 && men < 0.5)
  assert.equal(
    new Set(hida.residents.map((record) => record.householdNo)).size,
    demoMunicipalities['212172'].households,
  )
  assert.ok(hida.residents.filter((record) => record.kind === 'foreign').length > 100)
})

test('nobody is born after becoming a resident, or after the demonstration day', () => {
  for (const { birth, becameResidentOn, changedOn } of [...hida.residents, ...hida.history]) {
    if (birth.on !== null && becameResidentOn.on !== null) assert.ok(birth.on <= becameResidentOn.on)
    assert.ok(changedOn.on === null || changedOn.on <= demoDay)
  }
})

test('the named persons are who the manuals say they are', () => {
  const { people } = hida
  const count = towns.reduce((sum, town) => sum + Object.keys(town.people).length, 0)
  assert.ok(count >= 60)
  const full = (key: string): string => people[key]!.name.full
  assert.equal(full('satoTaro'), '佐藤　太郎')
  assert.equal(people['satoHikari']!.birth.on, people['satoAkari']!.birth.on)
  assert.ok(ageOn(people['satoHikari']!.birth, demoDay)! < 15)
  assert.ok(full('katsuragiMasao').startsWith('\u845B\u{E0100}'))
  assert.ok(full('tsujiMisaki').startsWith('\u8FBB\u{E0100}'))
  assert.equal(people['katsuragiMasao']!.birth.text, '昭和26年2月29日')
  assert.equal(countGraphemes(full('longName')), 100)
  assert.equal(people['amanoNoboru']!.state, 'dead')
  assert.equal(people['moverOut']!.state, 'moved-out')
  assert.equal(people['moverOut']!.addressAfter, addressLine(takayama.people['moverIn']!.address))
  assert.equal(takayama.people['moverIn']!.name.full, full('moverOut'))
  assert.equal(displayName(people['santosMaria']!.name), '高原　まりあ')
  assert.equal(people['suzukiFurukawa']!.birth.on, people['suzukiKamioka']!.birth.on)
  const sizeOf = (key: string): number =>
    hida.residents.filter((record) => record.householdNo === people[key]!.householdNo).length
  assert.equal(sizeOf('tagaDaisuke'), 12)
  assert.equal(sizeOf('aloneTome'), 1)
  assert.equal(people['takahashiYumi']!.name.former, '山﨑')
  assert.ok(
    hida.history.some(
      (record) => record.residentNo === people['takahashiYumi']!.residentNo && record.name.former === '',
    ),
  )
})

test('named persons keep their numbers however large the town is', () => {
  const small = makeTown({ households: 60 })
  assert.equal(small.people['satoUme']!.residentNo, hida.people['satoUme']!.residentNo)
  assert.equal(new Set(small.residents.map((record) => record.householdNo)).size, 60)
})

test('宛名番号 of the towns overlap, so that a forgotten town shows', () => {
  assert.equal(takayama.people['neighbourMan']!.residentNo, hida.people['satoHanako']!.residentNo)
})

test('each canary stands in the address of a person under 支援措置 and nowhere else', () => {
  for (const canary of canaries) {
    const holders = towns.flatMap((town) =>
      [...town.residents, ...town.history]
        .filter((record) => JSON.stringify(record).includes(canary))
        .map((record) => ({ town, record })),
    )
    assert.ok(holders.length > 0, canary)
    for (const { town, record } of holders) {
      const now = town.suppressions
        .filter((suppression) => suppression.residentNo === record.residentNo)
        .at(-1)
      assert.equal(now?.ended, false)
      assert.ok(addressLine(record.address).includes(canary))
    }
  }
  for (const key of Object.keys(protections))
    assert.ok(
      towns.some((town) => key in town.people),
      key,
    )
  assert.ok(markedNames.includes('金糸　ひそか') && markedNames.includes('高原　まりあ'))
})

test('all addresses of a town are in the town, and its maps are GeoJSON', () => {
  for (const town of towns) {
    const prefix = town.municipality.code.slice(0, 3)
    for (const { address } of town.residents)
      assert.ok(
        address.municipalityCode.startsWith(prefix) && address.city.startsWith(town.municipality.name),
      )
  }
  const codes = Object.keys(demoMunicipalities) as DemoMunicipalityCode[]
  assert.deepEqual(codes.toSorted(), towns.map((town) => town.municipality.code as string).toSorted())
  assert.equal(JSON.parse(sheltersGeoJson()).features.length, 69)
  assert.equal(JSON.parse(boundaryGeoJson()).features.length, 1)
  assert.ok(hida.cardSerials.some((card) => card.validUntil >= plainDate('2026-11-21')))
})
