import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { prepareDatabases } from './start/databases.ts'

/**
 * `npm run db -- --superuser FILE --secrets FOLDER`: makes roles and databases on a PostgreSQL of the operator's, migrates
 * them and writes the database URLs of the roles into the folder, for the programs to read.
 */
const { values } = parseArgs({ options: { superuser: { type: 'string' }, secrets: { type: 'string' } } })
if (!values.superuser || !values.secrets) {
  console.error('usage: npm run db -- --superuser FILE_WITH_SUPERUSER_URL --secrets FOLDER')
  process.exit(2)
}
const superuserUrl = fs.readFileSync(values.superuser, 'utf8').trim()
for (const line of await prepareDatabases(superuserUrl, path.resolve(values.secrets))) console.log(line)
