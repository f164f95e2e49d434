import type { ProblemKind } from '@open-bcl/core/problem.ts'
import type { CenterEvent } from './staff.messages.ts'

export const incidentProblems = {
  acknowledged: {
    code: 'center/incident-acknowledged',
    status: 409,
    title: 'この事案は、すでに確認されています',
    remedy: '画面を更新してください。気づいたことはメモに追加できます。',
  },
  acknowledgeFirst: {
    code: 'center/acknowledge-first',
    status: 409,
    title: '事案が確認されていないため、交付を再開できません',
    remedy: '原因と対応をメモに書いて事案を確認してから、再開してください。',
  },
  notStopped: {
    code: 'center/not-stopped',
    status: 409,
    title: 'この市区町村の交付は、この事案では停止していません',
    remedy: '画面を更新し、ほかの停止がないかを確かめてください。',
  },
} as const satisfies Record<string, ProblemKind>

export const incidentEvents = {
  acknowledged: { code: 'center.incident-acknowledged', sentence: '事案を確認しました' },
  noted: { code: 'center.incident-noted', sentence: '事案にメモを加えました' },
  restarted: { code: 'center.town-restarted', sentence: '市区町村の確認を受けて、交付を再開しました' },
} as const satisfies Record<string, CenterEvent>
