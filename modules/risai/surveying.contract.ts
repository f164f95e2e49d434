import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { damageGrades } from '../disasters/grades.ts'
import { surveyStages, taskStates } from '../surveys/surveys.ts'
import { ApplicationIdField, valuesOf } from './risai.contract.ts'
import { risaiProblems } from './risai.messages.ts'
import { surveyMethods } from './risai.ts'

/** What the surveys of an application found, the newest first, and until when the first is to be expected. */
export const getApplicationSurveys = endpoint({
  name: 'getApplicationSurveys',
  method: 'GET',
  path: '/api/risai/applications/:applicationId/surveys',
  title: '申請の被害認定調査',
  permission: 'risai.view',
  input: z.object({ applicationId: ApplicationIdField }),
  output: z.object({
    surveys: z.array(
      z.object({
        taskId: z.string(),
        taskNo: z.string().meta({ title: '調査番号' }),
        stage: z.enum(valuesOf(surveyStages)).meta({ title: '調査の段階' }),
        state: z.enum(valuesOf(taskStates)).meta({ title: '状態' }),
        teamName: z.string().nullable().meta({ title: '班' }),
        result: z
          .object({
            grade: z.enum(valuesOf(damageGrades)).meta({ title: '被害の程度' }),
            method: z.enum(valuesOf(surveyMethods)),
            /** 損害割合 in hundredths of a percent; `null` = decided without one. */
            percentX100: z.number().nullable(),
            guidelineCode: z.string(),
            surveyedOn: z.string(),
            surveyors: z.array(z.string()),
            /** '' of a protected application. */
            reason: z.string(),
            decidedBy: z.string(),
          })
          .nullable(),
      }),
    ),
    /** `null` = in no plan, no pace yet, or concealed. */
    forecast: z.object({ areaName: z.string(), byOn: z.string() }).nullable(),
  }),
  problems: [risaiProblems.notFound],
})
