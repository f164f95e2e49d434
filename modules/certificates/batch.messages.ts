import type { ProblemKind } from '@open-bcl/core/problem.ts'

export const batchProblems = {
  notFound: {
    code: 'certificates/batch-not-found',
    status: 404,
    title: 'その一括印刷は見つかりません',
    remedy: '一括印刷の一覧から選び直してください。',
  },
  nothingToPrint: {
    code: 'certificates/nothing-to-print',
    status: 422,
    title: '一括印刷する証明書がありません',
    remedy: '件数を読み込み直してください。ほかの職員が先に始めたときは、その一括印刷に入っています。',
  },
  wrongState: {
    code: 'certificates/batch-wrong-state',
    status: 409,
    title: '状態が変わったため、この操作はできません',
    remedy: '現在の状態を確かめてください。',
  },
  notDelivered: {
    code: 'certificates/bundle-not-delivered',
    status: 409,
    title: 'この束は、まだ開いていません',
    remedy: '束を開いて印刷してから、印刷の確認をしてください。',
  },
  bundleEmpty: {
    code: 'certificates/bundle-empty',
    status: 422,
    title: 'この束に、印刷できる証明書が残っていません',
    remedy: '「除いた証明書」の理由を確かめ、すでに印刷した紙があれば裁断してください。',
  },
  feeCharged: {
    code: 'certificates/batch-fee-charged',
    status: 422,
    title: '手数料のかかる証明書は、一括印刷できません',
    remedy: '証明書の手数料の設定を確かめるか、窓口で交付してください。',
  },
} as const satisfies Record<string, ProblemKind>

export const batchEvents = {
  asked: { code: 'certificates.batch-asked', sentence: '証明書の一括印刷を始めました' },
  moved: { code: 'certificates.batch-moved', sentence: '一括印刷の状態を変えました' },
  bundleDelivered: {
    code: 'certificates.bundle-delivered',
    sentence: '証明書の束を照合し、送りました',
  },
  bundleLeftOut: {
    code: 'certificates.bundle-left-out',
    sentence: '交付できなくなった証明書を、束から除きました',
  },
  bundleEnded: { code: 'certificates.bundle-ended', sentence: '証明書の束の印刷の結果を登録しました' },
} as const
