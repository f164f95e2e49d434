import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const ssoProblems = {
  notOffered: {
    code: 'access/sso-not-offered',
    status: 422,
    title: 'この団体では、認証基盤でのログインを使えません',
    remedy: 'IDとパスワードでログインしてください。',
  },
  providerAway: {
    code: 'access/sso-provider-away',
    status: 503,
    title: '団体の認証基盤につながりません',
    remedy: '少し待ってから、もう一度操作してください。急ぐ場合は、IDとパスワードでログインしてください。',
  },
  refused: {
    code: 'access/sso-refused',
    status: 401,
    title: '認証基盤でのログインを確認できませんでした',
    remedy:
      'ログイン画面から、もう一度やり直してください。続く場合は、このシステムに職員として登録されているか、貴団体の管理者に確かめてください。',
  },
} as const satisfies Record<string, ProblemKind>

export const ssoEvents = {
  refused: {
    code: 'access.sso-refused',
    sentence: '認証基盤でのログインを断りました（対応するアカウントがないか、確認できません）',
  },
} as const satisfies Record<string, AuditEvent>
