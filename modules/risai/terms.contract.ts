import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { Day, DisasterIdField } from '../disasters/disasters.contract.ts'
import { disastersProblems } from '../disasters/disasters.messages.ts'
import { required } from './risai.contract.ts'
import { risaiProblems } from './risai.messages.ts'

const Until = Day.nullable().meta({ title: '申請期限' })
const ResurveyDays = z
  .int()
  .min(1, '1日以上で入力してください')
  .max(3650, '3650日以内で入力してください')
  .nullable()
  .meta({ title: '再調査の申請期限（決定の日から）' })

/** Until when applications may come; all municipal, so that each disaster has its own. */
export const getTerms = endpoint({
  name: 'getRisaiTerms',
  method: 'GET',
  path: '/api/risai/disasters/:disasterId/terms',
  title: '罹災証明書の申請期限',
  permission: 'risai.view',
  input: z.object({ disasterId: DisasterIdField }),
  output: z.object({
    /** 0 = as the disaster was registered. */
    termsNo: z.number(),
    applicationUntilOn: z.string().nullable().meta({ title: '申請期限' }),
    resurveyDays: z.number().nullable().meta({ title: '再調査の申請期限（決定の日から）' }),
    /** Newest first. */
    settings: z.array(
      z.object({
        termsNo: z.number(),
        applicationUntilOn: z.string().nullable(),
        resurveyDays: z.number().nullable(),
        note: z.string(),
        setAt: z.string(),
        setBy: z.string(),
      }),
    ),
  }),
  problems: [disastersProblems.notFound],
})

export const setTerms = endpoint({
  name: 'setRisaiTerms',
  method: 'POST',
  path: '/api/risai/disasters/:disasterId/terms',
  title: '罹災証明書の申請期限の設定',
  permission: 'risai.decide',
  input: z.object({
    disasterId: DisasterIdField,
    /** The setting the clerk saw. */
    termsNo: z.int().min(0),
    applicationUntilOn: Until,
    resurveyDays: ResurveyDays,
    note: required('根拠（要綱、告示など）', 200),
  }),
  output: z.object({ termsNo: z.number() }),
  problems: [disastersProblems.notFound, risaiProblems.termBeforeDisaster],
})
