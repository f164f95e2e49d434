import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import {
  householdActs,
  householdReasons,
  type HouseholdAct,
  type HouseholdReason,
} from './household-reasons.ts'
import { PersonRefField } from './ledger.contract.ts'
import { ledgerProblems as problems } from './ledger.messages.ts'

const actCodes = householdActs.map(({ value }) => value) as [HouseholdAct, ...HouseholdAct[]]
const reasonCodes = householdReasons.map(({ value }) => value) as [HouseholdReason, ...HouseholdReason[]]

/**
 * `split`: `people` go out, under `head`. `join`: the household of the one in `people` comes in whole. `add`: only that
 * one comes in. `head`: `head` becomes 世帯主. Households as they were when the disaster struck.
 */
export const changeHousehold = endpoint({
  name: 'changeHousehold',
  method: 'POST',
  path: '/api/disasters/:disasterId/victims/:personRef/household',
  title: '被災時の世帯の変更',
  permission: 'ledger.change',
  input: z.object({
    disasterId: DisasterIdField,
    /** Somebody of the household. */
    personRef: PersonRefField,
    /** The version the clerk saw; 0 = as the register has it. */
    version: z.int().min(0),
    act: z.enum(actCodes).meta({ title: '変更の内容' }),
    people: z.array(PersonRefField).max(50).meta({ title: '対象の方' }),
    /** `join` and `add`: the version of the other household that the clerk saw. */
    otherVersion: z.int().min(0),
    head: PersonRefField.nullable().meta({ title: '世帯主' }),
    reasonCode: z.enum(reasonCodes).meta({ title: '理由' }),
    reason: z.string().trim().max(500, '500文字以内で入力してください').meta({ title: '確認の方法・補足' }),
  }),
  output: z.object({ householdId: z.string(), version: z.int(), size: z.int() }),
  problems: [problems.notFound, problems.personNotInLedger, problems.householdUnchanged],
})
