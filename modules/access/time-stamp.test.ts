import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTimeAuthority, type TimeAuthority, type Wrong } from '../../simulators/tsa/authority.ts'
import { judgeAnswer, judgeToken, nonceOf, stampQuery, type Judged } from './time-stamp.ts'

const now = new Date('2026-11-21T00:00:00Z')

describe('a time stamp of a third party', () => {
  let folder: string
  let authority: TimeAuthority
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'open-bcl-tsa-'))
    authority = await openTimeAuthority(folder, now)
  })
  after(() => rm(folder, { recursive: true }))

  const asked = {
    imprint: createHash('sha256').update('head').digest(),
    nonce: nonceOf(randomBytes(16)),
  }
  const ask = async (wrong: Wrong, at = now): Promise<Judged> =>
    judgeAnswer(await authority.answer(stampQuery(asked), at, wrong), asked, [authority.caPem], now)
  const reasonOf = (judged: Judged) => (judged.kind === 'good' ? 'good' : judged.reason)

  test('is good when every part of it is, and stays good for as long as it is kept', async () => {
    const judged = await ask('none')
    assert.ok(judged.kind === 'good')
    assert.equal(judged.at.getTime(), now.getTime())
    assert.equal(judgeToken(judged.token, asked, [authority.caPem]).kind, 'good')
    // The same CA after a restart, with another certificate for stamps.
    const again = await openTimeAuthority(folder, now)
    assert.equal(again.caPem, authority.caPem)
    assert.equal(judgeToken(judged.token, asked, [again.caPem]).kind, 'good')
  })

  test('is refused for what is wrong with it', async () => {
    const expected: Readonly<Record<Exclude<Wrong, 'none'>, string>> = {
      'wrong-nonce': 'nonce',
      'wrong-digest': 'imprint',
      'wrong-use': 'purpose',
      'other-authority': 'chain',
      'wrong-signature': 'signature',
      'wrong-time': 'out-of-time',
      rejected: 'rejected',
    }
    for (const [wrong, reason] of Object.entries(expected))
      assert.equal(reasonOf(await ask(wrong as Wrong)), reason, wrong)
    assert.equal(reasonOf(await ask('none', new Date(now.getTime() + 6 * 60_000))), 'clock')
  })

  test('of another asking, of another thing, or of nobody trusted proves nothing here', async () => {
    const judged = await ask('none')
    assert.ok(judged.kind === 'good')
    const { token } = judged
    const other = createHash('sha256').update('another head').digest()
    assert.equal(reasonOf(judgeToken(token, { ...asked, imprint: other }, [authority.caPem])), 'imprint')
    const nonce = nonceOf(randomBytes(16))
    assert.equal(reasonOf(judgeToken(token, { ...asked, nonce }, [authority.caPem])), 'nonce')
    assert.equal(reasonOf(judgeToken(token, asked, [])), 'chain')
  })

  test('no byte of it can be changed, and no garbage makes the reader fall', async () => {
    const judged = await ask('none')
    assert.ok(judged.kind === 'good')
    const { token } = judged
    let changed = 0
    for (let at = 0; at < token.length; at++) {
      const other = Buffer.from(token)
      other[at]! ^= 0x01
      const verdict = judgeToken(other, asked, [authority.caPem])
      // What the signature does not cover (the version of the envelope, the signer's name beside its digest) says nothing.
      if (verdict.kind === 'good') {
        changed++
        assert.equal(verdict.at.getTime(), now.getTime())
      }
    }
    assert.ok(changed < token.length / 5, `${changed} of ${token.length}`)
    for (const garbage of ['', '0', '<html>', '\u0030\u0080'.repeat(40_000)])
      assert.equal(
        reasonOf(judgeAnswer(Buffer.from(garbage, 'latin1'), asked, [authority.caPem], now)),
        'unreadable',
      )
    for (let end = 0; end < token.length; end += 37)
      assert.notEqual(judgeToken(token.subarray(0, end), asked, [authority.caPem]).kind, 'good')
  })
})
