import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { ApplicationIdField, Changed, required, StateField, valuesOf, Version } from './risai.contract.ts'
import { risaiProblems } from './risai.messages.ts'
import { channels } from './risai.ts'

/** Perhaps the same application by another way, or another one of the same dwelling. A person decides. */
export const findSimilar = endpoint({
  name: 'findSimilarApplications',
  method: 'GET',
  path: '/api/risai/applications/:applicationId/similar',
  title: '同じ申請・同じ住家の申請の候補',
  permission: 'risai.view',
  input: z.object({ applicationId: ApplicationIdField }),
  output: z.object({
    similar: z.array(
      z.object({
        applicationId: z.string(),
        serialNo: z.string().meta({ title: '整理番号' }),
        state: StateField.meta({ title: '状態' }),
        channel: z.enum(valuesOf(channels)).meta({ title: '受付の方法' }),
        appliedOn: z.string().meta({ title: '申請日' }),
        applicantName: z.string().meta({ title: '申請者' }),
        headName: z.string().meta({ title: '世帯主' }),
        /** `null` = 支援措置のため非表示. */
        dwellingAddress: z.string().nullable().meta({ title: '被災住家の所在地' }),
        suppressed: z.boolean(),
        samePerson: z.boolean(),
        sameHousehold: z.boolean(),
        samePlace: z.boolean(),
        /** Items in which the two differ. */
        differs: z.array(z.string()).meta({ title: '違う項目' }),
      }),
    ),
  }),
  problems: [risaiProblems.notFound],
})

export const joinApplication = endpoint({
  name: 'joinApplication',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/join',
  title: '同じ申請の併合',
  permission: 'risai.apply',
  input: z.object({
    applicationId: ApplicationIdField,
    version: Version,
    /** The one that goes on. */
    intoId: ApplicationIdField,
    reason: required('併合の理由', 500),
  }),
  output: Changed,
  problems: [risaiProblems.notFound, risaiProblems.wrongState, risaiProblems.notJoinable],
})

export const partApplication = endpoint({
  name: 'partApplication',
  method: 'POST',
  path: '/api/risai/applications/:applicationId/part',
  title: '併合の取消し',
  permission: 'risai.apply',
  input: z.object({ applicationId: ApplicationIdField, version: Version }),
  output: Changed,
  problems: [risaiProblems.notFound, risaiProblems.wrongState],
})
