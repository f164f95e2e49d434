import { sealCertificateKind } from './certificate.actions.ts'

/** For compose, which hands it to `certificates`. */
export const sealCertificates = [sealCertificateKind] as const
