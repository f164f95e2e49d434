/**
 * 災害名新規登録 opens the ledger with the disaster, so its endpoint and form belong to the ledger, which stands above this
 * module. What the list needs to lead there: its page and the right.
 */
export const registering = {
  path: '/disasters/new',
  permission: 'disasters.register',
  title: '災害名新規登録',
} as const
