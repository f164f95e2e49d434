import path from 'node:path'
import { readMigrations, type Migration } from '@open-bcl/platform/db/migrate.ts'
import { modules } from './map.ts'

const here = import.meta.dirname

/** All migrations of one of the two databases, the platform's first by their time. */
export function migrationsOf(database: 'cloud' | 'center'): Migration[] {
  const folders = Object.entries(modules)
    .filter(([, spec]) => spec.database === database)
    .map(([module]) => ({ module, folder: path.join(here, module, 'migrations') }))
  const platform = { module: 'platform', folder: path.resolve(here, '../platform/migrations') }
  return readMigrations(database === 'cloud' ? [platform, ...folders] : folders)
}
