import '@open-bcl/ui/zod-without-eval.ts'
import '@open-bcl/ui/theme/theme.css'
import './field.css'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { Sync } from './sync.ts'
import { openVault } from './vault.ts'

const place = document.getElementById('app')
if (place === null) throw new Error('index.html has no #app')
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' })
// A browser short of room may not remove what is unsent.
void navigator.storage?.persist?.()
// The code of a link is taken out of the address and the history at once.
const invitation = decodeURIComponent(location.hash.slice(1))
if (invitation !== '') history.replaceState(null, '', location.pathname)

const vault = await openVault()
const sync = new Sync(vault)
sync.start()
createRoot(place).render(<App vault={vault} sync={sync} invitation={invitation} />)
