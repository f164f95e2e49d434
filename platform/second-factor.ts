import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { hashOfCode, newRecoveryCodes, newTotpSecret, stepOfCode, totpUri } from './one-time-codes.ts'

/**
 * The second factor of a person, whoever keeps the accounts: a town's staff in the cloud, the operators at the centre.
 * What is kept is reached through `FactorStore`; who calls decides what follows from a yes or a no.
 */

export type Passkey = {
  readonly passkeyId: string
  readonly credentialId: string
  readonly publicKey: Uint8Array
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly madeAt: Date
  readonly usedAt: Date | null
}

export type Totp = {
  readonly totpId: string
  readonly secret: string
  readonly confirmedAt: Date | null
  readonly lastStep: number | null
}

/** Of one person and, for challenges, of one session. */
export type FactorStore = {
  /** Those that have not ended; at most one is confirmed, at most one is not. */
  totps(): Promise<readonly Totp[]>
  /** In place of one that was never confirmed. */
  addTotp(secret: string): Promise<void>
  /** In place of one that was confirmed before. */
  confirmTotp(totpId: string, step: number): Promise<void>
  /** False when this step, or a later one, was taken meanwhile. */
  takeStep(totpId: string, step: number): Promise<boolean>
  endTotp(): Promise<boolean>
  passkeys(): Promise<readonly Passkey[]>
  addPasskey(passkey: Omit<Passkey, 'passkeyId' | 'madeAt' | 'usedAt'>): Promise<boolean>
  /** False when the authenticator has counted on meanwhile. */
  takePasskey(passkey: Passkey, counter: number): Promise<boolean>
  endPasskey(passkeyId: string): Promise<boolean>
  replaceRecoveryCodes(hashes: readonly Buffer[]): Promise<void>
  recoveryCodesLeft(): Promise<number>
  takeRecoveryCode(hash: Buffer): Promise<boolean>
  /** Uses the code that two administrators have given out. */
  takeRecovery(hash: Buffer): Promise<boolean>
  /** All that is enrolled counts no more. */
  forget(): Promise<void>
  /** Remembers what a passkey of this session is asked to sign. */
  putChallenge(challenge: string): Promise<void>
  /** Once; `null` when there is none or it is too old. Survives a refusal. */
  takeChallenge(): Promise<string | null>
}

/** EdDSA, ES256, RS256 (COSE): what authenticators have today. */
const ALGORITHMS = [-8, -7, -257]

/** Where passkeys hold: pages of these origins, all of one host. */
export type Site = { readonly name: string; readonly origins: readonly string[] }

export type FactorDesk = {
  readonly now: Date
  readonly site: Site
  readonly person: { readonly id: string; readonly loginId: string; readonly displayName: string }
  readonly store: FactorStore
}

export async function beginTotp({
  store,
  site,
  person,
}: FactorDesk): Promise<{ secret: string; uri: string }> {
  const secret = newTotpSecret()
  await store.addTotp(secret)
  return { secret, uri: totpUri(secret, site.name, person.loginId) }
}

/** A secret counts once the app has shown that it has it. */
export async function confirmTotp({ store, now }: FactorDesk, code: string): Promise<boolean> {
  const coming = (await store.totps()).find((one) => one.confirmedAt === null)
  const step = coming ? stepOfCode(coming.secret, code, now, null) : null
  if (!coming || step === null) return false
  await store.confirmTotp(coming.totpId, step)
  return true
}

export async function checkTotp({ store, now }: FactorDesk, code: string): Promise<boolean> {
  const totp = (await store.totps()).find((one) => one.confirmedAt !== null)
  const step = totp ? stepOfCode(totp.secret, code, now, totp.lastStep) : null
  return totp !== undefined && step !== null && (await store.takeStep(totp.totpId, step))
}

/** Those of before count no more. */
export async function replaceRecoveryCodes({ store }: FactorDesk): Promise<string[]> {
  const codes = newRecoveryCodes()
  await store.replaceRecoveryCodes(codes.map(hashOfCode))
  return codes
}

export async function checkRecoveryCode({ store }: FactorDesk, code: string): Promise<boolean> {
  return await store.takeRecoveryCode(hashOfCode(code))
}

export async function isEnrolled({ store }: Pick<FactorDesk, 'store'>): Promise<boolean> {
  const totps = await store.totps()
  return totps.some((one) => one.confirmedAt !== null) || (await store.passkeys()).length > 0
}

/** What `navigator.credentials.create` is given. */
export async function askForPasskey({ store, site, person }: FactorDesk): Promise<object> {
  const known = await store.passkeys()
  const options = await generateRegistrationOptions({
    rpName: site.name,
    rpID: hostOf(site),
    userID: new TextEncoder().encode(person.id),
    userName: person.loginId,
    userDisplayName: person.displayName,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(descriptorOf),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  await store.putChallenge(options.challenge)
  return options
}

export async function addPasskey(
  { store, site }: FactorDesk,
  name: string,
  response: unknown,
): Promise<boolean> {
  const expectedChallenge = await store.takeChallenge()
  if (expectedChallenge === null) return false
  const verified = await verifyRegistrationResponse({
    response: response as RegistrationResponseJSON,
    expectedChallenge,
    expectedOrigin: [...site.origins],
    expectedRPID: hostOf(site),
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null)
  if (!verified?.verified) return false
  const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential
  return await store.addPasskey({ credentialId: id, publicKey, counter, transports, name })
}

/** What `navigator.credentials.get` is given; `null` when the person has no passkey. */
export async function askPasskey({ store, site }: FactorDesk): Promise<object | null> {
  const known = await store.passkeys()
  if (known.length === 0) return null
  const options = await generateAuthenticationOptions({
    rpID: hostOf(site),
    allowCredentials: known.map(descriptorOf),
    userVerification: 'required',
  })
  await store.putChallenge(options.challenge)
  return options
}

export async function checkPasskey({ store, site }: FactorDesk, response: unknown): Promise<boolean> {
  const expectedChallenge = await store.takeChallenge()
  const answer = response as AuthenticationResponseJSON
  const passkey = (await store.passkeys()).find((one) => one.credentialId === answer.id)
  if (expectedChallenge === null || !passkey) return false
  const verified = await verifyAuthenticationResponse({
    response: answer,
    expectedChallenge,
    expectedOrigin: [...site.origins],
    expectedRPID: hostOf(site),
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(passkey.publicKey),
      counter: passkey.counter,
    },
    // A counter that goes back is an error here, too: two authenticators with one key.
  }).catch(() => null)
  if (!verified?.verified) return false
  return await store.takePasskey(passkey, verified.authenticationInfo.newCounter)
}

function descriptorOf({ credentialId, transports }: Passkey): { id: string; transports: string[] } {
  return { id: credentialId, transports: [...transports] }
}

function hostOf(site: Site): string {
  const [origin] = site.origins
  if (origin === undefined) throw new Error('no origin is configured: passkeys hold nowhere')
  return new URL(origin).hostname
}
