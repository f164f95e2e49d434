import { parseArgs } from 'node:util'
import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { audit } from '@open-bcl/modules/access/audit.ts'
import { accessEvents, type AuditEvent } from '@open-bcl/modules/access/access.messages.ts'
import { inScope } from '@open-bcl/platform/db/tx.ts'
import { rekey, type RekeyProgress } from '@open-bcl/platform/rekey.ts'
import { sealedTablesOfCloud } from '../../apps/cloud/compose.ts'
import {
  municipalityOf,
  openInstallation,
  operator,
  Refusal,
  say,
  type Installation,
} from './installation.ts'

/** `open-bcl rotate-keys`: a new key for a town, everything sealed anew, the old key destroyed. */
export async function rotateKeys(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { municipality: { type: 'string' }, 'rows-per-second': { type: 'string' } },
  })
  const municipality = municipalityOf(values.municipality)
  const rowsPerSecond = values['rows-per-second'] === undefined ? null : Number(values['rows-per-second'])
  if (rowsPerSecond !== null && !(rowsPerSecond > 0))
    throw new Refusal('--rows-per-second には1以上の数を指定してください。')
  const installation = openInstallation('rotate-keys')
  try {
    await requireTown(installation, municipality)
    await tell(installation, municipality, accessEvents.keysChangeBegun, {})
    const began = performance.now()
    const { keyId, rows } = await rekey({
      pool: installation.poolOf('OPEN_BCL_REKEYER_DATABASE_FILE'),
      keyring: installation.keyring,
      municipality,
      tables: sealedTablesOfCloud,
      now: installation.now,
      rowsPerSecond,
      tell: (progress) => say(sentenceOf(progress)),
    })
    await tell(installation, municipality, accessEvents.keysChanged, { keyId, rows })
    say(`鍵の交換を終えました: ${rows} 行、${((performance.now() - began) / 1_000).toFixed(1)} 秒。`)
  } finally {
    await installation.close()
  }
}

/** `open-bcl rewrap-keys`: every town's keys wrapped with the first master key of the file. Data stay as they are. */
export async function rewrapKeys(args: readonly string[]): Promise<void> {
  parseArgs({ args: [...args], options: {} })
  const installation = openInstallation('rewrap-keys')
  try {
    const pool = installation.poolOf('OPEN_BCL_REKEYER_DATABASE_FILE')
    let changed = 0
    const towns = await listTowns(installation)
    for (const municipality of towns) {
      const keys = await inScope(pool, municipality, (tx) => installation.keyring.rewrap(tx))
      if (keys > 0) await tell(installation, municipality, accessEvents.keysRewrapped, { keys })
      changed += keys
    }
    say(`${towns.length} 団体のうち、${changed} 個の鍵を包み直しました。`)
  } finally {
    await installation.close()
  }
}

async function requireTown(installation: Installation, municipality: MunicipalityCode): Promise<void> {
  const keys = await installation.as(municipality, (ctx) =>
    ctx.tx.sql('select 1 from app.sealing_key where municipality_code = $1', [municipality]),
  )
  if (keys.length === 0) throw new Refusal('この団体の鍵がありません。団体コードを確かめてください。')
}

async function listTowns(installation: Installation): Promise<MunicipalityCode[]> {
  return await installation.as(OPERATOR_REALM, async (ctx) =>
    (await ctx.tx.sql<{ code: MunicipalityCode }>('select code from app.towns_with_keys() as t (code)')).map(
      ({ code }) => code,
    ),
  )
}

/** The town's own auditor sees what operators do with its keys, and so do theirs. */
async function tell(
  installation: Installation,
  municipality: MunicipalityCode,
  event: AuditEvent,
  facts: Readonly<Record<string, number>>,
): Promise<void> {
  for (const realm of [municipality, OPERATOR_REALM])
    await installation.as(realm, (ctx) =>
      audit(ctx, event, { facts: { ...facts, municipality, operator: operator() } }),
    )
}

function sentenceOf(progress: RekeyProgress): string {
  switch (progress.step) {
    case 'announced':
      return `新しい鍵（${progress.keyId}番）を用意しました。`
    case 'waiting':
      return `前からの処理 ${progress.transactions} 件が終わるのを待っています。`
    case 'activated':
      return `これから書くものは新しい鍵（${progress.keyId}番）で封をします。`
    case 'sealing':
      return `${progress.table}: ${progress.rows} 行の封をし直しました。`
    case 'destroyed':
      return '前の鍵を廃棄しました。'
  }
}
