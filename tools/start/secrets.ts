import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { sweepTemporaryFiles, writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import { databaseUrl, type RolePasswords } from '@open-bcl/platform/db/bootstrap.ts'

/** Reads a secret of this installation, or makes it once. Files that only the owner may read. */
export async function secret(folder: string, name: string, make: () => string): Promise<string> {
  const file = path.join(folder, name)
  if (!fs.existsSync(file)) await writeSecret(folder, name, make())
  return fs.readFileSync(file, 'utf8')
}

/** Durable before it is used: what a key or password has sealed cannot be had back without it. */
export async function writeSecret(folder: string, name: string, value: string): Promise<string> {
  const file = path.join(folder, name)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  await sweepTemporaryFiles(file)
  await writeFileAtomic(file, value)
  return file
}

export async function rolePasswords(folder: string): Promise<RolePasswords> {
  const password = async (role: string): Promise<string> =>
    await secret(folder, `role-${role}`, () => randomBytes(24).toString('base64url'))
  return {
    migrator: await password('migrator'),
    app: await password('app'),
    linkage: await password('linkage'),
    worker: await password('worker'),
    rekeyer: await password('rekeyer'),
  }
}

/** Writes the database URLs of the roles, which name today's port, and answers the files. */
export async function databaseFiles(
  folder: string,
  superuserUrl: string,
  database: string,
  passwords: RolePasswords,
): Promise<Readonly<Record<keyof RolePasswords, string>>> {
  const file = async (role: keyof RolePasswords): Promise<string> =>
    await writeSecret(
      folder,
      `${database}-${role}.url`,
      databaseUrl(superuserUrl, database, { name: role, password: passwords[role] }),
    )
  return {
    migrator: await file('migrator'),
    app: await file('app'),
    linkage: await file('linkage'),
    worker: await file('worker'),
    rekeyer: await file('rekeyer'),
  }
}
