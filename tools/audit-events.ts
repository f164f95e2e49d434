import { eventsOfCloud } from '../apps/cloud/audit-lenders.ts'
import { auditSorts, sortOf, type AuditSort } from '../modules/access/audit-events.ts'
import { requiredEvents } from './audit-required.ts'
import { writeGenerated } from './generated.ts'

/** Writes docs/audit.md: what logs must hold by the sources, what ours hold, and how the chain is made. */
const sentences = new Map(eventsOfCloud.map(({ code, sentence }) => [code, sentence]))

const required = requiredEvents
  .map(({ source, event, ours, note, test }) => {
    const codes = ours.map((code) => `\`${code}\``).join(' ')
    return `| ${[source, event, codes || '–', note, test === null ? '–' : `\`${test}\``].join(' | ')} |`
  })
  .join('\n')

const all = (Object.keys(auditSorts) as AuditSort[])
  .map((sort) => {
    const codes = [...sentences.keys()].filter((code) => sortOf(code) === sort).sort()
    const lines = codes.map((code) => `| \`${code}\` | ${sentences.get(code)} |`).join('\n')
    return `### ${auditSorts[sort]} (\`${sort}\`)\n\n| Event | Sentence |\n| --- | --- |\n${lines}`
  })
  .join('\n\n')

const content = `# Audit trail

Made by \`tools/audit-events.ts\`; do not edit.

One row of \`access.audit\` an act, written in the transaction of the act, with those it touched in \`access.audit_subject\`: who, when, by
which session, what, why, on whom. Names and addresses are never in it; the auditor's page adds names that its reader may see.

## What the sources ask for

Sources: 住民記録システム標準仕様書 10.2 (G1) and the list derived in the domain notes from guidelines on personal numbers and information
security (D: derived, the guideline's own text was not at hand).

| Source | Event | Ours | How | Test |
| --- | --- | --- | --- | --- |
${required}

## The chain

A job gives every committed act a link, in order of time, those that commit late when they are there (never by a range of ids or times).
Link 0 is 32 zero bytes. Link *n* = SHA-256 of the 32 bytes of link *n* − 1 followed by the UTF-8 of one line of JSON without spaces:

\`[1, municipality, at, auditId, actor, event, purpose, traceId, requestId, sessionId, subjectCount, facts, subjects]\`

\`1\` is the version of this form; \`at\` is microseconds since 1970 as a string; absent values are \`null\`; keys of \`facts\` stand in the
order of their UTF-16 code units at every depth; \`subjects\` are strings \`kind\` U+001F \`id\` in the order of their bytes.

Once an hour the end of the chain is signed (Ed25519, the town's key) over the UTF-8 of
\`["open-bcl-audit-head", 1, municipality, position, hash (hex), signedAt (ISO 8601)]\`. Taken out (page 監査記録の保管と廃棄, or
\`open-bcl audit-head\`) and kept elsewhere, it proves that nothing up to it was cut off or written anew.

\`open-bcl verify-audit --municipality CODE [--head FILE …]\` names acts that were changed, removed, put in or moved, links that are missing,
heads that do not agree, and disposals that no act tells of. Whoever can write to the database *and* read the master key can add acts with
links of their own from now on; they cannot change what an earlier head, kept elsewhere, tells of.

Acts older than the town's retention go by two people (one asks, another decides); what is left of them is a tombstone with their number,
their span of time and the link after which the chain goes on. Nothing goes where the town has decided no retention.

## Every event

${all}
`
writeGenerated('docs/audit.md', content, 'tools/audit-events.ts')
