import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { NonResidentIdField, PersonRefField, PersonRow } from './ledger.contract.ts'
import { ledgerProblems as problems } from './ledger.messages.ts'

/** A 住登外者 turns out to be somebody of the register (`same`), or turns out not to be after all. */
export const tellIdentity = endpoint({
  name: 'tellIdentity',
  method: 'POST',
  path: '/api/disasters/:disasterId/non-residents/:nonResidentId/identity',
  title: '住登外者と住民の同一人物の登録・取消し',
  permission: 'ledger.change',
  input: z.object({
    disasterId: DisasterIdField,
    nonResidentId: NonResidentIdField,
    /** The version the clerk saw; 0 = nothing was told yet. */
    version: z.int().min(0),
    same: z.boolean().meta({ title: '同じ人である' }),
    /** Of the register; not asked for when it is taken back. */
    personRef: PersonRefField.nullable().meta({ title: '住民' }),
    reason: z
      .string()
      .trim()
      .min(1, '確かめた方法や理由を入力してください')
      .max(500, '500文字以内で入力してください')
      .meta({ title: '理由（確かめた方法）' }),
  }),
  output: z.object({ version: z.int() }),
  problems: [
    problems.notFound,
    problems.personNotInLedger,
    problems.identityAsBefore,
    problems.identityNotResident,
  ],
})

export const getIdentity = endpoint({
  name: 'getIdentity',
  method: 'GET',
  path: '/api/disasters/:disasterId/victims/:personRef/identity',
  title: '同一人物の登録',
  permission: 'ledger.view',
  input: z.object({ disasterId: DisasterIdField, personRef: PersonRefField }),
  output: z.object({
    /** Who else of this ledger is the same person. */
    same: z.array(PersonRow),
    version: z.int(),
    /** Of a 住登外者, newest first. */
    history: z.array(
      z.object({
        version: z.int(),
        residentNo: z.string(),
        same: z.boolean(),
        /** `null` = concealed since the person is protected. */
        reason: z.string().nullable(),
        at: z.string(),
        by: z.string(),
      }),
    ),
  }),
  problems: [problems.notFound, problems.personNotInLedger],
})
