import { parseArgs } from 'node:util'
import { isPlainDate } from '@open-bcl/core/dates.ts'
import { revokePaperKey, rotatePaperKey } from '@open-bcl/modules/certificates/paper-keys.actions.ts'
import { municipalityOf, openInstallation, operator, Refusal, say } from './installation.ts'

/** `open-bcl rotate-paper-key`: the town signs with a new key from now on. */
export async function rotatePaperKeyCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { municipality: { type: 'string' } } })
  const municipality = municipalityOf(values.municipality)
  const installation = openInstallation('rotate-paper-key')
  try {
    const { keyId, before } = await installation.as(municipality, (ctx) => rotatePaperKey(ctx, operator()))
    say(
      `用紙の鍵を ${keyId} 番に替えました。${before === null ? '' : `${before} 番の公開鍵は公開したままです。`}`,
    )
  } finally {
    await installation.close()
  }
}

/** `open-bcl revoke-paper-key`: what this key signed from a day on is void. */
export async function revokePaperKeyCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { municipality: { type: 'string' }, key: { type: 'string' }, from: { type: 'string' } },
  })
  const municipality = municipalityOf(values.municipality)
  const { key = '', from = '' } = values
  if (!/^[1-9][0-9]{0,4}$/.test(key)) throw new Refusal('--key に用紙の鍵の番号を指定してください。')
  if (!isPlainDate(from))
    throw new Refusal('--from に、失効とする最初の日を指定してください（例: 2026-11-21）。')
  const installation = openInstallation('revoke-paper-key')
  try {
    const revoked = await installation.as(municipality, (ctx) =>
      revokePaperKey(ctx, operator(), Number(key), from),
    )
    if (!revoked) throw new Refusal('この団体に、その番号の鍵はありません。')
    say(
      `用紙の鍵 ${key} 番を、${from} から失効としました。この日以後にこの鍵で交付した証明書は、再交付が必要です。`,
    )
  } finally {
    await installation.close()
  }
}
