// Must stand before @peculiar/x509, which reads decorator metadata while it loads.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { createHash, sign } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ocspFailure, signAnswer } from './ocsp-responder.ts'
import { testPolicy } from './profile.ts'
import {
  challenge,
  der,
  idsOf,
  inDays,
  inSeconds,
  makeCast,
  now,
  ocspNonce,
  times,
  type Case,
} from './vector-cast.ts'
import { answerCases } from './vectors-of-answers.ts'
import { fieldCases } from './vectors-of-fields.ts'

/**
 * Writes `modules/center/vectors`: what a card and JPKI present, and what the centre must say to it. Made once with
 * fresh keys (no private key is kept) for one fixed moment; run again only to add a case:
 * `node simulators/jpki/vectors.ts modules/center/vectors`.
 */
async function makeCases(): Promise<{ trust: Uint8Array[]; cases: Case[] }> {
  const cast = await makeCast()
  const {
    held,
    dead,
    old,
    present,
    ended,
    namesake,
    card,
    without,
    replaced,
    responderOf,
    good,
    goodOld,
    mine,
    ask,
    answer,
    status,
    answeredBy,
    crl,
    forgedAki,
    signed,
    reissued,
    flipped,
    oldCard,
    short,
    cardKeys,
    responderKeys,
    otherKeys,
  } = cast
  const cases: Case[] = [
    { title: 'a card of the present generation', expected: 'valid' },
    {
      title: 'a card of the old generation',
      expected: 'valid',
      certificate: oldCard,
      ocsp: answer(goodOld, times, ask(oldCard, old)),
    },
    {
      title: 'an answer signed by the CA itself',
      expected: 'valid',
      ocsp: answeredBy(present.certificate, present.privateKey),
    },
    {
      title: 'the last second of the certificate',
      expected: 'valid',
      certificate: await card(present, { notAfter: now }),
    },
    {
      title: 'a revocation list without this card',
      expected: 'valid',
      crl: await crl([{ ...dead, serial: '114400002' }], inDays(0)),
    },
    {
      title: 'a hold lifted after the list of this morning',
      expected: 'valid',
      crl: await crl([held], inSeconds(-3600)),
    },

    {
      title: 'a CA of the same name',
      expected: 'unknown-issuer',
      certificate: await card(namesake, { notAfter: inDays(900) }),
    },
    {
      title: 'a CA of the same name that claims our key identifier',
      expected: 'unknown-issuer',
      certificate: await forgedAki(),
    },
    {
      title: 'a generation whose own life is over',
      expected: 'unknown-issuer',
      certificate: await card(ended),
    },
    {
      title: 'no authority key identifier',
      expected: 'unknown-issuer',
      certificate: await card(present, {}, without('2.5.29.35')),
    },
    {
      title: 'one flipped bit in the signed part',
      expected: 'unknown-issuer',
      certificate: flipped(mine, Buffer.from(mine).indexOf('0011AABB')),
    },
    {
      title: 'one second after the end',
      expected: 'expired',
      certificate: await card(present, { notAfter: inSeconds(-1) }),
    },
    {
      title: 'one second before the beginning',
      expected: 'not-yet-valid',
      certificate: await card(present, { notBefore: inSeconds(1) }),
    },
    {
      title: 'the policy of the signing certificate',
      expected: 'policy',
      certificate: await card(
        present,
        {},
        replaced(new x509.CertificatePolicyExtension(['1.2.392.200149.8.5.1.0.20'], true)),
      ),
    },
    { title: 'no policy', expected: 'policy', certificate: await card(present, {}, without('2.5.29.32')) },
    {
      title: 'any policy',
      expected: 'policy',
      certificate: await card(present, {}, replaced(new x509.CertificatePolicyExtension(['2.5.29.32.0']))),
    },
    {
      title: 'no clientAuth',
      expected: 'policy',
      certificate: await card(present, {}, without('2.5.29.37')),
    },
    {
      title: 'a server certificate',
      expected: 'policy',
      certificate: await card(
        present,
        {},
        replaced(new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'])),
      ),
    },
    {
      title: 'a key that may only encipher',
      expected: 'policy',
      certificate: await card(
        present,
        {},
        replaced(new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyEncipherment, true)),
      ),
    },
    { title: 'no key usage', expected: 'policy', certificate: await card(present, {}, without('2.5.29.15')) },
    {
      title: 'a certificate that claims to be a CA',
      expected: 'policy',
      certificate: await card(present, {}, (usual) => [
        ...usual,
        new x509.BasicConstraintsExtension(true, undefined, true),
      ]),
    },
    {
      title: 'a critical extension nobody knows',
      expected: 'policy',
      certificate: await card(present, {}, (usual) => [
        ...usual,
        new x509.Extension('1.2.392.200149.8.5.9', true, Uint8Array.of(5, 0)),
      ]),
    },
    {
      title: 'a key of 1024 bits',
      expected: 'policy',
      certificate: await card(present, { publicKey: short.publicKey }),
      signature: signed(short.privateKey),
    },
    {
      title: 'the OCSP responder as a card',
      expected: 'policy',
      certificate: der(good.certificate),
      signature: signed(responderKeys.privateKey),
    },

    {
      title: 'the signature of another card',
      expected: 'signature',
      signature: signed(otherKeys.privateKey),
    },
    {
      title: 'a signature for another transaction',
      expected: 'signature',
      signature: signed(cardKeys.privateKey, {
        ...challenge,
        transactionId: '019aa3f0-0000-7000-8000-000000000002',
      }),
    },
    {
      title: 'a signature over another nonce',
      expected: 'signature',
      signature: signed(cardKeys.privateKey, {
        ...challenge,
        nonce: 'q83vq83vq83vq83vq83vq83vq83vq83vq83vq83vq84',
      }),
    },
    {
      title: 'a signature for another centre',
      expected: 'signature',
      signature: signed(cardKeys.privateKey, { ...challenge, centerOrigin: 'https://center.example.net' }),
    },
    {
      title: 'a signature asked for at another time',
      expected: 'signature',
      signature: signed(cardKeys.privateKey, { ...challenge, issuedAt: '2026-11-21T02:59:31.000Z' }),
    },
    {
      title: 'a signature over another text',
      expected: 'signature',
      signature: sign('sha256', Buffer.from('login'), cardKeys.privateKey),
    },
    { title: 'no signature', expected: 'signature', signature: new Uint8Array() },
    {
      title: 'an answer after two minutes and a second',
      expected: 'stale-challenge',
      ...reissued('2026-11-21T02:57:59.000Z'),
    },
    {
      title: 'a challenge from the future',
      expected: 'stale-challenge',
      ...reissued('2026-11-21T03:00:00.001Z'),
    },

    {
      title: 'a renewed card',
      expected: 'revoked',
      ocsp: await status({ kind: 'revoked', revokedAt: inDays(-1), reason: 'superseded' }),
    },
    {
      title: 'a stolen key',
      expected: 'revoked',
      ocsp: await status({ kind: 'revoked', revokedAt: inDays(-1), reason: 'keyCompromise' }),
    },
    {
      title: 'a lost card on hold',
      expected: 'hold',
      ocsp: await status({ kind: 'revoked', revokedAt: inDays(-1), reason: 'certificateHold' }),
    },
    {
      title: 'a card JPKI never issued',
      expected: 'cannot-confirm',
      ocsp: await status({ kind: 'unknown' }),
    },

    { title: 'no answer', expected: 'cannot-confirm', ocsp: null },
    {
      title: 'a responder that asks to try later',
      expected: 'cannot-confirm',
      ocsp: ocspFailure('tryLater'),
    },
    { title: 'an answer that is none', expected: 'cannot-confirm', ocsp: Buffer.from('<html>') },
    { title: 'an answer cut short', expected: 'cannot-confirm', ocsp: answer(good).subarray(0, 700) },
    {
      title: 'an answer about another serial',
      expected: 'cannot-confirm',
      ocsp: answer(good, times, ask(await card(present, { serial: '114400002' }), present)),
    },
    {
      title: 'an answer about the same serial of the other generation',
      expected: 'cannot-confirm',
      ocsp: answer(goodOld, times, ask(oldCard, old)),
    },
    {
      title: 'an answer with no certificate in it',
      expected: 'cannot-confirm',
      ocsp: signAnswer([], undefined, good, times),
    },
    {
      title: 'an answer signed by a stranger',
      expected: 'cannot-confirm',
      ocsp: answeredBy((await responderOf(namesake, { kind: 'good' })).certificate, responderKeys.privateKey),
    },
    {
      title: 'an answer signed by the responder of the other generation',
      expected: 'cannot-confirm',
      ocsp: answeredBy(goodOld.certificate, responderKeys.privateKey),
    },
    {
      title: 'an answer signed by another card of the same CA',
      expected: 'cannot-confirm',
      ocsp: answeredBy(new x509.X509Certificate(new Uint8Array(mine)), cardKeys.privateKey),
    },
    {
      title: "an answer signed with a key that is not the responder's",
      expected: 'cannot-confirm',
      ocsp: answeredBy(good.certificate, otherKeys.privateKey),
    },
    {
      title: 'a responder whose certificate has ended',
      expected: 'cannot-confirm',
      ocsp: answer(await responderOf(present, { kind: 'good' }, inDays(-1))),
    },
    {
      title: "yesterday's answer",
      expected: 'cannot-confirm',
      ocsp: answer(good, { producedAt: inDays(-1), thisUpdate: inDays(-1), nextUpdate: inSeconds(-61) }),
    },
    {
      title: 'an answer from the future',
      expected: 'cannot-confirm',
      ocsp: answer(good, {
        producedAt: inSeconds(61),
        thisUpdate: inSeconds(61),
        nextUpdate: inSeconds(300),
      }),
    },
    {
      title: 'a replayed answer with another nonce',
      expected: 'cannot-confirm',
      ocsp: answer(good, times, ask(mine, present, createHash('sha256').update('yesterday').digest())),
    },
    {
      title: 'an answer without nonce',
      expected: 'cannot-confirm',
      ocsp: signAnswer(idsOf(ask(mine, present)), undefined, good, times),
    },

    {
      title: 'a list that says revoked while OCSP says good',
      expected: 'revoked',
      crl: await crl([dead], inSeconds(-3600)),
    },
    {
      title: 'a list newer than the OCSP answer that says hold',
      expected: 'hold',
      crl: await crl([held], inSeconds(30)),
    },
    {
      title: 'a list of a CA of the same name',
      expected: 'cannot-confirm',
      crl: await crl([], inSeconds(-3600), namesake),
    },
    {
      title: 'a list that has run out',
      expected: 'cannot-confirm',
      crl: await crl([], inDays(-3), present, inDays(-1)),
    },

    { title: 'no certificate at all', expected: 'malformed', certificate: new Uint8Array() },
    { title: 'a certificate cut short', expected: 'malformed', certificate: mine.subarray(0, 400) },
    { title: 'a byte behind the certificate', expected: 'malformed', certificate: Uint8Array.of(...mine, 0) },
    { title: 'two certificates', expected: 'malformed', certificate: Uint8Array.of(...mine, ...oldCard) },
    { title: 'text', expected: 'malformed', certificate: Buffer.from('BEGIN CERTIFICATE') },
    ...(await fieldCases(cast)),
    ...(await answerCases(cast)),
  ]
  const usual = { certificate: mine, challenge, signature: signed(cardKeys.privateKey), ocsp: answer(good) }
  return {
    trust: [old, present, ended].map(({ certificate }) => der(certificate)),
    cases: cases.map((given) => ({ ...usual, ...given })),
  }
}

function base64(bytes: Uint8Array | null | undefined): string | null {
  return bytes ? Buffer.from(bytes).toString('base64') : null
}

async function writeVectors(folder: string): Promise<void> {
  const { trust, cases } = await makeCases()
  for (const kind of ['valid', 'invalid']) {
    await rm(join(folder, kind), { recursive: true, force: true })
    await mkdir(join(folder, kind), { recursive: true })
  }
  const write = (path: string, value: unknown) =>
    writeFile(join(folder, path), `${JSON.stringify(value, null, 1)}\n`)
  await write('rules.json', {
    now: now.toISOString(),
    challengeLifeMs: 120_000,
    policies: [testPolicy],
    ocspNonce: base64(ocspNonce),
    trust: trust.map(base64),
  })
  for (const { title, expected, certificate, challenge: given, signature, ocsp, crl } of cases) {
    const name = title.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()
    await write(`${expected === 'valid' ? 'valid' : 'invalid'}/${name}.json`, {
      title,
      expected,
      certificate: base64(certificate),
      challenge: given,
      signature: base64(signature),
      ocsp: base64(ocsp),
      crl: base64(crl),
    })
  }
}

const [folder] = process.argv.slice(2)
if (import.meta.main && folder !== undefined) await writeVectors(folder)
