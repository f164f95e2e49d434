import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { OPERATOR_REALM, type MunicipalityCode } from '@open-bcl/core/brand.ts'
import { audit } from '@open-bcl/modules/access/audit.ts'
import { filesEvents } from '@open-bcl/modules/files/files.messages.ts'
import { lostFiles, makeFilesPackage, verifyFilesPackage } from '@open-bcl/modules/files/recovery.actions.ts'
import { isAgeRecipient, readAgeIdentities } from '@open-bcl/platform/age.ts'
import { FileVault } from '@open-bcl/platform/files.ts'
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

const vaultOf = (): FileVault => new FileVault(setting('OPEN_BCL_FILES_FOLDER', z.string().min(1)))

/** `open-bcl recover-files`: gives a town its photos and documents back, encrypted to the town. */
export async function recoverFiles(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      municipality: { type: 'string' },
      out: { type: 'string' },
      recipient: { type: 'string' },
    },
  })
  const municipality = municipalityOf(values.municipality)
  const { out, recipient } = values
  if (out === undefined) throw new Refusal('--out に、パッケージを置くフォルダを指定してください。')
  if (recipient === undefined || !isAgeRecipient(recipient))
    throw new Refusal('--recipient に、団体から受け取った公開鍵（age1…）を指定してください。')
  const signer = await loadIdentity(path.join(setting('OPEN_BCL_PKI_FOLDER', z.string().min(1)), 'cloud.pem'))
  if (!signer) throw new Refusal('署名に使う機器の証明書（cloud.pem）がありません。')
  const installation = openInstallation('recover')
  try {
    const { folder, list } = await makeFilesPackage({
      ...{ municipality, out, recipient, signer, vault: vaultOf(), now: installation.now },
      scope: (work) => installation.as(municipality, work),
    })
    await tell(installation, municipality, {
      recipient,
      files: list.files.length,
      lost: list.lost.length,
    })
    say(`${list.files.length} 件を読み返して確かめました: ${folder}`)
    for (const id of list.lost) say(`× 保管場所にないか、壊れています: ${id}`)
    if (list.lost.length > 0)
      throw new Refusal(
        `${list.lost.length} 件は、保管場所のバックアップから戻してから、もう一度実行してください。`,
      )
  } finally {
    await installation.close()
  }
}

/** `open-bcl verify-files`: a package with the town's key, or (`--against-database`) every row against its file. */
export async function verifyFiles(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      identity: { type: 'string' },
      authority: { type: 'string' },
      'against-database': { type: 'boolean' },
      municipality: { type: 'string' },
    },
  })
  if (values['against-database'] === true) {
    const municipality = municipalityOf(values.municipality)
    const installation = openInstallation('verify')
    try {
      const { whole, lost } = await lostFiles({
        ...{ municipality, vault: vaultOf() },
        scope: (work) => installation.as(municipality, work),
      })
      say(`${whole} 件のファイルが開けました。`)
      for (const id of lost) say(`× 保管場所にないか、壊れています: ${id}`)
      if (lost.length > 0)
        throw new Refusal(`${lost.length} 件が失われています。バックアップから戻してください。`)
    } finally {
      await installation.close()
    }
    return
  }
  const [folder] = positionals
  if (folder === undefined || values.identity === undefined)
    throw new Refusal('パッケージのフォルダと、--identity に団体の秘密鍵のファイルを指定してください。')
  const { list, problems } = await verifyFilesPackage(folder, {
    identities: await readAgeIdentities(values.identity),
    authorityPem: values.authority === undefined ? null : await readFile(values.authority, 'utf8'),
  })
  for (const problem of problems) say(`× ${problem}`)
  if (problems.length > 0) throw new Refusal('このパッケージは使わないでください。')
  say(`署名と、${list!.files.length} 件の内容が合いました。`)
  for (const id of list!.lost) say(`作ったときに失われていたもの: ${id}`)
  if (values.authority === undefined)
    throw new Refusal('連携APの登録のときに受け取った認証局の証明書を --authority に指定してください。')
}

/** The town's own auditor sees what operators do with its data, and so do theirs. */
async function tell(
  installation: Installation,
  municipality: MunicipalityCode,
  facts: Readonly<Record<string, string | number>>,
): Promise<void> {
  for (const realm of [municipality, OPERATOR_REALM])
    await installation.as(realm, (ctx) =>
      audit(ctx, filesEvents.recovered, { facts: { ...facts, municipality, operator: operator() } }),
    )
}
