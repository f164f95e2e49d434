import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { addNonResident, PersonRefField, PersonRow, RegisterDateView } from '../ledger/ledger.contract.ts'
import { ledgerProblems } from '../ledger/ledger.messages.ts'
import { matchingProblems as problems } from './matching.messages.ts'
import { rowStates, sources, type RowState, type Source } from './matching.ts'
import { targets, type Target } from './matching.table.ts'

const sourceCodes = sources.map(({ value }) => value) as [Source, ...Source[]]
const targetCodes = targets.map(({ value }) => value) as [Target, ...Target[]]
const stateCodes = rowStates.map(({ value }) => value) as [RowState, ...RowState[]]

const counts = z.object({
  rows: z.int().meta({ title: '一覧の行' }),
  fresh: z.int().meta({ title: '新しく取り込む方' }),
  same: z.int().meta({ title: '前に取り込んだのと同じ行' }),
  refused: z.int().meta({ title: '氏名がなく取り込まない行' }),
})

/**
 * A list of people as CSV or XLSX. With `dryRun` nothing is written: it says how the columns were understood. The same rows
 * again change nothing.
 */
export const takeInList = endpoint({
  name: 'takeInList',
  method: 'POST',
  path: '/api/matching/lists',
  title: '名寄せの一覧の取込',
  permission: 'matching.change',
  input: z.object({
    listId: z.uuid(),
    disasterId: DisasterIdField,
    title: z
      .string()
      .trim()
      .min(1, '一覧の名前を入力してください')
      .max(60, '60文字以内で入力してください')
      .meta({ title: '一覧の名前' }),
    source: z.enum(sourceCodes).meta({ title: '一覧の種類' }),
    /** Rows that are certain link themselves. */
    automatic: z.boolean().meta({ title: '確実な行は自動で結び付ける' }),
    fileName: z.string().max(255),
    base64: z.base64().max(950_000, 'ファイルを分けてください（700KBまで）'),
    /** Of a workbook: its sheet, from 0. */
    sheet: z.int().min(0).max(100),
    /** What the columns are, in their order; `null` = as guessed, or as such a list was read the last time. */
    targets: z.array(z.enum(targetCodes).nullable()).max(200).nullable(),
    dryRun: z.boolean(),
  }),
  output: z.object({
    listId: z.string(),
    done: z.boolean(),
    counts,
    remembered: z.boolean(),
    sheets: z.array(z.string()),
    columns: z.array(
      z.object({
        header: z.string(),
        target: z.enum(targetCodes).nullable(),
        /** 個人番号 or 住民票コード: not shown and not taken. */
        secret: z.boolean(),
        samples: z.array(z.string()),
      }),
    ),
    findings: z.array(z.object({ line: z.int(), item: z.string(), message: z.string() })),
    findingCount: z.int(),
  }),
  problems: [ledgerProblems.notFound, problems.unreadable, problems.noName, problems.listTaken],
})

const ListView = z.object({
  listId: z.string(),
  title: z.string().meta({ title: '一覧の名前' }),
  source: z.enum(sourceCodes).meta({ title: '種類' }),
  automatic: z.boolean(),
  rows: z.int().meta({ title: '行' }),
  takenAt: z.string().meta({ title: '取り込んだ日時' }),
  by: z.string().meta({ title: '取り込んだ職員' }),
  states: z.array(z.object({ state: z.enum(stateCodes), count: z.int() })),
  /** Links that were made without a person. */
  linkedItself: z.int(),
})

export const listMatchingLists = endpoint({
  name: 'listMatchingLists',
  method: 'GET',
  path: '/api/disasters/:disasterId/matching/lists',
  title: '名寄せの一覧',
  permission: 'matching.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({ lists: z.array(ListView) }),
  problems: [ledgerProblems.notFound],
})

const ListedView = z.object({
  name: z.string().meta({ title: '氏名' }),
  kana: z.string().meta({ title: 'フリガナ' }),
  birth: RegisterDateView,
  age: z.int().nullable(),
  sex: z.enum(['1', '2', '3']),
})

export const listMatchingRows = endpoint({
  name: 'listMatchingRows',
  method: 'GET',
  path: '/api/matching/lists/:listId/rows',
  title: '一覧の行',
  permission: 'matching.view',
  input: z.object({
    listId: z.uuid(),
    state: z.enum(stateCodes).optional(),
    after: z.coerce.number().int().min(0).optional(),
  }),
  output: z.object({
    list: ListView,
    rows: z.array(
      ListedView.extend({
        rowId: z.string(),
        line: z.int(),
        state: z.enum(stateCodes),
        personRef: z.string().nullable(),
        automatic: z.boolean(),
      }),
    ),
    next: z.int().nullable(),
    /** The first row that waits for a person. */
    open: z.string().nullable(),
  }),
  problems: [problems.notFound],
})

export const getMatchingRow = endpoint({
  name: 'getMatchingRow',
  method: 'GET',
  path: '/api/matching/rows/:rowId',
  title: '一覧の方と候補',
  permission: 'matching.view',
  input: z.object({ rowId: z.uuid() }),
  output: z.object({
    rowId: z.string(),
    listId: z.string(),
    disasterId: z.string(),
    title: z.string(),
    source: z.enum(sourceCodes),
    line: z.int(),
    /** What has to be seen to decide; a decision names it. */
    step: z.int(),
    state: z.enum(stateCodes),
    personRef: z.string().nullable(),
    row: ListedView.extend({
      address: z.string(),
      phone: z.string(),
      household: z.string(),
      place: z.string(),
      note: z.string(),
    }),
    /** A candidate is under 支援措置: what tells a place is left out of the row. */
    concealed: z.boolean(),
    candidates: z.array(
      PersonRow.extend({ score: z.int(), reasons: z.array(z.string()), linked: z.boolean() }),
    ),
    history: z.array(
      z.object({
        step: z.int(),
        kind: z.enum(stateCodes),
        personRef: z.string().nullable(),
        automatic: z.boolean(),
        reason: z.string().nullable(),
        at: z.string(),
        by: z.string(),
      }),
    ),
    /** The next row of the list that waits for a person. */
    next: z.string().nullable(),
  }),
  problems: [problems.notFound],
})

const person = addNonResident.input.omit({ disasterId: true })

/** 同じ人 (`link`), 住登外者として追加 (`add`), 後で (`later`), 取消し (`undo`, with a reason). */
export const decideMatchingRow = endpoint({
  name: 'decideMatchingRow',
  method: 'POST',
  path: '/api/matching/rows/:rowId/decision',
  title: '名寄せの決定・取消し',
  permission: 'matching.change',
  input: z.object({
    rowId: z.uuid(),
    /** The step the clerk saw. */
    step: z.int().min(1),
    act: z.enum(['link', 'add', 'later', 'undo']),
    personRef: PersonRefField.nullable(),
    /** The 住登外者 as the clerk wrote them down; `add` only. */
    person: person.nullable(),
    reason: z.string().trim().max(500, '500文字以内で入力してください').meta({ title: '理由' }),
  }),
  output: z.object({
    state: z.enum(stateCodes),
    step: z.int(),
    personRef: z.string().nullable(),
    next: z.string().nullable(),
  }),
  problems: [
    problems.notFound,
    problems.wrongState,
    problems.personMissing,
    problems.reasonMissing,
    ledgerProblems.personNotInLedger,
  ],
})
