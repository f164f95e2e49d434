/** The right to hand out the paper; the certificates module asks for it by kind. */
export const issuing = { permission: 'risai.issue', title: '罹災証明書の窓口交付' } as const

/** 取引番号: 128 random bits as 32 hexadecimal digits. */
export function transactionIdOf(random: Uint8Array): string {
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
