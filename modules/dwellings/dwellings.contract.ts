import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { dwellingsProblems } from './dwellings.messages.ts'
import { dwellingStates, structures, uses, type DwellingId } from './dwellings.ts'

export const DwellingIdField = z.uuid('家屋を選んでください').meta({ title: '家屋' }) as unknown as z.ZodType<
  DwellingId,
  string
>
/** The version the clerk saw: another one means that a colleague was first. */
const Version = z.int().min(1)
const StateField = z.enum(dwellingStates.map((one) => one.value))
const StructureField = z.enum(structures.map((one) => one.value))
const UseField = z.enum(uses.map((one) => one.value))
/** 町字ID; empty = houses whose block is not known. */
const BlockField = z.string().regex(/^(\d{7})?$/, '町字を選んでください')

const text = (title: string, max: number) =>
  z.string().trim().max(max, `${max}文字以内で入力してください`).meta({ title })
const required = (title: string, max: number) =>
  z
    .string()
    .trim()
    .min(1, `${title}を入力してください`)
    .max(max, `${max}文字以内で入力してください`)
    .meta({ title })

const Point = {
  latitude: z.number().min(20).max(46).meta({ title: '緯度' }),
  longitude: z.number().min(122).max(154).meta({ title: '経度' }),
}

/** One house as lists and maps show it. A building, and nobody under 支援措置: such owners and households are not there. */
export const DwellingRow = z.object({
  dwellingId: z.string(),
  version: z.number(),
  /** 物件番号; `null` = added by hand. */
  propertyNo: z.string().nullable().meta({ title: '物件番号' }),
  source: z.enum(['register', 'hand']).meta({ title: '記載のもと' }),
  state: StateField.meta({ title: '状態' }),
  blockCode: z.string(),
  town: z.string().meta({ title: '町字' }),
  number: z.string().meta({ title: '番地' }),
  building: z.string().meta({ title: '方書' }),
  houseNumber: z.string().meta({ title: '家屋番号' }),
  useCode: z.string().meta({ title: '用途' }),
  structureCode: z.string().meta({ title: '構造' }),
  storeys: z.number().nullable().meta({ title: '階数' }),
  floorArea: z.number().nullable().meta({ title: '延べ床面積' }),
  position: z
    .object({
      latitude: z.number(),
      longitude: z.number(),
      source: z.enum(['register', 'hand']),
      /** Who set it by hand, and when. */
      by: z.string().nullable(),
      at: z.string().nullable(),
    })
    .nullable()
    .meta({ title: '位置' }),
  owners: z.array(z.object({ name: z.string().meta({ title: '所有者' }), share: z.string() })),
  /** Of 支援措置 it shows the 町字 and the building, and nothing that leads there. */
  concealed: z.boolean(),
})

export const HouseholdInHouse = z.object({
  /** People of the ledger: the head first where the register says who that is. */
  personRef: z.string(),
  name: z.string().meta({ title: '世帯主' }),
  size: z.number().meta({ title: '人数' }),
  /** One of the household owns the house. */
  owns: z.boolean(),
})

export const listDwellingBlocks = endpoint({
  name: 'listDwellingBlocks',
  method: 'GET',
  path: '/api/dwellings/blocks',
  title: '家屋の町字別の件数',
  permission: 'dwellings.view',
  input: z.object({}),
  output: z.object({
    blocks: z.array(
      z.object({
        blockCode: z.string(),
        name: z.string().meta({ title: '町字' }),
        latitude: z.number().nullable(),
        longitude: z.number().nullable(),
        standing: z.number().meta({ title: '家屋の棟数' }),
      }),
    ),
    /** The town's outline for the map: longitude and latitude; empty where none is at hand. */
    outline: z.array(z.array(z.tuple([z.number(), z.number()]))),
    /** Credit of the open data. */
    credit: z.string(),
    /** What 家屋課税台帳 has otherwise than this register. */
    differences: z.object({ new: z.number(), changed: z.number(), removed: z.number() }),
    /** The last taking over from 家屋課税台帳. */
    run: z
      .object({ state: z.enum(['waiting', 'done']), askedAt: z.string(), by: z.string(), taken: z.number() })
      .nullable(),
  }),
})

export const searchDwellings = endpoint({
  name: 'searchDwellings',
  method: 'POST',
  path: '/api/dwellings/search',
  title: '家屋の検索',
  permission: 'dwellings.view',
  reads: true,
  input: z.object({
    blockCode: BlockField.meta({ title: '町字' }),
    number: text('番地', 50).default(''),
    /** With whom lived there in this disaster. */
    disasterId: DisasterIdField.nullish(),
    only: z.enum(['all', 'linked', 'unlinked', 'no-position']).default('all').meta({ title: '絞り込み' }),
  }),
  output: z.object({
    dwellings: z.array(DwellingRow.extend({ households: z.array(HouseholdInHouse) })),
    /** More than these: 番地 narrows them down. */
    more: z.boolean(),
  }),
  problems: [ledgerProblems.notFound],
})

export const getDwelling = endpoint({
  name: 'getDwelling',
  method: 'GET',
  path: '/api/dwellings/:dwellingId',
  title: '家屋の照会',
  permission: 'dwellings.view',
  input: z.object({ dwellingId: DwellingIdField, disasterId: DisasterIdField.nullish() }),
  output: z.object({
    dwelling: DwellingRow,
    households: z.array(HouseholdInHouse),
    /** What 家屋課税台帳 has by now, where it differs. */
    difference: z.enum(['changed', 'removed']).nullable(),
    /** Newest first. */
    versions: z.array(
      z.object({
        version: z.number(),
        source: z.enum(['register', 'hand']),
        reason: z.string().meta({ title: '理由' }),
        at: z.string().meta({ title: '日時' }),
        by: z.string().meta({ title: '記録者' }),
      }),
    ),
  }),
  problems: [dwellingsProblems.notFound, ledgerProblems.notFound],
})

const HouseFields = {
  blockCode: BlockField.meta({ title: '町字ID' }),
  town: required('町字', 120),
  number: text('番地', 100),
  building: text('方書', 300),
  useCode: UseField.meta({ title: '用途' }),
  structureCode: StructureField.meta({ title: '構造' }),
  storeys: z.int().min(0).max(99).nullable().meta({ title: '階数' }),
  reason: required('理由（確かめた方法）', 300),
}

const Changed = z.object({ dwellingId: z.string(), version: z.number() })

export const addDwelling = endpoint({
  name: 'addDwelling',
  method: 'POST',
  path: '/api/dwellings',
  title: '家屋の追加',
  permission: 'dwellings.change',
  input: z.object(HouseFields),
  output: Changed,
})

/** Owners and 家屋番号 stay as they are: they are 家屋課税台帳's. So does the place of a house that shows none, whatever is sent. */
export const changeDwelling = endpoint({
  name: 'changeDwelling',
  method: 'POST',
  path: '/api/dwellings/:dwellingId/change',
  title: '家屋の記載の変更',
  permission: 'dwellings.change',
  input: z.object({
    dwellingId: DwellingIdField,
    version: Version,
    state: StateField.meta({ title: '状態' }),
    ...HouseFields,
  }),
  output: Changed,
  problems: [dwellingsProblems.notFound],
})

export const positionDwelling = endpoint({
  name: 'positionDwelling',
  method: 'POST',
  path: '/api/dwellings/:dwellingId/position',
  title: '家屋の位置を地図で決める',
  permission: 'dwellings.change',
  input: z.object({ dwellingId: DwellingIdField, version: Version, ...Point }),
  output: Changed,
  problems: [dwellingsProblems.notFound, dwellingsProblems.concealed],
})

/** Houses that are new in 家屋課税台帳, all of them, by a job. What changed there is taken over one by one. */
export const takeNewHouses = endpoint({
  name: 'takeNewHouses',
  method: 'POST',
  path: '/api/dwellings/take',
  title: '家屋課税台帳の新しい家屋の取り込み',
  permission: 'dwellings.change',
  input: z.object({}),
  output: z.object({ runId: z.string(), houses: z.number() }),
  problems: [dwellingsProblems.runUnderWay],
})

/** One side of a difference, in words that compare. */
const Side = z.object({
  address: z.string(),
  useCode: z.string(),
  structureCode: z.string(),
  storeys: z.number().nullable(),
  floorArea: z.number().nullable(),
  state: StateField,
  owners: z.string(),
})

export const listHouseDifferences = endpoint({
  name: 'listHouseDifferences',
  method: 'GET',
  path: '/api/dwellings/differences',
  title: '家屋課税台帳との違い',
  permission: 'dwellings.view',
  input: z.object({ after: z.string().max(20).nullish() }),
  output: z.object({
    differences: z.array(
      z.object({
        propertyNo: z.string().meta({ title: '物件番号' }),
        dwellingId: z.string(),
        version: z.number(),
        kind: z.enum(['changed', 'removed']),
        ours: Side,
        /** `null` = 家屋課税台帳 has it no more. */
        theirs: Side.nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
})

/** Takes over what 家屋課税台帳 says of these houses, or keeps what stands here; either way the difference is settled. */
export const settleDifferences = endpoint({
  name: 'settleDifferences',
  method: 'POST',
  path: '/api/dwellings/differences/settle',
  title: '家屋課税台帳との違いの反映',
  permission: 'dwellings.change',
  input: z.object({
    act: z.enum(['take', 'keep']).meta({ title: '扱い' }),
    houses: z
      .array(z.object({ dwellingId: DwellingIdField, version: Version }))
      .min(1, '家屋を選んでください')
      .max(200, '一度に200棟までです'),
  }),
  output: z.object({ settled: z.number(), passedOver: z.number() }),
})

export const exportDwellings = endpoint({
  name: 'exportDwellings',
  method: 'POST',
  reads: true,
  path: '/api/dwellings/export',
  title: '家屋の一覧の書き出し（CSV）',
  permission: 'dwellings.view',
  input: z.object({ blockCode: BlockField.meta({ title: '町字' }), disasterId: DisasterIdField.nullish() }),
  output: z.object({}),
  produces: 'text/csv',
  problems: [ledgerProblems.notFound],
})
