import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { Problem } from '@open-bcl/core/problem.ts'
import { platformProblems as problems } from '../messages.ts'

/** Whom a finder of a hole can tell (RFC 9116). */
export type SecurityTxt = {
  /** In the order in which they are to be tried. */
  readonly contacts: readonly string[]
  readonly policy: string | null
  readonly languages: string
}

const listed = (text: string): string[] => text.split(',').map((part) => part.trim())
/** No space fits in any of them, so that none can begin a line of its own. */
const Contact = z
  .string()
  .regex(
    /^(?:mailto:[^\s@,]+@[^\s@,]+|tel:\+[\d-]+|https:\/\/[^\s,]+)$/,
    'mailto:…、tel:+…、https://… のいずれかを、コンマで区切って並べてください',
  )

/** Of a program that people's browsers reach. */
export const securityTxtVariables = {
  /** Absent: there is nobody to tell, and no file. */
  OPEN_BCL_SECURITY_CONTACT: z.string().transform(listed).pipe(z.array(Contact)).optional(),
  /** How reports are handled. */
  OPEN_BCL_SECURITY_POLICY: z.url({ protocol: /^https$/ }).optional(),
  OPEN_BCL_SECURITY_LANGUAGES: z
    .string()
    .regex(
      /^[a-z]{2,3}(?:-[A-Za-z\d]+)*(?:, ?[a-z]{2,3}(?:-[A-Za-z\d]+)*)*$/,
      '言語の符号をコンマで区切ってください',
    )
    .default('ja, en'),
}

type Variables = z.output<z.ZodObject<typeof securityTxtVariables>>

export function securityTxtOf(env: Variables): SecurityTxt | null {
  if (env.OPEN_BCL_SECURITY_CONTACT === undefined) return null
  return {
    contacts: env.OPEN_BCL_SECURITY_CONTACT,
    policy: env.OPEN_BCL_SECURITY_POLICY ?? null,
    languages: env.OPEN_BCL_SECURITY_LANGUAGES,
  }
}

const PATH = '/.well-known/security.txt'
/** Whoever keeps a copy asks again: the contacts are those of the program that runs now. */
const DAYS = 90

/** @param origin how the public reaches this program */
export function serveSecurityTxt(
  app: FastifyInstance,
  settings: SecurityTxt | null,
  origin: string,
  now: () => Date,
): void {
  app.get(PATH, async (_request, reply) => {
    if (settings === null) throw new Problem(problems.notFound)
    return await reply.type('text/plain; charset=utf-8').send(textOf(settings, origin, now()))
  })
}

function textOf({ contacts, policy, languages }: SecurityTxt, origin: string, now: Date): string {
  const expires = new Date(now.getTime() + DAYS * 86_400_000)
  return [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${expires.toISOString().slice(0, 10)}T00:00:00Z`,
    `Preferred-Languages: ${languages}`,
    // What was fetched in clear proves nothing about where it belongs.
    ...(origin.startsWith('https:') ? [`Canonical: ${origin}${PATH}`] : []),
    ...(policy === null ? [] : [`Policy: ${policy}`]),
    '',
  ].join('\n')
}
