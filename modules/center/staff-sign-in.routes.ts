import { centerRoute, type CenterCtx, type CenterRoute } from '@open-bcl/platform/http/serve-center.ts'
import * as factor from '@open-bcl/platform/second-factor-acts.ts'
import * as recovery from '@open-bcl/platform/second-factor-recovery.ts'
import * as recoveryContract from '../access/recovery.contract.ts'
import * as factorContract from '../access/second-factor.contract.ts'
import * as sessionsContract from '../access/sessions.contract.ts'
import * as staffContract from './staff.contract.ts'
import { factorSide } from './staff-factor.actions.ts'
import { recoverySide } from './staff-recovery.actions.ts'
import * as sessions from './staff-sessions.actions.ts'
import * as signIn from './staff-sign-in.actions.ts'

export { authenticateStaff } from './staff-sessions.actions.ts'

/** Signing in of the centre's operators: the endpoints of the towns' staff, at this origin, with these accounts. */
export function staffSignInRoutes(side: sessions.StaffSide): readonly CenterRoute[] {
  const shownOnce = { shownOnce: true } as const
  const own =
    <I, O>(act: (side: factor.FactorSide<sessions.Session>, input: I) => Promise<O>) =>
    async (ctx: CenterCtx, input: I): Promise<O> =>
      await act(await factorSide(ctx, side), input)
  return [
    centerRoute(staffContract.signIn, (ctx, input) => signIn.signIn(ctx, input, side)),
    centerRoute(staffContract.signOut, sessions.signOut),
    centerRoute(staffContract.getSession, (ctx) => sessions.getSession(ctx, side)),
    centerRoute(staffContract.changePassword, signIn.changePassword),
    centerRoute(factorContract.getSecondFactor, own(factor.getSecondFactor)),
    centerRoute(factorContract.confirmByCode, own(factor.confirmByCode), shownOnce),
    centerRoute(factorContract.confirmByRecoveryCode, own(factor.confirmByRecoveryCode), shownOnce),
    centerRoute(factorContract.askPasskey, own(factor.askPasskey)),
    centerRoute(factorContract.confirmByPasskey, own(factor.confirmByPasskey), shownOnce),
    centerRoute(factorContract.beginTotp, own(factor.beginTotp), shownOnce),
    centerRoute(factorContract.finishTotp, own(factor.finishTotp), shownOnce),
    centerRoute(factorContract.endTotp, own(factor.endTotp)),
    centerRoute(factorContract.askForPasskey, own(factor.askForPasskey)),
    centerRoute(factorContract.addPasskey, own(factor.addPasskey), shownOnce),
    centerRoute(factorContract.endPasskey, own(factor.endPasskey)),
    centerRoute(factorContract.makeRecoveryCodes, own(factor.makeRecoveryCodes), shownOnce),
    centerRoute(sessionsContract.listMySessions, sessions.listMySessions),
    centerRoute(sessionsContract.endMySession, sessions.endMySession),
    centerRoute(sessionsContract.endMyOtherSessions, sessions.endMyOtherSessions),
    centerRoute(recoveryContract.listRecoveries, (ctx) => recovery.listRecoveries(recoverySide(ctx))),
    centerRoute(recoveryContract.askRecovery, (ctx, input) => recovery.askRecovery(recoverySide(ctx), input)),
    centerRoute(
      recoveryContract.approveRecovery,
      (ctx, input) => recovery.approveRecovery(recoverySide(ctx), input),
      shownOnce,
    ),
    centerRoute(recoveryContract.endRecovery, (ctx, input) => recovery.endRecovery(recoverySide(ctx), input)),
  ]
}
