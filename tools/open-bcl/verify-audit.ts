import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { audit } from '@open-bcl/modules/access/audit.ts'
import { readHeadFile } from '@open-bcl/modules/access/audit-canonical.ts'
import { rotateAuditKey, takeHead } from '@open-bcl/modules/access/audit-chain.actions.ts'
import { auditEvents } from '@open-bcl/modules/access/audit-trail.messages.ts'
import {
  verifyTrail,
  type AuditFinding,
  type AuditVerdict,
} from '@open-bcl/modules/access/audit-verify.actions.ts'
import { stampRefusals } from '@open-bcl/modules/access/time-stamp.ts'
import { CertificatesFile } from '@open-bcl/platform/config.ts'
import { municipalityOf, openInstallation, operator, Refusal, say, setting } from './installation.ts'

/** `open-bcl verify-audit`: the trail is what was linked, and the links are what was signed. */
export async function verifyAudit(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { municipality: { type: 'string' }, head: { type: 'string', multiple: true } },
  })
  const municipality = municipalityOf(values.municipality)
  const heads = (values.head ?? []).map((file) => readHead(file, municipality))
  const trusted = setting('OPEN_BCL_TSA_AUTHORITIES_FILE', CertificatesFile.default([]))
  const installation = openInstallation('verify-audit')
  try {
    const verdict = await installation.as(municipality, (ctx) => verifyTrail(ctx, heads, trusted), {
      isolation: 'repeatable read',
      readOnly: true,
    })
    await installation.as(municipality, (ctx) =>
      audit(ctx, auditEvents.verified, {
        facts: { operator: operator(), links: verdict.links, found: verdict.found, heads: heads.length },
      }),
    )
    const { links, from, to, disposed, waiting, late } = verdict
    say(`連鎖 ${links} 件（${from} 番から ${to} 番まで）を読みました。廃棄済み ${disposed} 件。`)
    say(`連鎖を待っている記録 ${waiting} 件。10分以上遅れて加わった記録 ${late} 件。`)
    say(`照合した署名 ${verdict.heads} 件（うち持ち込み ${heads.length} 件）。`)
    if (verdict.headsBefore > 0)
      say(`廃棄した部分についての署名 ${verdict.headsBefore} 件は、照合できません。`)
    for (const line of stampLines(verdict)) say(line)
    for (const finding of verdict.findings) say(findingText(finding))
    if (verdict.found > verdict.findings.length)
      say(`ほかに ${verdict.found - verdict.findings.length} 件あります。`)
    if (verdict.found > 0) throw new Refusal(`監査記録に ${verdict.found} 件の異常があります。`)
    say('監査記録に異常はありません。')
    if (heads.length === 0)
      say('末尾が切り取られていないことは、外に保管した署名を --head で渡すと確かめられます。')
  } finally {
    await installation.close()
  }
}

/** `open-bcl audit-head`: the signed end of the chain, to be kept elsewhere. */
export async function auditHead(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { municipality: { type: 'string' }, out: { type: 'string' } },
  })
  const municipality = municipalityOf(values.municipality)
  if (values.out === undefined) throw new Refusal('--out に、書き出すファイルを指定してください。')
  const installation = openInstallation('audit-head')
  try {
    const head = await installation.as(municipality, (ctx) => takeHead(ctx))
    if (head === null) throw new Refusal('この団体の監査記録の連鎖は、まだありません。')
    fs.writeFileSync(values.out, `${JSON.stringify(head, null, 2)}\n`, { flag: 'wx' })
    say(`連鎖の ${head.position} 番までの署名を書き出しました。システムの外に保管してください。`)
  } finally {
    await installation.close()
  }
}

/** `open-bcl rotate-audit-key`: heads are signed with a new key from now on. */
export async function rotateAuditKeyCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { municipality: { type: 'string' } } })
  const municipality = municipalityOf(values.municipality)
  const installation = openInstallation('rotate-audit-key')
  try {
    const keyId = await installation.as(municipality, (ctx) => rotateAuditKey(ctx, operator()))
    say(`監査記録に署名する鍵を ${keyId} 番に替えました。前の鍵による署名も確かめられます。`)
  } finally {
    await installation.close()
  }
}

function stampLines({ stamps, stampedUntil, stampsUnjudged }: AuditVerdict): string[] {
  const lines: string[] = []
  if (stampsUnjudged > 0)
    lines.push(
      `時刻印 ${stampsUnjudged} 件は確かめていません（OPEN_BCL_TSA_AUTHORITIES_FILE に、信頼する時刻認証局の証明書を指定してください）。`,
    )
  if (stamps > 0) lines.push(`時刻印 ${stamps} 件を確かめました。`)
  if (stampedUntil !== null)
    lines.push(
      `連鎖の ${stampedUntil.position} 番までは、${stampedUntil.at.toISOString()} にあったことを時刻認証局が証明しています。`,
    )
  return lines
}

function readHead(file: string, municipality: string): NonNullable<ReturnType<typeof readHeadFile>> {
  let text: string
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch {
    throw new Refusal(`署名のファイルを読めません: ${file}`)
  }
  const head = readHeadFile(text)
  if (head === null) throw new Refusal(`監査記録の署名のファイルではありません: ${file}`)
  if (head.municipality !== municipality) throw new Refusal(`ほかの団体の署名です: ${file}`)
  return head
}

/** A finding in the operator's words: places and codes, nothing of a person. */
export function findingText(finding: AuditFinding): string {
  switch (finding.kind) {
    case 'changed':
      return `${finding.position} 番: 記録が書き換えられています（${placeText(finding)}、${finding.event}）`
    case 'removed':
      return `${finding.position} 番: 記録が消されています（${placeText(finding)}）`
    case 'reordered':
      return `${finding.position} 番: 順序が変えられています。この記録は ${finding.belongsAt} 番のものです（${placeText(finding)}）`
    case 'links-missing':
      return `${finding.from} 番から ${finding.to} 番: 連鎖が欠けています`
    case 'inserted':
      return `後から加えられた記録があります（${placeText(finding)}、${finding.event}）`
    case 'subjects-without-act':
      return `記録のない対象者が ${finding.subjects} 件あります（${placeText(finding)}）`
    case 'rewritten':
      return `${finding.after + 1} 番から ${finding.position} 番: 連鎖が作り直されています（${finding.signedAt.toISOString()} の署名と異なります）`
    case 'tail-cut':
      return `${finding.last + 1} 番から ${finding.position} 番: 末尾が切り取られています（${finding.signedAt.toISOString()} の署名にあります）`
    case 'signature-wrong':
      return `${finding.position} 番の署名が正しくありません`
    case 'key-unknown':
      return `${finding.position} 番の署名は、この団体の鍵（${finding.keyId} 番）によるものではありません`
    case 'stamp-wrong':
      return `${finding.position} 番の時刻印が正しくありません：${finding.reason === 'early' ? '署名の時刻より前の時刻です' : stampRefusals[finding.reason]}`
    case 'stamp-without-head':
      return `${finding.position} 番の時刻印に、正しい署名がありません`
    case 'disposal-without-act':
      return `${finding.from} 番から ${finding.to} 番: 廃棄の記録がないのに、廃棄したことになっています`
  }
}

function placeText({ atMicros, auditId }: { readonly atMicros: string; readonly auditId: string }): string {
  return `${new Date(Number(BigInt(atMicros) / 1000n)).toISOString()} ${auditId}`
}
