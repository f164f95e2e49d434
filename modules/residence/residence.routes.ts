import { juminhyoKind, kisaiKind } from './residence.actions.ts'

/** For `certificates`, which knows no kind by itself; its routes are the only ones. */
export const residenceCertificates = [juminhyoKind, kisaiKind] as const
