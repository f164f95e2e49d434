import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as factor from '@open-bcl/platform/second-factor-acts.ts'
import * as recovery from '@open-bcl/platform/second-factor-recovery.ts'
import * as accessContract from './access.contract.ts'
import { recoverySide } from './recovery.actions.ts'
import * as recoveryContract from './recovery.contract.ts'
import { factorSide } from './second-factor.actions.ts'
import * as factorContract from './second-factor.contract.ts'
import * as sessions from './sessions.actions.ts'
import * as sessionsContract from './sessions.contract.ts'
import * as signIn from './sign-in.actions.ts'
import * as settings from './sign-in-settings.actions.ts'
import * as settingsContract from './sign-in-settings.contract.ts'
import * as sso from './sso.actions.ts'
import * as ssoContract from './sso.contract.ts'
import { requireWayIn } from './this-terminal.actions.ts'

/** Signing in, and all that belongs to it. `site`: where this cloud is reached. */
export function signInRoutes(site: settings.SignInSite): readonly Route[] {
  const shownOnce = { shownOnce: true } as const
  const own =
    <I, O>(act: (side: factor.FactorSide<sessions.Session>, input: I) => Promise<O>) =>
    async (ctx: Ctx, input: I): Promise<O> =>
      await act(await factorSide(ctx, site), input)
  return [
    route(accessContract.signIn, signIn.signIn),
    route(accessContract.signOut, sessions.signOut),
    route(accessContract.getSession, sessions.getSession),
    route(accessContract.changePassword, signIn.changePassword),
    route(factorContract.getSecondFactor, own(factor.getSecondFactor)),
    route(factorContract.confirmByCode, own(factor.confirmByCode), shownOnce),
    route(factorContract.confirmByRecoveryCode, own(factor.confirmByRecoveryCode), shownOnce),
    route(factorContract.askPasskey, own(factor.askPasskey)),
    route(factorContract.confirmByPasskey, own(factor.confirmByPasskey), shownOnce),
    route(factorContract.beginTotp, own(factor.beginTotp), shownOnce),
    route(factorContract.finishTotp, own(factor.finishTotp), shownOnce),
    route(factorContract.endTotp, own(factor.endTotp)),
    route(factorContract.askForPasskey, own(factor.askForPasskey)),
    route(factorContract.addPasskey, own(factor.addPasskey), shownOnce),
    route(factorContract.endPasskey, own(factor.endPasskey)),
    route(factorContract.makeRecoveryCodes, own(factor.makeRecoveryCodes), shownOnce),
    route(sessionsContract.listMySessions, sessions.listMySessions),
    route(sessionsContract.endMySession, sessions.endMySession),
    route(sessionsContract.endMyOtherSessions, sessions.endMyOtherSessions),
    route(recoveryContract.listRecoveries, (ctx) => recovery.listRecoveries(recoverySide(ctx))),
    route(recoveryContract.askRecovery, (ctx, input) => recovery.askRecovery(recoverySide(ctx), input)),
    route(
      recoveryContract.approveRecovery,
      (ctx, input) => recovery.approveRecovery(recoverySide(ctx), input),
      shownOnce,
    ),
    route(recoveryContract.endRecovery, (ctx, input) => recovery.endRecovery(recoverySide(ctx), input)),
    route(ssoContract.getSsoOffer, (ctx) => sso.getSsoOffer(ctx, site)),
    route(ssoContract.beginSso, (ctx, input) => sso.beginSso(ctx, input, site)),
    route(ssoContract.finishSso, (ctx, input) => sso.finishSso(ctx, input, site)),
    route(settingsContract.getSignInSettings, (ctx) => settings.getSignInSettings(ctx, site)),
    route(settingsContract.changeSignInSetting, async (ctx, input) => {
      await requireWayIn(ctx, input)
      return await settings.changeSignInSetting(ctx, input, site)
    }),
  ]
}
