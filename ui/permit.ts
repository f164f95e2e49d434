import type { Endpoint } from '@open-bcl/core/endpoint.ts'

/** Whether the person may use an endpoint. The server decides all the same. */
export type Permit = { readonly allowed: true } | { readonly allowed: false; readonly reason: string }

/** `permissions` is `null` when nobody is signed in; `only`: the endpoints that are open at all, `null` = no such list. */
export function permitOf(
  permissions: readonly string[] | null,
  endpoint: Pick<Endpoint, 'permission' | 'title'> & Partial<Pick<Endpoint, 'name'>>,
  only: readonly string[] | null = null,
): Permit {
  if (endpoint.permission === 'public') return { allowed: true }
  if (permissions === null) return { allowed: false, reason: 'ログインすると利用できます。' }
  if (only !== null && !(endpoint.name !== undefined && only.includes(endpoint.name)))
    return { allowed: false, reason: `緊急閲覧では「${endpoint.title}」を使えません。` }
  if (endpoint.permission === 'signed-in' || permissions.includes(endpoint.permission))
    return { allowed: true }
  return { allowed: false, reason: `「${endpoint.title}」の権限がありません。` }
}
