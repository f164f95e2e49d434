import fs from 'node:fs'
import { z } from 'zod'

/**
 * Configuration is read once, from the environment, validated at start and passed on as a value. A secret is never in a
 * variable: the variable names a file that only the service may read.
 */
export function readConfig<S extends z.ZodType>(
  program: string,
  shape: S,
  env: NodeJS.ProcessEnv,
): z.output<S> {
  const parsed = shape.safeParse(env)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`${program}: 設定が不足しているか、誤っています。\n${lines.join('\n')}`)
}

export const Port = z.coerce.number().int().min(0).max(65_535)
/** A database URL in a file, since it holds a password. */
export const SecretFile = z
  .string()
  .min(1)
  .transform((file, context) => {
    try {
      return fs.readFileSync(file, 'utf8').trim()
    } catch {
      context.addIssue({ code: 'custom', message: `秘密のファイルを読めません: ${file}` })
      return z.NEVER
    }
  })
/** Certificates in PEM, one after the other. */
export const CertificatesFile = SecretFile.transform((text, context) => {
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (found.length > 0) return found.map((one) => `${one}\n`)
  context.addIssue({ code: 'custom', message: 'PEMの証明書がありません' })
  return z.NEVER
})
/** Keys of 32 bytes, hexadecimal, one a line. The first is in use; the others open what they closed before. */
export const KeysFile = SecretFile.transform((text, context) => {
  const keys = text.split(/\s+/).map((line) => Buffer.from(line, 'hex'))
  if (keys.every((key) => key.length === 32)) return keys
  context.addIssue({ code: 'custom', message: '鍵は32バイトの16進数で、1行に1つ置いてください' })
  return z.NEVER
})
