import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const backPageProblems = {
  notOurs: {
    code: 'backpage/not-ours',
    status: 404,
    title: 'この証明書交付センターが作った裏面ではありません',
    remedy: '証明書の案内にあるアドレスのページで、もう一度お試しください。',
  },
  cannotBeMade: {
    code: 'backpage/cannot-be-made',
    status: 503,
    title: '証明書の裏面を作れませんでした',
    remedy: 'しばらくしてから、もう一度操作してください。手続を終えると、投入された現金は返却されます。',
  },
} as const satisfies Record<string, ProblemKind>

/** Log lines: identifiers only. Who asks for a page to be decoded is not known and not logged. */
export const backPageLogCodes = {
  made: { code: 'backpage.made', sentence: '裏面を作りました', level: 'info' },
  failed: { code: 'backpage.failed', sentence: '裏面を作れませんでした', level: 'error' },
  keyMade: { code: 'backpage.key-made', sentence: '裏面の鍵を作りました', level: 'info' },
} as const
