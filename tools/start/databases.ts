import fs from 'node:fs'
import { migrationsOf } from '@open-bcl/modules/schema.ts'
import { bootstrapDatabase } from '@open-bcl/platform/db/bootstrap.ts'
import { migrate } from '@open-bcl/platform/db/migrate.ts'
import { installJobs } from '@open-bcl/platform/jobs.ts'
import { databaseFiles, rolePasswords } from './secrets.ts'

/** Makes roles and the two databases, migrates them, and writes the roles' URLs into the secrets folder. Repeatable. */
export async function prepareDatabases(superuserUrl: string, secrets: string): Promise<string[]> {
  const passwords = await rolePasswords(secrets)
  const said: string[] = []
  for (const database of ['cloud', 'center'] as const) {
    const name = `bcl_${database}`
    await bootstrapDatabase(superuserUrl, name, passwords)
    const files = await databaseFiles(secrets, superuserUrl, name, passwords)
    const { applied, already } = await migrate(
      fs.readFileSync(files.migrator, 'utf8'),
      migrationsOf(database),
    )
    if (database === 'cloud') await installJobs(fs.readFileSync(files.worker, 'utf8'))
    said.push(`${name}: ${applied.length} migrations applied, ${already} were there`)
  }
  return said
}
