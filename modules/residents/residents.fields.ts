import type { HouseholdNo, MunicipalityCode, PlainDate, ResidentNo } from '@open-bcl/core/brand.ts'
import type { RegisterDate } from '@open-bcl/core/register-date.ts'
import { checkRow, currentFields, registerDate, type FileColumns } from '../interfaces/interfaces.checks.ts'
import {
  dayOrNull,
  emptyRow,
  fieldsOfVersionedRow,
  indexer,
  putMarks,
  type ParsedRow,
  type Refused,
  type RowMarks,
} from '../interfaces/interfaces.fields.ts'
import { joinedAddress, putAddress } from './residents.addresses.ts'
import {
  displayName,
  noCopyItems,
  type CopyItems,
  type Reading,
  type ResidentRecord,
  type ResidentState,
  type SexCode,
} from './residents.ts'

/** `myNumber` stands beside the record so that a town that does not handle 個人番号 can refuse it before storing. */
export type ParsedResidentRow = ParsedRow<ResidentRecord> & { readonly myNumber: string | null }

const r = indexer('residents')
const ri = {
  residentNo: r('宛名番号'),
  historyNo: r('履歴番号'),
  branchNo: r('履歴番号_枝番'),
  householdNo: r('世帯番号'),
  kind: r('住民種別'),
  state: r('住民状態'),
  changedOn: r('異動年月日'),
  notifiedOn: r('異動届出年月日'),
  changeReason: r('異動事由'),
  full: r('氏名'),
  latin: r('氏名_外国人ローマ字'),
  kanji: r('氏名_外国人漢字'),
  kana: r('氏名_フリガナ'),
  former: r('旧氏'),
  formerKana: r('旧氏_フリガナ'),
  alias: r('通称'),
  aliasKana: r('通称_フリガナ'),
  preference: r('氏名優先区分'),
  familyReading: r('氏_振り仮名'),
  givenReading: r('名_振り仮名'),
  readingState: r('振り仮名_公証区分'),
  formerReading: r('旧氏_振り仮名'),
  formerReadingState: r('旧氏_振り仮名_公証区分'),
  preferred: r('氏名_優先'),
  preferredKana: r('氏名_フリガナ_優先'),
  sex: r('性別'),
  sexText: r('性別表記'),
  birth: r('生年月日'),
  relation1: r('続柄コード1'),
  relationText: r('続柄表記'),
  addressCode: r('住所_市区町村コード'),
  townCode: r('住所_町字コード'),
  prefecture: r('住所_都道府県'),
  city: r('住所_市区郡町村名'),
  town: r('住所_町字'),
  number: r('住所_番地号表記'),
  building: r('住所_方書'),
  postCode: r('住所_郵便番号'),
  becameResidentOn: r('住民となった年月日'),
  before: r('転入前住所_都道府県'),
  beforeAbroad: r('転入前住所_国名等'),
  within: r('転居前住所_都道府県'),
  removedOn: r('消除の異動年月日'),
  planned: r('転出先住所（予定）_都道府県'),
  plannedAbroad: r('転出先住所（予定）_国名等'),
  confirmed: r('転出先住所（確定）_都道府県'),
  confirmedAbroad: r('転出先住所（確定）_国名等'),
  foreignSince: r('外国人住民となった年月日'),
  nationalityCode: r('国籍等_国名コード'),
  nationality: r('国籍名等'),
  article30_45: r('第30条45規定区分'),
  statusOfResidence: r('在留資格等コード'),
  periodYears: r('在留期間等コード_年'),
  periodMonths: r('在留期間等コード_月'),
  periodDays: r('在留期間等コード_日'),
  periodUntil: r('在留期間の満了の日'),
  settledOn: r('住所を定めた年月日'),
  settledNotifiedOn: r('住所を定めた届出年月日'),
  domicile: r('本籍'),
  domicileHead: r('筆頭者'),
  recordCode: r('住民票コード'),
  cardNo: r('在留カード等番号'),
  order: r('世帯員_並び順'),
  remarks: r('住民票_備考'),
  myNumber: r('個人番号'),
  latest: r('最新フラグ'),
  deleted: r('削除フラグ'),
}

const stateOf: Readonly<Record<string, ResidentState>> = {
  '1': 'resident',
  '2': 'moved-out',
  '3': 'dead',
  '9': 'removed',
}
const codeOfState: Readonly<Record<ResidentState, string>> = {
  resident: '1',
  'moved-out': '2',
  dead: '3',
  removed: '9',
}

/** Checks and reads one row of 住民情報. `line` is the physical line, for the messages. */
export function parseResidentRow(
  row: readonly string[],
  columns: FileColumns,
  line: number,
): ParsedResidentRow | Refused {
  const errors = checkRow(row, columns, line)
  if (errors.length > 0) return { errors }
  const fields = currentFields(row, columns)
  const myNumber = fields[ri.myNumber]!
  return {
    record: residentRecord(fields),
    deleted: fields[ri.deleted] === '1',
    latest: fields[ri.latest] === '1',
    myNumber: myNumber === '' ? null : myNumber,
  }
}

/** The resident of a checked row; `fields` in the order of the interface. */
export function residentRecord(fields: readonly string[]): ResidentRecord {
  const at = (index: number): string => fields[index]!
  const dateAt = (index: number): RegisterDate => registerDate(at(index), at(index + 1), at(index + 2))
  const foreign = at(ri.kind) === '2'
  const relationCodes: string[] = []
  for (let i = ri.relation1; i < ri.relation1 + 4; i++) if (at(i) !== '') relationCodes.push(at(i))
  return {
    residentNo: at(ri.residentNo) as ResidentNo,
    historyNo: Number(at(ri.historyNo)),
    branchNo: Number(at(ri.branchNo)),
    householdNo: at(ri.householdNo) === '' ? null : (at(ri.householdNo) as HouseholdNo),
    kind: foreign ? 'foreign' : 'japanese',
    state: stateOf[at(ri.state)]!,
    changedOn: dateAt(ri.changedOn),
    notifiedOn: dayOrNull(at(ri.notifiedOn)),
    changeReason: at(ri.changeReason),
    name: {
      full: at(ri.full),
      kana: at(ri.kana),
      latin: at(ri.latin),
      kanji: at(ri.kanji),
      former: at(ri.former),
      formerKana: at(ri.formerKana),
      alias: at(ri.alias),
      aliasKana: at(ri.aliasKana),
      preference: at(ri.preference),
    },
    sex: sexOf(at(ri.sex)),
    sexText: at(ri.sexText),
    birth: dateAt(ri.birth),
    relationCodes,
    relationText: at(ri.relationText),
    address: {
      municipalityCode: at(ri.addressCode) as MunicipalityCode,
      townCode: at(ri.townCode),
      prefecture: at(ri.prefecture),
      city: at(ri.city),
      town: at(ri.town),
      number: at(ri.number),
      building: at(ri.building),
      postCode: at(ri.postCode),
    },
    becameResidentOn: dateAt(ri.becameResidentOn),
    addressBefore: joinedAddress(at, ri.before, ri.beforeAbroad),
    addressAfter:
      joinedAddress(at, ri.confirmed, ri.confirmedAbroad) || joinedAddress(at, ri.planned, ri.plannedAbroad),
    removedOn: dateAt(ri.removedOn),
    copy: copyItems(at, dateAt(ri.settledOn)),
    foreign: foreign
      ? {
          since: dateAt(ri.foreignSince),
          nationalityCode: at(ri.nationalityCode),
          nationality: at(ri.nationality),
          article30_45: at(ri.article30_45),
          statusOfResidence: at(ri.statusOfResidence),
          period: { years: at(ri.periodYears), months: at(ri.periodMonths), days: at(ri.periodDays) },
          periodUntil: dayOrNull(at(ri.periodUntil)),
          cardNo: at(ri.cardNo),
        }
      : null,
  }
}

const readingStates: Readonly<Record<string, Reading['state']>> = { '1': 'confirmed', '2': 'provisional' }
const codeOfReading: Readonly<Record<Reading['state'], string>> = {
  none: '0',
  confirmed: '1',
  provisional: '2',
}

function copyItems(at: (index: number) => string, settledOn: RegisterDate): CopyItems {
  const reading = (text: number, state: number): Reading => ({
    text: at(text),
    state: readingStates[at(state)] ?? 'none',
  })
  return {
    familyReading: reading(ri.familyReading, ri.readingState),
    givenReading: reading(ri.givenReading, ri.readingState),
    formerReading: reading(ri.formerReading, ri.formerReadingState),
    settledOn,
    settledNotifiedOn: dayOrNull(at(ri.settledNotifiedOn)),
    addressWithin: joinedAddress(at, ri.within),
    domicile: at(ri.domicile),
    domicileHead: at(ri.domicileHead),
    recordCode: at(ri.recordCode),
    order: at(ri.order) === '' ? null : Number(at(ri.order)),
    remarks: at(ri.remarks),
  }
}

function putCopyItems(fields: string[], copy: CopyItems): void {
  fields[ri.familyReading] = copy.familyReading.text
  fields[ri.givenReading] = copy.givenReading.text
  fields[ri.readingState] = codeOfReading[copy.familyReading.state]
  fields[ri.formerReading] = copy.formerReading.text
  fields[ri.formerReadingState] = codeOfReading[copy.formerReading.state]
  putDate(fields, ri.settledOn, copy.settledOn)
  fields[ri.settledNotifiedOn] = copy.settledNotifiedOn ?? ''
  putAddress(fields, ri.within, copy.addressWithin)
  fields[ri.domicile] = copy.domicile
  fields[ri.domicileHead] = copy.domicileHead
  fields[ri.recordCode] = copy.recordCode
  fields[ri.order] = copy.order === null ? '' : String(copy.order)
  fields[ri.remarks] = copy.remarks
}

/** What is kept in clear of a version beside its sealed row, for extraction. */
export type ClearColumns = Pick<ResidentRecord, 'householdNo' | 'kind' | 'state' | 'sex'> & {
  readonly birthOn: PlainDate | null
}

export function clearColumns(fields: readonly string[]): ClearColumns {
  const householdNo = fields[ri.householdNo]!
  return {
    householdNo: householdNo === '' ? null : (householdNo as HouseholdNo),
    kind: fields[ri.kind] === '2' ? 'foreign' : 'japanese',
    state: stateOf[fields[ri.state]!]!,
    sex: sexOf(fields[ri.sex]!),
    birthOn: registerDate(fields[ri.birth]!, fields[ri.birth + 1]!, fields[ri.birth + 2]!).on,
  }
}

function sexOf(code: string): SexCode {
  return code === '1' || code === '2' ? code : '3'
}

const nameColumns = [ri.full, ri.latin, ri.kanji, ri.former, ri.alias]
const kanaColumns = [ri.kana, ri.formerKana, ri.aliasKana]

/** The texts under which a person is found, by field of the blind index; `searchResidents` looks into the same ones. */
export function searchTexts(
  fields: readonly string[],
  found: (field: SearchField, text: string) => void,
): void {
  for (const at of nameColumns) if (fields[at] !== '') found('name', fields[at]!)
  for (const at of kanaColumns) if (fields[at] !== '') found('kana', fields[at]!)
  const address = `${fields[ri.town]!}${fields[ri.number]!} ${fields[ri.building]!}`
  if (address !== ' ') found('address', address)
}

/** Fields of the blind index. The same gram in another field is another token. */
export type SearchField = 'name' | 'kana' | 'address'

/** The flags are kept beside what is sealed, and no part of a record. */
const noFlags = { latest: false, deleted: false }

/** Reads what is sealed of a version: the row as it came, or the record of the first release as JSON. */
export function openResidentPayload(payload: string): ResidentRecord {
  if (payload.startsWith('{')) return ofFirstRelease(JSON.parse(payload) as FirstRelease)
  return residentRecord(fieldsOfVersionedRow('residents', payload, noFlags))
}

/** What the first release kept: no items of copies, and less of a foreign resident. */
type FirstRelease = Omit<ResidentRecord, 'copy' | 'foreign'> & {
  readonly foreign: Omit<NonNullable<ResidentRecord['foreign']>, 'since' | 'period' | 'cardNo'> | null
}

function ofFirstRelease(record: FirstRelease): ResidentRecord {
  const { foreign } = record
  const period = { years: '', months: '', days: '' }
  return {
    ...record,
    copy: noCopyItems,
    foreign: foreign && { ...foreign, since: record.becameResidentOn, period, cardNo: '' },
  }
}

function putDate(fields: string[], index: number, date: RegisterDate): void {
  fields[index] = date.on ?? ''
  fields[index + 1] = date.uncertain ? '1' : '0'
  fields[index + 2] = date.text ?? ''
}

const residentOperatorAt = r('操作者ID')

/** The row of a record, in the order of the interface; `parseResidentRow` gives the record back. */
export function writeResidentRow(
  municipalityCode: MunicipalityCode,
  record: ResidentRecord,
  marks: RowMarks,
  myNumber: string | null = null,
): string[] {
  const fields = emptyRow('residents')
  const { name, address, foreign } = record
  fields[0] = municipalityCode
  fields[ri.residentNo] = record.residentNo
  fields[ri.historyNo] = String(record.historyNo)
  fields[ri.branchNo] = String(record.branchNo)
  fields[ri.householdNo] = record.householdNo ?? ''
  fields[ri.kind] = record.kind === 'foreign' ? '2' : '1'
  fields[ri.state] = codeOfState[record.state]
  putDate(fields, ri.changedOn, record.changedOn)
  fields[ri.notifiedOn] = record.notifiedOn ?? ''
  fields[ri.changeReason] = record.changeReason
  fields[ri.full] = name.full
  fields[ri.latin] = name.latin
  fields[ri.kanji] = name.kanji
  fields[ri.kana] = name.kana
  fields[ri.former] = name.former
  fields[ri.formerKana] = name.formerKana
  fields[ri.alias] = name.alias
  fields[ri.aliasKana] = name.aliasKana
  fields[ri.preference] = name.preference
  fields[ri.preferred] = displayName(name)
  fields[ri.preferredKana] = displayName(name) === name.full ? name.kana : name.aliasKana
  fields[ri.sex] = record.sex
  fields[ri.sexText] = record.sexText
  putDate(fields, ri.birth, record.birth)
  for (const [i, relation] of record.relationCodes.slice(0, 4).entries()) fields[ri.relation1 + i] = relation
  fields[ri.relationText] = record.relationText
  fields[ri.addressCode] = address.municipalityCode
  fields[ri.townCode] = address.townCode
  fields[ri.prefecture] = address.prefecture
  fields[ri.city] = address.city
  fields[ri.town] = address.town
  fields[ri.number] = address.number
  fields[ri.building] = address.building
  fields[ri.postCode] = address.postCode
  putDate(fields, ri.becameResidentOn, record.becameResidentOn)
  putAddress(fields, ri.before, record.addressBefore)
  putAddress(fields, record.state === 'resident' ? ri.planned : ri.confirmed, record.addressAfter)
  putDate(fields, ri.removedOn, record.removedOn)
  putCopyItems(fields, record.copy)
  if (foreign !== null) {
    putDate(fields, ri.foreignSince, foreign.since)
    fields[ri.nationalityCode] = foreign.nationalityCode
    fields[ri.nationality] = foreign.nationality
    fields[ri.article30_45] = foreign.article30_45
    fields[ri.statusOfResidence] = foreign.statusOfResidence
    fields[ri.periodYears] = foreign.period.years
    fields[ri.periodMonths] = foreign.period.months
    fields[ri.periodDays] = foreign.period.days
    fields[ri.periodUntil] = foreign.periodUntil ?? ''
    fields[ri.cardNo] = foreign.cardNo
  }
  fields[ri.myNumber] = myNumber ?? ''
  putMarks(fields, residentOperatorAt, marks)
  return fields
}
