import { isIP } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { CertificatesFile, KeysFile, Port, SecretFile } from '@open-bcl/platform/config.ts'
import { securityTxtOf, securityTxtVariables } from '@open-bcl/platform/http/security-txt.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Addresses separated by commas. */
const listed = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
const Origins = z
  .string()
  .transform(listed)
  .pipe(z.array(z.url().transform((url) => new URL(url).origin)).min(1))
  .refine((origins) => new Set(origins.map((origin) => new URL(origin).hostname)).size === 1, {
    message: '1つのホストのアドレスだけを並べてください',
  })
const Addresses = z
  .string()
  .transform(listed)
  .pipe(z.array(z.string().refine((one) => isIP(one) !== 0, { message: 'IPアドレスを並べてください' })))
const Issuers = z
  .string()
  .transform(listed)
  .pipe(z.array(z.url({ protocol: /^https$/ })))

/** What `cloud` needs to know. Listed with meanings in docs/operations/configuration.md. */
export const CloudConfig = z
  .object({
    /** Staff, field, portal and API. */
    OPEN_BCL_CLOUD_PORT: Port.default(8080),
    /** The same under TLS, for browsers off this machine: camera, PWA and passkeys need it. */
    OPEN_BCL_TLS_PORT: Port.default(8443),
    /** Mutual TLS for agents and the centre. */
    OPEN_BCL_LINK_PORT: Port.default(8444),
    /** The same, asking browsers for the certificate of an enrolled terminal. */
    OPEN_BCL_TERMINAL_PORT: Port.default(8446),
    /** How enrolled terminals reach it. */
    OPEN_BCL_TERMINAL_ORIGIN: z.url({ protocol: /^https$/ }).default('https://localhost:8446'),
    /** Proxies that end TLS for terminals and name their certificates in `Client-Cert`; from others it says nothing. */
    OPEN_BCL_TERMINAL_PROXIES: Addresses.default([]),
    OPEN_BCL_HOST: z.string().default('127.0.0.1'),
    OPEN_BCL_APP_DATABASE_FILE: SecretFile,
    OPEN_BCL_LINKAGE_DATABASE_FILE: SecretFile,
    OPEN_BCL_WORKER_DATABASE_FILE: SecretFile,
    OPEN_BCL_MASTER_KEY_FILE: KeysFile,
    /** Folder with `authority.pem` and `cloud.pem` (platform/pki.ts). */
    OPEN_BCL_PKI_FOLDER: z.string().min(1),
    /** How the link port is known to agents and the centre: signed messages name it. */
    OPEN_BCL_LINK_ORIGIN: z.url().default('https://localhost:8444'),
    /** Where the public checks papers (`/verify`): stands in the 2-D code of every page, so it must last as long as they do. */
    OPEN_BCL_PUBLIC_ORIGIN: z.url().default('https://localhost:8443'),
    /** Where staff open it, the first one for the way back from single sign-on; passkeys hold for their one host. */
    OPEN_BCL_STAFF_ORIGINS: Origins.default([
      ...['https://localhost:8443', 'http://localhost:8080', 'https://localhost:8446'],
    ]),
    /** Issuers of OpenID Connect that towns may name for single sign-on; none = there is none. */
    OPEN_BCL_SSO_ISSUERS: Issuers.default([]),
    OPEN_BCL_SMTP_URL: z.url().default('smtp://127.0.0.1:8098'),
    OPEN_BCL_MAIL_FROM: z.string().default('no-reply@example.invalid'),
    /** Link files lie here, sealed, from their arrival until they are applied. */
    OPEN_BCL_SPOOL_FOLDER: z.string().default(path.join(root, '.data/spool')),
    /** Photos and documents lie here, sealed, for good. */
    OPEN_BCL_FILES_FOLDER: z.string().default(path.join(root, '.data/files')),
    /** ClamAV's daemon: the path of its socket, or host:port. Absent: files are not looked into for viruses. */
    OPEN_BCL_CLAMD: z
      .string()
      .regex(/^(?:\/.+|.+:\d{1,5})$/, 'the path of a socket, or host:port')
      .optional(),
    OPEN_BCL_CACHE_FOLDER: z.string().default(path.join(root, '.cache')),
    /** Fonts besides ours, for characters that ours lack (docs/operations/fonts.md). */
    OPEN_BCL_EXTRA_FONTS_FOLDER: z.string().min(1).optional(),
    ...securityTxtVariables,
    /** Time stamping authority (RFC 3161) for the signed heads of the audit trail; absent = there are no stamps. */
    OPEN_BCL_TSA_URL: z.url({ protocol: /^https?$/ }).optional(),
    /** Whom its certificates come from, PEM. */
    OPEN_BCL_TSA_AUTHORITIES_FILE: CertificatesFile.optional(),
    OPEN_BCL_TSA_EVERY_HOURS: z.coerce.number().int().min(1).max(720).default(24),
    OPEN_BCL_TSA_ALARM_HOURS: z.coerce.number().int().min(1).max(720).default(72),
    /** Production refuses demonstration towns and their printed passwords. */
    OPEN_BCL_PRODUCTION: z.stringbool().default(false),
  })
  .refine(
    (env) => (env.OPEN_BCL_TSA_URL === undefined) === (env.OPEN_BCL_TSA_AUTHORITIES_FILE === undefined),
    {
      path: ['OPEN_BCL_TSA_AUTHORITIES_FILE'],
      message:
        'OPEN_BCL_TSA_URL と OPEN_BCL_TSA_AUTHORITIES_FILE は、両方を指定するか、どちらも指定しないでください',
    },
  )
  .transform((env) => ({
    port: env.OPEN_BCL_CLOUD_PORT,
    tlsPort: env.OPEN_BCL_TLS_PORT,
    linkPort: env.OPEN_BCL_LINK_PORT,
    terminalPort: env.OPEN_BCL_TERMINAL_PORT,
    terminalOrigin: new URL(env.OPEN_BCL_TERMINAL_ORIGIN).origin,
    terminalProxies: env.OPEN_BCL_TERMINAL_PROXIES,
    host: env.OPEN_BCL_HOST,
    linkOrigin: env.OPEN_BCL_LINK_ORIGIN,
    staffOrigins: env.OPEN_BCL_STAFF_ORIGINS,
    ssoIssuers: env.OPEN_BCL_SSO_ISSUERS,
    publicOrigin: new URL(env.OPEN_BCL_PUBLIC_ORIGIN).origin,
    pkiFolder: env.OPEN_BCL_PKI_FOLDER,
    smtpUrl: env.OPEN_BCL_SMTP_URL,
    mailFrom: env.OPEN_BCL_MAIL_FROM,
    cacheFolder: env.OPEN_BCL_CACHE_FOLDER,
    spoolFolder: env.OPEN_BCL_SPOOL_FOLDER,
    filesFolder: env.OPEN_BCL_FILES_FOLDER,
    clamd: env.OPEN_BCL_CLAMD,
    extraFontsFolder: env.OPEN_BCL_EXTRA_FONTS_FOLDER,
    security: securityTxtOf(env),
    stamps:
      env.OPEN_BCL_TSA_URL === undefined
        ? null
        : {
            url: env.OPEN_BCL_TSA_URL,
            trusted: env.OPEN_BCL_TSA_AUTHORITIES_FILE ?? [],
            everyHours: env.OPEN_BCL_TSA_EVERY_HOURS,
            alarmHours: env.OPEN_BCL_TSA_ALARM_HOURS,
          },
    production: env.OPEN_BCL_PRODUCTION,
    staffDist: path.join(root, 'apps/staff/dist'),
    fieldDist: path.join(root, 'apps/field/dist'),
    secrets: {
      appDatabase: env.OPEN_BCL_APP_DATABASE_FILE,
      linkageDatabase: env.OPEN_BCL_LINKAGE_DATABASE_FILE,
      workerDatabase: env.OPEN_BCL_WORKER_DATABASE_FILE,
      masterKeys: env.OPEN_BCL_MASTER_KEY_FILE,
    },
  }))
export type CloudConfig = z.output<typeof CloudConfig>
