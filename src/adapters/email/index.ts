/**
 * Messages by e-mail, as plain text, through the mail server of whoever runs the desk. Its address with user and password
 * is the secret: smtps://user:password@host:465, or smtp:// with a port, which is then raised to TLS or refused.
 */
import { Fault } from '../../base/fault.ts';
import { placeOf, type Address, type Reach, type Sender } from '../webhook/index.ts';

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
}

const TIMEOUT_MS = 10_000;
/** Ports by scheme where the address says none: RFC 8314, RFC 6409. */
const PORTS: Readonly<Record<string, number>> = { 'smtps:': 465, 'smtp:': 587 };

export function email(server: Address, { from, to }: Letter, reach: Reach): Sender {
  const port = PORTS[server.protocol];
  if (port === undefined) {
    throw new Fault('alerts.address', `a mail server is smtps://… or smtp://…, was ${server.protocol}//`);
  }
  return {
    async send({ title, text, priority }) {
      const { createTransport } = await load();
      const { address } = await placeOf(server.hostname, reach);
      const isSecure = server.protocol === 'smtps:';
      const { port: said, username, password } = new URL(server.whole.reveal());
      const transport = createTransport({
        host: address,
        port: said === '' ? port : Number(said),
        secure: isSecure,
        // On this machine's own network a relay without TLS is the owner's choice.
        requireTLS: !isSecure && !reach.isLocal,
        tls: { servername: server.hostname, rejectUnauthorized: !reach.isLocal },
        ...(username === ''
          ? {}
          : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
        connectionTimeout: reach.timeoutMs ?? TIMEOUT_MS,
        greetingTimeout: reach.timeoutMs ?? TIMEOUT_MS,
        socketTimeout: reach.timeoutMs ?? TIMEOUT_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: title,
          text,
          priority: priority === 1 ? 'high' : priority === 3 ? 'low' : 'normal',
        });
      } catch (error) {
        throw faultOf(error, server.hostname);
      } finally {
        transport.close();
      }
    },
  };
}

/** What the server said may repeat what it was told: only codes are shown. */
function faultOf(error: unknown, host: string): Fault {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const said = typeof responseCode === 'number' ? ` (${responseCode})` : '';
  const isFinal = typeof responseCode === 'number' && responseCode >= 500;
  return new Fault(
    isFinal ? 'alerts.refused' : 'alerts.unreachable',
    `the mail server ${host} took nothing: ${String(code ?? 'no reason')}${said}`,
  );
}

/** The library, loaded when it is first used. */
function load() {
  return import('nodemailer').catch(() => {
    throw new Fault('alerts.library', 'the library for e-mail is not installed', {}, 'npm install nodemailer');
  });
}
