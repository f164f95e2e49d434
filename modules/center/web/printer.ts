/** How a sheet went: `none` = no printer is attached here, and the screen shows the paper instead. */
export type Printed = 'printed' | 'failed' | 'none'

/** `back`: a page for the other side of each page; `null` = printed on one side. */
export type Paper = { readonly front: Blob; readonly back: Blob | null }

/** How long the simulated printer takes. */
const simulatedMs = 2_500

/**
 * Sends a PDF to a printer of the local bridge, which answers when the sheets are out. A bridge that has none of that name
 * is the simulation: then paper takes its time and nothing else happens.
 */
export async function printAt(
  bridgeUrl: string,
  { front, back }: Paper,
  tray: 'certificate' | 'slip',
): Promise<Printed> {
  if (!(await printersAt(bridgeUrl)).includes(tray)) {
    await new Promise((resolve) => setTimeout(resolve, simulatedMs))
    return 'none'
  }
  const response = await fetch(`${bridgeUrl}/print/${tray}`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': back ? 'application/json' : 'application/pdf' },
    body: back
      ? JSON.stringify({ frontBase64: await base64Of(front), backBase64: await base64Of(back) })
      : front,
  }).catch(() => null)
  return response?.ok === true ? 'printed' : 'failed'
}

/** Whether certificates come out of a printer here, not on the screen alone. */
export async function hasPrinter(bridgeUrl: string): Promise<boolean> {
  return (await printersAt(bridgeUrl)).includes('certificate')
}

async function printersAt(bridgeUrl: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`${bridgeUrl}/status`, { cache: 'no-store', credentials: 'omit' })
    const { printers = [] } = (await response.json()) as { printers?: string[] }
    return printers
  } catch {
    return []
  }
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}
