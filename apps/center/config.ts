import path from 'node:path'
import { z } from 'zod'
import { KeysFile, Port, SecretFile } from '@open-bcl/platform/config.ts'
import { securityTxtOf, securityTxtVariables } from '@open-bcl/platform/http/security-txt.ts'

const root = path.resolve(import.meta.dirname, '../..')
/** 個人番号カード用. The policy of 移動端末設備用 is not public: whoever has JPKI's profile adds it. */
const productionPolicy = '1.2.392.200149.8.5.1.3.30'
/** Certificate policies of JPKI; below 0 lies its test environment. */
const jpkiPolicy = /^1\.2\.392\.200149\.8\.5\.1\.[1-9]\d*(\.\d+)+$/
const policiesIn = (text: string): string[] =>
  text
    .split(',')
    .map((policy) => policy.trim())
    .filter((policy) => policy !== '')

/** What `center` needs to know. Listed with meanings in docs/operations/configuration.md. */
export const CenterConfig = z
  .object({
    OPEN_BCL_CENTER_PORT: Port.default(8081),
    OPEN_BCL_HOST: z.string().default('127.0.0.1'),
    /** How kiosk pages see us: their messages and the cards' challenges are signed for it. */
    OPEN_BCL_CENTER_ORIGIN: z.url().default('http://localhost:8081'),
    /** Where operators open the console, separated by commas, all of one host: passkeys hold for it. Absent = the above. */
    OPEN_BCL_OPERATOR_ORIGINS: z.string().optional(),
    OPEN_BCL_CENTER_DATABASE_FILE: SecretFile,
    /** Master keys of the back pages' keys, 32 bytes in hexadecimal each; absent = no back pages. */
    OPEN_BCL_BACKPAGE_KEYS_FILE: KeysFile.optional(),
    OPEN_BCL_CACHE_FOLDER: z.string().default(path.join(root, '.cache')),
    /** Folder with `center.pem` (platform/pki.ts), shown to issuing servers. */
    OPEN_BCL_PKI_FOLDER: z.string().min(1),
    /** Folder of JPKI CA certificates (PEM), or the simulator's `http://…/ca`. */
    OPEN_BCL_JPKI_TRUST: z.string().min(1),
    OPEN_BCL_JPKI_OCSP_URL: z.url(),
    /** Base of the revocation lists, `<url>/<SKI>`; absent = no cross-check. */
    OPEN_BCL_JPKI_CRL_URL: z.url().optional(),
    /** Accepted policy OIDs, separated by commas; the test arc is refused in production. */
    OPEN_BCL_JPKI_POLICIES: z.string().default(productionPolicy),
    /** The card reader beside the kiosk page. */
    OPEN_BCL_CARD_BRIDGE_URL: z.url().default('http://localhost:8092'),
    /** `HH:MM-HH:MM`, JST. */
    OPEN_BCL_CENTER_HOURS: z
      .string()
      .regex(/^\d\d:\d\d-\d\d:\d\d$/)
      .default('06:30-23:00'),
    /** `MM-DD`, separated by commas; empty = open every day. */
    OPEN_BCL_CENTER_CLOSED_ON: z.string().default('12-29,12-30,12-31,01-01,01-02,01-03'),
    /** Relay for 周知 to the contacts of towns and operators. */
    OPEN_BCL_SMTP_URL: z.url().default('smtp://127.0.0.1:8098'),
    OPEN_BCL_MAIL_FROM: z.string().default('no-reply@example.invalid'),
    OPEN_BCL_KIOSK_IDLE_SECONDS: z.coerce.number().int().min(5).max(600).default(30),
    ...securityTxtVariables,
    OPEN_BCL_PRODUCTION: z.stringbool().default(false),
    /** `test`: 試験環境, a centre of its own with its own database, machines and made-up people, for 工程2 and 工程3. */
    OPEN_BCL_CENTER_ENVIRONMENT: z.enum(['production', 'test']).default('production'),
  })
  .refine(
    (env) =>
      !env.OPEN_BCL_PRODUCTION || policiesIn(env.OPEN_BCL_JPKI_POLICIES).every((one) => jpkiPolicy.test(one)),
    {
      path: ['OPEN_BCL_JPKI_POLICIES'],
      message: '本番では試験用の証明書ポリシーを使えません',
    },
  )
  .refine((env) => !env.OPEN_BCL_PRODUCTION || !/^https?:/.test(env.OPEN_BCL_JPKI_TRUST), {
    path: ['OPEN_BCL_JPKI_TRUST'],
    message: '本番では認証局の証明書をフォルダーに置いてください',
  })
  .refine((env) => !(env.OPEN_BCL_PRODUCTION && env.OPEN_BCL_CENTER_ENVIRONMENT === 'test'), {
    path: ['OPEN_BCL_CENTER_ENVIRONMENT'],
    message: '試験環境を本番として動かすことはできません',
  })
  .refine((env) => !env.OPEN_BCL_PRODUCTION || env.OPEN_BCL_BACKPAGE_KEYS_FILE !== undefined, {
    path: ['OPEN_BCL_BACKPAGE_KEYS_FILE'],
    message: '本番では裏面の鍵が要ります',
  })
  .transform((env) => {
    const [opensAt = '', closesAt = ''] = env.OPEN_BCL_CENTER_HOURS.split('-')
    return {
      port: env.OPEN_BCL_CENTER_PORT,
      host: env.OPEN_BCL_HOST,
      origin: new URL(env.OPEN_BCL_CENTER_ORIGIN).origin,
      operatorOrigins: (env.OPEN_BCL_OPERATOR_ORIGINS ?? env.OPEN_BCL_CENTER_ORIGIN)
        .split(',')
        .map((one) => new URL(one.trim()).origin),
      pkiFolder: env.OPEN_BCL_PKI_FOLDER,
      jpki: {
        trust: env.OPEN_BCL_JPKI_TRUST,
        ocspUrl: env.OPEN_BCL_JPKI_OCSP_URL,
        crlUrl: env.OPEN_BCL_JPKI_CRL_URL ?? null,
        policies: policiesIn(env.OPEN_BCL_JPKI_POLICIES),
      },
      cardBridgeUrl: new URL(env.OPEN_BCL_CARD_BRIDGE_URL).origin,
      calendar: {
        opensAt,
        closesAt,
        closedOn: env.OPEN_BCL_CENTER_CLOSED_ON.split(',').filter((day) => day !== ''),
      },
      idleSeconds: env.OPEN_BCL_KIOSK_IDLE_SECONDS,
      security: securityTxtOf(env),
      production: env.OPEN_BCL_PRODUCTION,
      environment: env.OPEN_BCL_CENTER_ENVIRONMENT,
      kioskDist: path.join(root, 'apps/kiosk/dist'),
      operatorDist: path.join(root, 'apps/operator/dist'),
      smtpUrl: env.OPEN_BCL_SMTP_URL,
      mailFrom: env.OPEN_BCL_MAIL_FROM,
      cacheFolder: env.OPEN_BCL_CACHE_FOLDER,
      secrets: {
        database: env.OPEN_BCL_CENTER_DATABASE_FILE,
        backPages: env.OPEN_BCL_BACKPAGE_KEYS_FILE ?? null,
      },
    }
  })
export type CenterConfig = z.output<typeof CenterConfig>
