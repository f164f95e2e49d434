import { centerRoute, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import * as recoveryContract from '../access/recovery.contract.ts'
import * as factorContract from '../access/second-factor.contract.ts'
import * as sessionsContract from '../access/sessions.contract.ts'
import * as staffContract from './staff.contract.ts'
import * as factor from './staff-factor.actions.ts'
import * as recovery from './staff-recovery.actions.ts'
import * as sessions from './staff-sessions.actions.ts'
import * as signIn from './staff-sign-in.actions.ts'

export { authenticateStaff } from './staff-sessions.actions.ts'

/** Signing in of the centre's operators: the endpoints of the towns' staff, at this origin, with these accounts. */
export function staffSignInRoutes(side: sessions.StaffSide): readonly CenterRoute[] {
  const shownOnce = { shownOnce: true } as const
  return [
    centerRoute(staffContract.signIn, (ctx, input) => signIn.signIn(ctx, input, side)),
    centerRoute(staffContract.signOut, sessions.signOut),
    centerRoute(staffContract.getSession, (ctx) => sessions.getSession(ctx, side)),
    centerRoute(staffContract.changePassword, signIn.changePassword),
    centerRoute(factorContract.getSecondFactor, (ctx) => factor.getSecondFactor(ctx, side)),
    centerRoute(
      factorContract.confirmByCode,
      (ctx, input) => factor.confirmByCode(ctx, input, side),
      shownOnce,
    ),
    centerRoute(
      factorContract.confirmByRecoveryCode,
      (ctx, input) => factor.confirmByRecoveryCode(ctx, input, side),
      shownOnce,
    ),
    centerRoute(factorContract.askPasskey, (ctx) => factor.askPasskey(ctx, side)),
    centerRoute(
      factorContract.confirmByPasskey,
      (ctx, input) => factor.confirmByPasskey(ctx, input, side),
      shownOnce,
    ),
    centerRoute(factorContract.beginTotp, (ctx, input) => factor.beginTotp(ctx, input, side), shownOnce),
    centerRoute(factorContract.finishTotp, (ctx, input) => factor.finishTotp(ctx, input, side), shownOnce),
    centerRoute(factorContract.endTotp, (ctx, input) => factor.endTotp(ctx, input, side)),
    centerRoute(factorContract.askForPasskey, (ctx, input) => factor.askForPasskey(ctx, input, side)),
    centerRoute(factorContract.addPasskey, (ctx, input) => factor.addPasskey(ctx, input, side), shownOnce),
    centerRoute(factorContract.endPasskey, (ctx, input) => factor.endPasskey(ctx, input, side)),
    centerRoute(
      factorContract.makeRecoveryCodes,
      (ctx, input) => factor.makeRecoveryCodes(ctx, input, side),
      shownOnce,
    ),
    centerRoute(sessionsContract.listMySessions, sessions.listMySessions),
    centerRoute(sessionsContract.endMySession, sessions.endMySession),
    centerRoute(sessionsContract.endMyOtherSessions, sessions.endMyOtherSessions),
    centerRoute(recoveryContract.listRecoveries, recovery.listRecoveries),
    centerRoute(recoveryContract.askRecovery, recovery.askRecovery),
    centerRoute(recoveryContract.approveRecovery, recovery.approveRecovery, shownOnce),
    centerRoute(recoveryContract.endRecovery, recovery.endRecovery),
  ]
}
