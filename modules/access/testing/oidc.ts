import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A real OpenID Connect provider in this process, whose sign-in page lets in whomever the test says. */
export type TestProvider = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who signs in there, and with how many factors. */
  account: string
  factors: readonly string[]
  /** Goes through its pages as a browser does, until it sends the browser back; answers that address. */
  browse(url: string): Promise<URL>
  close(): Promise<void>
}

/** As much of the library's interface as is used; it brings no types. */
type Provider = {
  readonly Grant: new (of: { clientId: string; accountId: string }) => {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }
  callback(): http.RequestListener
  interactionFinished(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    result: object,
  ): Promise<void>
}
type Asked = {
  readonly oidc: {
    readonly provider: Provider
    readonly client: { readonly clientId: string }
    readonly session: { readonly accountId: string }
  }
}

export async function testProvider(redirectUri: string): Promise<TestProvider> {
  const name = 'oidc-provider'
  const library = (await import(name)) as { default: new (issuer: string, configuration: object) => Provider }
  const state = { account: 'nobody', factors: ['pwd'] as readonly string[] }
  const clientId = 'open-bcl'
  const clientSecret = 'a secret that only the two of us know'
  const answering: { listener: http.RequestListener } = { listener: () => undefined }
  const server = http.createServer((request, response) => answering.listener(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const provider = new library.default(issuer, {
    clients: [
      {
        ...{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] },
        ...{ token_endpoint_auth_method: 'client_secret_post', grant_types: ['authorization_code'] },
      },
    ],
    cookies: { keys: ['of the test'] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'amr'], profile: ['preferred_username'], email: ['email'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_asked: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    async findAccount(_asked: unknown, id: string) {
      const claims = { sub: `id of ${id}`, preferred_username: id, email: `${id}@city.hida.lg.jp` }
      return { accountId: id, claims: async () => claims }
    },
    async loadExistingGrant({ oidc }: Asked) {
      const { clientId: of } = oidc.client
      const grant = new oidc.provider.Grant({ clientId: of, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid profile email')
      await grant.save()
      return grant
    },
  })
  const pages = provider.callback()
  answering.listener = (request, response) => {
    if (!request.url?.startsWith('/interaction/')) {
      pages(request, response)
      return
    }
    void provider.interactionFinished(request, response, {
      login: { accountId: state.account, amr: state.factors },
    })
  }
  return {
    ...{ issuer, clientId, clientSecret },
    get account() {
      return state.account
    },
    set account(value: string) {
      state.account = value
    },
    get factors() {
      return state.factors
    },
    set factors(value: readonly string[]) {
      state.factors = value
    },
    async browse(url) {
      const cookies = new Map<string, string>()
      let at = new URL(url)
      for (let step = 0; step < 10; step++) {
        const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ')
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const line of answer.headers.getSetCookie()) {
          const [key = '', value = ''] = line.split(';')[0]!.split(/=(.*)/)
          cookies.set(key, value)
        }
        const next = answer.headers.get('location')
        if (next === null) throw new Error(`the provider answered ${answer.status}: ${await answer.text()}`)
        at = new URL(next, at)
        if (at.href.startsWith(redirectUri)) return at
      }
      throw new Error('the provider never sent the browser back')
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
