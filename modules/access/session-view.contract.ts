import { z } from 'zod'

/** Who is signed in, as pages are told; of a town's staff and of the centre's operators. */
export const Session = z.object({
  user: z.object({ staffId: z.string(), displayName: z.string(), department: z.string() }),
  /** The centre belongs to no municipality: code `000000`. */
  municipality: z.object({ code: z.string(), name: z.string() }),
  permissions: z.array(z.string()),
  /** Endpoints by name, and no others, are open to this session; `null` = all that the permissions open. */
  only: z.array(z.string()).nullable(),
  csrfToken: z.string(),
  /** The made-up town, or 試験環境: every screen says so. */
  demonstration: z.boolean(),
  mustChangePassword: z.boolean(),
  /** Missing before anything may be done; `null` = nothing. */
  pending: z.enum(['second-factor', 'enrolment']).nullable(),
})
