/** 監査の出来事. */
export const noticesEvents = {
  requested: { code: 'notices.mail.requested', sentence: 'メール通知を依頼しました' },
  sent: { code: 'notices.mail.sent', sentence: 'メール通知を送信しました' },
  refused: { code: 'notices.mail.refused', sentence: 'メール通知が宛先に拒否されました' },
} as const
