import { taxCertificateKind } from './certificate.actions.ts'

/** For compose, which hands it to `certificates`. */
export const taxCertificates = [taxCertificateKind] as const
