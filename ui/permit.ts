import type { Endpoint } from '@open-bcl/core/endpoint.ts'

/** Whether the person may use an endpoint. The server decides all the same. */
export type Permit = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

/** `permissions` is `null` when nobody is signed in. */
export function permitOf(
  permissions: readonly string[] | null,
  endpoint: Pick<Endpoint, 'permission' | 'title'>,
): Permit {
  if (endpoint.permission === 'public') return { allowed: true }
  if (permissions === null) return { allowed: false, reason: 'ログインすると利用できます。' }
  if (endpoint.permission === 'signed-in' || permissions.includes(endpoint.permission))
    return { allowed: true }
  return { allowed: false, reason: `「${endpoint.title}」の権限がありません。` }
}
