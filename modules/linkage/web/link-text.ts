import type { OutputOf } from '@open-bcl/core/endpoint.ts'
import { csvLine } from '../../interfaces/interfaces.csv.ts'
import type { getLinkFileErrors } from '../linkage.contract.ts'

export type LinkErrors = OutputOf<typeof getLinkFileErrors>['errors']

/** The errors as a CSV that Excel opens: UTF-8 with its mark. */
export function errorsCsv(errors: LinkErrors): string {
  const lines = errors.map(({ line, item, message }) =>
    csvLine([line === null ? '' : String(line), item, message]),
  )
  return `\u{feff}${csvLine(['行', '項目名', '理由'])}${lines.join('')}`
}

export const modeLabels = { full: '全件', delta: '差分' } as const
export const stateLabels = { applied: '反映済み', refused: '受取不可', verified: '試験で確認' } as const
