const KEY = 'open-bcl-sso-return-to'

/** Where somebody wanted to go before the provider's pages: an address of ours, and nothing of a person. */
export function keepReturnTo(returnTo: string): void {
  sessionStorage.setItem(KEY, returnTo)
}

export function takeReturnTo(): string | null {
  const kept = sessionStorage.getItem(KEY)
  sessionStorage.removeItem(KEY)
  return kept
}
