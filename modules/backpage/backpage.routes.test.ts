import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readOneBitPng } from '@open-bcl/platform/pdf/one-bit-png.ts'
import { decodeBackPageCommand } from '../../tools/open-bcl/decode-backpage.ts'
import { backPageCentre, frontOf, scanOf, type BackPageCentre } from './testing/centre.ts'

let centre: BackPageCentre
let stranger: BackPageCentre
let front: Uint8Array
let folder: string
const about = { municipalityCode: '212172', kind: 'risai' }

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-bcl-backpage-'))
  centre = await backPageCentre()
  stranger = await backPageCentre()
  front = await frontOf('risai-twelve-members')
})
after(async () => {
  await centre.close()
  await stranger.close()
  await rm(folder, { recursive: true })
})

const file = async (name: string, bytes: Uint8Array): Promise<string> => {
  await writeFile(join(folder, name), bytes)
  return join(folder, name)
}

/** What the command says, and what it refused with. */
async function command(...args: string[]): Promise<{ said: string; refused: string | null }> {
  const lines: string[] = []
  const refused = await decodeBackPageCommand(args, (line) => void lines.push(line)).then(
    () => null,
    (error: Error) => error.message,
  )
  return { said: lines.join('\n'), refused }
}

describe('open-bcl decode-backpage', () => {
  test('a scan becomes the signed front; the electronic front is known again, another one is not', async () => {
    const back = await file(
      'back.jpg',
      scanOf(await centre.backPages.make(front, about), { dpi: 200, as: 'jpeg' }),
    )
    const out = join(folder, 'front.png')
    const electronic = await file('front.pdf', front)
    const args = [back, '--center', centre.origin, '--out', out]
    const decoded = await command(...args, '--front', electronic)
    assert.equal(decoded.refused, null)
    assert.match(decoded.said, /署名を確認しました/)
    assert.match(decoded.said, /団体コード: 212172/)
    assert.match(decoded.said, /裏面を作ったときの文書と同じです/)
    const picture = readOneBitPng(await readFile(out))
    assert.ok(!('fault' in picture) && picture.width >= 1240)

    const other = await file('other.pdf', await frontOf('risai-second-plane'))
    const refused = await command(...args, '--front', other)
    assert.match(refused.said, /裏面を作ったときの文書と違います/)
    assert.equal(refused.refused, 'この証明書は、確かめられませんでした。')
  })

  test('both pages of a scanned PDF; the back page of another centre; what is no back page', async () => {
    const pages = await file('back.pdf', await centre.backPages.make(front, about))
    const both = await command(pages, '--center', centre.origin, '--out', join(folder, 'both.png'))
    assert.equal(both.said.match(/署名を確認しました/g)?.length, 2)

    const foreign = await file('foreign.pdf', await stranger.backPages.make(front, about))
    const refused = await command(foreign, '--center', centre.origin)
    assert.match(refused.said, /この証明書交付センターの裏面ではありません/)
    assert.ok(refused.refused)
    assert.match((await command(pages, '--center', 'http://127.0.0.1:9')).said, /通信できません/)
    assert.match(
      (await command(await file('front2.pdf', front), '--center', centre.origin)).refused!,
      /裏面が見つかりません/,
    )
    for (const bytes of ['', 'GIF89a', '%PDF-1.7 nothing'])
      assert.ok((await command(await file('bad', Buffer.from(bytes)), '--center', centre.origin)).refused)
  })
})

describe('what the centre answers', () => {
  test('keys are published; input of another form is refused, a header it never made is not found', async () => {
    const { keys } = (await (await fetch(`${centre.origin}/api/backpage/keys`)).json()) as { keys: unknown[] }
    assert.equal(keys.length, 1)
    const open = async (body: unknown, headers = {}): Promise<number> =>
      (
        await fetch(`${centre.origin}/api/backpage/open`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        })
      ).status
    const asked = Buffer.alloc(37, 1).toString('base64')
    assert.equal(await open({ asked }), 404)
    assert.equal(await open({ asked: 'AA==' }), 400)
    assert.equal(await open({}), 400)
    assert.equal(await open({ asked }, { origin: 'https://elsewhere.example' }), 403)
  })

  test('no log line says who asked or for what', async () => {
    const lines = centre.logLines.join('\n')
    assert.match(lines, /api\/backpage\/open/)
    assert.doesNotMatch(lines, /127\.0\.0\.1|asked|user-agent/i)
  })

  test('too many questions at once are put off', async () => {
    const asking = Array.from({ length: 260 }, () => fetch(`${centre.origin}/api/backpage/keys`))
    const answers = await Promise.all(asking)
    assert.ok(answers.some(({ status }) => status === 429))
    for (const answer of answers) await answer.body?.cancel()
  })
})
