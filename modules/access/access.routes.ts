import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as actions from './sign-in.actions.ts'
import * as contract from './access.contract.ts'

export const accessRoutes: readonly Route[] = [
  route(contract.signIn, actions.signIn),
  route(contract.signOut, actions.signOut),
  route(contract.getSession, actions.getSession),
  route(contract.changePassword, actions.changePassword),
]
