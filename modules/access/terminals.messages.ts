import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const terminalProblems = {
  already: {
    code: 'access/terminal-already',
    status: 409,
    title: 'この端末はすでに登録されています',
    remedy: '登録し直す場合は、先に一覧でこの端末の登録を取り消してください。',
  },
  noSuchStaff: {
    code: 'access/no-such-staff',
    status: 422,
    title: 'そのIDの職員はいません',
    remedy: '職員のIDを確かめてください。',
  },
  oneself: {
    code: 'access/oneself',
    status: 422,
    title: 'ご自身を指定することはできません',
    remedy: '別のシステム管理者に指定を依頼してください。',
  },
  until: {
    code: 'access/until',
    status: 422,
    title: '終了日は今日から1年以内の日にしてください',
    remedy: '指定は期限を決めて行い、必要なときに指定し直します。',
  },
} as const satisfies Record<string, ProblemKind>

export const terminalEvents = {
  registered: {
    code: 'access.terminal-registered',
    sentence: 'マイナンバー利用事務系の端末を登録しました',
  },
  revoked: {
    code: 'access.terminal-revoked',
    sentence: 'マイナンバー利用事務系の端末の登録を取り消しました',
  },
  assigned: {
    code: 'access.my-number-holder-assigned',
    sentence: '個人番号利用事務実施者を指定しました',
  },
  ended: {
    code: 'access.my-number-holder-ended',
    sentence: '個人番号利用事務実施者の指定を終えました',
  },
} as const satisfies Record<string, AuditEvent>
