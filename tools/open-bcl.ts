import { decodeBackPageCommand } from './open-bcl/decode-backpage.ts'
import { revokeBackPageKeyCommand, rotateBackPageKeyCommand } from './open-bcl/backpage-keys.ts'
import { recover, verify } from './open-bcl/recover.ts'
import { recoverFiles, verifyFiles } from './open-bcl/recover-files.ts'
import { rewrapKeys, rotateKeys } from './open-bcl/keys.ts'
import { fleet, rollout } from './open-bcl/fleet.ts'
import { createCenterAccountCommand } from './open-bcl/center-account.ts'
import { Refusal } from './open-bcl/installation.ts'
import { stopIssuing } from './open-bcl/stop.ts'
import { enrolTerminalCommand } from './open-bcl/terminal.ts'
import { revokePaperKeyCommand, rotatePaperKeyCommand } from './open-bcl/paper-keys.ts'
import { auditHead, rotateAuditKeyCommand, verifyAudit } from './open-bcl/verify-audit.ts'
import { verifyPaper } from './open-bcl/verify-paper.ts'

/**
 * `npm run open-bcl -- COMMAND`: what an operator does beside the running system. It reads the same files as `cloud`
 * (docs/operations/configuration.md); without them those of `npm start` on this machine.
 */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  recover,
  verify,
  'recover-files': recoverFiles,
  'verify-files': verifyFiles,
  'rotate-keys': rotateKeys,
  'rewrap-keys': rewrapKeys,
  'rotate-paper-key': rotatePaperKeyCommand,
  'revoke-paper-key': revokePaperKeyCommand,
  'verify-paper': verifyPaper,
  'verify-audit': verifyAudit,
  'audit-head': auditHead,
  'rotate-audit-key': rotateAuditKeyCommand,
  'decode-backpage': decodeBackPageCommand,
  'rotate-backpage-key': rotateBackPageKeyCommand,
  'revoke-backpage-key': revokeBackPageKeyCommand,
  'create-center-account': createCenterAccountCommand,
  fleet,
  rollout,
  'stop-issuing': stopIssuing,
  'enrol-terminal': enrolTerminalCommand,
}

const usage = `使い方:
  open-bcl recover --municipality 団体コード [--at 日時 | --seq 番号] --out フォルダ --recipient age1…
      団体の全データを、その時点の全件ファイルとして、団体の鍵で暗号化して書き出す。
  open-bcl verify パッケージ --identity 秘密鍵ファイル --authority 認証局の証明書
      受け取ったパッケージを確かめる（団体で。データベースは要らない）。
  open-bcl verify --against-database --municipality 団体コード [--at 日時 | --seq 番号]
      中間DBが、受け取ったものと一致することを確かめる。
  open-bcl recover-files --municipality 団体コード --out フォルダ --recipient age1…
      団体の写真と添付ファイルを、団体の鍵で暗号化して書き出す。失われたものは名前を挙げる。
  open-bcl verify-files パッケージ --identity 秘密鍵ファイル --authority 認証局の証明書
      受け取った写真と添付ファイルを確かめる（団体で）。
  open-bcl verify-files --against-database --municipality 団体コード
      保管場所のすべてのファイルが開けることを確かめる。
  open-bcl rotate-keys --municipality 団体コード [--rows-per-second 行数]
      団体の鍵を、動かしたまま交換する。途中で止まったら、もう一度同じ指示で続きから行う。
  open-bcl rewrap-keys
      すべての団体の鍵を、新しいマスター鍵（鍵ファイルの1行目）で包み直す。
  open-bcl verify-audit --municipality 団体コード [--head 署名のファイル …]
      監査記録が、書き換え・削除・追加・並べ替えをされていないことを確かめる。
  open-bcl audit-head --municipality 団体コード --out ファイル
      監査記録の連鎖の末尾を、署名して書き出す。システムの外に保管する。
  open-bcl rotate-audit-key --municipality 団体コード
      監査記録に署名する鍵を替える。
  open-bcl decode-backpage 裏面の画像 [--center アドレス] [--front 電子の表面] [--out 画像ファイル]
      証明書の裏面から、証明書交付センターが署名した表面を復元する。
  open-bcl rotate-backpage-key
      裏面の鍵を替える（証明書交付センターで）。前の鍵で作った裏面も、復号できる。
  open-bcl revoke-backpage-key --key 番号 --from 日付
      裏面の鍵を、その日から失効とする。
  open-bcl create-center-account --login ID --name 氏名 [--role administrator|operator|auditor]
      証明書交付センターの最初のアカウントを作る。ほかのアカウントは、アカウント管理者が画面で作る。
  open-bcl fleet
      証明書を交付するサーバーと、それぞれのビルドを表示する。
  open-bcl rollout ビルド
      交付してよいビルドを記録する。これと異なるサーバーは、自分から交付を断る。
  open-bcl stop-issuing --municipality 団体コード --reason maintenance|failure|anomaly [--kind 種類]
      団体に代わって証明書の交付を止める。再開は、団体が滞留のないことを確かめて画面で行う。
  open-bcl enrol-terminal --municipality 団体コード --name 名称 [--class lgwan|my-number|field] --out ファイル
      団体の端末を登録し、鍵と証明書のファイルを書き出す。団体がすべての端末を失ったときに使う。
`

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  process.stderr.write(usage)
  process.exitCode = 2
} else {
  try {
    await command(args)
  } catch (error) {
    // The words of any other error may hold what a row held.
    process.stderr.write(
      error instanceof Refusal
        ? `${error.message}\n`
        : `予期しないエラーで止まりました（${error instanceof Error ? error.name : 'Error'} ${codeOf(error)}）。\n`,
    )
    process.exitCode = 1
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : ''
}
