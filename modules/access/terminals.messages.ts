import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from './access.messages.ts'

export const terminalProblems = {
  already: {
    code: 'access/terminal-already',
    status: 409,
    title: 'この端末はすでに登録されています',
    remedy: '登録し直す場合は、先に一覧でこの端末の登録を取り消してください。',
  },
  byCertificate: {
    code: 'access/terminal-by-certificate',
    status: 409,
    title: 'この団体では、端末は証明書で登録します',
    remedy: '「端末を登録する」から、証明書を発行して登録してください。',
  },
  badRequest: {
    code: 'access/terminal-bad-request',
    status: 422,
    title: '証明書の要求（CSR）を読めません',
    remedy:
      '楕円曲線 P-256 の鍵で作った PKCS #10 の要求を、-----BEGIN CERTIFICATE REQUEST----- から始まる形のまま貼り付けてください。',
  },
  authorityEnds: {
    code: 'access/terminal-authority-ends',
    status: 409,
    title: '認証局の期限が近いため、端末証明書を発行できません',
    remedy: 'BCLの運用者に、認証局の更新を依頼してください。',
  },
  enrolledOnly: {
    code: 'access/enrolled-terminals-only',
    status: 403,
    title: 'この端末は登録されていないため、ログインできません',
    remedy:
      'この団体では、登録した端末だけで使えます。登録した端末では、端末用のアドレスを開き、求められたら証明書を選んでください。この端末を登録するときは、貴団体のシステム管理者に連絡してください。',
  },
  fromEnrolled: {
    code: 'access/set-from-enrolled-terminal',
    status: 409,
    title: 'この設定は、登録した端末からだけ「登録した端末だけ」にできます',
    remedy:
      '先に端末を登録し、その端末で端末用のアドレスからログインして、設定してください。誰もログインできなくなることを防ぐためです。',
  },
  certificateExpired: {
    code: 'access/terminal-certificate-expired',
    status: 403,
    title: 'この端末の証明書は期限が切れています',
    remedy: '貴団体のシステム管理者に、端末証明書の更新を依頼してください。',
  },
  notEnrolled: {
    code: 'access/terminal-not-enrolled',
    status: 403,
    title: 'この端末の登録は取り消されているか、この団体の端末ではありません',
    remedy:
      '貴団体のシステム管理者に連絡してください。別の証明書を選んだときは、ブラウザーを閉じて選び直してください。',
  },
  otherTerminal: {
    code: 'access/other-terminal',
    status: 401,
    title: 'ログインした端末と違う端末か、違うアドレスで開いています',
    remedy:
      'この端末で、もう一度ログインしてください。覚えがないときは、貴団体のシステム管理者に連絡してください。',
  },
  signInHere: {
    code: 'access/sign-in-at-terminal',
    status: 401,
    title: '登録した端末だけで使うことになりました',
    remedy:
      '登録した端末で、もう一度ログインしてください。端末の登録は、貴団体のシステム管理者に連絡してください。',
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
    sentence: 'マイナンバー利用事務系の端末を登録しました（ブラウザーの印）',
  },
  enrolled: { code: 'access.terminal-enrolled', sentence: '端末を登録し、端末証明書を発行しました' },
  renewed: { code: 'access.terminal-renewed', sentence: '端末証明書を更新しました' },
  revoked: {
    code: 'access.terminal-revoked',
    sentence: '端末の登録を取り消しました',
  },
  sessionElsewhere: {
    code: 'access.session-at-other-terminal',
    sentence: 'ログインした端末と違う端末からの操作を断りました',
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
