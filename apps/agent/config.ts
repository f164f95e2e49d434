import { z } from 'zod'
import { Port, SecretFile } from '@open-bcl/platform/config.ts'

/** What the agent needs to know. Listed with meanings in docs/guides/agent/setup.md. */
const State = z.object({
  /** The agent's own folder: key, certificate, memory. */
  AGENT_STATE_FOLDER: z.string().min(1),
})

const time = /^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/
const Hours = z.string().transform((text, context) => {
  const [from = '', until = ''] = text.split('-')
  if (time.test(from) && time.test(until)) return { from, until }
  context.addIssue({ code: 'custom', message: '06:30-23:00 のように書いてください' })
  return z.NEVER
})

const Page = z.object({
  AGENT_PORT: Port.default(8082),
  AGENT_HOST: z.string().min(1).default('127.0.0.1'),
})

export const Run = State.extend(Page.shape).extend({
  /** The core system puts its files here. */
  AGENT_FOLDER: z.string().min(1),
  AGENT_GATEWAY_URL: z.url({ protocol: /^https$/ }),
  AGENT_MODE: z.enum(['production', 'verification']).default('production'),
  /** `differences`: the core system exports everything, only what changed is sent. */
  AGENT_SEND: z.enum(['files', 'differences']).default('files'),
  /** The town's own window in Japan, `22:00-05:00`; the cloud's hours hold beside it. */
  AGENT_HOURS: Hours.optional(),
  /** Days after which acknowledged data are removed from `done/`. */
  AGENT_KEEP_DAYS: z.coerce.number().int().min(0).max(3650).default(14),
  /** Seconds without change after which data without manifest count as whole. */
  AGENT_QUIET_SECONDS: z.coerce.number().int().min(5).max(86_400).default(60),
  /** A file with `postgres://user:password@host/database`: the link database is read too. */
  AGENT_TABLES_URL_FILE: SecretFile.optional(),
  /** Where the views `link_residents` and so on are. */
  AGENT_TABLES_SCHEMA: z.string().min(1).max(63).default('public'),
  /** How often the views are asked for changes. */
  AGENT_TABLES_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60),
})

export const Enrol = State.extend({
  AGENT_ENROL_URL: z.url({ protocol: /^https$/ }),
  /** The cloud's authority (PEM), handed over by the operator. */
  AGENT_AUTHORITY_FILE: z.string().min(1),
})

export const Status = State.extend(Page.shape)
/** `check` needs no enrolment. */
export const Check = State.partial()
