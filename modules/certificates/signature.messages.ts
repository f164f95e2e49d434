import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const signatureProblems = {
  noBytes: {
    code: 'certificates/no-bytes',
    status: 410,
    title: 'この証明書の文書は、保存期間を過ぎたため残っていません',
    remedy: '証明書が要るときは、あらためて交付してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const signatureEvents = {
  signed: { code: 'certificates.document-signed', sentence: '交付した証明書の文書に署名しました' },
} as const satisfies Record<string, { readonly code: string; readonly sentence: string }>
