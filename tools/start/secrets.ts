import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { databaseUrl, type RolePasswords } from '@open-bcl/platform/db/bootstrap.ts'

/** Reads a secret of this installation, or makes it once. Files that only the owner may read. */
export function secret(folder: string, name: string, make: () => string): string {
  const file = path.join(folder, name)
  if (!fs.existsSync(file)) writeSecret(folder, name, make())
  return fs.readFileSync(file, 'utf8')
}

export function writeSecret(folder: string, name: string, value: string): string {
  const file = path.join(folder, name)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  fs.writeFileSync(`${file}.tmp`, value, { mode: 0o600 })
  fs.renameSync(`${file}.tmp`, file)
  return file
}

export function rolePasswords(folder: string): RolePasswords {
  const password = (role: string): string =>
    secret(folder, `role-${role}`, () => randomBytes(24).toString('base64url'))
  return {
    migrator: password('migrator'),
    app: password('app'),
    linkage: password('linkage'),
    worker: password('worker'),
  }
}

/** Writes the database URLs of the roles, which name today's port, and answers the files. */
export function databaseFiles(
  folder: string,
  superuserUrl: string,
  database: string,
  passwords: RolePasswords,
): Readonly<Record<keyof RolePasswords, string>> {
  const file = (role: keyof RolePasswords): string =>
    writeSecret(
      folder,
      `${database}-${role}.url`,
      databaseUrl(superuserUrl, database, { name: role, password: passwords[role] }),
    )
  return { migrator: file('migrator'), app: file('app'), linkage: file('linkage'), worker: file('worker') }
}
