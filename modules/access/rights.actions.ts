import type { Actor } from '@open-bcl/platform/ctx.ts'

/** For what cannot be limited to a disaster: a right for some disasters does not do. */
export function holdsEverywhere(actor: Actor, permission: string): boolean {
  return actor.kind === 'staff' && actor.permissions.has(permission) && actor.limits?.has(permission) !== true
}
