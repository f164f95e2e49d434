import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { agentFolder, type LinkedTown } from './demonstration.ts'
import type { Ports } from './ports.ts'
import { markOf, type Program } from './supervisor.ts'

/** The test arc of JPKI's policies, which the simulated authority uses; production refuses it. */
const TEST_POLICY = '1.2.392.200149.8.5.1.0.30'

/** What runs beside the agent, with the environment of each. */
export function programsOf(
  data: string,
  ports: Ports,
): Readonly<Record<'jpki' | 'cards' | 'bridge' | 'mail' | 'cloud' | 'ownServer' | 'center', Program>> {
  const secrets = path.join(data, 'secrets')
  const pki = { OPEN_BCL_PKI_FOLDER: path.join(data, 'pki') }
  const local = (port: number): string => `http://127.0.0.1:${port}`
  const program = (name: string, script: string, port: number, env: Record<string, string>): Program => ({
    name,
    script,
    env,
    readyUrl: `${local(port)}/readyz`,
  })
  return {
    jpki: program('jpki', 'simulators/jpki/main.ts', ports.jpki, {
      OPEN_BCL_JPKI_FOLDER: path.join(data, 'simulators/jpki'),
      OPEN_BCL_JPKI_PORT: String(ports.jpki),
    }),
    cards: program('cards', 'simulators/cards/main.ts', ports.cards, {
      OPEN_BCL_CARDS_FOLDER: path.join(data, 'simulators/cards'),
      OPEN_BCL_CARDS_PORT: String(ports.cards),
      OPEN_BCL_JPKI_URL: local(ports.jpki),
      OPEN_BCL_KIOSK_ORIGINS: `http://localhost:${ports.center},${local(ports.center)}`,
    }),
    bridge: program('bridge', 'apps/bridge/main.ts', ports.bridge, {
      OPEN_BCL_BRIDGE_PORT: String(ports.bridge),
      OPEN_BCL_BRIDGE_ORIGINS: `http://localhost:${ports.center},${local(ports.center)}`,
      // A reader of this machine may hold somebody's real card, which has no business in a demonstration.
      OPEN_BCL_BRIDGE_PCSC: 'false',
      OPEN_BCL_BRIDGE_SIMULATOR_URL: local(ports.cards),
    }),
    mail: program('mail', 'simulators/mail/main.ts', ports.mail, {
      OPEN_BCL_SMTP_PORT: String(ports.smtp),
      OPEN_BCL_MAIL_PORT: String(ports.mail),
    }),
    ownServer: program('own-server', 'simulators/own-server/main.ts', ports.ownServerPage, {
      ...pki,
      OPEN_BCL_OWN_SERVER_FOLDER: path.join(data, 'simulators/own-server'),
      OPEN_BCL_OWN_SERVER_PORT: String(ports.ownServer),
      OPEN_BCL_OWN_SERVER_PAGE_PORT: String(ports.ownServerPage),
    }),
    cloud: program('cloud', 'apps/cloud/main.ts', ports.cloud, {
      ...pki,
      OPEN_BCL_SPOOL_FOLDER: path.join(data, 'spool'),
      OPEN_BCL_FILES_FOLDER: path.join(data, 'files'),
      OPEN_BCL_CLOUD_PORT: String(ports.cloud),
      OPEN_BCL_TLS_PORT: String(ports.tls),
      OPEN_BCL_TERMINAL_PORT: String(ports.terminals),
      OPEN_BCL_TERMINAL_ORIGIN: `https://localhost:${ports.terminals}`,
      OPEN_BCL_LINK_PORT: String(ports.link),
      OPEN_BCL_LINK_ORIGIN: linkOrigin(ports),
      OPEN_BCL_PUBLIC_ORIGIN: `https://localhost:${ports.tls}`,
      OPEN_BCL_SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
      OPEN_BCL_APP_DATABASE_FILE: path.join(secrets, 'bcl_cloud-app.url'),
      OPEN_BCL_LINKAGE_DATABASE_FILE: path.join(secrets, 'bcl_cloud-linkage.url'),
      OPEN_BCL_WORKER_DATABASE_FILE: path.join(secrets, 'bcl_cloud-worker.url'),
      OPEN_BCL_MASTER_KEY_FILE: path.join(secrets, 'master.key'),
    }),
    center: program('center', 'apps/center/main.ts', ports.center, {
      ...pki,
      OPEN_BCL_CENTER_PORT: String(ports.center),
      OPEN_BCL_CENTER_ORIGIN: `http://localhost:${ports.center}`,
      OPEN_BCL_SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
      OPEN_BCL_CENTER_DATABASE_FILE: path.join(secrets, 'bcl_center-app.url'),
      OPEN_BCL_BACKPAGE_KEYS_FILE: path.join(secrets, 'backpage.key'),
      OPEN_BCL_JPKI_TRUST: `${local(ports.jpki)}/ca`,
      OPEN_BCL_JPKI_OCSP_URL: `${local(ports.jpki)}/ocsp`,
      OPEN_BCL_JPKI_CRL_URL: `${local(ports.jpki)}/crl`,
      OPEN_BCL_JPKI_POLICIES: TEST_POLICY,
      OPEN_BCL_CARD_BRIDGE_URL: `http://localhost:${ports.bridge}`,
      // The demonstration has no night.
      OPEN_BCL_CENTER_HOURS: '00:00-24:00',
      OPEN_BCL_CENTER_CLOSED_ON: '',
    }),
  }
}

export function linkOrigin(ports: Ports): string {
  return `https://localhost:${ports.link}`
}

const agents = {
  '212172': { name: 'agent', port: 'agent' },
  '212032': { name: 'agent-takayama', port: 'agentTakayama' },
} as const satisfies Record<LinkedTown, { name: string; port: keyof Ports }>

/** The agent of one town; it must be enrolled first. */
export function agentProgram(data: string, ports: Ports, town: LinkedTown): Program {
  const folder = agentFolder(data, town)
  const { name, port: use } = agents[town]
  const port = ports[use]
  return {
    name,
    script: 'apps/agent/main.ts',
    env: {
      AGENT_STATE_FOLDER: path.join(folder, 'state'),
      AGENT_FOLDER: path.join(folder, 'outbox'),
      AGENT_GATEWAY_URL: linkOrigin(ports),
      AGENT_PORT: String(port),
    },
    readyUrl: `http://127.0.0.1:${port}/healthz`,
  }
}

/** Registers an agent with a one-time code, as a town's engineer would. */
export function enrolAgent(root: string, data: string, ports: Ports, town: string, code: string): void {
  const result = spawnSync(process.execPath, [path.join(root, 'apps/agent/main.ts'), 'enrol', code], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      ...markOf(data),
      AGENT_STATE_FOLDER: path.join(agentFolder(data, town), 'state'),
      AGENT_ENROL_URL: `https://localhost:${ports.tls}`,
      AGENT_AUTHORITY_FILE: path.join(data, 'pki/cloud-authority.pem'),
    },
  })
  if (result.status !== 0) throw new Error(`連携APの登録に失敗しました: ${result.stderr}`)
}
