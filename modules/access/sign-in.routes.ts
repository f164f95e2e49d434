import { route, type Route } from '@open-bcl/platform/http/serve.ts'
import * as accessContract from './access.contract.ts'
import * as recovery from './recovery.actions.ts'
import * as recoveryContract from './recovery.contract.ts'
import * as factor from './second-factor.actions.ts'
import * as factorContract from './second-factor.contract.ts'
import * as sessions from './sessions.actions.ts'
import * as sessionsContract from './sessions.contract.ts'
import * as signIn from './sign-in.actions.ts'
import * as settings from './sign-in-settings.actions.ts'
import * as settingsContract from './sign-in-settings.contract.ts'
import * as sso from './sso.actions.ts'
import * as ssoContract from './sso.contract.ts'

/** Signing in, and all that belongs to it. `site`: where this cloud is reached. */
export function signInRoutes(site: settings.SignInSite): readonly Route[] {
  const shownOnce = { shownOnce: true } as const
  return [
    route(accessContract.signIn, signIn.signIn),
    route(accessContract.signOut, sessions.signOut),
    route(accessContract.getSession, sessions.getSession),
    route(accessContract.changePassword, signIn.changePassword),
    route(factorContract.getSecondFactor, (ctx) => factor.getSecondFactor(ctx, site)),
    route(factorContract.confirmByCode, (ctx, input) => factor.confirmByCode(ctx, input, site), shownOnce),
    route(
      factorContract.confirmByRecoveryCode,
      (ctx, input) => factor.confirmByRecoveryCode(ctx, input, site),
      shownOnce,
    ),
    route(factorContract.askPasskey, (ctx) => factor.askPasskey(ctx, site)),
    route(
      factorContract.confirmByPasskey,
      (ctx, input) => factor.confirmByPasskey(ctx, input, site),
      shownOnce,
    ),
    route(factorContract.beginTotp, (ctx, input) => factor.beginTotp(ctx, input, site), shownOnce),
    route(factorContract.finishTotp, (ctx, input) => factor.finishTotp(ctx, input, site), shownOnce),
    route(factorContract.endTotp, (ctx, input) => factor.endTotp(ctx, input, site)),
    route(factorContract.askForPasskey, (ctx, input) => factor.askForPasskey(ctx, input, site)),
    route(factorContract.addPasskey, (ctx, input) => factor.addPasskey(ctx, input, site), shownOnce),
    route(factorContract.endPasskey, (ctx, input) => factor.endPasskey(ctx, input, site)),
    route(
      factorContract.makeRecoveryCodes,
      (ctx, input) => factor.makeRecoveryCodes(ctx, input, site),
      shownOnce,
    ),
    route(sessionsContract.listMySessions, sessions.listMySessions),
    route(sessionsContract.endMySession, sessions.endMySession),
    route(sessionsContract.endMyOtherSessions, sessions.endMyOtherSessions),
    route(recoveryContract.listRecoveries, recovery.listRecoveries),
    route(recoveryContract.askRecovery, recovery.askRecovery),
    route(recoveryContract.approveRecovery, recovery.approveRecovery, shownOnce),
    route(recoveryContract.endRecovery, recovery.endRecovery),
    route(ssoContract.beginSso, (ctx, input) => sso.beginSso(ctx, input, site)),
    route(ssoContract.finishSso, (ctx, input) => sso.finishSso(ctx, input, site)),
    route(settingsContract.getSignInSettings, (ctx) => settings.getSignInSettings(ctx, site)),
    route(settingsContract.changeSignInSetting, (ctx, input) =>
      settings.changeSignInSetting(ctx, input, site),
    ),
  ]
}
