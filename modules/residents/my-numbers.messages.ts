import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from '../access/access.messages.ts'

export const myNumberProblems = {
  off: {
    code: 'my-numbers/off',
    status: 409,
    title: 'この団体は個人番号を扱っていません',
    remedy: '扱う場合は、特定個人情報保護評価を終えたうえで、団体の設定「個人番号」を変更してください。',
  },
  terminal: {
    code: 'my-numbers/terminal',
    status: 403,
    title: 'この端末では個人番号を表示できません',
    remedy: 'マイナンバー利用事務系として登録された端末で操作してください。登録はシステム管理者が行います。',
  },
  none: {
    code: 'my-numbers/none',
    status: 404,
    title: 'この宛名番号の個人番号はありません',
    remedy: '宛名番号を確かめてください。個人番号は住民記録システムから連携されたものだけがあります。',
  },
} as const satisfies Record<string, ProblemKind>

export const myNumberEvents = {
  written: { code: 'my-numbers.written', sentence: '個人番号を連携用データから保存・消去しました' },
  read: { code: 'my-numbers.read', sentence: '個人番号を表示しました' },
  refused: { code: 'my-numbers.refused', sentence: '個人番号の表示を断りました' },
  logRead: { code: 'my-numbers.log-read', sentence: '個人番号の取扱記録を表示しました' },
} as const satisfies Record<string, AuditEvent>
