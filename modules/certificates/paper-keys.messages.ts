export const paperKeysEvents = {
  made: { code: 'certificates.paper-key-made', sentence: '用紙の鍵を作りました' },
  rotated: { code: 'certificates.paper-key-rotated', sentence: '用紙の鍵を替えました' },
  revoked: { code: 'certificates.paper-key-revoked', sentence: '用紙の鍵を失効としました' },
} as const satisfies Record<string, { readonly code: string; readonly sentence: string }>
