import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { isTerminalClass, terminalClassNames } from '@open-bcl/modules/access/terminal-classes.ts'
import { enrolTerminal } from '@open-bcl/modules/access/terminals.actions.ts'
import { loadAuthority } from '@open-bcl/platform/pki.ts'
import { municipalityOf, openInstallation, Refusal, say, setting } from './installation.ts'

/** `open-bcl enrol-terminal`: the way back in for a town that has lost all the terminals it lets people in at. */
export async function enrolTerminalCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      municipality: { type: 'string' },
      name: { type: 'string' },
      class: { type: 'string', default: 'lgwan' },
      out: { type: 'string' },
    },
  })
  const municipality = municipalityOf(values.municipality)
  const { name = '', out } = values
  const terminalClass = values.class
  if (name.trim() === '' || name.length > 60)
    throw new Refusal('--name に、端末の名称（60文字まで）を指定してください。')
  if (out === undefined) throw new Refusal('--out に、書き出すファイルを指定してください。')
  if (fs.existsSync(out)) throw new Refusal(`すでにあるファイルです: ${out}`)
  if (!isTerminalClass(terminalClass))
    throw new Refusal(`--class は ${terminalClassNames.join('、')} のどれかです。`)
  const folder = setting('OPEN_BCL_PKI_FOLDER', z.string().min(1))
  const authority = await loadAuthority(path.join(folder, 'authority.pem'))
  if (!authority) throw new Refusal(`認証局がありません: ${folder}`)
  const origin = setting('OPEN_BCL_TERMINAL_ORIGIN', z.url().default('https://localhost:8446'))
  const installation = openInstallation('enrol-terminal')
  try {
    const { file, validUntil } = await installation.as(municipality, (ctx) =>
      enrolTerminal(
        ctx,
        { name: name.trim(), terminalClass, requestPem: null },
        { authority: () => authority, origin },
      ),
    )
    if (file === null) throw new Error('no file was made')
    fs.writeFileSync(out, Buffer.from(file.base64, 'base64'), { flag: 'wx', mode: 0o600 })
    say(
      `端末「${name.trim()}」を登録しました。証明書の期限は ${validUntil.slice(0, 10)}、開くアドレスは ${origin} です。`,
    )
    say(`ファイルのパスワード（もう表示できません）: ${file.password}`)
  } finally {
    await installation.close()
  }
}
