import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { verifyMessage } from '@open-bcl/platform/signed-message.ts'
import { exchangeEndpoints, type ExchangeEndpoints } from './exchange.contract.ts'

type Message = {
  readonly message: keyof ExchangeEndpoints
  readonly method: string
  readonly path: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly answers: readonly unknown[]
  readonly wrong: Readonly<Record<string, unknown>>
}
const vectors = JSON.parse(
  readFileSync(new URL('../../docs/interfaces/exchange-vectors.json', import.meta.url), 'utf8'),
) as { origin: string; keyId: string; publicKeyPem: string; messages: Message[] }

test('there is a vector of every message of the exchange', () => {
  assert.deepEqual(
    vectors.messages.map(({ message }) => message),
    Object.keys(exchangeEndpoints),
  )
})

for (const { message, method, path, body, headers, answers, wrong } of vectors.messages) {
  const endpoint = exchangeEndpoints[message]

  test(`exchange vector ${message}: what is right is taken, what is wrong is not`, () => {
    assert.deepEqual([endpoint.method, endpoint.path], [method, path])
    endpoint.input.parse(JSON.parse(body))
    // Nothing of an answer is lost on the way in.
    for (const answer of answers) assert.deepEqual(endpoint.output.parse(answer), answer)
    for (const [what, input] of Object.entries(wrong))
      assert.equal(endpoint.input.safeParse(input).success, false, what)
  })

  test(`exchange vector ${message}: the signature is of these very bytes`, async () => {
    const key = createPublicKey(vectors.publicKeyPem)
    const judge = async (bytes: string): Promise<string> => {
      const verdict = await verifyMessage(
        { method, path, headers, body: Buffer.from(bytes) },
        {
          origin: vectors.origin,
          now: new Date(headers['open-bcl-sent-at']!),
          maxSkewMs: 60_000,
          findKey: (keyId) => (keyId === vectors.keyId ? key : null),
          seen: () => false,
        },
      )
      return verdict.kind
    }
    assert.equal(await judge(body), 'verified')
    assert.equal(await judge(`${body} `), 'refused')
  })
}
