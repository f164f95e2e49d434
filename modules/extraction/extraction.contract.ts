import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { protectedWays, type ProtectedWay } from '../ledger/disclosures.ts'
import { PersonRefField, PersonRow } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { extractionProblems as problems } from './extraction.messages.ts'
import { itemActs, itemStates, type ItemAct, type ItemState } from './extraction.ts'

const permission = 'ledger.extract'
const states = itemStates.map(({ value }) => value) as [ItemState, ...ItemState[]]
const actCodes = itemActs.map(({ value }) => value) as [ItemAct, ...ItemAct[]]
const ways = protectedWays.map(({ value }) => value) as [ProtectedWay, ...ProtectedWay[]]
const ListIdField = z.uuid()
const age = z.int().min(0).max(130).nullable()
const size = z.int().min(1).max(50).nullable()
const codes = z.array(z.string().max(60)).max(50)

export const ConditionsField = z.object({
  ageFrom: age.meta({ title: '年齢（から）' }),
  ageTo: age.meta({ title: '年齢（まで）' }),
  sexes: z
    .array(z.enum(['1', '2', '3']))
    .max(3)
    .meta({ title: '性別' }),
  sizeFrom: size.meta({ title: '世帯の人数（から）' }),
  sizeTo: size.meta({ title: '世帯の人数（まで）' }),
  elderlyOnly: z.boolean().meta({ title: '65歳以上だけの世帯' }),
  area: z.string().trim().max(100).meta({ title: '地域（住所の一部）' }),
  careLevels: z.array(z.string().max(2)).max(20).meta({ title: '要介護状態区分' }),
  disability: z.boolean().meta({ title: '障害者手帳などの記録がある' }),
  entered: z.boolean().nullable().meta({ title: '台帳の記載' }),
  items: z
    .array(z.object({ key: z.string().max(40), codes }))
    .max(20)
    .meta({ title: '記載事項' }),
  facts: z
    .array(z.object({ kind: z.string().max(60), code: z.string().max(40), values: codes }))
    .max(20)
    .meta({ title: '経過' }),
})

const Counted = z.object({
  /** Everybody who meets the conditions. */
  count: z.int().meta({ title: '該当する人数' }),
  /** 支援措置 among them. With a condition of place they are neither counted nor listed: a count would tell where. */
  suppressed: z.int().meta({ title: 'うち支援措置の対象' }),
})

/** How many there are, before anybody is opened. */
export const countExtraction = endpoint({
  name: 'countExtraction',
  method: 'POST',
  path: '/api/disasters/:disasterId/extraction/count',
  title: '援護対象者の人数',
  permission,
  reads: true,
  input: z.object({ disasterId: DisasterIdField, conditions: ConditionsField }),
  output: Counted,
  problems: [ledgerProblems.notFound, problems.noCondition],
})

/** Keeps those who meet the conditions now as a list, to be worked off. */
export const saveExtraction = endpoint({
  name: 'saveExtraction',
  method: 'POST',
  path: '/api/disasters/:disasterId/extraction/lists',
  title: '援護対象者の一覧の保存',
  permission,
  input: z.object({
    disasterId: DisasterIdField,
    name: z
      .string()
      .trim()
      .min(1, '一覧の名前を入力してください')
      .max(60, '60文字以内で入力してください')
      .meta({ title: '一覧の名前' }),
    conditions: ConditionsField,
  }),
  output: z.object({ listId: z.string(), people: z.int() }),
  problems: [ledgerProblems.notFound, problems.noCondition, problems.tooMany, problems.nobody],
})

const Listed = z.object({
  listId: z.string(),
  name: z.string().meta({ title: '一覧の名前' }),
  madeAt: z.string().meta({ title: '保存した日時' }),
  by: z.string().meta({ title: '保存した人' }),
  people: z.int().meta({ title: '人数' }),
  done: z.int().meta({ title: '済み' }),
  skipped: z.int().meta({ title: '見送り' }),
  /** Open and given to whoever asks. */
  mine: z.int().meta({ title: '自分の担当' }),
})

export const listExtractions = endpoint({
  name: 'listExtractions',
  method: 'GET',
  path: '/api/disasters/:disasterId/extraction/lists',
  title: '援護対象者の一覧',
  permission,
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ lists: z.array(Listed) }),
  problems: [ledgerProblems.notFound],
})

const Item = PersonRow.extend({
  position: z.int(),
  state: z.enum(states).meta({ title: '状態' }),
  version: z.int(),
  assignee: z.string().nullable().meta({ title: '担当' }),
  mine: z.boolean(),
  changedAt: z.string().meta({ title: '更新日時' }),
})

export const getExtraction = endpoint({
  name: 'getExtraction',
  method: 'GET',
  path: '/api/extraction/lists/:listId',
  title: '援護対象者の一覧の中身',
  permission,
  input: z.object({
    listId: ListIdField,
    state: z.enum(states).optional(),
    /** Only what is given to whoever asks. */
    only: z.enum(['mine']).optional(),
    /** The last position seen; 50 are answered. */
    after: z.coerce.number().int().min(0).optional(),
  }),
  output: Listed.extend({
    disasterId: z.string(),
    conditions: ConditionsField,
    items: z.array(Item),
    next: z.int().nullable(),
  }),
  problems: [problems.notFound],
})

const AfterAct = z.object({
  position: z.int(),
  state: z.enum(states),
  version: z.int(),
  personRef: z.string(),
})

/** The next person to be worked on, given to whoever asks; `null` = nobody is left. */
export const takeNextItem = endpoint({
  name: 'takeNextItem',
  method: 'POST',
  path: '/api/extraction/lists/:listId/next',
  title: '援護対象者の一覧の次の方',
  permission,
  input: z.object({ listId: ListIdField }),
  output: z.object({ item: AfterAct.nullable() }),
  problems: [problems.notFound],
})

/** On the page of a person: what of the lists whoever asks was given to do about them. */
export const listItemsOf = endpoint({
  name: 'listItemsOf',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/extraction',
  title: '援護対象者の一覧での自分の担当',
  permission,
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    items: z.array(
      z.object({
        listId: z.string(),
        position: z.int(),
        version: z.int(),
        name: z.string(),
        people: z.int(),
        worked: z.int(),
      }),
    ),
  }),
  problems: [ledgerProblems.notFound],
})

export const actOnItem = endpoint({
  name: 'actOnItem',
  method: 'POST',
  path: '/api/extraction/lists/:listId/items/:position',
  title: '援護対象者の一覧の対応の記録',
  permission,
  input: z.object({
    listId: ListIdField,
    position: z.coerce.number().int().min(1),
    /** The version the clerk saw. */
    version: z.int().min(1),
    act: z.enum(actCodes).meta({ title: '対応' }),
    note: z.string().trim().max(500, '500文字以内で入力してください').meta({ title: '内容・理由' }),
  }),
  output: AfterAct,
  problems: [problems.notFound, problems.wrongState, problems.reasonMissing],
})

const file = {
  method: 'GET',
  permission,
  input: z.object({
    listId: ListIdField,
    /** 支援措置の対象者: never with whereabouts, and not at all when the file is to leave the office. */
    protectedPeople: z.enum(ways).default('without-contact').meta({ title: '支援措置の対象者の扱い' }),
  }),
  output: z.object({}),
  problems: [problems.notFound],
} as const

export const exportExtractionCsv = endpoint({
  ...file,
  name: 'exportExtractionCsv',
  path: '/api/extraction/lists/:listId/list.csv',
  title: '援護対象者の一覧（CSV）',
  produces: 'text/csv',
})

export const exportExtractionXlsx = endpoint({
  ...file,
  name: 'exportExtractionXlsx',
  path: '/api/extraction/lists/:listId/list.xlsx',
  title: '援護対象者の一覧（Excel）',
  problems: [problems.notFound, problems.tooManyForWorkbook],
  produces: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})
