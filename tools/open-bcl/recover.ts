import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import type { AuditEvent } from '@open-bcl/modules/access/access.messages.ts'
import { audit } from '@open-bcl/modules/access/audit.ts'
import { fileInterfaces } from '@open-bcl/modules/interfaces/interfaces.columns.ts'
import { compareWithReceived, type Comparison } from '@open-bcl/modules/linkage/recovery-proof.actions.ts'
import {
  makePackage,
  NoSuchMoment,
  verifyPackage,
  type Recovery,
} from '@open-bcl/modules/linkage/recovery.actions.ts'
import { KEPT, type RecoveryPackage } from '@open-bcl/modules/linkage/recovery.ts'
import { recoveryEvents } from '@open-bcl/modules/linkage/recovery.messages.ts'
import { FirstReleaseRow } from '@open-bcl/modules/residents/recovery.actions.ts'
import { isAgeRecipient, readAgeIdentities } from '@open-bcl/platform/age.ts'
import { loadIdentity } from '@open-bcl/platform/pki.ts'
import {
  municipalityOf,
  openInstallation,
  operator,
  Refusal,
  say,
  setting,
  type Installation,
} from './installation.ts'

const PRODUCER = 'open-bcl recover 0.1.0'

/** `open-bcl recover`: gives a town its data back as of a moment, encrypted to the town. */
export async function recover(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      municipality: { type: 'string' },
      at: { type: 'string' },
      seq: { type: 'string' },
      out: { type: 'string' },
      recipient: { type: 'string' },
    },
  })
  const municipality = municipalityOf(values.municipality)
  const wanted = wantedOf(values)
  const { out, recipient } = values
  if (out === undefined) throw new Refusal('--out に、パッケージを置くフォルダを指定してください。')
  if (recipient === undefined || !isAgeRecipient(recipient))
    throw new Refusal('--recipient に、団体から受け取った公開鍵（age1…）を指定してください。')
  const signer = await loadIdentity(path.join(setting('OPEN_BCL_PKI_FOLDER', z.string().min(1)), 'cloud.pem'))
  if (!signer) throw new Refusal('署名に使う機器の証明書（cloud.pem）がありません。')
  const installation = openInstallation('recover')
  try {
    const began = performance.now()
    await tell(installation, municipality, recoveryEvents.begun, { recipient, wanted: wordsOf(wanted) })
    const { folder, list } = await makePackage({
      municipality,
      scope: (work, options) => installation.as(municipality, work, options),
      wanted,
      out,
      recipient,
      signer,
      now: installation.now,
      producerVersion: PRODUCER,
      tell: everySoOften(),
    })
    const rows = list.files.reduce((sum, file) => sum + file.rows, 0)
    await tell(installation, municipality, recoveryEvents.made, {
      recipient,
      seq: list.seq,
      businesses: list.files.length,
      rows,
    })
    for (const file of list.files)
      say(`${fileInterfaces[file.business].title}: ${file.rows} 行、ハッシュ合計 ${file.hashTotal}`)
    sayKept(list)
    say(`読み返して確かめました: ${folder}（${seconds(began)} 秒）`)
  } catch (error) {
    throw refusalOf(error)
  } finally {
    await installation.close()
  }
}

/** `open-bcl verify`: at the town with its key, or (`--against-database`) in the cloud against what was received. */
export async function verify(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      identity: { type: 'string' },
      authority: { type: 'string' },
      'against-database': { type: 'boolean' },
      municipality: { type: 'string' },
      at: { type: 'string' },
      seq: { type: 'string' },
    },
  })
  if (values['against-database'] === true) return await verifyDatabase(values)
  const [folder] = positionals
  if (folder === undefined || values.identity === undefined)
    throw new Refusal('パッケージのフォルダと、--identity に団体の秘密鍵のファイルを指定してください。')
  const verdict = await verifyPackage(folder, {
    identities: await readAgeIdentities(values.identity),
    authorityPem: values.authority === undefined ? null : await readFile(values.authority, 'utf8'),
  })
  const { list, problems, authorityFingerprint, authorityKnown } = verdict
  for (const file of list?.files ?? [])
    say(`${fileInterfaces[file.business].title}: ${file.rows} 行、ハッシュ合計 ${file.hashTotal}`)
  if (list) sayKept(list)
  for (const problem of problems) say(`× ${problem}`)
  if (problems.length > 0) throw new Refusal('このパッケージは使わないでください。')
  say('署名・SHA-256・件数・ハッシュ合計が合い、すべての行が様式に合っています。')
  if (authorityKnown) return
  say(`署名の認証局は確かめていません。SHA-256: ${authorityFingerprint}`)
  throw new Refusal('連携APの登録のときに受け取った認証局の証明書を --authority に指定してください。')
}

function sayKept({ keptProtections }: RecoveryPackage): void {
  if (keptProtections !== null)
    say(
      `団体のデータにはないが保護を続けている支援措置: ${keptProtections.rows} 行（${KEPT}.csv）。支援措置対象者の次に、必ず戻してください。`,
    )
}

async function verifyDatabase(values: Readonly<Record<string, string | boolean | undefined>>): Promise<void> {
  const { at, seq } = values as { at?: string; seq?: string }
  const municipality = municipalityOf(values['municipality'] as string | undefined)
  const installation = openInstallation('verify')
  try {
    const compared = await compareWithReceived(
      (work, options) => installation.as(municipality, work, options),
      wantedOf({ ...(at ? { at } : {}), ...(seq ? { seq } : {}) }),
      (comparison) => say(sentenceOf(comparison)),
    )
    const differing = compared.filter(({ agrees }) => agrees === false).length
    const unproved = compared.filter(({ agrees }) => agrees === null).length
    await tell(installation, municipality, recoveryEvents.compared, {
      businesses: compared.length,
      differing,
      unproved,
    })
    if (differing > 0)
      throw new Refusal('受け取ったものと違う業務があります。復旧に使う前に原因を調べてください。')
    say(`${compared.length - unproved} 業務は、受け取ったものと一致しました。`)
    if (unproved > 0)
      throw new Refusal(
        `${unproved} 業務は、比べるもの（全件の受領か突合）がまだないため、確かめられません。`,
      )
  } catch (error) {
    throw refusalOf(error)
  } finally {
    await installation.close()
  }
}

function sentenceOf({ business, rows, proof, agrees, seq }: Comparison): string {
  const { title } = fileInterfaces[business]
  if (proof === null) return `？ ${title}: ${rows} 行。比べるものがありません。`
  const what = proof.by === 'full' ? `全件（通番 ${proof.fileNo}）` : `突合（通番 ${proof.fileNo}）`
  return `${agrees === true ? '○' : '×'} ${title}: データの番号 ${seq} で ${rows} 行、${what} では ${proof.rows} 行。`
}

/** No `--at` and no `--seq`: as it stands now. */
function wantedOf({ at, seq }: { readonly at?: string; readonly seq?: string }): Recovery['wanted'] {
  if (at !== undefined && seq !== undefined)
    throw new Refusal('--at と --seq は、どちらか一方を指定してください。')
  if (seq !== undefined) {
    if (!/^[1-9][0-9]{0,17}$/.test(seq)) throw new Refusal('--seq には1以上の番号を指定してください。')
    return { seq: BigInt(seq) }
  }
  if (at === undefined) return null
  // Without an offset it would be the time of whatever machine this runs on.
  const moment = /(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(at) ? new Date(at) : new Date(Number.NaN)
  if (Number.isNaN(moment.getTime()))
    throw new Refusal('--at には日時を、時差を付けて指定してください（例: 2026-11-21T09:00:00+09:00）。')
  return { at: moment }
}

function wordsOf(wanted: Recovery['wanted']): string {
  return wanted === null ? 'now' : 'at' in wanted ? wanted.at.toISOString() : `seq ${wanted.seq}`
}

/** The town's own auditor sees what operators do with its data, and so do theirs. */
async function tell(
  installation: Installation,
  municipality: MunicipalityCode,
  event: AuditEvent,
  facts: Readonly<Record<string, string | number>>,
): Promise<void> {
  for (const realm of [municipality, OPERATOR_REALM])
    await installation.as(realm, (ctx) =>
      audit(ctx, event, { facts: { ...facts, municipality, operator: operator() } }),
    )
}

function refusalOf(error: unknown): unknown {
  if (error instanceof NoSuchMoment)
    return new Refusal('その日時または番号のデータはありません。連携状況で番号を確かめてください。')
  if (error instanceof FirstReleaseRow)
    return new Refusal(
      '初版で取り込んだ住民情報が残っています。全件を送り直してもらってから復旧してください。',
    )
  return error
}

/** A line every 100,000 rows: an operator watches, and a log is not flooded. */
function everySoOften(): Recovery['tell'] {
  let last = 0
  return ({ business, rows }) => {
    if (rows < last) last = 0
    if (rows - last < 100_000) return
    last = rows
    say(`${fileInterfaces[business].title}: ${rows} 行を書きました。`)
  }
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1_000).toFixed(1)
}
