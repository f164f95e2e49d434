import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { subsystems, type Subsystem } from './item-names.ts'
import { ledgerProblems as problems } from './ledger.messages.ts'

const SubsystemField = z
  .enum(subsystems.map(({ value }) => value) as [Subsystem, ...Subsystem[]])
  .meta({ title: '業務' })
const Line = z.object({
  key: z.string().max(40),
  name: z.string().trim().min(1, '名前を入力してください').max(40, '40文字以内で入力してください'),
  shown: z.boolean().meta({ title: '表示する' }),
})

/** Every page of the subsystem asks it; it holds words of the town about nobody. */
export const getItemNames = endpoint({
  name: 'getItemNames',
  method: 'GET',
  path: '/api/item-names',
  title: '業務ごとの項目の設定',
  permission: 'signed-in',
  input: z.object({ subsystem: SubsystemField }),
  output: z.object({ version: z.int(), lines: z.array(Line) }),
})

/** The whole of the sheet, in order. */
export const changeItemNames = endpoint({
  name: 'changeItemNames',
  method: 'POST',
  path: '/api/item-names',
  title: '業務ごとの項目の設定の変更',
  permission: 'ledger.settings',
  input: z.object({
    subsystem: SubsystemField,
    /** The version the clerk saw; 0 = none yet. */
    version: z.int().min(0),
    lines: z.array(Line).max(100),
  }),
  output: z.object({ version: z.int() }),
  problems: [problems.sheetImpossible],
})
