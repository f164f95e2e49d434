import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const signInSettingProblems = {
  issuerNotAllowed: {
    code: 'access/issuer-not-allowed',
    status: 422,
    title: 'この発行者は、運用者に許可されていません',
    remedy: '発行者のURLを確かめてください。初めて使う場合は、BCLの運用者に登録を依頼してください。',
  },
  secretMissing: {
    code: 'access/sso-secret-missing',
    status: 422,
    title: 'クライアントシークレットを入力してください',
    remedy: '認証基盤で発行されたクライアントシークレットを入力してください。',
  },
  unknownRole: {
    code: 'access/unknown-role-in-setting',
    status: 422,
    title: '2段階認証を必須とする権限を選んでください',
    remedy: '1つ以上の権限を選ぶか、「全員」または「必須としない」を選んでください。',
  },
} as const satisfies Record<string, ProblemKind>

export const signInSettingEvents = {
  changed: { code: 'access.sign-in-setting-changed', sentence: 'ログインの設定を変更しました' },
} as const satisfies Record<string, AuditEvent>
