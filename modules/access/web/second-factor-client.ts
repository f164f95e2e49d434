import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { send } from '@open-bcl/ui/api.ts'
import { localProblem } from '@open-bcl/ui/api-problem.ts'
import type { Session } from '@open-bcl/ui/session.tsx'
import { addPasskey, askForPasskey, askPasskey, confirmByPasskey } from '../second-factor.contract.ts'

type Creation = Parameters<typeof startRegistration>[0]['optionsJSON']
type Request = Parameters<typeof startAuthentication>[0]['optionsJSON']

/** What is shown once after a first enrolment, and the session that follows. */
export type Enrolled = { readonly session: Session; readonly recoveryCodes: readonly string[] }

export async function enrolPasskey(name: string, currentPassword: string): Promise<Enrolled> {
  const { options } = await send(askForPasskey, { currentPassword })
  const response = await atDevice(() => startRegistration({ optionsJSON: options as unknown as Creation }))
  return await send(addPasskey, { name, response: { ...response } })
}

export async function showPasskey(): Promise<Session> {
  const { options } = await send(askPasskey, {})
  const response = await atDevice(() => startAuthentication({ optionsJSON: options as unknown as Request }))
  return await send(confirmByPasskey, { response: { ...response } })
}

/** The device itself asks for finger, face or PIN; whoever closes that window has done nothing wrong. */
async function atDevice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch {
    throw localProblem('device')
  }
}
