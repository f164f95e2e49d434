import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { MunicipalityCode } from '@open-bcl/core/brand.ts'
import { isMunicipalityCode } from '@open-bcl/core/ja/check-digits.ts'
import { uuidv7 } from '@open-bcl/core/uuid.ts'
import { KeysFile, readConfig, SecretFile } from '@open-bcl/platform/config.ts'
import type { Ctx } from '@open-bcl/platform/ctx.ts'
import { openPool, type Pool } from '@open-bcl/platform/db/pool.ts'
import type { TxOptions } from '@open-bcl/platform/db/tx.ts'
import { openLog } from '@open-bcl/platform/log.ts'
import { withCtx, type Runtime } from '@open-bcl/platform/runtime.ts'
import { Keyring } from '@open-bcl/platform/seal.ts'

/** A command that cannot be carried out: words for the operator, without anything of a row. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

const root = path.resolve(import.meta.dirname, '../..')

/** What `npm start` keeps on this machine. */
function localFiles(): Readonly<Record<string, string>> {
  const data = path.resolve(process.env['OPEN_BCL_DATA'] ?? path.join(root, '.data'))
  const secrets = path.join(data, 'secrets')
  if (!fs.existsSync(secrets)) return {}
  return {
    OPEN_BCL_APP_DATABASE_FILE: path.join(secrets, 'bcl_cloud-app.url'),
    OPEN_BCL_REKEYER_DATABASE_FILE: path.join(secrets, 'bcl_cloud-rekeyer.url'),
    OPEN_BCL_MASTER_KEY_FILE: path.join(secrets, 'master.key'),
    OPEN_BCL_CENTER_DATABASE_FILE: path.join(secrets, 'bcl_center-app.url'),
    OPEN_BCL_BACKPAGE_KEYS_FILE: path.join(secrets, 'backpage.key'),
    OPEN_BCL_PKI_FOLDER: path.join(data, 'pki'),
    OPEN_BCL_FILES_FOLDER: path.join(data, 'files'),
  }
}

/** One value of the configuration, as `cloud` reads it. */
export function setting<S extends z.ZodType>(name: string, shape: S): z.output<S> {
  const env = { ...localFiles(), ...process.env }
  return (readConfig('open-bcl', z.object({ [name]: shape }), env) as Record<string, z.output<S>>)[name]!
}

/** The installation as an operator's command sees it. */
export type Installation = Runtime & {
  /** Runs `work` in the town's scope as the operator's command. */
  as<T>(municipality: MunicipalityCode, work: (ctx: Ctx) => Promise<T>, options?: TxOptions): Promise<T>
  /** Another role's connections; ended with the installation. */
  poolOf(fileVariable: string): Pool
  close(): Promise<void>
}

/** Who gives the command: the account of this machine. Kept with what is audited. */
export function operator(): string {
  return os.userInfo().username
}

export function openInstallation(command: string): Installation {
  const pools: Pool[] = []
  const opened = (name: string, url: string): Pool => {
    const pool = openPool(name, url, { max: 4 })
    pools.push(pool)
    return pool
  }
  const runtime: Runtime = {
    pool: opened('open-bcl', setting('OPEN_BCL_APP_DATABASE_FILE', SecretFile)),
    keyring: new Keyring(setting('OPEN_BCL_MASTER_KEY_FILE', KeysFile)),
    log: openLog('open-bcl'),
    production: true,
    now: () => new Date(),
  }
  const traceId = uuidv7()
  return {
    ...runtime,
    as: (municipality, work, options) =>
      withCtx(
        runtime,
        { actor: { kind: 'job', task: `open-bcl ${command}` }, municipality, traceId },
        work,
        options,
      ),
    poolOf: (fileVariable) => opened('open-bcl', setting(fileVariable, SecretFile)),
    async close() {
      for (const pool of pools) await pool.end()
    },
  }
}

export function municipalityOf(text: string | undefined): MunicipalityCode {
  if (text === undefined) throw new Refusal('--municipality に団体コード（6桁）を指定してください。')
  if (!isMunicipalityCode(text))
    throw new Refusal('団体コードが正しくありません。検査数字を含む6桁で指定してください。')
  return text as MunicipalityCode
}

export function say(line: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
}
