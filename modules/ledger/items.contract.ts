import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { ItemValue, itemSources, ownTypes, type ItemSource } from './items.ts'
import { PersonRefField } from './ledger.contract.ts'
import { ledgerProblems as problems } from './ledger.messages.ts'
import { changeNotes, type ChangeNote } from './ledger.ts'

const sources = itemSources.map(({ value }) => value) as [ItemSource, ...ItemSource[]]
type OwnType = (typeof ownTypes)[number]['value']
const types = ownTypes.map(({ value }) => value) as [OwnType, ...OwnType[]]
const notes = changeNotes.map(({ value }) => value) as [ChangeNote, ...ChangeNote[]]

const Line = z.object({
  key: z.string().max(40),
  name: z.string().trim().min(1, '名前を入力してください').max(40, '40文字以内で入力してください'),
  shown: z.boolean().meta({ title: '表示する' }),
  own: z
    .object({
      type: z.enum(types).meta({ title: '種類' }),
      choices: z.array(z.string().trim().min(1).max(40)).max(50).meta({ title: '選択肢' }),
    })
    .nullable(),
})

const Item = z.object({
  key: z.string(),
  name: z.string().meta({ title: '項目' }),
  statutory: z.boolean().meta({ title: '法定' }),
  law: z.string().meta({ title: '根拠' }),
  type: z.enum(['derived', 'text', 'choice', 'choices', 'date', 'number', 'place', 'contacts', 'consent']),
  owner: z.enum(['register', 'clerk', 'household', 'risai', 'support', 'disclosure']),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  hint: z.string().optional(),
  shown: z.boolean(),
  own: z.boolean(),
})

export const getItemSheet = endpoint({
  name: 'getItemSheet',
  method: 'GET',
  path: '/api/ledger/item-sheet',
  title: '台帳の項目の設定',
  permission: 'ledger.view',
  input: z.object({}),
  output: z.object({ version: z.int(), items: z.array(Item), lines: z.array(Line) }),
})

/** The whole of the sheet, in order. Items may be hidden, never dropped: what was told under them stays. */
export const changeItemSheet = endpoint({
  name: 'changeItemSheet',
  method: 'POST',
  path: '/api/ledger/item-sheet',
  title: '台帳の項目の設定の変更',
  permission: 'ledger.settings',
  input: z.object({
    /** The version the clerk saw; 0 = none yet. */
    version: z.int().min(0),
    lines: z.array(Line).max(100),
  }),
  output: z.object({ version: z.int() }),
  problems: [problems.sheetImpossible],
})

const Told = z.object({
  version: z.int(),
  source: z.enum(sources),
  /** In words; `null` = concealed since the person is protected. */
  text: z.string().nullable(),
  at: z.string().meta({ title: '記録日時' }),
  by: z.string().meta({ title: '記録者' }),
})

/** The items that clerks keep of a person, each as it stands; legal ones nobody told anything about are among them. */
export const listItems = endpoint({
  name: 'listItems',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/items',
  title: '被災者の記載事項',
  permission: 'ledger.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({ items: z.array(Item.extend({ told: Told.nullable() })) }),
  problems: [problems.notFound, problems.personNotInLedger],
})

export const getItem = endpoint({
  name: 'getItem',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/items/:itemKey',
  title: '記載事項の値と履歴',
  permission: 'ledger.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField, itemKey: z.string().max(40) }),
  output: z.object({
    item: Item,
    /** As it stands; `null` = nothing was told, or it is concealed. */
    value: ItemValue.nullable(),
    version: z.int(),
    /** Newest first. */
    history: z.array(Told),
  }),
  problems: [problems.notFound, problems.personNotInLedger, problems.itemNotFound],
})

export const setItem = endpoint({
  name: 'setItem',
  method: 'POST',
  path: '/api/disasters/:disasterId/victims/:personRef/items/:itemKey',
  title: '記載事項の記録・訂正',
  permission: 'ledger.change',
  input: z.object({
    disasterId: DisasterIdField,
    personRef: PersonRefField,
    itemKey: z.string().max(40),
    /** The version the clerk saw; 0 = nothing was told. */
    version: z.int().min(0),
    value: ItemValue,
    source: z.enum(sources).meta({ title: 'どこから得たか' }),
  }),
  output: z.object({ version: z.int() }),
  problems: [problems.notFound, problems.personNotInLedger, problems.itemNotFound, problems.valueImpossible],
})

/** What the register says otherwise since the ledger was cut, and what was decided about it. */
export const listDifferences = endpoint({
  name: 'listDifferences',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/differences',
  title: '台帳作成後の住民記録との違い',
  permission: 'ledger.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    differences: z.array(
      z.object({
        note: z.enum(notes),
        before: z.string().meta({ title: '台帳' }),
        after: z.string().meta({ title: '住民記録（今）' }),
        /** `null` = nobody decided yet, or the register changed again since. */
        decided: z
          .object({
            outcome: z.enum(['accepted', 'kept']),
            reason: z.string(),
            at: z.string(),
            by: z.string(),
          })
          .nullable(),
        decisionNo: z.int(),
      }),
    ),
  }),
  problems: [problems.notFound, problems.personNotInLedger],
})

export const decideDifference = endpoint({
  name: 'decideDifference',
  method: 'POST',
  path: '/api/disasters/:disasterId/victims/:personRef/differences',
  title: '住民記録との違いの取込み・据置き',
  permission: 'ledger.change',
  input: z.object({
    disasterId: DisasterIdField,
    personRef: PersonRefField,
    note: z.enum(notes).meta({ title: '違い' }),
    /** Number of the last decision the clerk saw; 0 = none. */
    decisionNo: z.int().min(0),
    /** What the clerk saw the register say: it may have changed again. */
    after: z.string().max(1000),
    outcome: z.enum(['accepted', 'kept']).meta({ title: '取込み・据置き' }),
    reason: z.string().trim().max(500, '500文字以内で入力してください').meta({ title: '理由' }),
  }),
  output: z.object({ decisionNo: z.int() }),
  problems: [problems.notFound, problems.personNotInLedger, problems.noDifference],
})
