import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { CenterEvent } from './staff.messages.ts'

export const announcementProblems = {
  unknownNotice: {
    code: 'center/unknown-notice',
    status: 404,
    title: 'このお知らせは見つかりません',
    remedy: '同じ内容のメールが後から届いている場合は、新しいメールのアドレスを開いてください。',
  },
} as const satisfies Record<string, ProblemKind>

export const announcementEvents = {
  heard: { code: 'center.announcement.heard', sentence: '周知が伝わったことを記録しました' },
} as const satisfies Record<string, CenterEvent>

export const announcementLogCodes = {
  announced: { code: 'center.announced', sentence: '連絡先への周知を作りました', level: 'info' },
  mailFailed: {
    code: 'center.mail-failed',
    sentence: '周知のメールを送れませんでした。後で送り直します',
    level: 'warn',
  },
  failed: {
    code: 'center.announcing-failed',
    sentence: '周知に失敗しました。次の回にやり直します',
    level: 'error',
  },
} as const
