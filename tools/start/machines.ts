import path from 'node:path'
import { writeFileAtomic } from '@open-bcl/platform/atomic-file.ts'
import {
  createAuthority,
  isDueForRenewal,
  issueIdentity,
  loadAuthority,
  loadIdentity,
  saveAuthority,
  saveIdentity,
  type CertificateProfile,
} from '@open-bcl/platform/pki.ts'

const HOSTS = ['localhost', '127.0.0.1']

/** Makes the installation's certificate authority and its machines' certificates; renews what is due. */
export async function prepareMachines(folder: string, now: Date): Promise<void> {
  const authorityFile = path.join(folder, 'authority.pem')
  const authority =
    (await loadAuthority(authorityFile)) ??
    (await createAuthority({ name: 'Open BCL machines', now, validDays: 3650 }))
  await saveAuthority(authorityFile, authority)
  // For agents: whom to trust before they are enrolled. No key in it.
  await writeFileAtomic(path.join(folder, 'cloud-authority.pem'), authority.certificatePem)
  const machines: Readonly<Record<string, Pick<CertificateProfile, 'machineName' | 'uses'>>> = {
    cloud: { machineName: 'urn:open-bcl:cloud', uses: ['server'] },
    center: { machineName: 'urn:open-bcl:center', uses: ['client'] },
    // A town's own issuing server (simulated): in production it has a certificate of the town's.
    'own-server': { machineName: 'urn:open-bcl:own-server', uses: ['server'] },
  }
  for (const [name, { machineName, uses }] of Object.entries(machines)) {
    const file = path.join(folder, `${name}.pem`)
    const known = await loadIdentity(file)
    if (known && !isDueForRenewal(known.certificatePem, now)) continue
    const profile = { machineName, uses, hosts: uses.includes('server') ? HOSTS : [], now, validDays: 397 }
    await saveIdentity(file, await issueIdentity(authority, profile))
  }
}
