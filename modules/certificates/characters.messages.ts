import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const charactersProblems = {
  decidedMeanwhile: {
    code: 'certificates/decided-meanwhile',
    status: 409,
    title: 'この文字は、ほかの職員が先に処理しました',
    remedy: '画面を再読み込みして、今の状態を確かめてください。',
  },
} as const satisfies Record<string, ProblemKind>

export const charactersEvents = {
  listed: { code: 'certificates.characters-listed', sentence: '印字できない文字の一覧を見ました' },
  exported: {
    code: 'certificates.characters-exported',
    sentence: '印字できない文字の一覧をファイルに保存しました',
  },
  decided: { code: 'certificates.character-decided', sentence: '印字できない文字の処理を記録しました' },
} as const satisfies Record<string, { readonly code: string; readonly sentence: string }>
