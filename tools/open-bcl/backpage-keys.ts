import { parseArgs } from 'node:util'
import { plainDate, isPlainDate } from '@open-bcl/core/dates.ts'
import { revokeBackPageKey, rotateBackPageKey } from '@open-bcl/modules/backpage/backpage-keys.actions.ts'
import { KeysFile, SecretFile } from '@open-bcl/platform/config.ts'
import { openPool, type Pool } from '@open-bcl/platform/db/pool.ts'
import { operator, Refusal, say, setting } from './installation.ts'

/** `open-bcl rotate-backpage-key`: the centre signs and encrypts back pages with a new key from now on. */
export async function rotateBackPageKeyCommand(): Promise<void> {
  const masters = setting('OPEN_BCL_BACKPAGE_KEYS_FILE', KeysFile)
  const made = await inCentre((pool) => rotateBackPageKey(pool, masters, { now: new Date(), by: operator() }))
  say(
    `裏面の鍵を ${made.keyId} 番に替えました。${made.before === null ? '' : `${made.before} 番で作った裏面も、引き続き復号できます。`}30秒以内にすべてのサーバーが使います。`,
  )
}

/** `open-bcl revoke-backpage-key`: what this key signed from a day on is not to be believed. */
export async function revokeBackPageKeyCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { key: { type: 'string' }, from: { type: 'string' } },
  })
  const { key = '', from = '' } = values
  if (!/^[1-9][0-9]{0,4}$/.test(key)) throw new Refusal('--key に裏面の鍵の番号を指定してください。')
  if (!isPlainDate(from))
    throw new Refusal('--from に、失効とする最初の日を指定してください（例: 2026-11-21）。')
  const since = new Date(`${plainDate(from)}T00:00:00+09:00`)
  const revoked = await inCentre((pool) =>
    revokeBackPageKey(pool, { keyId: Number(key), from: since, by: operator() }),
  )
  if (!revoked) throw new Refusal('その番号の裏面の鍵はありません。')
  say(
    `裏面の鍵 ${key} 番を、${from} から失効としました。使用中の鍵なら、続けて rotate-backpage-key で替えてください。`,
  )
}

async function inCentre<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = openPool('open-bcl', setting('OPEN_BCL_CENTER_DATABASE_FILE', SecretFile), { max: 1 })
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}
