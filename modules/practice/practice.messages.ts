import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { AuditEvent } from '../access/access.messages.ts'

export const practiceProblems = {
  notReady: {
    code: 'practice/not-ready',
    status: 409,
    title: '練習の町は、まだ用意できていません',
    remedy: 'システム管理者が「練習の町を用意する」を押すと、少し待ってから始められます。',
  },
  underWay: {
    code: 'practice/under-way',
    status: 409,
    title: '練習の町を用意しているところです',
    remedy: '終わるまで少しお待ちください。この画面に状況が表示されます。',
  },
  nothing: {
    code: 'practice/nothing',
    status: 403,
    title: 'あなたの権限には、練習できる業務がありません',
    remedy: '練習できるのは災害時の業務です。必要な場合は、貴団体の管理者に権限の付与を依頼してください。',
  },
  here: {
    code: 'practice/here',
    status: 409,
    title: '練習中は、この操作はできません',
    remedy: '「練習を終える」を押し、ログインし直してから操作してください。',
  },
} as const satisfies Record<string, ProblemKind>

/** 監査の出来事: in the trail of the town itself. What is done while practising stands in the practice town's own. */
export const practiceEvents = {
  asked: { code: 'practice.asked', sentence: '練習の町の用意（はじめからのやり直し）を始めました' },
  prepared: { code: 'practice.prepared', sentence: '練習の町を用意しました' },
  entered: { code: 'practice.entered', sentence: '練習を始めました（ログアウトしました）' },
} as const satisfies Record<string, AuditEvent>
