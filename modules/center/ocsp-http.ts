/** Sends OCSP requests over HTTP POST (RFC 6960 appendix A.1), as `JpkiRules.askOcsp` wants it. */
export function ocspOverHttp(
  url: string,
): (requestDer: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<Uint8Array> {
  return async (requestDer, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
      body: requestDer,
      redirect: 'error',
      signal,
    })
    const type = response.headers.get('content-type')
    if (response.status !== 200 || type !== 'application/ocsp-response') {
      await response.body?.cancel()
      throw new Error(`OCSP responder answered ${response.status}`)
    }
    return readAtMost(response, maxAnswerBytes)
  }
}

const maxAnswerBytes = 32_768

async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > limit) throw new Error('OCSP answer is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
