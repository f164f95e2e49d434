import { z } from 'zod'
import { Port } from '@open-bcl/platform/config.ts'

/** What `bridge` needs to know. Listed with meanings in docs/operations/configuration.md. */
export const BridgeConfig = z
  .object({
    OPEN_BCL_BRIDGE_PORT: Port.default(8092),
    /** Origins of the pages that may use the reader, separated by commas. */
    OPEN_BCL_BRIDGE_ORIGINS: z.string().default('http://localhost:8081'),
    /** `jpki` at kiosks; `jpki,text` where 基本4情報 is read as well. */
    OPEN_BCL_BRIDGE_APPLICATIONS: z
      .string()
      .default('jpki')
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(['jpki', 'text'])).min(1)),
    /** Off: no PC/SC reader is looked for. */
    OPEN_BCL_BRIDGE_PCSC: z.stringbool().default(true),
    /** Part of the name of the reader to use; absent = whichever has a card. */
    OPEN_BCL_BRIDGE_READER: z.string().optional(),
    /** `certificate=QUEUE,slip=QUEUE` of CUPS; absent = nothing prints here. */
    OPEN_BCL_BRIDGE_PRINTERS: z
      .string()
      .regex(/^(certificate|slip)=[\w.-]+(,(certificate|slip)=[\w.-]+)?$/)
      .optional(),
    /** The card simulator, used while no reader is connected; absent = never. */
    OPEN_BCL_BRIDGE_SIMULATOR_URL: z.url().optional(),
    OPEN_BCL_PRODUCTION: z.stringbool().default(false),
  })
  .refine((env) => !env.OPEN_BCL_PRODUCTION || env.OPEN_BCL_BRIDGE_SIMULATOR_URL === undefined, {
    path: ['OPEN_BCL_BRIDGE_SIMULATOR_URL'],
    message: '本番では仮想カードを使えません',
  })
  .transform((env) => ({
    port: env.OPEN_BCL_BRIDGE_PORT,
    origins: env.OPEN_BCL_BRIDGE_ORIGINS.split(',').map((origin) => new URL(origin).origin),
    applications: env.OPEN_BCL_BRIDGE_APPLICATIONS,
    pcsc: env.OPEN_BCL_BRIDGE_PCSC,
    reader: env.OPEN_BCL_BRIDGE_READER ?? null,
    printers: new Map(
      (env.OPEN_BCL_BRIDGE_PRINTERS ?? '')
        .split(',')
        .filter((pair) => pair !== '')
        .map((pair) => pair.split('=') as [string, string]),
    ),
    simulatorUrl: env.OPEN_BCL_BRIDGE_SIMULATOR_URL?.replace(/\/$/, '') ?? null,
  }))
export type BridgeConfig = z.output<typeof BridgeConfig>
