/** How a sheet went: `none` = no printer is attached here, and the screen shows the paper instead. */
export type Printed = 'printed' | 'failed' | 'none'

/** How long the simulated printer takes. */
const simulatedMs = 2_500

/**
 * Sends a PDF to the printer of the local bridge, which answers when the sheets are out. A bridge without a printer (404)
 * is the simulation: then paper takes its time and nothing else happens.
 */
export async function printAt(bridgeUrl: string, pdf: Blob, tray: 'certificate' | 'slip'): Promise<Printed> {
  const response = await fetch(`${bridgeUrl}/print/${tray}`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/pdf' },
    body: pdf,
  }).catch(() => null)
  if (response === null || response.status === 404) {
    await new Promise((resolve) => setTimeout(resolve, simulatedMs))
    return 'none'
  }
  return response.ok ? 'printed' : 'failed'
}
