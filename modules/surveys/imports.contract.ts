import { z } from 'zod'
import { endpoint } from '@open-bcl/core/endpoint.ts'
import { DisasterIdField } from '../disasters/disasters.contract.ts'
import { surveysProblems as problems } from './surveys.messages.ts'
import { required } from './tasks.contract.ts'

const counts = z.object({
  rows: z.number().meta({ title: '行' }),
  added: z.number().meta({ title: '新しい調査対象' }),
  matched: z.number().meta({ title: '登録済みの調査対象に結果を登録' }),
  unchanged: z.number().meta({ title: '変更なし' }),
  /** Houses with a result of their own: a person decides there. */
  kept: z.number().meta({ title: '結果があるため登録しない' }),
  refused: z.number().meta({ title: '誤りのため登録しない' }),
})

/**
 * Results of another system, or an insurer's (`reference`: noted for the surveyor, never a result). With `dryRun` nothing is
 * written. The same file again changes nothing.
 */
export const importResults = endpoint({
  name: 'importSurveyResults',
  method: 'POST',
  path: '/api/surveys/imports',
  title: '他の調査結果の取込',
  permission: 'surveys.decide',
  input: z.object({
    importId: z.uuid(),
    disasterId: DisasterIdField,
    /** As the clerk names it: the same name and the same number are the same house. */
    source: required('取込元の名前', 40),
    as: z.enum(['result', 'reference']).meta({ title: '取込の扱い' }),
    format: z.enum(['csv', 'geojson']).meta({ title: 'ファイルの形式' }),
    /** Of the file as it is: UTF-8 or Shift_JIS. */
    base64: z.base64().max(950_000, 'ファイルを分けてください（700KBまで）'),
    dryRun: z.boolean(),
  }),
  output: z.object({
    counts,
    findings: z.array(z.object({ line: z.number(), item: z.string(), message: z.string() })),
    findingCount: z.number(),
    /** Columns of the file that are not used. */
    unused: z.array(z.string()),
    done: z.boolean(),
  }),
  problems: [problems.importUnreadable, problems.numberTaken, problems.countChanged],
})
