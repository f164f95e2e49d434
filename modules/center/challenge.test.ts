import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { challengeBytes, challengeDigestInfo, type Challenge } from './challenge.ts'

const challenge: Challenge = {
  transactionId: '019aa3f0-0000-7000-8000-000000000001',
  nonce: 'q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80',
  centerOrigin: 'https://center.example',
  issuedAt: '2026-11-21T02:59:30.000Z',
}

test('the signed text says for what, for whom, for which transaction and when', () => {
  assert.equal(
    Buffer.from(challengeBytes(challenge)).toString(),
    [
      'open-bcl JPKI user authentication 1',
      'https://center.example',
      '019aa3f0-0000-7000-8000-000000000001',
      'q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq80',
      '2026-11-21T02:59:30.000Z',
    ].join('\n'),
  )
})

test('the card gets a SHA-256 DigestInfo of that text', async () => {
  const digestInfo = Buffer.from(await challengeDigestInfo(challenge))
  const hash = createHash('sha256').update(challengeBytes(challenge)).digest('hex')
  assert.equal(digestInfo.toString('hex'), `3031300d060960864801650304020105000420${hash}`)
})

test('a field that could pose as another is refused', () => {
  for (const change of [
    { transactionId: '019aa3f0-0000-7000-8000-000000000001\nx' },
    { nonce: 'short' },
    { nonce: `${challenge.nonce.slice(0, 42)}\n` },
    { centerOrigin: 'https://center.example/\nhttps://other.example' },
    { centerOrigin: 'center.example' },
    { issuedAt: '2026-11-21' },
  ]) {
    assert.throws(() => challengeBytes({ ...challenge, ...change }), RangeError)
  }
})
